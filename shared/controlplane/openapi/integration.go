package openapi

import (
	"fmt"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Passthrough behaviours; the service model declares them as free text.
var passthroughBehaviors = []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}

var methodNames = []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}

// Bounds of an integration's timeout in milliseconds: the lower one of every integration, the upper one of integrations
// that stream (REST data plane, 4.5). What an API may use below it is a quota, which an import knows nothing of.
const (
	minTimeout = 50
	maxTimeout = 900_000
)

// integrationFields are the members of the integration extension (control-plane operations, 2.5). False marks those of
// HTTP APIs. payloadFormatVersion is true, because API Gateway takes 1.0 without a word (recorded, 14.3).
var integrationFields = map[string]bool{
	"type": true, "uri": true, "httpMethod": true, "connectionType": true, "connectionId": true, "integrationTarget": true,
	"integration-target": true, "credentials": true, "requestParameters": true, "requestTemplates": true, "responses": true,
	"passthroughBehavior": true, "contentHandling": true, "cacheKeyParameters": true, "cacheNamespace": true,
	"timeoutInMillis": true, "responseTransferMode": true, "tlsConfig": true, "payloadFormatVersion": true,
	"integrationSubtype": false,
}

// integration reads one integration extension.
type integration struct {
	*operation
	at   *place
	kind string
	out  apigateway.Integration
}

func (i *integration) subject() string {
	return fmt.Sprintf("Unable to put integration on '%s' for resource at path '%s'", i.verb, clip(i.path, 200))
}

// importIntegration reads the integration of the method. A method without one is fine (recorded, 14.3).
func (o *operation) importIntegration() {
	at := o.place.get(extensionPrefix + "integration")
	if at == nil || !o.isKind(at, kindObject) {
		return
	}
	i := &integration{operation: o, at: at}
	if refOf(at) != "" {
		i.fail(at, i.subject(), "references to shared integrations belong to HTTP APIs")
		return
	}
	kind := at.get("type")
	if i.kind = i.enum(kind, i.subject(), apigateway.IntegrationTypeValues); i.kind == "" {
		if kind == nil {
			i.fail(at, i.subject(), "the integration has no type")
		}
		return
	}
	i.warnOfFields()
	i.read()
	ApplyIntegrationDefaults(&i.out)
	o.out.MethodIntegration = &i.out
}

func (i *integration) warnOfFields() {
	for name, p := range i.at.members() {
		restAPI, known := integrationFields[name]
		switch {
		case !known:
			i.warnAt(p, "Unknown field %q of an integration. Ignoring.", clip(name, 80))
		case name == "payloadFormatVersion" && p.text != "1.0":
			i.warnAt(p, "Integrations of REST APIs have the payload format version 1.0. Ignoring.")
		case !restAPI:
			i.warnAt(p, "The field %s of an integration belongs to HTTP APIs. Ignoring.", name)
		}
	}
}

func (i *integration) read() {
	at := i.at
	i.out.Type = ptr(i.kind)
	if i.kind != apigateway.IntegrationTypeMock {
		i.readEndpoint()
	}
	i.readConnection()
	i.out.Credentials = textOrNil(i.str(at.get("credentials")))
	i.out.RequestParameters = i.parameterMappings(at.get("requestParameters"), "requestParameters")
	i.out.RequestTemplates = i.strMap(at.get("requestTemplates"))
	i.out.PassthroughBehavior = textOrNil(i.enum(at.get("passthroughBehavior"), i.subject(), passthroughBehaviors))
	i.out.ContentHandling = textOrNil(i.enum(at.get("contentHandling"), i.subject(), apigateway.ContentHandlingStrategyValues))
	i.out.CacheNamespace = textOrNil(i.str(at.get("cacheNamespace")))
	i.out.CacheKeyParameters = i.strs(at.get("cacheKeyParameters"))
	i.readTransfer()
	i.readTLS(at.get("tlsConfig"))
	i.readResponses(at.get("responses"))
}

// readTransfer reads how long a response may take and whether it streams.
func (i *integration) readTransfer() {
	mode := i.at.get("responseTransferMode")
	i.out.ResponseTransferMode = textOrNil(i.enum(mode, i.subject(), apigateway.ResponseTransferModeValues))
	if m := i.out.ResponseTransferMode; m != nil && *m == apigateway.ResponseTransferModeStream &&
		i.kind != apigateway.IntegrationTypeHttpProxy && i.kind != apigateway.IntegrationTypeAwsProxy {
		i.fail(mode, i.subject(), "responses stream from integrations of type HTTP_PROXY and AWS_PROXY only")
	}
	timeout := i.at.get("timeoutInMillis")
	i.out.TimeoutInMillis = i.integer(timeout)
	if t := i.out.TimeoutInMillis; t != nil && (*t < minTimeout || *t > maxTimeout) {
		i.fail(timeout, i.subject(), "the timeout must be between %d and %d milliseconds", minTimeout, maxTimeout)
	}
}

func (i *integration) readTLS(p *place) {
	if p == nil || !i.isKind(p, kindObject) {
		return
	}
	if name := p.get("serverNameToVerify"); name != nil {
		i.warnAt(name, "The field serverNameToVerify belongs to HTTP APIs. Ignoring.")
	}
	skip := p.get("insecureSkipVerification")
	flag := i.boolean(skip)
	if flag == nil {
		return
	}
	if !i.isHTTP() {
		i.fail(skip, i.subject(), "a TLS configuration belongs to integrations of type HTTP and HTTP_PROXY only")
		return
	}
	i.out.TlsConfig = &apigateway.TlsConfig{InsecureSkipVerification: flag}
}

func (i *integration) isHTTP() bool {
	return i.kind == apigateway.IntegrationTypeHttp || i.kind == apigateway.IntegrationTypeHttpProxy
}

// parameterMappings reads mappings of parameters. A value that is no string is dropped with the recorded warning (14.5).
func (i *integration) parameterMappings(p *place, member string) map[string]string {
	if p == nil || !i.isKind(p, kindObject) {
		return nil
	}
	mappings := make(map[string]string, len(p.fields))
	for name, value := range p.members() {
		if value.kind != kindString {
			i.warn("Invalid format for '%s'. Expected type string for property '%s' of resource '%s' and method '%s' but got '%s'",
				member, clip(name, 200), i.path, i.verb, clip(i.literal(value), 200))
			continue
		}
		mappings[name] = i.str(value)
	}
	return mappings
}
