package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// v2walk goes from a quick create to an export with the AWS CLI, which shows the names of members in
// capitals. The expectations are written as answers have them.
var v2walk = []step{
	{command: "create-api --name quick --protocol-type HTTP --target https://example.com/{proxy} --route-key 'GET /{proxy+}'", want: `{"ApiId":"<api=id10>","Name":"quick","ProtocolType":"HTTP","...":0}`},
	{command: "get-integrations --api-id <api>", want: `{"Items":[{"IntegrationId":"<managed=id7>","ApiGatewayManaged":true,"IntegrationType":"HTTP_PROXY","IntegrationMethod":"ANY","...":0}]}`},
	{command: "get-stages --api-id <api>", want: `{"Items":[{"StageName":"$default","AutoDeploy":true,"DeploymentId":"<first=id6>","...":0}]}`},
	{command: "create-integration --api-id <api> --integration-type AWS_PROXY --integration-uri " + v2Function + " --payload-format-version 2.0",
		want: `{"IntegrationId":"<integration=id7>","IntegrationMethod":"POST","PayloadFormatVersion":"2.0","...":0}`},
	{command: "create-authorizer --api-id <api> --name jwt --authorizer-type JWT --identity-source $request.header.Authorization --jwt-configuration Issuer=https://issuer.example,Audience=a",
		want: `{"AuthorizerId":"<jwt=id6>","...":0}`},
	{command: "create-route --api-id <api> --route-key 'POST /pets' --target integrations/<integration> --authorization-type JWT --authorizer-id <jwt> --authorization-scopes write",
		want: `{"RouteId":"<route=id7>","RouteKey":"POST /pets","AuthorizationScopes":["write"],"...":0}`},
	{command: "update-api --api-id <api> --cors-configuration AllowOrigins=https://www.example.com,AllowMethods=GET", want: `{"CorsConfiguration":{"AllowOrigins":["https://www.example.com"],"AllowMethods":["GET"]},"...":0}`},
	{command: "update-stage --api-id <api> --stage-name $default --default-route-settings ThrottlingRateLimit=10,ThrottlingBurstLimit=5",
		want: `{"DefaultRouteSettings":{"DetailedMetricsEnabled":false,"ThrottlingRateLimit":10.0,"ThrottlingBurstLimit":5},"...":0}`},
	{command: "create-route --api-id <api> --route-key 'POST /pets'", refusal: "(ConflictException) when calling the CreateRoute operation: Route with key POST /pets already exists for this API"},
	{command: "get-routes --api-id <api>", want: `{"Items":["<any>","<any>"]}`},
}

func TestV2CLI(t *testing.T) {
	t.Parallel()
	cli := installed(t, "aws", "the AWS CLI is not on PATH; make test installs it")
	url, n := start(t), names{}
	for _, s := range v2walk {
		out, said, err := v2aws(t, cli, url, n, s.command)
		switch {
		case s.refusal != "":
			if want := n.expand(s.refusal); err == nil || !strings.Contains(said, want) {
				t.Errorf("aws apigatewayv2 %s\n got %s %s\nwant %s", s.command, out, said, want)
			}
		case err != nil:
			t.Fatalf("aws apigatewayv2 %s: %v\n%s", s.command, err, said)
		default:
			for _, d := range n.differences(s.want, out) {
				t.Errorf("aws apigatewayv2 %s: %s", s.command, d)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "export.json")
	if _, said, err := v2aws(t, cli, url, n, "export-api --api-id <api> --output-type JSON --specification OAS30 --stage-name $default "+file); err != nil {
		t.Fatalf("export-api: %v\n%s", err, said)
	}
	exported, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(exported, &document); err != nil || document.Paths["/pets"]["post"] == nil || document.Paths["/{proxy+}"]["get"] == nil {
		t.Errorf("%v: %s", err, exported)
	}
	// What was exported can be imported.
	if out, said, err := v2aws(t, cli, url, n, "import-api --fail-on-warnings --body file://"+file); err != nil {
		t.Errorf("import-api: %v\n%s", err, said)
	} else if d := n.differences(`{"ApiId":"<copy=id10>","Name":"quick","...":0}`, out); len(d) > 0 {
		t.Error(d)
	}
}

func v2aws(t *testing.T, cli, url string, n names, command string) (out []byte, said string, err error) {
	t.Helper()
	args := []string{"--endpoint-url", url, "--output", "json", "apigatewayv2"}
	for _, a := range words(command) {
		args = append(args, n.expand(a))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, cli, args...)
	cmd.Env = append(os.Environ(), append(signing, "AWS_MAX_ATTEMPTS=1")...)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return bytes.TrimSpace(stdout.Bytes()), strings.TrimSpace(stderr.String()), err
}
