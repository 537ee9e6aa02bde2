package main

import (
	"strings"
	"testing"
)

func TestReadSettings(t *testing.T) {
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	got, err := readSettings(env(map[string]string{"POSTERN_TABLE": "t", "POSTERN_ACCOUNT": "123456789012", "AWS_REGION": "eu-central-1", "POSTERN_INVOKE_MODE": "BUFFERED", "AWS_ENDPOINT_URL": "http://a"}))
	if want := (settings{table: "t", account: "123456789012", region: "eu-central-1", buffered: true, lambdaEndpoint: "http://a"}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	// Every fault is told at once.
	_, err = readSettings(env(map[string]string{"POSTERN_ACCOUNT": "12", "POSTERN_INVOKE_MODE": "x"}))
	for _, name := range []string{"POSTERN_TABLE", "POSTERN_ACCOUNT", "POSTERN_INVOKE_MODE"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want it to tell about %s", err, name)
		}
	}
}
