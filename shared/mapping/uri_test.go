package mapping

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestURITemplate(t *testing.T) {
	vars := map[string]string{"host": "example.com", "url": "https://example.com/base", "v": "2"}
	for _, c := range []struct {
		name, uri string
		values    []PathValue
		want      string
	}{
		{"literal", "https://example.com/a?b=1", nil, "https://example.com/a?b=1"},
		{"placeholder", "https://example.com/pets/{id}", []PathValue{{Name: "id", Value: "7", Escaped: true}}, "https://example.com/pets/7"},
		{"greedy keeps slashes", "https://example.com/{proxy}", []PathValue{{Name: "proxy", Value: "a/b%2Fc", Escaped: true}}, "https://example.com/a/b%2Fc"},
		{"unresolved stays", "https://example.com/{x}/{y}", []PathValue{{Name: "y", Value: "1"}}, "https://example.com/%7Bx%7D/1"},
		{"variables anywhere", "https://${stageVariables.host}/v${stageVariables.v}?n=${stageVariables.v}", nil, "https://example.com/v2?n=2"},
		{"whole address in a variable", "${stageVariables.url}/{id}", []PathValue{{Name: "id", Value: "1"}}, "https://example.com/base/1"},
		{"missing variable is empty", "https://example.com/${stageVariables.none}x", nil, "https://example.com/x"},
		{"query placeholder", "https://example.com/?a={p}&b=1", []PathValue{{Name: "p", Value: "x&y=z#"}}, "https://example.com/?a=x%26y%3Dz%23&b=1"},
		{"value cannot start a query", "https://example.com/{p}", []PathValue{{Name: "p", Value: "a?b#c d"}}, "https://example.com/a%3Fb%23c%20d"},
		{"decoded value's percent is data", "https://example.com/{p}", []PathValue{{Name: "p", Value: "a%2Fb"}}, "https://example.com/a%252Fb"},
		{"value cannot leave the host", "https://{h}/x", []PathValue{{Name: "h", Value: "evil.com/y@z"}}, "https://evil.com%2Fy%40z/x"},
	} {
		u, err := CompileHTTPURI(c.uri)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := string(u.Append(nil, c.values, vars)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCompileHTTPURIRefuses(t *testing.T) {
	for _, uri := range []string{"", "example.com", "ftp://example.com", "http://", "https:///x", "http://?a", "http://a b", "https://example.com/{x", "arn:aws:lambda"} {
		if _, err := CompileHTTPURI(uri); !errors.Is(err, ErrHTTPEndpoint) {
			t.Errorf("%q gave %v, want ErrHTTPEndpoint", uri, err)
		}
	}
	if got, want := ErrHTTPEndpoint.Error(), "Invalid HTTP endpoint specified for URI"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// A value never changes the host, the query or the number of path segments before it.
func TestPlaceholderStaysInItsPlace(t *testing.T) {
	u, err := CompileHTTPURI("https://example.com/a/{p}?q={p}&r=1")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		escaped := rapid.Bool().Draw(t, "escaped")
		text := string(u.Append(nil, []PathValue{{Name: "p", Value: value, Escaped: escaped}}, nil))
		parsed, err := url.Parse(text)
		if err != nil {
			t.Fatalf("%q gave %q: %v", value, text, err)
		}
		if parsed.Host != "example.com" || !strings.HasPrefix(parsed.EscapedPath(), "/a/") || parsed.Query().Get("r") != "1" {
			t.Fatalf("%q moved something: %q", value, text)
		}
		if !escaped && parsed.Query().Get("q") != value {
			t.Fatalf("%q arrived as %q", value, parsed.Query().Get("q"))
		}
	})
}
