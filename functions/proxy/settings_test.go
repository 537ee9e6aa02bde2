package main

import (
	"strings"
	"testing"
)

func TestReadSettings(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	good := []struct {
		env  func(string) string
		want settings
	}{
		{env("POSTERN_TABLE", "t"), settings{table: "t", region: "us-east-1"}},
		{env("POSTERN_APIS", "/apis", "AWS_REGION", "eu-central-1", "POSTERN_INVOKE_MODE", "BUFFERED"), settings{apis: "/apis", region: "eu-central-1", buffered: true}},
		{env("POSTERN_TABLE", "t", "POSTERN_INVOKE_MODE", "RESPONSE_STREAM", "POSTERN_STREAM_REST", "true", "POSTERN_ALLOW_LOOPBACK", "true"),
			settings{table: "t", region: "us-east-1", streamREST: true, allowLoopback: true}},
		{env("POSTERN_TABLE", "t", "AWS_ENDPOINT_URL", "http://a", "AWS_ENDPOINT_URL_LAMBDA", "http://b"), settings{table: "t", region: "us-east-1", lambdaEndpoint: "http://b"}},
		{env("POSTERN_TABLE", "t", "POSTERN_VPC_LINKS", "abc123=10.0.0.7:8080"), settings{table: "t", region: "us-east-1", vpcLinks: "abc123=10.0.0.7:8080"}},
		{env("POSTERN_TABLE", "t", "AWS_ENDPOINT_URL", "http://a"), settings{table: "t", region: "us-east-1", lambdaEndpoint: "http://a"}},
	}
	for i, c := range good {
		if got, err := readSettings(c.env); err != nil || got != c.want {
			t.Errorf("case %d: %+v, %v, want %+v", i, got, err, c.want)
		}
	}
	for _, c := range []struct {
		env  func(string) string
		says string
	}{
		{env(), "POSTERN_TABLE"},
		{env("POSTERN_TABLE", "t", "POSTERN_INVOKE_MODE", "STREAM"), "POSTERN_INVOKE_MODE"},
		{env("POSTERN_TABLE", "t", "POSTERN_STREAM_REST", "yes"), "POSTERN_STREAM_REST"},
		{env("POSTERN_TABLE", "t", "POSTERN_ALLOW_LOOPBACK", "1"), "POSTERN_ALLOW_LOOPBACK"},
		{env("POSTERN_TABLE", "t", "POSTERN_VPC_LINKS", "abc123"), "POSTERN_VPC_LINKS"},
	} {
		if _, err := readSettings(c.env); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want an error about %s", err, c.says)
		}
	}
}
