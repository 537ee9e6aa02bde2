package clients

import (
	"maps"
	"slices"
	"strings"
	"testing"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	wire "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// v2lifecycles names the operations on HTTP and WebSocket APIs, each with the life-cycle that calls
// it and compares its result.
var v2lifecycles = []struct {
	name       string
	run        func(*v2session)
	operations string
}{
	{"API", v2APIs, "CreateApi GetApi GetApis UpdateApi DeleteApi DeleteCorsConfiguration"},
	{"route", v2Routes, "CreateRoute GetRoute GetRoutes UpdateRoute DeleteRoute DeleteRouteRequestParameter"},
	{"route response", v2RouteResponses, "CreateRouteResponse GetRouteResponse GetRouteResponses UpdateRouteResponse DeleteRouteResponse"},
	{"integration", v2Integrations, "CreateIntegration GetIntegration GetIntegrations UpdateIntegration DeleteIntegration"},
	{"integration response", v2IntegrationResponses, "CreateIntegrationResponse GetIntegrationResponse GetIntegrationResponses UpdateIntegrationResponse DeleteIntegrationResponse"},
	{"authorizer", v2Authorizers, "CreateAuthorizer GetAuthorizer GetAuthorizers UpdateAuthorizer DeleteAuthorizer"},
	{"model", v2Models, "CreateModel GetModel GetModels GetModelTemplate UpdateModel DeleteModel"},
	{"deployment", v2Deployments, "CreateDeployment GetDeployment GetDeployments UpdateDeployment DeleteDeployment"},
	{"stage", v2Stages, "CreateStage GetStage GetStages UpdateStage DeleteStage DeleteRouteSettings DeleteAccessLogSettings ResetAuthorizersCache"},
	{"domain name", v2DomainNames, "CreateDomainName GetDomainName GetDomainNames UpdateDomainName DeleteDomainName CreateApiMapping GetApiMapping GetApiMappings UpdateApiMapping DeleteApiMapping"},
	{"VPC link", v2VPCLinks, "CreateVpcLink GetVpcLink GetVpcLinks UpdateVpcLink DeleteVpcLink"},
	{"tags", v2Tags, "TagResource GetTags UntagResource"},
	{"import and export", v2Imports, "ImportApi ReimportApi ExportApi"},
}

// v2notBuilt are the operations of portals and routing rules, which answer that they are not built.
const v2notBuilt = `CreatePortal CreatePortalProduct CreateProductPage CreateProductRestEndpointPage DeletePortal DeletePortalProduct
	DeletePortalProductSharingPolicy DeleteProductPage DeleteProductRestEndpointPage DisablePortal GetPortal GetPortalProduct
	GetPortalProductSharingPolicy GetProductPage GetProductRestEndpointPage ListPortalProducts ListPortals ListProductPages
	ListProductRestEndpointPages PreviewPortal PublishPortal PutPortalProductSharingPolicy UpdatePortal UpdatePortalProduct
	UpdateProductPage UpdateProductRestEndpointPage
	CreateRoutingRule DeleteRoutingRule GetRoutingRule ListRoutingRules PutRoutingRule`

// The AWS SDK for Go calls each operation at least once, with a result that is checked.
func TestV2SDK(t *testing.T) {
	t.Parallel()
	for _, c := range v2lifecycles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newV2Session(t)
			c.run(s)
			for op := range strings.FieldsSeq(c.operations) {
				if !s.checked[op] {
					t.Errorf("the table says that this life-cycle calls %s, and it does not", op)
				}
			}
		})
	}
}

func TestTheV2TableNamesEveryOperation(t *testing.T) {
	named := map[string]bool{}
	for op := range strings.FieldsSeq(v2notBuilt) {
		named[op] = true
	}
	for _, c := range v2lifecycles {
		for op := range strings.FieldsSeq(c.operations) {
			named[op] = true
		}
	}
	modelled := map[string]bool{}
	for _, o := range wire.Operations {
		modelled[o.Name] = true
		if !named[o.Name] {
			t.Errorf("no life-cycle calls %s", o.Name)
		}
	}
	for _, op := range slices.Sorted(maps.Keys(named)) {
		if !modelled[op] {
			t.Errorf("the model has no operation %s", op)
		}
	}
	if len(modelled) != 103 {
		t.Errorf("the model has %d operations, want 103 (control-plane operations, 1)", len(modelled))
	}
}

func TestV2NotBuilt(t *testing.T) {
	t.Parallel()
	s := newV2Session(t)
	v2refused(s, s.api.ListPortals, &v2.ListPortalsInput{}, "NotImplementedException", "")
	v2refused(s, s.api.ListRoutingRules, &v2.ListRoutingRulesInput{DomainName: s.text("api.example.com")}, "NotImplementedException", "")
	if !strings.Contains(string(s.last.body), "ListRoutingRules") {
		t.Errorf("the refusal does not name the operation: %s", s.last.body)
	}
}
