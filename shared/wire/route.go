package wire

import (
	"fmt"
	"net/url"
	"strings"
)

// node is one level of the tree of URI templates. Fixed segments win over labels; labels of different names at one level
// share a node, and each route keeps its own names.
type node struct {
	fixed  map[string]*node
	label  *node
	routes []*route // templates that end here
}

// route is one operation's place in the tree.
type route struct {
	operation string
	method    string
	labels    []string   // names in path order
	query     url.Values // fixed query of the template
	endpoint  *Endpoint  // nil when the operation is not bound

	service    string
	descriptor *Descriptor
}

func (n *node) add(op *Descriptor) (*route, error) {
	path, rawQuery, _ := strings.Cut(op.URI, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, fmt.Errorf("query of URI %s: %w", op.URI, err)
	}
	r := &route{operation: op.Name, method: op.Method, query: query}
	for _, segment := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		switch {
		case strings.HasSuffix(segment, "+}"):
			return nil, fmt.Errorf("URI %s: greedy labels are not supported", op.URI)
		case strings.HasPrefix(segment, "{"):
			r.labels = append(r.labels, strings.Trim(segment, "{}"))
			if n.label == nil {
				n.label = &node{}
			}
			n = n.label
		default:
			if n.fixed == nil {
				n.fixed = map[string]*node{}
			}
			if n.fixed[segment] == nil {
				n.fixed[segment] = &node{}
			}
			n = n.fixed[segment]
		}
	}
	n.routes = append(n.routes, r)
	return r, nil
}

// find returns the route for a method, decoded path segments and a query, and the values of its labels. A label never
// takes an empty segment.
func (n *node) find(method string, segments []string, query url.Values, values []string) (*route, []string) {
	if len(segments) == 0 {
		return n.choose(method, query), values
	}
	segment := segments[0]
	if next := n.fixed[segment]; next != nil {
		if r, found := next.find(method, segments[1:], query, values); r != nil {
			return r, found
		}
	}
	if n.label != nil && segment != "" {
		return n.label.find(method, segments[1:], query, append(values, segment))
	}
	return nil, nil
}

// choose prefers a route whose fixed query the request has: ImportRestApi before CreateRestApi.
func (n *node) choose(method string, query url.Values) *route {
	var plain *route
	for _, r := range n.routes {
		if r.method != method {
			continue
		}
		if len(r.query) == 0 {
			plain = r
		} else if includes(query, r.query) {
			return r
		}
	}
	return plain
}

func includes(query, fixed url.Values) bool {
	for name := range fixed {
		if query.Get(name) != fixed.Get(name) {
			return false
		}
	}
	return true
}

// splitPath decodes each segment of an escaped path for itself, so that an encoded slash stays inside its segment.
func splitPath(escaped string) ([]string, error) {
	segments := strings.Split(strings.TrimPrefix(escaped, "/"), "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return nil, fmt.Errorf("path segment %q: %w", s, err)
		}
		segments[i] = decoded
	}
	return segments, nil
}
