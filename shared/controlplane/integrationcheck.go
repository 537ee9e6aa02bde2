package controlplane

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Bounds of timeoutInMillis, in milliseconds. A stream may take longer (domains and edge, 12.1).
const (
	minTimeout       = 50
	maxTimeout       = 29000
	maxStreamTimeout = 900_000
)

var errTimeout = wire.BadRequest("Timeout should be between %d ms and %d ms", minTimeout, maxTimeout)

var passthroughBehaviors = []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}

// completeIntegration gives an integration the defaults of its type and drops what its type does
// not have (recorded answers, 6).
func completeIntegration(i *apigateway.Integration, resourceID string) {
	i.PassthroughBehavior = valueOr(i.PassthroughBehavior, "WHEN_NO_MATCH")
	i.TimeoutInMillis = valueOr(i.TimeoutInMillis, maxTimeout)
	i.CacheNamespace = valueOr(i.CacheNamespace, resourceID)
	if i.CacheKeyParameters == nil {
		i.CacheKeyParameters = []string{}
	}
	switch {
	case *i.Type == apigateway.IntegrationTypeMock:
		i.Uri, i.HttpMethod, i.ConnectionType = nil, nil, nil
	case isHTTP(i):
		i.ConnectionType = valueOr(i.ConnectionType, apigateway.ConnectionTypeInternet)
	case value(i.ConnectionType) == apigateway.ConnectionTypeInternet:
		i.ConnectionType = nil
	}
}

func isHTTP(i *apigateway.Integration) bool {
	return *i.Type == apigateway.IntegrationTypeHttp || *i.Type == apigateway.IntegrationTypeHttpProxy
}

func checkTimeout(i *apigateway.Integration) error {
	longest := int32(maxTimeout)
	if value(i.ResponseTransferMode) == apigateway.ResponseTransferModeStream {
		longest = maxStreamTimeout
	}
	if t := *i.TimeoutInMillis; t < minTimeout || t > longest {
		return wire.BadRequest("Timeout should be between %d ms and %d ms", minTimeout, longest)
	}
	return nil
}

// checkIntegration refuses an integration that could not work (control-plane operations, 2.1).
func checkIntegration(m *apigateway.Method, i *apigateway.Integration) error {
	if err := checkTimeout(i); err != nil {
		return err
	}
	if value(i.ResponseTransferMode) == apigateway.ResponseTransferModeStream && *i.Type != apigateway.IntegrationTypeHttpProxy && *i.Type != apigateway.IntegrationTypeAwsProxy {
		return wire.BadRequest("responses stream from integrations of type HTTP_PROXY and AWS_PROXY only")
	}
	if !slices.Contains(passthroughBehaviors, *i.PassthroughBehavior) {
		return wire.BadRequest("Invalid passthrough behavior specified. Valid options are %s", strings.Join(passthroughBehaviors, ","))
	}
	if err := checkEndpoint(i); err != nil {
		return err
	}
	for _, target := range slices.Sorted(maps.Keys(i.RequestParameters)) {
		pair, err := mapping.ParseRequest(target, i.RequestParameters[target])
		if err != nil {
			return mappingError(err)
		}
		if !declares(m, pair.Source) {
			return errMappingParameter(i.RequestParameters[target])
		}
	}
	return checkTemplates(i.RequestTemplates)
}

func checkEndpoint(i *apigateway.Integration) error {
	if *i.Type == apigateway.IntegrationTypeMock {
		return nil
	}
	if value(i.HttpMethod) == "" {
		return wire.BadRequest("Enumeration value for HttpMethod must be non-empty")
	}
	if !slices.Contains(verbs, *i.HttpMethod) {
		return wire.BadRequest("Invalid HttpMethod specified. Valid options are %s", strings.Join(verbs, ","))
	}
	if value(i.ConnectionType) == apigateway.ConnectionTypeVpcLink && value(i.ConnectionId) == "" {
		return wire.BadRequest("connectionId must be set when connectionType is VPC_LINK")
	}
	if isHTTP(i) {
		return checkHTTPEndpoint(value(i.Uri))
	}
	if c := value(i.Credentials); c != "" && !strings.HasPrefix(c, "arn:") && !stageVariable.MatchString(c) {
		return errARN
	}
	return checkServiceEndpoint(*i.Type, value(i.Uri))
}

var (
	stageVariable = regexp.MustCompile(`\$\{stageVariables\.[^}]*\}`)
	errARN        = wire.BadRequest("Invalid ARN specified in the request")
)

// checkHTTPEndpoint accepts what the data plane will: placeholders, and stage variables in any
// part after a literal scheme.
func checkHTTPEndpoint(uri string) error {
	if _, err := mapping.CompileHTTPURI(uri); err != nil {
		return wire.BadRequest("%s", err.Error())
	}
	return nil
}

var serviceARN = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]+:([^:]+):(?:path|action)/`)

func checkServiceEndpoint(integrationType, uri string) error {
	if !strings.HasPrefix(uri, "arn:") {
		return errARN
	}
	parts := serviceARN.FindStringSubmatch(uri)
	if parts == nil {
		return wire.BadRequest("AWS ARN for integration must contain path or action")
	}
	if service := parts[1]; integrationType == apigateway.IntegrationTypeAwsProxy && service != "lambda" && service != "firehose" {
		return wire.BadRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	}
	return nil
}

// mappingError is the answer to an error of package mapping, whose text is that of one finding.
func mappingError(err error) error {
	var e *mapping.Error
	if !errors.As(err, &e) {
		return err
	}
	return wire.BadRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [%s]", e.Error())
}

// declares tells whether a method declares the request parameter that a mapping takes its value
// from. Other sources need no declaration.
func declares(m *apigateway.Method, source mapping.Expr) bool {
	var single, multi string
	switch source.Kind {
	case mapping.RequestPath:
		single = "method.request.path."
	case mapping.RequestQuery, mapping.RequestMultiQuery:
		single, multi = "method.request.querystring.", "method.request.multivaluequerystring."
	case mapping.RequestHeader, mapping.RequestMultiHeader:
		single, multi = "method.request.header.", "method.request.multivalueheader."
	default:
		return true
	}
	_, declared := m.RequestParameters[single+source.Name]
	if !declared && multi != "" {
		_, declared = m.RequestParameters[multi+source.Name]
	}
	return declared
}

// checkTemplates checks the media types of mapping templates. "$default" is the fallback
// (REST data plane spec, 4.6).
func checkTemplates(templates map[string]string) error {
	for _, contentType := range slices.Sorted(maps.Keys(templates)) {
		major, minor, ok := strings.Cut(contentType, "/")
		if contentType != "$default" && (!ok || major == "" || minor == "" || strings.ContainsAny(contentType, " \t\r\n")) {
			return errValidation("Invalid content type specified: " + contentType)
		}
	}
	return nil
}
