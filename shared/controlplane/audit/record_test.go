package audit_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// The fields are those of the CloudTrail user guide, "Record contents".
func TestRecordOfASuccess(t *testing.T) {
	h := newHarness(t, wire.Bind(&apigateway.CreateStageOperation, func(ctx context.Context, in *apigateway.CreateStageRequest) (*apigateway.Stage, error) {
		in.Description = ptr("the implementation may do what it likes with its input")
		change.Report(ctx, "restapis/abc123", 4, 5)
		return &apigateway.Stage{StageName: in.StageName, DeploymentId: in.DeploymentId, Variables: in.Variables}, nil
	}))
	w := h.call("POST", "/restapis/abc123/stages", `{"stageName":"prod","deploymentId":"dep1","variables":{"key":"s3cret"}}`)
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), "s3cret") {
		t.Fatalf("the answer itself is not to change: %d %s", w.Code, w.Body)
	}
	got := h.last()
	for _, name := range []string{"requestID", "eventID"} {
		if _, err := uuid.Parse(got[name].(string)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got["requestID"] != w.Header().Get("x-amzn-RequestId") {
		t.Errorf("requestID %v is not the answer's %s", got["requestID"], w.Header().Get("x-amzn-RequestId"))
	}
	delete(got, "requestID")
	delete(got, "eventID")
	want := map[string]any{
		"eventVersion": "1.11",
		"userIdentity": map[string]any{
			"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::123456789012:user/team/alice",
			"accountId": "123456789012", "accessKeyId": "AKIDEXAMPLE", "userName": "alice",
		},
		"eventTime":       "2026-01-31T12:00:00Z",
		"eventSource":     "apigateway.amazonaws.com",
		"eventName":       "CreateStage",
		"awsRegion":       "eu-central-1",
		"sourceIPAddress": "192.0.2.7",
		"userAgent":       "aws-cli/2.11.8",
		"requestParameters": map[string]any{"restApiId": "abc123", "stageName": "prod", "deploymentId": "dep1",
			"variables": map[string]any{"key": "HIDDEN_DUE_TO_SECURITY_REASONS"}},
		"responseElements": map[string]any{"stageName": "prod", "deploymentId": "dep1",
			"variables": map[string]any{"key": "HIDDEN_DUE_TO_SECURITY_REASONS"}},
		"additionalEventData": map[string]any{"revisions": []any{map[string]any{"resource": "restapis/abc123", "before": 4.0, "after": 5.0}}},
		"readOnly":            false,
		"resources": []any{map[string]any{"ARN": "arn:aws:apigateway:eu-central-1::/restapis/abc123/stages/prod",
			"accountId": "123456789012", "type": "AWS::ApiGateway::Stage"}},
		"eventType":          "AwsApiCall",
		"managementEvent":    true,
		"recipientAccountId": "123456789012",
		"eventCategory":      "Management",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestRecordOfARefusal(t *testing.T) {
	h := newHarness(t,
		answering[apigateway.CreateApiKeyRequest, apigateway.ApiKey](&apigateway.CreateApiKeyOperation, nil, wire.Conflict("API Key %s already exists", "a-key-of-twenty-letters")),
		answering[apigateway.DeleteRestApiRequest, wire.Empty](&apigateway.DeleteRestApiOperation, nil, errors.New("the disk is on fire")),
		answering(&apigateway.CreateRestApiOperation, &apigateway.RestApi{}, nil),
		answering(&apigateway.UpdateAccountOperation, &apigateway.Account{}, nil))
	for _, c := range []struct {
		name, method, target, body string
		operation, code, message   string
		parameters                 any
	}{
		{"by the operation, with the secret in its text", "POST", "/apikeys", `{"value":"a-key-of-twenty-letters"}`,
			"CreateApiKey", "ConflictException", "API Key HIDDEN_DUE_TO_SECURITY_REASONS already exists",
			map[string]any{"value": "HIDDEN_DUE_TO_SECURITY_REASONS"}},
		{"by a failure, without its details", "DELETE", "/restapis/a1", "",
			"DeleteRestApi", "InternalFailure", "The request processing has failed because of an unknown error, exception or failure.",
			map[string]any{"restApiId": "a1"}},
		{"by the model's constraints", "POST", "/restapis", `{"name":"a","apiKeySource":"WRONG"}`,
			"CreateRestApi", "ValidationException", "1 validation error detected: Value 'WRONG' at 'createRestApiInput.apiKeySource' failed",
			map[string]any{"name": "a", "apiKeySource": "WRONG"}},
		{"by the decoder", "POST", "/restapis", `{"name":true}`,
			"CreateRestApi", "SerializationException", "class java.lang.Boolean can not be converted to an String", nil},
		{"by the lack of an implementation", "POST", "/vpclinks", `{}`,
			"CreateVpcLink", "NotImplementedException", "The operation CreateVpcLink is not implemented", nil},
	} {
		w := h.call(c.method, c.target, c.body)
		got := h.last()
		message, _ := got["errorMessage"].(string)
		if got["eventName"] != c.operation || got["errorCode"] != c.code || !strings.HasPrefix(message, c.message) {
			t.Errorf("%s: got %v %v %q, answered %d %s", c.name, got["eventName"], got["errorCode"], message, w.Code, w.Body)
		}
		if diff := cmp.Diff(c.parameters, got["requestParameters"]); diff != "" || got["responseElements"] != nil {
			t.Errorf("%s: parameters (-want +got):\n%s response %v", c.name, diff, got["responseElements"])
		}
	}
}

func TestWhatIsNotRecorded(t *testing.T) {
	h := newHarness(t,
		answering(&apigateway.GetRestApisOperation, &apigateway.RestApis{}, nil),
		answering(&apigateway.TestInvokeMethodOperation, &apigateway.TestInvokeMethodResponse{}, nil),
		answering(&apigateway.TestInvokeAuthorizerOperation, &apigateway.TestInvokeAuthorizerResponse{}, nil),
		answering(&apigateway.CreateRestApiOperation, &apigateway.RestApi{}, nil))
	h.call("GET", "/restapis", "")
	h.call("POST", "/restapis/a/resources/b/methods/GET", "{}")
	h.call("POST", "/restapis/a/authorizers/b", "{}")
	h.call("POST", "/no/such/operation", "{}")
	h.mux.Authenticate = func(*http.Request, []byte) error { return wire.AccessDenied("who are you?") }
	h.call("POST", "/restapis", `{"name":"a"}`)
	if p := h.query(); len(p.Records) != 0 {
		t.Errorf("recorded: %v", p.Records)
	}
}

// The caller that Authenticate finds counts.
func TestCallerOfAuthenticate(t *testing.T) {
	h := newHarness(t, answering(&apigateway.CreateRestApiOperation, &apigateway.RestApi{Id: ptr("a1")}, nil))
	h.info.Caller = nil
	h.mux.Authenticate = func(r *http.Request, _ []byte) error {
		info := *edge.FromContext(r.Context())
		info.Caller = &edge.Caller{AccessKey: "test", AccountID: account, UserARN: "arn:aws:iam::123456789012:root"}
		*r = *r.WithContext(edge.NewContext(r.Context(), &info))
		return nil
	}
	h.call("POST", "/restapis", `{"name":"a"}`)
	want := map[string]any{"type": "Root", "arn": "arn:aws:iam::123456789012:root", "accountId": account, "accessKeyId": "test"}
	if diff := cmp.Diff(any(want), h.last()["userIdentity"]); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
}

func TestDocumentsAreDigests(t *testing.T) {
	h := newHarness(t,
		answering(&apigateway.PutRestApiOperation, &apigateway.RestApi{Id: ptr("a1"), Name: ptr("pets")}, nil),
		answering(&apigateway.ImportApiKeysOperation, &apigateway.ApiKeyIds{Ids: []string{"k1"}}, nil),
		answering(&apigatewayv2.ImportApiOperation, &apigatewayv2.ImportApiResponse{ApiId: ptr("h1")}, nil))
	document := `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{}}`
	sum := sha256.Sum256([]byte(document))
	want := map[string]any{"size": float64(len(document)), "sha256": hex.EncodeToString(sum[:])}
	quoted, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, target, body, rest string }{
		{"PUT", "/restapis/a1?mode=merge&failonwarnings=true&basepath=split", document,
			`{"restApiId":"a1","mode":"merge","failOnWarnings":true,"parameters":{"basepath":"split"}}`},
		{"POST", "/apikeys?mode=import&format=csv", document, `{"format":"csv"}`},
		{"PUT", "/v2/apis?basepath=ignore", `{"body":` + string(quoted) + `}`, `{"basepath":"ignore"}`},
	} {
		if w := h.call(c.method, c.target, c.body); w.Code >= 300 {
			t.Fatalf("%s: %d %s", c.target, w.Code, w.Body)
		}
		var expected map[string]any
		if err := json.Unmarshal([]byte(c.rest), &expected); err != nil {
			t.Fatal(err)
		}
		expected["body"] = want
		if diff := cmp.Diff(any(expected), h.last()["requestParameters"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.target, diff)
		}
	}
}

func TestLargeFieldsAreLeftOut(t *testing.T) {
	h := newHarness(t, answering(&apigateway.CreateModelOperation, &apigateway.Model{Name: ptr("Pet")}, nil))
	h.call("POST", "/restapis/a1/models", `{"name":"Pet","contentType":"application/json","schema":"`+strings.Repeat("x", 100<<10)+`"}`)
	got := h.last()["requestParameters"].(map[string]any)
	if got["omitted"] != true || got["reason"] != "requestParameters too large" || got["originalSize"].(float64) <= 100<<10 {
		t.Errorf("a large field became %.300v", got)
	}
}

func TestResources(t *testing.T) {
	prefix := "arn:aws:apigateway:eu-central-1::"
	association := "arn:aws:apigateway:eu-central-1:123456789012:/domainnameaccessassociations/domainname/a.example.com/vpcesource/vpce-1"
	h := newHarness(t,
		answering(&apigateway.CreateRestApiOperation, &apigateway.RestApi{Id: ptr("a1")}, nil),
		answering(&apigateway.CreateResourceOperation, &apigateway.Resource{Id: ptr("r2"), ParentId: ptr("r1")}, nil),
		answering(&apigateway.CreateBasePathMappingOperation, &apigateway.BasePathMapping{BasePath: ptr("(none)")}, nil),
		answering(&apigateway.UpdateRestApiOperation, &apigateway.RestApi{Id: ptr("a1")}, nil),
		answering(&apigateway.CreateDomainNameAccessAssociationOperation, &apigateway.DomainNameAccessAssociation{DomainNameAccessAssociationArn: &association}, nil),
		answering(&apigatewayv2.CreateRouteOperation, &apigatewayv2.CreateRouteResult{RouteId: ptr("rt1")}, nil))
	for _, c := range []struct{ method, target, body, arn, kind string }{
		{"POST", "/restapis", `{"name":"x"}`, prefix + "/restapis/a1", "AWS::ApiGateway::RestApi"},
		{"POST", "/restapis", `{"name":1}`, prefix + "/restapis", "AWS::ApiGateway::RestApi"},
		{"POST", "/restapis/a1/resources/r1", `{"pathPart":"x"}`, prefix + "/restapis/a1/resources/r2", "AWS::ApiGateway::Resource"},
		{"PATCH", "/restapis/a1", `{}`, prefix + "/restapis/a1", "AWS::ApiGateway::RestApi"},
		{"PUT", "/restapis/a1/resources/r1/methods/GET/integration/responses/200", `{}`, prefix + "/restapis/a1/resources/r1/methods/GET/integration/responses/200", "AWS::ApiGateway::Method"},
		{"DELETE", "/restapis/a1/stages/models", ``, prefix + "/restapis/a1/stages/models", "AWS::ApiGateway::Stage"},
		{"DELETE", "/restapis/a1/documentation/parts/p1", ``, prefix + "/restapis/a1/documentation/parts/p1", "AWS::ApiGateway::DocumentationPart"},
		{"POST", "/domainnames/a.example.com/basepathmappings", `{"restApiId":"a1"}`, prefix + "/domainnames/a.example.com/basepathmappings/(none)", "AWS::ApiGateway::BasePathMapping"},
		{"PATCH", "/usageplans/p1/keys/k1/usage", `{}`, prefix + "/usageplans/p1/keys/k1/usage", "AWS::ApiGateway::UsagePlanKey"},
		{"PATCH", "/account", `{}`, prefix + "/account", "AWS::ApiGateway::Account"},
		{"PUT", "/tags/arn%3Aaws%3Aapigateway%3Aeu-central-1%3A%3A%2Frestapis%2Fa1", `{"tags":{}}`, prefix + "/restapis/a1", "AWS::ApiGateway::RestApi"},
		{"POST", "/domainnameaccessassociations", `{"domainNameArn":"d","accessAssociationSource":"vpce-1","accessAssociationSourceType":"VPCE"}`, association, "AWS::ApiGateway::DomainNameAccessAssociation"},
		{"POST", "/v2/apis/h1/routes", `{"routeKey":"GET /"}`, prefix + "/apis/h1/routes/rt1", "AWS::ApiGatewayV2::Route"},
	} {
		w := h.call(c.method, c.target, c.body)
		want := []any{map[string]any{"ARN": c.arn, "accountId": account, "type": c.kind}}
		if diff := cmp.Diff(any(want), h.last()["resources"]); diff != "" {
			t.Errorf("%s %s answered %d %s (-want +got):\n%s", c.method, c.target, w.Code, w.Body, diff)
		}
	}
}

// broken is a store that fails.
type broken struct{}

var errBroken = errors.New("the store is away")

func (broken) Query(context.Context, string, string, store.Page) ([]store.Item, string, error) {
	return nil, "", errBroken
}
func (broken) Transact(context.Context, []store.Write) error { return errBroken }

func TestAFailedWriteFailsNothing(t *testing.T) {
	h := &harness{t: t}
	var log strings.Builder
	h.build(audit.Config{Store: broken{}, Account: account, Region: "eu-central-1", Log: newLog(&log)},
		answering(&apigateway.CreateRestApiOperation, &apigateway.RestApi{Id: ptr("a1")}, nil))
	for n := range int64(2) {
		if w := h.call("POST", "/restapis", `{"name":"a"}`); w.Code != http.StatusCreated || h.trail.Failures() != n+1 {
			t.Errorf("answered %d %s after %d failures", w.Code, w.Body, h.trail.Failures())
		}
	}
	for _, part := range []string{"operation=CreateRestApi", "failures=2", errBroken.Error()} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log does not say %q: %s", part, log.String())
		}
	}
	if w := h.ask(); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), errBroken.Error()) {
		t.Errorf("reading answered %d %s", w.Code, w.Body)
	}
}

