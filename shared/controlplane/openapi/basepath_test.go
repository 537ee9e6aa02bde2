package openapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// paths lists the resources that have methods.
func paths(def *Definition) []string {
	var all []string
	for _, r := range def.Resources {
		if len(r.Methods) > 0 {
			all = append(all, r.Path)
		}
	}
	return all
}

func TestBasePath(t *testing.T) {
	const swagger = `{swagger: "2.0", info: {title: T}, %s paths: {/test: {get: {}}}}`
	const openapi = `{openapi: 3.0.1, info: {title: T}, %s paths: {/test: {get: {}}}}`
	cases := []struct {
		name, document, head   string
		ignore, prepend, split string
	}{
		// Control-plane recorded, 14.2.
		{"swagger base path", swagger, `basePath: /base,`, "/test", "/base/test", "/test"},
		{"unused server variable", openapi, `servers: [{url: "https://example.com/x", variables: {basePath: {default: /base-var}}}],`, "/test", "/base-var/test", "/test"},
		{"server URL with a trailing slash", openapi, `servers: [{url: "https://example.com/a/b/"}],`, "/test", "/a/b/test", "/b/test"},
		{"none, 3.0", openapi, ``, "/test", "/test", "/test"},
		{"none, 2.0", swagger, ``, "/test", "/test", "/test"},
		// Control-plane operations, 2.4.
		{"three segments", swagger, `basePath: /a/b/c,`, "/test", "/a/b/c/test", "/b/c/test"},
		{"server variable in the URL", openapi, `servers: [{url: "https://api.example.com/{basePath}", variables: {basePath: {default: v1}}}],`, "/test", "/v1/test", "/test"},
		{"first variable of any server", openapi, `servers: [{url: https://example.com/x}, {url: /y, variables: {basePath: {default: /z}}}],`, "/test", "/z/test", "/test"},
		// Not recorded: other forms of a server URL.
		{"other variables", openapi, `servers: [{url: "https://{h}/{v}/q", variables: {h: {default: example.com}, v: {default: v2}}}],`, "/test", "/v2/q/test", "/q/test"},
		{"relative URL", openapi, `servers: [{url: /rel}],`, "/test", "/rel/test", "/test"},
		{"only a slash", openapi, `servers: [{url: /}],`, "/test", "/test", "/test"},
		{"host only", openapi, `servers: [{url: "https://example.com?x=/y"}],`, "/test", "/test", "/test"},
		{"base path is a slash", swagger, `basePath: /,`, "/test", "/test", "/test"},
	}
	for _, c := range cases {
		for mode, want := range map[string]string{"": c.ignore, BasePathIgnore: c.ignore, BasePathPrepend: c.prepend, BasePathSplit: c.split} {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				def, err := Parse([]byte(fmt.Sprintf(c.document, c.head)), Options{BasePath: mode})
				if err != nil {
					t.Fatal(err)
				}
				if got := paths(def); !slices.Equal(got, []string{want}) {
					t.Errorf("methods at %q, want %q", got, want)
				}
				if def.Resources[0].Path != "/" {
					t.Errorf("the first resource is %q, want the root", def.Resources[0].Path)
				}
			})
		}
	}
}

// Intermediate resources exist without methods (recorded, 14.2), each after its parent.
func TestIntermediateResources(t *testing.T) {
	def, err := Parse([]byte(`{swagger: "2.0", info: {title: T}, basePath: /a/b/c, paths: {/e: {get: {}}, /f: {get: {}}, /: {get: {}}}}`),
		Options{BasePath: BasePathPrepend})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range def.Resources {
		got = append(got, fmt.Sprintf("%s:%d", r.Path, len(r.Methods)))
	}
	if want := "/:0 /a:0 /a/b:0 /a/b/c:1 /a/b/c/e:1 /a/b/c/f:1"; strings.Join(got, " ") != want {
		t.Errorf("resources %v, want %s", got, want)
	}
}

func TestUnknownBasePathMode(t *testing.T) {
	_, err := Parse([]byte(`{"swagger": "2.0"}`), Options{BasePath: "drop"})
	if err == nil || !strings.Contains(err.Error(), "Must be one of: [ignore, prepend, split]") {
		t.Errorf("got %v", err)
	}
}
