package rest

import (
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// pathParam is a path parameter of a resource: its name and which segment it takes.
type pathParam struct {
	name    string
	segment int
	greedy  bool // the segment and all after it
}

// pathParams finds the parameters of a resource path such as "/pets/{id}/{rest+}".
func pathParams(resourcePath string) []pathParam {
	var out []pathParam
	segment := 0
	for s := range strings.SplitSeq(strings.TrimPrefix(resourcePath, "/"), "/") {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			name, greedy := strings.CutSuffix(name, "+")
			out = append(out, pathParam{name: name, segment: segment, greedy: greedy})
		}
		segment++
	}
	return out
}

// PathParam is a path parameter of a request, as it lies in the path: percent escapes stay
// (REST data plane spec, 1.3).
type PathParam struct {
	Name, Value string
}

// pathValues takes the parameters' values out of a path that has matched.
func pathValues(params []pathParam, matched string) []PathParam {
	if len(params) == 0 {
		return nil
	}
	out := make([]PathParam, 0, len(params))
	rest, segment := matched, 0
	for _, p := range params {
		for ; segment < p.segment; segment++ {
			_, rest, _ = strings.Cut(rest, "/")
		}
		value := rest
		if !p.greedy {
			value, _, _ = strings.Cut(rest, "/")
		}
		out = append(out, PathParam{Name: p.name, Value: value})
	}
	return out
}

// matchedPath returns what of a raw path counts for matching: without leading slashes, and
// without one trailing slash (REST data plane spec, 1.3). The root is "".
func matchedPath(raw string) string {
	return strings.TrimSuffix(strings.TrimLeft(raw, "/"), "/")
}

// match finds the record that serves a method on a path, which comes from matchedPath. Static
// segments come before a parameter and a parameter before a greedy one; where a branch has no
// such method the search goes back (REST data plane spec, 1.4). The search visits a node of
// the index at most once, and goes no deeper than the longest resource path.
func match(x *snapshot.Index, method, path string) (record int, ok bool) {
	if path == "" {
		return x.Route(0, method)
	}
	return matchBelow(x, 0, method, path)
}

func matchBelow(x *snapshot.Index, at snapshot.Node, method, path string) (int, bool) {
	segment, rest, more := strings.Cut(path, "/")
	// An empty segment is data for a greedy parameter only.
	if segment != "" {
		if child, ok := x.Static(at, segment); ok {
			if record, ok := matchFrom(x, child, method, rest, more); ok {
				return record, true
			}
		}
		if child, ok := x.Variable(at); ok {
			if record, ok := matchFrom(x, child, method, rest, more); ok {
				return record, true
			}
		}
	}
	// A greedy parameter takes at least one character.
	if child, ok := x.Greedy(at); ok && path != "" {
		return x.Route(child, method)
	}
	return 0, false
}

func matchFrom(x *snapshot.Index, at snapshot.Node, method, rest string, more bool) (int, bool) {
	if more {
		return matchBelow(x, at, method, rest)
	}
	return x.Route(at, method)
}
