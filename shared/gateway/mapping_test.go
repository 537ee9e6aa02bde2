package gateway

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// Expectations: domains and edge, 4; REST data plane spec, 1.2 and 1.3.
func TestMapped(t *testing.T) {
	maps := func(paths ...string) []snapshot.DomainMapping {
		var list []snapshot.DomainMapping
		for _, p := range paths {
			list = append(list, snapshot.DomainMapping{BasePath: p, APIID: "api:" + p, Stage: "prod"})
		}
		return list
	}
	noStage := []snapshot.DomainMapping{{APIID: "api:"}, {BasePath: "v1", APIID: "api:v1"}}
	single := maps("", "orders", "v1")
	multi := maps("", "orders", "orders/v1/items", "orders/v2/items", "orders/v1/items/categories")
	cases := []struct {
		name     string
		mappings []snapshot.DomainMapping
		target   string
		want     *address
	}{
		{"empty path catches the rest", single, "/pets", &address{apiID: "api:", stage: "prod", path: "/pets", eventPath: "/pets", contextPath: "/pets"}},
		{"root", single, "/", &address{apiID: "api:", stage: "prod", path: "/", eventPath: "/", contextPath: "/"}},
		{"base path", single, "/v1/pets", &address{apiID: "api:v1", stage: "prod", path: "/pets", eventPath: "/v1/pets", contextPath: "/v1/pets"}},
		{"base path alone", single, "/v1", &address{apiID: "api:v1", stage: "prod", path: "/", eventPath: "/v1", contextPath: "/v1"}},
		{"base path and slash", single, "/v1/", &address{apiID: "api:v1", stage: "prod", path: "/", eventPath: "/v1/", contextPath: "/v1/"}},
		{"trailing slash and escapes stay", single, "/v1/a%2Fb/", &address{apiID: "api:v1", stage: "prod", path: "/a%2Fb/", eventPath: "/v1/a%2Fb/", contextPath: "/v1/a%2Fb/"}},
		{"leading slashes", single, "//v1/pets", &address{apiID: "api:v1", stage: "prod", path: "/pets", eventPath: "/v1/pets", contextPath: "/v1/pets"}},
		{"a whole segment only", single, "/ordersandmore", &address{apiID: "api:", stage: "prod", path: "/ordersandmore", eventPath: "/ordersandmore", contextPath: "/ordersandmore"}},
		{"case counts", single, "/V1/pets", &address{apiID: "api:", stage: "prod", path: "/V1/pets", eventPath: "/V1/pets", contextPath: "/V1/pets"}},
		{"nothing matches", maps("v1"), "/v2/pets", nil},
		{"no mappings", nil, "/", nil},
		{"several levels: one", multi, "/orders", &address{apiID: "api:orders", stage: "prod", path: "/", eventPath: "/orders", contextPath: "/orders"}},
		{"several levels: the longest", multi, "/orders/v1/items/123", &address{apiID: "api:orders/v1/items", stage: "prod", path: "/123", eventPath: "/orders/v1/items/123", contextPath: "/orders/v1/items/123"}},
		{"several levels: the rest", multi, "/customers", &address{apiID: "api:", stage: "prod", path: "/customers", eventPath: "/customers", contextPath: "/customers"}},
		{"several levels: a plain prefix", multi, "/ordersandmore", &address{apiID: "api:orders", stage: "prod", path: "/andmore", eventPath: "/ordersandmore", contextPath: "/ordersandmore"}},
		{"stage in the path", noStage, "/v1/prod/pets", &address{apiID: "api:v1", stage: "prod", path: "/pets", eventPath: "/v1/pets", contextPath: "/v1/prod/pets"}},
		{"stage first in the path", noStage, "/prod/pets", &address{apiID: "api:", stage: "prod", path: "/pets", eventPath: "/pets", contextPath: "/prod/pets"}},
		{"no stage in the path", noStage, "/v1", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := address{domain: "api.example.com"}.mapped(newDomain(snapshot.Domain{Name: "api.example.com", Mappings: c.mappings}), c.target)
			if (c.want == nil) != (err != nil) {
				t.Fatalf("mapped() = %+v, %v", got, err)
			}
			if c.want == nil {
				return
			}
			if got.apiID != c.want.apiID || got.stage != c.want.stage || got.path != c.want.path || got.eventPath != c.want.eventPath || got.contextPath != c.want.contextPath {
				t.Errorf("mapped() = %+v, want %+v", got, *c.want)
			}
			if got.domain != "api.example.com" || got.executeAPI {
				t.Errorf("mapped() = %+v", got)
			}
		})
	}
}

func TestMappingsNotUsed(t *testing.T) {
	mappings := []snapshot.DomainMapping{{APIID: "abc", Stage: "prod"}}
	for mode, served := range map[string]bool{"BASE_PATH_MAPPING_ONLY": true, "ROUTING_RULE_THEN_BASE_PATH_MAPPING": true, "ROUTING_RULE_ONLY": false} {
		_, err := address{}.mapped(newDomain(snapshot.Domain{RoutingMode: mode, Mappings: mappings}), "/")
		if (err == nil) != served {
			t.Errorf("%s: %v", mode, err)
		}
	}
	if _, err := (address{}).mapped(newDomain(snapshot.Domain{MutualTLS: true, Mappings: mappings}), "/"); err == nil {
		t.Error("a domain with mutual TLS served without a certificate")
	}
}

// The chosen mapping fits, and no longer one does.
func TestLongestMappingWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[ab]{1,2}(/[ab]{1,2}){0,2}`)
		paths := rapid.SliceOfDistinct(rapid.OneOf(part, rapid.Just("")), rapid.ID).Draw(t, "base paths")
		path := "/" + part.Draw(t, "path")
		var doc snapshot.Domain
		multi := false
		for _, p := range paths {
			doc.Mappings = append(doc.Mappings, snapshot.DomainMapping{BasePath: p})
			multi = multi || strings.Contains(p, "/")
		}
		fits := func(base string) bool {
			return base == "" || strings.HasPrefix(path+"/", "/"+base+"/") || multi && strings.HasPrefix(path, "/"+base)
		}
		longest, any := -1, false
		for _, p := range paths {
			if fits(p) {
				longest, any = max(longest, len(p)), true
			}
		}
		m, ok := newDomain(doc).match(path)
		if ok != any || ok && (!fits(m.BasePath) || len(m.BasePath) != longest) {
			t.Fatalf("match(%q) among %q = %q, %v", path, paths, m.BasePath, ok)
		}
	})
}
