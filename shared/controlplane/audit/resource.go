package audit

import (
	"strings"
)

// collection is a segment of the API's paths that an identifier follows.
type collection struct {
	resource string // type of the members
	id       string // member of a creation's answer that holds the identifier; empty if the client chooses it
}

// collections, by service. The path of a request is the resource part of the ARN of what it is
// about (control-plane operations, 2.7): arn:aws:apigateway:{region}::{path}.
var collections = map[string]map[string]collection{
	"apigateway": {
		"account":                      {"AWS::ApiGateway::Account", ""},
		"apikeys":                      {"AWS::ApiGateway::ApiKey", "id"},
		"authorizers":                  {"AWS::ApiGateway::Authorizer", "id"},
		"basepathmappings":             {"AWS::ApiGateway::BasePathMapping", "basePath"},
		"clientcertificates":           {"AWS::ApiGateway::ClientCertificate", "clientCertificateId"},
		"deployments":                  {"AWS::ApiGateway::Deployment", "id"},
		"domainnameaccessassociations": {"AWS::ApiGateway::DomainNameAccessAssociation", "domainNameAccessAssociationArn"},
		"domainnames":                  {"AWS::ApiGateway::DomainName", "domainName"},
		"gatewayresponses":             {"AWS::ApiGateway::GatewayResponse", ""},
		"keys":                         {"AWS::ApiGateway::UsagePlanKey", "id"},
		"methods":                      {"AWS::ApiGateway::Method", ""},
		"models":                       {"AWS::ApiGateway::Model", "name"},
		"parts":                        {"AWS::ApiGateway::DocumentationPart", "id"},
		"requestvalidators":            {"AWS::ApiGateway::RequestValidator", "id"},
		"resources":                    {"AWS::ApiGateway::Resource", "id"},
		"restapis":                     {"AWS::ApiGateway::RestApi", "id"},
		"stages":                       {"AWS::ApiGateway::Stage", "stageName"},
		"usageplans":                   {"AWS::ApiGateway::UsagePlan", "id"},
		"versions":                     {"AWS::ApiGateway::DocumentationVersion", "version"},
		"vpclinks":                     {"AWS::ApiGateway::VpcLink", "id"},
	},
	"apigatewayv2": {
		"apimappings":              {"AWS::ApiGatewayV2::ApiMapping", "apiMappingId"},
		"apis":                     {"AWS::ApiGatewayV2::Api", "apiId"},
		"authorizers":              {"AWS::ApiGatewayV2::Authorizer", "authorizerId"},
		"deployments":              {"AWS::ApiGatewayV2::Deployment", "deploymentId"},
		"domainnames":              {"AWS::ApiGatewayV2::DomainName", "domainName"},
		"integrationresponses":     {"AWS::ApiGatewayV2::IntegrationResponse", "integrationResponseId"},
		"integrations":             {"AWS::ApiGatewayV2::Integration", "integrationId"},
		"models":                   {"AWS::ApiGatewayV2::Model", "modelId"},
		"portalproducts":           {"AWS::ApiGatewayV2::PortalProduct", "portalProductId"},
		"portals":                  {"AWS::ApiGatewayV2::Portal", "portalId"},
		"productpages":             {"AWS::ApiGatewayV2::ProductPage", "productPageId"},
		"productrestendpointpages": {"AWS::ApiGatewayV2::ProductRestEndpointPage", "productRestEndpointPageId"},
		"routeresponses":           {"AWS::ApiGatewayV2::RouteResponse", "routeResponseId"},
		"routes":                   {"AWS::ApiGatewayV2::Route", "routeId"},
		"routingrules":             {"AWS::ApiGatewayV2::RoutingRule", "routingRuleId"},
		"stages":                   {"AWS::ApiGatewayV2::Stage", "stageName"},
		"vpclinks":                 {"AWS::ApiGatewayV2::VpcLink", "vpcLinkId"},
	},
}

// resourcesOf says what an operation was about, by the path of its request and, for what it
// created, its answer.
func (t *Trail) resourcesOf(e event, output map[string]any) []Resource {
	path := e.path
	if e.service == "apigatewayv2" {
		path = strings.TrimPrefix(path, "/v2")
	}
	arn := ""
	switch {
	case strings.Contains(path, "/arn:"): // tags and access associations are addressed by ARN
		arn = path[strings.Index(path, "/arn:")+1:]
	case e.parameters["domainNameAccessAssociationArn"] != nil:
		arn, _ = e.parameters["domainNameAccessAssociationArn"].(string)
	}
	if arn != "" {
		// The ARN names the service apigateway for both.
		of, _ := find(e.service, pathOf(arn))
		return []Resource{{ARN: arn, AccountID: t.cfg.Account, Type: of.resource}}
	}
	of, whole := find(e.service, path)
	if of.resource == "" {
		return nil
	}
	id, _ := output[of.id].(string)
	switch {
	case id == "" || whole && e.operation.Name != "CreateResource":
	case strings.HasPrefix(id, "arn:"):
		return []Resource{{ARN: id, AccountID: t.cfg.Account, Type: of.resource}}
	case whole: // the path of a new resource ends with its parent
		before, _, _ := cutLast(path, "/")
		path = before + "/" + id
	default:
		path += "/" + id
	}
	return []Resource{{ARN: "arn:" + partition(t.cfg.Region) + ":apigateway:" + t.cfg.Region + "::" + path,
		AccountID: t.cfg.Account, Type: of.resource}}
}

// find returns the innermost collection of a path, and whether the path goes on with an
// identifier in it.
func find(service, path string) (innermost collection, whole bool) {
	known := collections[service]
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := 0; i < len(segments); i++ {
		if c, ok := known[segments[i]]; ok {
			i++ // past the identifier, which may look like a collection
			innermost, whole = c, i < len(segments)
		}
	}
	return innermost, whole
}

// pathOf is the resource part of an ARN: what follows its fifth colon.
func pathOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}

// partition is the ARN partition of a region.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
