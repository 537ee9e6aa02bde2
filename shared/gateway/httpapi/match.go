package httpapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// matchRoute finds the route that serves the request (HTTP API spec, 2): a full match of path and
// method, else the greedy one with the longest literal prefix, else "$default". A preflight that no
// route takes is answered here, ahead of throttling and authorization (14).
func (inv *Invocation) matchRoute() error {
	s, path := inv.Stage, inv.Arrival.Path
	record, ok := match(&s.snapshot.Index, inv.Request.Method, path)
	if !ok {
		if s.snapshot.HTTP.DefaultRoute == 0 {
			if inv.isPreflight() {
				return inv.answerPreflight()
			}
			return notFound("no route matches the request")
		}
		record = s.snapshot.HTTP.DefaultRoute - 1
	}
	r, err := s.route(record)
	if err != nil {
		return internal(apiConfiguration, "the deployment cannot be read", err)
	}
	inv.Route.route = r
	inv.Route.PathParams = pathValues(r.params, path)
	return nil
}

// match finds the record for a method on a decoded path.
func match(x *snapshot.Index, method, path string) (record int, ok bool) {
	rest := strings.TrimPrefix(path, "/")
	if rest == "" {
		return x.Route(0, method)
	}
	if record, ok := matchFull(x, 0, method, rest); ok {
		return record, true
	}
	return matchGreedy(x, 0, method, rest, false)
}

// matchFull looks for a route without greedy variable. At one position a static segment comes before
// a variable, and where a branch has no such method the search goes back.
func matchFull(x *snapshot.Index, at snapshot.Node, method, path string) (int, bool) {
	segment, rest, more := strings.Cut(path, "/")
	if segment == "" {
		return 0, false // no segment of a route is empty
	}
	for _, find := range [...]func() (snapshot.Node, bool){
		func() (snapshot.Node, bool) { return x.Static(at, segment) },
		func() (snapshot.Node, bool) { return x.Variable(at) },
	} {
		child, ok := find()
		if !ok {
			continue
		}
		record, ok := 0, false
		if more {
			record, ok = matchFull(x, child, method, rest)
		} else {
			record, ok = x.Route(child, method)
		}
		if ok {
			return record, true
		}
	}
	return 0, false
}

// matchGreedy looks for a greedy route, the deepest first. Its variable takes the empty rest of
// "/x/" below "/x", as in production, but not that of the root: "/" needs a route of its own.
func matchGreedy(x *snapshot.Index, at snapshot.Node, method, path string, below bool) (int, bool) {
	if segment, rest, more := strings.Cut(path, "/"); more && segment != "" {
		if child, ok := x.Static(at, segment); ok {
			if record, ok := matchGreedy(x, child, method, rest, true); ok {
				return record, true
			}
		}
		if child, ok := x.Variable(at); ok {
			if record, ok := matchGreedy(x, child, method, rest, true); ok {
				return record, true
			}
		}
	}
	if child, ok := x.Greedy(at); ok && (path != "" || below) {
		return x.Route(child, method)
	}
	return 0, false
}

// pathParam is a variable of a route: its name and which segment it takes.
type pathParam struct {
	name    string
	segment int
	greedy  bool // the segment and all after it
}

// pathParams finds the variables of a route's path such as "/pets/{id}/{rest+}".
func pathParams(routePath string) []pathParam {
	var out []pathParam
	segment := 0
	for s := range strings.SplitSeq(strings.TrimPrefix(routePath, "/"), "/") {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			name, greedy := strings.CutSuffix(strings.TrimSuffix(name, "}"), "+")
			out = append(out, pathParam{name: name, segment: segment, greedy: greedy})
		}
		segment++
	}
	return out
}

// pathValues takes the variables' values out of a decoded path that has matched.
func pathValues(params []pathParam, path string) []PathParam {
	if len(params) == 0 {
		return nil
	}
	out := make([]PathParam, 0, len(params))
	rest, segment := strings.TrimPrefix(path, "/"), 0
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

// pathParam returns the value of a variable, and false if the route has none of that name.
func (inv *Invocation) pathParam(name string) (string, bool) {
	for _, p := range inv.Route.PathParams {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}
