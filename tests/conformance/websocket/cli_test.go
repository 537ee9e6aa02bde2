package websocket

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// awsCLI is the stock client.
type awsCLI struct {
	path string
	t    *testing.T
}

func findAWSCLI(t *testing.T) *awsCLI {
	t.Helper()
	if own := filepath.Join(root, ".build/venv/bin/aws"); exec.Command(own, "--version").Run() == nil {
		return &awsCLI{own, t}
	}
	path, err := exec.LookPath("aws")
	if err != nil {
		if os.Getenv("POSTERN_REQUIRE_AWS_CLI") != "" {
			t.Fatal("the AWS CLI is not there: scripts/tools.sh aws installs it")
		}
		t.Skip("the AWS CLI is not there: scripts/tools.sh aws installs it")
	}
	return &awsCLI{path, t}
}

// run returns what a command prints.
func (a *awsCLI) run(endpoint string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(a.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, a.path, append([]string{"--endpoint-url", endpoint, "--output", "json"}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// create runs a command of apigatewayv2 and returns a member of its answer.
func (a *awsCLI) create(control, member string, args ...string) string {
	a.t.Helper()
	out, err := a.run(control, append([]string{"apigatewayv2"}, args...)...)
	if err != nil {
		a.t.Fatalf("aws apigatewayv2 %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		a.t.Fatalf("aws apigatewayv2 %s: %v\n%s", args[0], err, out)
	}
	value, _ := answer[member].(string)
	if value == "" {
		a.t.Fatalf("aws apigatewayv2 %s: no %s in\n%s", args[0], member, out)
	}
	return value
}

// The stock AWS CLI makes a WebSocket API of the local process and manages its connections.
func TestAWSCLI(t *testing.T) {
	aws := findAWSCLI(t)
	s := &suite{t: t, client: startClient(t), process: start(t, ":memory:", nil)}
	api := aws.create(s.control, "ApiId", "create-api", "--name", "cli", "--protocol-type", "WEBSOCKET", "--route-selection-expression", "$request.body.action")
	integration := aws.create(s.control, "IntegrationId", "create-integration", "--api-id", api, "--integration-type", "MOCK",
		"--template-selection-expression", `\$default`, "--request-templates", `{"$default":"{\"statusCode\":200}"}`)
	aws.create(s.control, "IntegrationResponseId", "create-integration-response", "--api-id", api, "--integration-id", integration,
		"--integration-response-key", "$default", "--template-selection-expression", `\$default`, "--response-templates", `{"$default":"$context.connectionId"}`)
	route := aws.create(s.control, "RouteId", "create-route", "--api-id", api, "--route-key", "whoami", "--target", "integrations/"+integration,
		"--route-response-selection-expression", "$default")
	aws.create(s.control, "RouteResponseId", "create-route-response", "--api-id", api, "--route-id", route, "--route-response-key", "$default")
	aws.create(s.control, "StageName", "create-stage", "--api-id", api, "--stage-name", "dev")
	aws.create(s.control, "DeploymentId", "create-deployment", "--api-id", api, "--stage-name", "dev")
	s.ids = ids{"cli": api}

	c := s.open(t, "cli")
	id := c.ask(`{"action":"whoami"}`)
	if !idForm.MatchString(id) {
		t.Fatalf("the route answers %s", id)
	}
	manage := func(args ...string) (string, error) {
		return aws.run("http://"+s.data+"/_aws/execute-api/"+api+"/dev", append([]string{"apigatewaymanagementapi"}, args...)...)
	}
	if out, err := manage("post-to-connection", "--connection-id="+id, "--cli-binary-format", "raw-in-base64-out", "--data", "from the CLI"); err != nil {
		// Version 1 takes the data as it is and does not know the option.
		if out2, err2 := manage("post-to-connection", "--connection-id="+id, "--data", "from the CLI"); err2 != nil {
			t.Fatalf("post: %v %s; %v %s", err, out, err2, out2)
		}
	}
	if got := c.text(); got != "from the CLI" {
		t.Errorf("got %s", got)
	}
	out, err := manage("get-connection", "--connection-id="+id)
	if err != nil || !strings.Contains(strings.ToLower(out), `"sourceip": "127.0.0.1"`) {
		t.Errorf("get: %v %s", err, out)
	}
	if out, err := manage("delete-connection", "--connection-id="+id); err != nil {
		t.Errorf("delete: %v %s", err, out)
	}
	if r := c.recv(); !r.Closed || r.Code != 1000 {
		t.Errorf("got %+v", r)
	}
	if out, err := manage("get-connection", "--connection-id="+id); err == nil || !strings.Contains(out, "GoneException") {
		t.Errorf("after it: %v %s", err, out)
	}
}
