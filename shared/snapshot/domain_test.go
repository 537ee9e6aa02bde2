package snapshot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestDomainRoundTrip(t *testing.T) {
	want := snapshot.Domain{
		Name:        "api.example.com",
		RoutingMode: "BASE_PATH_MAPPING_ONLY",
		MutualTLS:   true,
		Mappings:    []snapshot.DomainMapping{{APIID: "abc", Stage: "prod"}, {BasePath: "v1", APIID: "def"}},
	}
	b, err := snapshot.EncodeDomain(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := snapshot.DecodeDomain(b)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := snapshot.DecodeDomain([]byte("{")); err == nil {
		t.Error("a broken document was read")
	}
}

func TestCustomDomainName(t *testing.T) {
	long := strings.Repeat("a", 63)
	cases := map[string]bool{
		"api.example.com":                   true,
		"*.example.com":                     true,
		"pets.localhost":                    true,
		"xn--bcher-kva.example":             true,
		"1.2.3.example":                     true,
		long + ".example":                   true,
		long + "a.example":                  false,
		strings.Repeat(long+".", 4) + "com": false,
		"localhost":                         false,
		"*.com":                             false,
		"api.*.example.com":                 false,
		"a*.example.com":                    false,
		"127.0.0.1":                         false,
		"::1":                               false,
		"Api.example.com":                   false,
		"api_v1.example.com":                false,
		"-api.example.com":                  false,
		"api..example.com":                  false,
		"api.example.com.":                  false,
		"":                                  false,
		"abc.execute-api.us-east-1.amazonaws.com": false,
		"abc.lambda-url.us-east-1.on.aws":         false,
	}
	for name, want := range cases {
		if got := snapshot.CustomDomainName(name); got != want {
			t.Errorf("CustomDomainName(%q) = %v", name, got)
		}
	}
}
