package clients

import (
	"maps"
	"slices"
	"strings"
	"testing"

	wire "github.com/postern-gateway/postern/shared/wire/apigateway"
)

// lifecycles names all operations of the REST control plane, each with the life-cycle that calls
// it and compares its result.
var lifecycles = []struct {
	name       string
	run        func(*session)
	operations string
}{
	{"REST API", restAPIs, "CreateRestApi GetRestApi GetRestApis UpdateRestApi DeleteRestApi"},
	{"import and export", imports, "ImportRestApi PutRestApi GetExport"},
	{"resource", resources, "CreateResource GetResource GetResources UpdateResource DeleteResource"},
	{"method", methods, "PutMethod GetMethod UpdateMethod DeleteMethod"},
	{"method response", methodResponses, "PutMethodResponse GetMethodResponse UpdateMethodResponse DeleteMethodResponse"},
	{"integration", integrations, "PutIntegration GetIntegration UpdateIntegration DeleteIntegration"},
	{"integration response", integrationResponses, "PutIntegrationResponse GetIntegrationResponse UpdateIntegrationResponse DeleteIntegrationResponse"},
	{"model", models, "CreateModel GetModel GetModels GetModelTemplate UpdateModel DeleteModel"},
	{"request validator", requestValidators, "CreateRequestValidator GetRequestValidator GetRequestValidators UpdateRequestValidator DeleteRequestValidator"},
	{"authorizer", authorizers, "CreateAuthorizer GetAuthorizer GetAuthorizers UpdateAuthorizer DeleteAuthorizer"},
	{"gateway response", gatewayResponses, "PutGatewayResponse GetGatewayResponse GetGatewayResponses UpdateGatewayResponse DeleteGatewayResponse"},
	{"documentation part", documentationParts, "CreateDocumentationPart GetDocumentationPart GetDocumentationParts UpdateDocumentationPart DeleteDocumentationPart ImportDocumentationParts"},
	{"documentation version", documentationVersions, "CreateDocumentationVersion GetDocumentationVersion GetDocumentationVersions UpdateDocumentationVersion DeleteDocumentationVersion"},
	{"deployment", deployments, "CreateDeployment GetDeployment GetDeployments UpdateDeployment DeleteDeployment"},
	{"stage", stages, "CreateStage GetStage GetStages UpdateStage DeleteStage"},
	{"canary", canaries, "UpdateStage"},
	{"stage caches", stageCaches, "FlushStageCache FlushStageAuthorizersCache"},
	{"SDK", sdks, "GetSdk GetSdkType GetSdkTypes"},
	{"API key", apiKeys, "CreateApiKey GetApiKey GetApiKeys UpdateApiKey DeleteApiKey ImportApiKeys"},
	{"usage plan", usagePlans, "CreateUsagePlan GetUsagePlan GetUsagePlans UpdateUsagePlan DeleteUsagePlan"},
	{"usage plan key", usagePlanKeys, "CreateUsagePlanKey GetUsagePlanKey GetUsagePlanKeys DeleteUsagePlanKey"},
	{"usage", usage, "GetUsage UpdateUsage"},
	{"client certificate", clientCertificates, "GenerateClientCertificate GetClientCertificate GetClientCertificates UpdateClientCertificate DeleteClientCertificate"},
	{"domain name", domainNames, "CreateDomainName GetDomainName GetDomainNames UpdateDomainName DeleteDomainName"},
	{"base path mapping", basePathMappings, "CreateBasePathMapping GetBasePathMapping GetBasePathMappings UpdateBasePathMapping DeleteBasePathMapping"},
	{"domain name access association", accessAssociations, "CreateDomainNameAccessAssociation GetDomainNameAccessAssociations RejectDomainNameAccessAssociation DeleteDomainNameAccessAssociation"},
	{"VPC link", vpcLinks, "CreateVpcLink GetVpcLink GetVpcLinks UpdateVpcLink DeleteVpcLink"},
	{"account", account, "GetAccount UpdateAccount"},
	{"tags", tags, "TagResource GetTags UntagResource"},
	{"test invocation of a method", testInvokeMethod, "TestInvokeMethod"},
	{"test invocation of an authorizer", testInvokeAuthorizer, "TestInvokeAuthorizer"},
}

// The AWS SDK for Go calls each operation at least once, with a result that is checked.
func TestSDK(t *testing.T) {
	t.Parallel()
	for _, c := range lifecycles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t)
			c.run(s)
			for op := range strings.FieldsSeq(c.operations) {
				if !s.checked[op] {
					t.Errorf("the table says that this life-cycle calls %s, and it does not", op)
				}
			}
		})
	}
}

func TestTheTableNamesEveryOperation(t *testing.T) {
	named := map[string]bool{}
	for _, c := range lifecycles {
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
	if len(modelled) != 124 {
		t.Errorf("the model has %d operations, want 124 (control-plane operations, 1)", len(modelled))
	}
}
