package controlplane_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResourceAnswers(t *testing.T) {
	h := newHarness(t).create()
	h.is(200, "GET", "/restapis/{api}/resources/{root}", "", `{"id":"{root}","path":"/"}`)
	created := h.ok(201, "POST", "/restapis/{api}/resources/{root}", `{"pathPart":"pets"}`)
	id := created["id"].(string)
	want := map[string]any{"id": id, "parentId": h.root, "path": "/pets", "pathPart": "pets"}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("create (-want +got):\n%s", diff)
	}
	h.mock(id, "GET")
	h.ok(201, "PUT", "/restapis/{api}/resources/"+id+"/methods/OPTIONS", `{"authorizationType":"NONE"}`)
	h.is(200, "GET", "/restapis/{api}/resources/"+id, "",
		`{"id":"`+id+`","parentId":"{root}","path":"/pets","pathPart":"pets","resourceMethods":{"GET":{},"OPTIONS":{}}}`)
	method := `{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET","methodIntegration":{"cacheKeyParameters":[],"cacheNamespace":"` + id + `","integrationResponses":{"200":{"statusCode":"200"}},"passthroughBehavior":"WHEN_NO_MATCH","requestTemplates":{"application/json":"{\"statusCode\": 200}"},"timeoutInMillis":29000,"type":"MOCK"}}`
	h.is(200, "GET", "/restapis/{api}/resources/"+id+"?embed=methods", "",
		`{"id":"`+id+`","parentId":"{root}","path":"/pets","pathPart":"pets","resourceMethods":{"GET":`+method+`,"OPTIONS":{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"OPTIONS"}}}`)
	list := h.ok(200, "GET", "/restapis/{api}/resources?embed=methods", "")
	if got := members(list, "path"); !slices.Contains(got, "/") || !slices.Contains(got, "/pets") || len(got) != 2 {
		t.Errorf("list has %v", got)
	}
}

func TestResourcePlacement(t *testing.T) {
	h := newHarness(t).create()
	proxy := h.resource(h.root, "{proxy+}")
	parent := h.resource(h.root, "parent")
	h.resource(parent, "{child+}") // allowed beside a greedy one at the root
	item := h.resource(h.root, "items")
	h.resource(item, "{id}")
	const below = "/restapis/{api}/resources/"
	sibling := "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"
	h.badRequest(sibling, "POST", below+"{root}", `{"pathPart":"{id}"}`)
	h.badRequest(sibling, "POST", below+"{root}", `{"pathPart":"{other+}"}`)
	h.badRequest("A sibling ({id}) of this resource already has a variable path part -- only one is allowed", "POST", below+item, `{"pathPart":"{all+}"}`)
	h.badRequest("Cannot create a child of a resource with a greedy path variable: {proxy+}", "POST", below+proxy, `{"pathPart":"x"}`)
	h.badRequest("Cannot create a child of a resource with a greedy path variable: {proxy+}", "POST", below+proxy, `{"pathPart":"{x}"}`)
	h.refused(409, "ConflictException", "Another resource with the same parent already has this name: items", "POST", below+"{root}", `{"pathPart":"items"}`)
	h.notFound("Invalid Resource identifier specified", "POST", below+"nobody", `{"pathPart":"x"}`)
	for _, part := range []string{"", "a/b", "{id", "a{b}", "{a+}x", "ä"} {
		status, _, answer := h.do("POST", below+"{root}", fmt.Sprintf(`{"pathPart":%q}`, part))
		if status != 400 || !strings.Contains(string(answer), "Resource's path part only allow") {
			t.Errorf("path part %q: %d %s", part, status, answer)
		}
	}
}

func TestUpdateResourceMovesAndRenames(t *testing.T) {
	h := newHarness(t).create()
	a := h.resource(h.root, "a")
	b := h.resource(a, "b")
	c := h.resource(b, "{c}")
	d := h.resource(h.root, "d")
	path := func(id string) any { return h.ok(200, "GET", "/restapis/{api}/resources/"+id, "")["path"] }
	const res = "/restapis/{api}/resources/"

	got := h.ok(200, "PATCH", res+a, patch("replace", "/pathPart", "z"))
	if got["path"] != "/z" || path(b) != "/z/b" || path(c) != "/z/b/{c}" {
		t.Errorf("after renaming: %v %v %v", got["path"], path(b), path(c))
	}
	got = h.ok(200, "PATCH", res+b, patch("replace", "/parentId", d))
	if got["path"] != "/d/b" || got["parentId"] != d || path(c) != "/d/b/{c}" {
		t.Errorf("after moving: %v %v", got, path(c))
	}
	h.badRequest("Resources cannot be cyclical.", "PATCH", res+d, patch("replace", "/parentId", c))
	h.badRequest("Root resource cannot update its parentId.", "PATCH", res+"{root}", patch("replace", "/parentId", a))
	h.badRequest("Root resource cannot update its pathPart.", "PATCH", res+"{root}", patch("replace", "/pathPart", "x"))
	h.refused(409, "ConflictException", "Another resource with the same parent already has this name: d", "PATCH", res+a, patch("replace", "/pathPart", "d"))
	h.notFound("Invalid Resource identifier specified", "PATCH", res+a, patch("replace", "/parentId", "nobody"))
	h.badRequest("Cannot create a child of a resource with a greedy path variable: {d+}", "PATCH", res+d, patch("replace", "/pathPart", "{d+}"))
}

func TestDeleteResourceTakesTheSubtree(t *testing.T) {
	h := newHarness(t).create()
	a := h.resource(h.root, "a")
	b := h.resource(a, "b")
	// More rows than one transaction holds.
	for i := range 120 {
		h.resource(b, fmt.Sprintf("c%d", i))
	}
	keep := h.resource(h.root, "keep")
	h.ok(202, "DELETE", "/restapis/{api}/resources/"+a, "")
	h.notFound("Invalid Resource identifier specified", "GET", "/restapis/{api}/resources/"+b, "")
	got := members(h.ok(200, "GET", "/restapis/{api}/resources?limit=500", ""), "id")
	slices.Sort(got)
	want := []string{h.root, keep}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources left (-want +got):\n%s", diff)
	}
	if n := h.count("leftovers"); n != 0 {
		t.Errorf("%d leftovers", n)
	}
}

func TestConcurrentEditsLoseNothing(t *testing.T) {
	h := newHarness(t).create()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if status, _, answer := h.do("POST", "/restapis/{api}/resources/{root}", fmt.Sprintf(`{"pathPart":"r%d"}`, i)); status != 201 {
				t.Errorf("resource %d: %d %s", i, status, answer)
			}
		})
	}
	wg.Wait()
	if n := len(h.ok(200, "GET", "/restapis/{api}/resources?limit=500", "")["item"].([]any)); n != 21 {
		t.Errorf("%d resources, want 21", n)
	}
}
