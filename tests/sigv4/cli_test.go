package sigv4

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The stock AWS CLI manages users, keys and policies.
func TestCLI(t *testing.T) {
	t.Parallel()
	cli := tool(t, "aws", "POSTERN_REQUIRE_AWS_CLI")
	_, control := startLocal(t)
	run := func(key, secret string, args ...string) (map[string]any, string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), cli, append([]string{"--endpoint-url", control, "--output", "json"}, args...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY="+secret, "AWS_SESSION_TOKEN=", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1",
			"AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, stderr.String()
		}
		var answer map[string]any
		if len(out) > 0 {
			if err := json.Unmarshal(out, &answer); err != nil {
				t.Fatalf("aws %q: %v\n%s", args, err, out)
			}
		}
		return answer, ""
	}
	root := func(args ...string) map[string]any {
		t.Helper()
		answer, failure := run("test", "test", args...)
		if failure != "" {
			t.Fatalf("aws %q: %s", args, failure)
		}
		return answer
	}
	fails := func(key, secret, code string, args ...string) {
		t.Helper()
		if answer, failure := run(key, secret, args...); !strings.Contains(failure, "("+code+")") {
			t.Errorf("aws %q: %v %s, want %s", args, answer, failure, code)
		}
	}
	member := func(answer map[string]any, name string) map[string]any {
		t.Helper()
		m, ok := answer[name].(map[string]any)
		if !ok {
			t.Fatalf("%v has no %s", answer, name)
		}
		return m
	}
	if got := root("sts", "get-caller-identity"); got["Arn"] != "arn:aws:iam::123456789012:root" {
		t.Errorf("%v", got)
	}
	if u := member(root("iam", "create-user", "--user-name", "alice", "--path", "/blue/", "--tags", "Key=team,Value=blue"), "User"); u["Arn"] != "arn:aws:iam::123456789012:user/blue/alice" {
		t.Errorf("%v", u)
	}
	fails("test", "test", "EntityAlreadyExists", "iam", "create-user", "--user-name", "alice")
	key := member(root("iam", "create-access-key", "--user-name", "alice"), "AccessKey")
	id, secret := key["AccessKeyId"].(string), key["SecretAccessKey"].(string)
	if got, failure := run(id, secret, "sts", "get-caller-identity"); got["Arn"] != "arn:aws:iam::123456789012:user/blue/alice" {
		t.Errorf("%v %s", got, failure)
	}
	fails(id, secret, "AccessDenied", "iam", "list-users")
	fails(id, secret, "AccessDeniedException", "apigateway", "get-rest-apis")
	fails(id, "wrong", "SignatureDoesNotMatch", "iam", "list-users")
	fails("AKIAAAAAAAAAAAAAAAAA", "x", "InvalidClientTokenId", "iam", "list-users")
	fails("test", "test", "MalformedPolicyDocument", "iam", "put-user-policy", "--user-name", "alice", "--policy-name", "p", "--policy-document", "{}")
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"apigateway:GET","Resource":"arn:aws:apigateway:*::/restapis"}]}`
	root("iam", "put-user-policy", "--user-name", "alice", "--policy-name", "read", "--policy-document", document)
	if got, err := json.Marshal(root("iam", "get-user-policy", "--user-name", "alice", "--policy-name", "read")["PolicyDocument"]); err != nil || !equalJSON(string(got), document) {
		t.Errorf("%s, %v", got, err)
	}
	if got, failure := run(id, secret, "apigateway", "get-rest-apis"); failure != "" || got["items"] == nil {
		t.Errorf("%v %s", got, failure)
	}
	fails(id, secret, "AccessDeniedException", "apigateway", "create-rest-api", "--name", "x")
	if names := root("iam", "list-user-policies", "--user-name", "alice")["PolicyNames"].([]any); len(names) != 1 || names[0] != "read" {
		t.Errorf("%v", names)
	}
	for _, name := range []string{"bob", "carol"} {
		root("iam", "create-user", "--user-name", name)
	}
	// The CLI asks page by page.
	if users := root("iam", "list-users", "--page-size", "1")["Users"].([]any); len(users) != 3 {
		t.Errorf("%v", users)
	}
	root("iam", "tag-user", "--user-name", "bob", "--tags", "Key=a,Value=b")
	root("iam", "untag-user", "--user-name", "bob", "--tag-keys", "a")
	root("iam", "update-access-key", "--user-name", "alice", "--access-key-id", id, "--status", "Inactive")
	fails(id, secret, "InvalidClientTokenId", "sts", "get-caller-identity")
	if keys := root("iam", "list-access-keys", "--user-name", "alice")["AccessKeyMetadata"].([]any); len(keys) != 1 || keys[0].(map[string]any)["Status"] != "Inactive" {
		t.Errorf("%v", keys)
	}
	fails("test", "test", "DeleteConflict", "iam", "delete-user", "--user-name", "alice")
	root("iam", "delete-access-key", "--user-name", "alice", "--access-key-id", id)
	root("iam", "delete-user-policy", "--user-name", "alice", "--policy-name", "read")
	root("iam", "delete-user", "--user-name", "alice")
	fails("test", "test", "NoSuchEntity", "iam", "get-user", "--user-name", "alice")
	fails("test", "test", "InvalidAction", "iam", "create-group", "--group-name", "g")
	fails("test", "test", "NotImplemented", "iam", "create-user", "--user-name", "dave", "--permissions-boundary", "arn:aws:iam::aws:policy/x")
}

func equalJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	bx, _ := json.Marshal(x) // a value that was decoded always encodes
	by, _ := json.Marshal(y)
	return string(bx) == string(by)
}
