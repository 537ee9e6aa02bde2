package definition

import (
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Bounds of timeouts in milliseconds (HTTP API spec, 9; WebSocket API spec, 4).
const (
	minTimeout          = 50
	maxHTTPTimeout      = 30000
	maxWebSocketTimeout = 29000
)

var (
	functionARN = regexp.MustCompile(`^arn:[^:]+:lambda:[^:/]+:[^:/]+:function:[^:/{}? ]+(?::[^:/{}? ]+)?$`)
	backendARN  = regexp.MustCompile(`^arn:[^:]+:(?:elasticloadbalancing:[^:]+:[0-9]{12}:listener/(?:app|net)/[^/]+/[^/]+/[^/?]+|servicediscovery:[^:]+:[0-9]{12}:service/srv-[^/?]+(?:\?.*)?)$`)
	verbs       = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
)

// IsLambda tells whether an integration invokes a Lambda function.
func IsLambda(i *v2.Integration) bool {
	return Value(i.IntegrationType) == v2.IntegrationTypeAwsProxy && i.IntegrationSubtype == nil
}

// Streams tells whether the answers of an integration of an HTTP API stream: its URI is that of
// the Lambda operation that does so, an extension of Postern.
func Streams(i *v2.Integration) bool {
	_, err := integration.ParseLambdaStreamURI(Value(i.IntegrationUri))
	return err == nil && IsLambda(i)
}

// CompleteIntegration fills in what an integration does not say and refuses what none can be.
func (d *Document) CompleteIntegration(i *Integration) error {
	for _, member := range []**string{&i.CredentialsArn, &i.ConnectionId, &i.IntegrationUri, &i.IntegrationMethod, &i.IntegrationSubtype, &i.TemplateSelectionExpression} {
		if Value(*member) == "" {
			*member = nil
		}
	}
	i.ConnectionType = orElse(i.ConnectionType, v2.ConnectionTypeInternet)
	if m := i.IntegrationMethod; m != nil && !slices.Contains(verbs, *m) {
		return wire.BadRequest("Invalid HTTP method specified: %s", *m)
	}
	if err := checkRole("credentialsArn", i.CredentialsArn); err != nil {
		return err
	}
	longest := int32(maxHTTPTimeout)
	if !d.HTTP() {
		longest = maxWebSocketTimeout
	}
	i.TimeoutInMillis = orElse(i.TimeoutInMillis, longest)
	if t := *i.TimeoutInMillis; t < minTimeout || t > longest {
		return wire.BadRequest("Timeout should be between %d ms and %d ms", minTimeout, longest)
	}
	if err := checkConnection(i); err != nil {
		return err
	}
	if d.HTTP() {
		return completeHTTPIntegration(i)
	}
	return completeWebSocketIntegration(i)
}

func checkConnection(i *Integration) error {
	private := *i.ConnectionType == v2.ConnectionTypeVpcLink
	switch {
	case private && i.ConnectionId == nil:
		return wire.BadRequest("connectionId must be specified for the connection type VPC_LINK")
	case !private && i.ConnectionId != nil:
		return wire.BadRequest("connectionId is supported for the connection type VPC_LINK only")
	case !private && i.TlsConfig != nil:
		return wire.BadRequest("tlsConfig is supported for the connection type VPC_LINK only")
	case private && !strings.HasPrefix(Value(i.IntegrationType), "HTTP"):
		return wire.BadRequest("The connection type VPC_LINK is supported for HTTP integrations only")
	}
	return nil
}

func completeHTTPIntegration(i *Integration) error {
	for member, set := range map[string]bool{
		"requestTemplates": len(i.RequestTemplates) > 0, "templateSelectionExpression": i.TemplateSelectionExpression != nil,
		"passthroughBehavior": i.PassthroughBehavior != nil, "contentHandlingStrategy": i.ContentHandlingStrategy != nil,
	} {
		if set {
			return wire.BadRequest("%s is supported for WebSocket APIs only", member)
		}
	}
	if err := CheckResponseParameters(i.ResponseParameters); err != nil {
		return err
	}
	version := Value(i.PayloadFormatVersion)
	if !slices.Contains([]string{"", "1.0", "2.0"}, version) {
		return wire.BadRequest("Invalid payload format version specified: %s. Must be one of: [1.0, 2.0]", version)
	}
	switch kind := Value(i.IntegrationType); {
	case kind == v2.IntegrationTypeAwsProxy && i.IntegrationSubtype != nil:
		i.PayloadFormatVersion = orElse(i.PayloadFormatVersion, "1.0")
		switch {
		case *i.PayloadFormatVersion != "1.0":
			return wire.BadRequest("The payload format version must be 1.0 for integrations with AWS services")
		case i.IntegrationUri != nil:
			return wire.BadRequest("integrationUri is not supported for integrations with AWS services")
		case i.CredentialsArn == nil:
			return wire.BadRequest("Credentials are required for integrations with AWS services")
		}
		return checkSubtype(*i.IntegrationSubtype, i.RequestParameters)
	case i.IntegrationSubtype != nil:
		return wire.BadRequest("integrationSubtype is supported for AWS_PROXY integrations only")
	case kind == v2.IntegrationTypeAwsProxy:
		i.IntegrationMethod = orElse(i.IntegrationMethod, "POST")
		if version == "" {
			return wire.BadRequest("PayloadFormatVersion is a required parameter for integration type AWS_PROXY")
		}
		if err := checkFunction(i); err != nil {
			return err
		}
	case kind == v2.IntegrationTypeHttpProxy:
		i.PayloadFormatVersion = orElse(i.PayloadFormatVersion, "1.0")
		if *i.PayloadFormatVersion != "1.0" {
			return wire.BadRequest("The payload format version must be 1.0 for the integration type HTTP_PROXY")
		}
		if i.IntegrationMethod == nil {
			return wire.BadRequest("HttpMethod must be specified for the integration type HTTP_PROXY")
		}
		if err := checkBackend(i); err != nil {
			return err
		}
	default:
		return wire.BadRequest("Invalid integration type specified: %s. HTTP APIs support only AWS_PROXY and HTTP_PROXY integrations", kind)
	}
	return CheckParameters(i.RequestParameters)
}

func checkFunction(i *Integration) error {
	uri := Value(i.IntegrationUri)
	if functionARN.MatchString(uri) || strings.Contains(uri, "${stageVariables.") && strings.HasPrefix(uri, "arn:") {
		return nil
	}
	if _, err := integration.ParseLambdaURI(uri); err == nil {
		return nil
	}
	if _, err := integration.ParseLambdaStreamURI(uri); err == nil {
		return nil
	}
	return wire.BadRequest("Invalid Integration URI specified: %s. It must be the ARN of a Lambda function or that of its invocation", uri)
}

// checkBackend checks where an HTTP integration goes to, which is a resource behind a VPC link or an
// address.
func checkBackend(i *Integration) error {
	uri := Value(i.IntegrationUri)
	if *i.ConnectionType == v2.ConnectionTypeVpcLink {
		if t := i.TlsConfig; t != nil && (Value(t.ServerNameToVerify) == "" || len(*t.ServerNameToVerify) > 512) {
			return wire.BadRequest("serverNameToVerify must have between 1 and 512 characters")
		}
		if !backendARN.MatchString(uri) && !strings.Contains(uri, "${stageVariables.") {
			return wire.BadRequest("Invalid Integration URI specified: %s. It must be the ARN of a load balancer's listener or of a Cloud Map service", uri)
		}
		return nil
	}
	if _, err := mapping.CompileHTTPURI(uri); err != nil {
		return wire.BadRequest("%s", err.Error())
	}
	return nil
}

// responseSelection is the fixed expression that finds an integration response (WebSocket API
// spec, 2).
func responseSelection(kind string) *string {
	switch kind {
	case v2.IntegrationTypeAws:
		return Ptr("${integration.response.body.errorMessage}")
	case v2.IntegrationTypeHttp, v2.IntegrationTypeMock:
		return Ptr("${integration.response.statuscode}")
	}
	return nil
}

func completeWebSocketIntegration(i *Integration) error {
	for member, set := range map[string]bool{
		"payloadFormatVersion": Value(i.PayloadFormatVersion) == "2.0", "integrationSubtype": i.IntegrationSubtype != nil,
		"responseParameters": len(i.ResponseParameters) > 0, "tlsConfig": i.TlsConfig != nil,
	} {
		if set {
			return wire.BadRequest("%s is supported for HTTP APIs only", member)
		}
	}
	kind := Value(i.IntegrationType)
	i.PassthroughBehavior = orElse(i.PassthroughBehavior, v2.PassthroughBehaviorWhenNoMatch)
	i.PayloadFormatVersion = orElse(i.PayloadFormatVersion, "1.0")
	i.IntegrationResponseSelectionExpression = responseSelection(kind)
	uri := Value(i.IntegrationUri)
	switch kind {
	case v2.IntegrationTypeMock:
	case v2.IntegrationTypeAwsProxy:
		i.IntegrationMethod = orElse(i.IntegrationMethod, "POST")
		if _, err := integration.ParseLambdaURI(uri); err != nil {
			return wire.BadRequest("Invalid Integration URI specified: %s. It must be the ARN of a Lambda function's invocation", uri)
		}
	case v2.IntegrationTypeAws:
		i.IntegrationMethod = orElse(i.IntegrationMethod, "POST")
		if _, err := integration.ParseLambdaURI(uri); err != nil {
			if _, err := integration.ParseServiceURI(uri); err != nil {
				return wire.BadRequest("%s", err.Error())
			}
		}
	case v2.IntegrationTypeHttp, v2.IntegrationTypeHttpProxy:
		if i.IntegrationMethod == nil {
			return wire.BadRequest("HttpMethod must be specified for the integration type %s", kind)
		}
		if _, err := mapping.CompileHTTPURI(uri); err != nil {
			return wire.BadRequest("%s", err.Error())
		}
	}
	if err := checkSelection("templateSelectionExpression", i.TemplateSelectionExpression, "request.body."); err != nil {
		return err
	}
	if err := checkTemplates(i.RequestTemplates); err != nil {
		return err
	}
	return CheckWebSocketParameters(i.RequestParameters, false)
}

// checkTemplates compiles templates, so that what the data plane could not run is refused.
func checkTemplates(templates map[string]string) error {
	for key, text := range templates {
		if _, err := mapping.CompileTemplate(key, text); err != nil {
			return wire.BadRequest("Invalid template specified for %s: %s", key, err.Error())
		}
	}
	return nil
}

// CompleteIntegrationResponse refuses what no integration response can be (WebSocket API spec, 4).
func (d *Document) CompleteIntegrationResponse(i *Integration, r *v2.IntegrationResponse) error {
	key := Value(r.IntegrationResponseKey)
	switch {
	case d.HTTP():
		return wire.BadRequest("Integration responses are supported for WebSocket APIs only")
	case strings.HasSuffix(Value(i.IntegrationType), "_PROXY"):
		return wire.BadRequest("Integration responses are not supported for the integration type %s", *i.IntegrationType)
	case key == DefaultRoute:
	case len(key) < 3 || key[0] != '/' || key[len(key)-1] != '/':
		return wire.BadRequest("Invalid integration response key specified: %s. It must be $default or a regular expression between slashes", key)
	default:
		if _, err := mapping.CompileSelection(key[1 : len(key)-1]); err != nil {
			return wire.BadRequest("Invalid integration response key specified: %s. %s", key, err.Error())
		}
	}
	for _, other := range i.Responses {
		if other != r && Value(other.IntegrationResponseId) != Value(r.IntegrationResponseId) && *other.IntegrationResponseKey == key {
			return wire.Conflict("Integration response with key %s already exists for this integration", key)
		}
	}
	err := checkSelection("templateSelectionExpression", r.TemplateSelectionExpression,
		"request.body.", "integration.response.statuscode", "integration.response.header.", "integration.response.multivalueheader.")
	if err != nil {
		return err
	}
	if err := checkTemplates(r.ResponseTemplates); err != nil {
		return err
	}
	return CheckWebSocketParameters(r.ResponseParameters, true)
}