func TestOwn(t *testing.T) {
	h := newHarness(t)
	in := &apigateway.PutRestApiRequest{RestApiId: ptr("a1"), Mode: ptr("overwrite"), Body: []byte("doc")}
	for _, c := range []struct {
		err  error
		code any
	}{{nil, nil}, {fmt.Errorf("put: %w", wire.NotFound("gone")), "NotFoundException"}, {errBroken, "InternalFailure"}} {
		out, err := audit.Own(t.Context(), h.trail, apigateway.Service, &apigateway.PutRestApiOperation, in,
			func(ctx context.Context, in *apigateway.PutRestApiRequest) (*apigateway.RestApi, error) {
				if c.err != nil {
					return nil, c.err
				}
				change.Report(ctx, "restapis/a1", 1, 2)
				return &apigateway.RestApi{Id: in.RestApiId}, nil
			})
		if !errors.Is(err, c.err) || (out == nil) != (c.err != nil) {
			t.Errorf("returned %v, %v", out, err)
		}
		got := h.last()
		if got["eventName"] != "PutRestApi" || got["errorCode"] != c.code || (got["additionalEventData"] == nil) != (c.err != nil) ||
			fmt.Sprint(got["userIdentity"]) != "map[invokedBy:postern type:AWSService]" ||
			!strings.Contains(fmt.Sprint(got["resources"]), "/restapis/a1 ") || strings.Contains(fmt.Sprint(got["requestParameters"]), "doc") {
			t.Errorf("recorded %v", got)
		}
		h.now = h.now.Add(1)
	}
	reads := func(context.Context, *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) { return nil, nil }
	if _, err := audit.Own(t.Context(), h.trail, apigateway.Service, &apigateway.GetRestApiOperation, &apigateway.GetRestApiRequest{}, reads); err != nil {
		t.Error(err)
	}
	if all := names(h.query(), "eventName"); slices.Contains(all, "GetRestApi") {
		t.Errorf("recorded %v", all)
	}
}
