package main

import (
	"strings"
	"testing"
)

func environment(pairs ...string) func(string) string {
	values := map[string]string{"POSTERN_TABLE": "t", "POSTERN_ACCOUNT": "123456789012"}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

const (
	masterKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	secretARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:postern-AbCdEf"
)

func TestReadSettings(t *testing.T) {
	for _, c := range []struct {
		name string
		env  func(string) string
		want settings
	}{
		{"defaults", environment(), settings{table: "t", account: "123456789012", region: "us-east-1", auth: "iam-url"}},
		{"all", environment("AWS_REGION", "eu-central-1", "POSTERN_INVOKE_MODE", "BUFFERED", "AWS_ENDPOINT_URL", "http://a", "POSTERN_SECRET_KEY", masterKey),
			settings{table: "t", account: "123456789012", region: "eu-central-1", buffered: true, lambdaEndpoint: "http://a", auth: "iam-url", secretKey: masterKey}},
		{"signature", environment("POSTERN_CONTROL_AUTH", "signature", "POSTERN_ADMIN_ACCESS_KEY", "admin", "POSTERN_ADMIN_SECRET_ARN", secretARN, "POSTERN_SECRET_KEY", secretARN),
			settings{table: "t", account: "123456789012", region: "us-east-1", auth: "signature", secretKey: secretARN, adminAccessKey: "admin", adminSecretARN: secretARN}},
	} {
		if got, err := readSettings(c.env); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
	// Every fault is told at once.
	_, err := readSettings(environment("POSTERN_TABLE", "", "POSTERN_ACCOUNT", "12", "POSTERN_INVOKE_MODE", "x", "POSTERN_CONTROL_AUTH", "none", "POSTERN_SECRET_KEY", "short"))
	for _, name := range []string{"POSTERN_TABLE", "POSTERN_ACCOUNT", "POSTERN_INVOKE_MODE", "POSTERN_CONTROL_AUTH", "POSTERN_SECRET_KEY"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want it to tell about %s", err, name)
		}
	}
}

func TestSettingsOfAccessThatCannotWork(t *testing.T) {
	for name, c := range map[string]struct {
		env  func(string) string
		says string
	}{
		"nobody could sign":      {environment("POSTERN_CONTROL_AUTH", "signature"), "nobody could sign"},
		"no secret":              {environment("POSTERN_CONTROL_AUTH", "signature", "POSTERN_ADMIN_ACCESS_KEY", "admin"), "POSTERN_ADMIN_SECRET_KEY"},
		"two secrets":            {environment("POSTERN_CONTROL_AUTH", "signature", "POSTERN_ADMIN_ACCESS_KEY", "admin", "POSTERN_ADMIN_SECRET_KEY", "s", "POSTERN_ADMIN_SECRET_ARN", secretARN), "one of"},
		"a secret without key":   {environment("POSTERN_ADMIN_SECRET_KEY", "s"), "POSTERN_ADMIN_ACCESS_KEY is not set"},
		"a key that nobody uses": {environment("POSTERN_ADMIN_ACCESS_KEY", "admin", "POSTERN_ADMIN_SECRET_KEY", "s"), "only"},
	} {
		if _, err := readSettings(c.env); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.says)
		}
	}
}
