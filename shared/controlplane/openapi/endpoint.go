package openapi

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// readEndpoint reads where the integration sends requests, and by which method. A MOCK integration has neither (recorded, 6).
func (i *integration) readEndpoint() {
	method := i.at.get("httpMethod")
	name := strings.ToUpper(i.str(method))
	switch {
	case name == "":
		i.fail(i.at, i.subject(), "Enumeration value for HttpMethod must be non-empty")
	case !slices.Contains(methodNames, name):
		i.fail(method, i.subject(), invalidVerb)
	}
	i.out.HttpMethod = textOrNil(name)
	uri := i.at.get("uri")
	text := i.str(uri)
	if reason := i.uriFault(text); reason != "" {
		if uri == nil {
			uri = i.at
		}
		i.fail(uri, i.subject(), "%s", reason)
	}
	i.out.Uri = textOrNil(text)
}

// uriFault checks the beginning of the URI in API Gateway's words (control-plane operations, 2.1); stage variables may
// stand anywhere behind it.
func (i *integration) uriFault(uri string) string {
	if i.isHTTP() {
		if strings.HasPrefix(uri, "http://") || strings.HasPrefix(uri, "https://") {
			return ""
		}
		return "Invalid HTTP endpoint specified for URI"
	}
	// arn:{partition}:apigateway:{region}:{service}:{path|action}/...
	parts := strings.SplitN(uri, ":", 6)
	if len(parts) < 5 || parts[0] != "arn" || parts[2] != "apigateway" {
		return "Invalid ARN specified in the request"
	}
	if len(parts) < 6 || !strings.HasPrefix(parts[5], "path/") && !strings.HasPrefix(parts[5], "action/") {
		return "AWS ARN for integration must contain path or action"
	}
	if service := parts[4]; i.kind == apigateway.IntegrationTypeAwsProxy && service != "lambda" && service != "firehose" {
		return "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
	}
	return ""
}

// readConnection reads how the endpoint is reached. Only HTTP endpoints are reached in more than one way.
func (i *integration) readConnection() {
	p := i.at.get("connectionType")
	kind := i.enum(p, i.subject(), apigateway.ConnectionTypeValues)
	id := i.str(i.at.get("connectionId"))
	switch {
	case kind == apigateway.ConnectionTypeVpcLink && !i.isHTTP():
		i.fail(p, i.subject(), "connections of type VPC_LINK belong to integrations of type HTTP and HTTP_PROXY only")
	case kind == apigateway.ConnectionTypeVpcLink && id == "":
		i.fail(p, i.subject(), "a connection of type VPC_LINK needs a connectionId")
	case i.isHTTP():
		i.out.ConnectionType, i.out.ConnectionId = textOrNil(kind), textOrNil(id)
	}
	// The guide spells the field both ways.
	target := i.at.get("integrationTarget")
	if target == nil {
		target = i.at.get("integration-target")
	}
	i.out.IntegrationTarget = textOrNil(i.str(target))
}
