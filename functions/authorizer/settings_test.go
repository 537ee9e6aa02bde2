package main

import (
	"strings"
	"testing"
)

func TestReadSettings(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		says string // "" is good
	}{
		{map[string]string{"POSTERN_ISSUER": "https://a", "POSTERN_AUDIENCE": "b"}, ""},
		{map[string]string{"POSTERN_TABLE": "t"}, ""},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_API": "a", "POSTERN_STAGE": "s", "POSTERN_API_KEY_REQUIRED": "true"}, ""},
		{map[string]string{"POSTERN_POLICY": "{}"}, ""},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_LEEWAY": "30s", "POSTERN_ALGORITHMS": "PS256, EdDSA"}, ""},
		{map[string]string{}, "nothing to check"},
		{map[string]string{"POSTERN_ISSUER": "https://a"}, "POSTERN_ISSUER needs POSTERN_AUDIENCE"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_AUDIENCE": "b"}, "POSTERN_AUDIENCE needs POSTERN_ISSUER"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_JWKS_URL": "b"}, "POSTERN_JWKS_URL needs POSTERN_ISSUER"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_SCOPES": "b"}, "POSTERN_SCOPES needs POSTERN_ISSUER"},
		{map[string]string{"POSTERN_POLICY": "{}", "POSTERN_API_KEY_REQUIRED": "true"}, "POSTERN_API_KEY_REQUIRED needs POSTERN_TABLE"},
		{map[string]string{"POSTERN_POLICY": "{}", "POSTERN_API": "a"}, "POSTERN_API needs POSTERN_TABLE"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_STAGE": "a"}, "POSTERN_STAGE needs POSTERN_API"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_API_KEY_REQUIRED": "yes"}, "POSTERN_API_KEY_REQUIRED"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_ALGORITHMS": "HS256"}, "HS256"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_ALGORITHMS": "none"}, "none"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_METERING_TIMEOUT": "1s"}, ""},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_METERING_TIMEOUT": "0s"}, "POSTERN_METERING_TIMEOUT"},
		{map[string]string{"POSTERN_POLICY": "{}", "POSTERN_METERING_TIMEOUT": "1s"}, "POSTERN_METERING_TIMEOUT needs POSTERN_TABLE"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_LEEWAY": "2h"}, "POSTERN_LEEWAY"},
		{map[string]string{"POSTERN_TABLE": "t", "POSTERN_LEEWAY": "-1s"}, "POSTERN_LEEWAY"},
	} {
		_, err := readSettings(func(name string) string { return c.env[name] })
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.env, err, c.says)
		}
	}
}
