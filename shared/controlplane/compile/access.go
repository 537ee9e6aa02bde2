package compile

import (
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// callerCredentials passes the caller's own identity on (REST data plane spec, 4.1).
const callerCredentials = "arn:aws:iam::*:user/*"

var (
	roleARN       = regexp.MustCompile(`^arn:[^:]+:iam::[0-9]{12}:role/.+$`)
	balancerARN   = regexp.MustCompile(`^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:(?:loadbalancer/(?:app|net)/[^/]+/[^/]+|listener/(?:app|net)/[^/]+/[^/]+/[^/]+)$`)
	stageVariable = regexp.MustCompile(`\$\{stageVariables\.[^}]+\}`)
)

// credentials compiles the identity of calls to AWS. Integrations of other types have no use for
// one, as in API Gateway.
func credentials(at place, m *apigateway.Method, i *apigateway.Integration, out *snapshot.Integration) {
	value := text(i.Credentials)
	if value == "" || out.Type != apigateway.IntegrationTypeAws && out.Type != apigateway.IntegrationTypeAwsProxy {
		return
	}
	out.Credentials = value
	switch {
	case value == callerCredentials:
		if text(m.AuthorizationType) != "AWS_IAM" {
			at.found("credentials: %s passes the caller's identity on, which a method without authorization type AWS_IAM does not know", value)
		}
	case stageVariable.MatchString(value):
		if _, err := mapping.CompileURI(value); err != nil {
			at.found("credentials: a brace is not closed")
		}
	case !roleARN.MatchString(value):
		at.found("credentials: %q is neither the ARN of a role nor %s", value, callerCredentials)
	}
}

// serviceURI checks the URI of an integration of type AWS.
func serviceURI(at place, uri string) {
	if invokesLambda(uri) {
		if strings.HasSuffix(uri, "/response-streaming-invocations") {
			at.found("uri: response-streaming-invocations needs type AWS_PROXY and responseTransferMode STREAM")
		}
		return
	}
	if _, err := integration.ParseServiceURI(uri); err != nil {
		at.invalid("uri", err)
	}
}

// connection compiles a private integration (domains and edge spec, 11).
func connection(at place, i *apigateway.Integration, out *snapshot.Integration) {
	id, target := text(i.ConnectionId), text(i.IntegrationTarget)
	if text(i.ConnectionType) != apigateway.ConnectionTypeVpcLink {
		if target != "" {
			at.found("integrationTarget: it needs connectionType VPC_LINK")
		}
		return
	}
	out.ConnectionType, out.ConnectionID, out.IntegrationTarget = apigateway.ConnectionTypeVpcLink, id, target
	switch out.Type {
	case apigateway.IntegrationTypeHttp, apigateway.IntegrationTypeHttpProxy:
	default:
		at.found("connectionType: VPC_LINK leads to HTTP backends, not to an integration of type %s", out.Type)
	}
	if id == "" {
		at.found("connectionId: it is needed with connectionType VPC_LINK")
	} else if _, err := mapping.CompileURI(id); err != nil {
		at.found("connectionId: a brace is not closed")
	}
	if target != "" && !stageVariable.MatchString(target) && !balancerARN.MatchString(target) {
		at.found("integrationTarget: %q is not the ARN of an Application or Network Load Balancer or of its listener", target)
	}
}
