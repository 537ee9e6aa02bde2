package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxPath is the longest resource path that is read, in bytes: that of a method ARN (control-plane operations, 2.12).
const maxPath = 1600

// maxResources bounds the resources of one document, those in between included. The default quota of an API is 300.
const maxResources = 100_000

// segmentRule is API Gateway's complaint about a segment.
const segmentRule = "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end and an optional plus sign before the closing brace."

var (
	staticSegment   = regexp.MustCompile(`^[a-zA-Z0-9._,:-]+$`)
	variableSegment = regexp.MustCompile(`^\{[a-zA-Z0-9._$-]+\+?\}$`)
)

// SegmentFault says in API Gateway's words what is wrong with a path segment, empty if nothing is. A variable has a name
// that mapping expressions can hold.
func SegmentFault(segment string) string {
	if staticSegment.MatchString(segment) || variableSegment.MatchString(segment) {
		return ""
	}
	return segmentRule
}

// routes is the tree of resources as it grows. Each resource is known by its path.
type routes struct {
	resources map[string]*Resource
	// variable is the variable child of a path, of which there may be one only.
	variable map[string]string
	// origin is the path of the document that a resource was defined by, to name it when another one means the same.
	origin map[string]string
}

func newRoutes() *routes {
	root := &Resource{Path: "/"}
	return &routes{
		resources: map[string]*Resource{"/": root}, variable: map[string]string{}, origin: map[string]string{},
	}
}

// add creates a resource and those above it, or says why it cannot. name is the path as the document writes it.
func (r *routes) add(name string, segments []string) (resource *Resource, reason string) {
	path := ""
	for _, segment := range segments {
		parent := path
		path += "/" + segment
		if r.resources[path] != nil {
			continue
		}
		if last := parent[strings.LastIndexByte(parent, '/')+1:]; strings.HasSuffix(last, "+}") {
			return nil, "Cannot create a child of a resource with a greedy path variable: " + last
		}
		if strings.HasPrefix(segment, "{") {
			if sibling := r.variable[parent]; sibling != "" {
				return nil, "A sibling (" + sibling + ") of this resource already has a variable path part -- only one is allowed"
			}
			r.variable[parent] = segment
		}
		if len(r.resources) >= maxResources {
			return nil, "the document has more resources than are read"
		}
		r.resources[path] = &Resource{Path: path}
	}
	if path == "" {
		path = "/"
	}
	if earlier, taken := r.origin[path]; taken {
		return nil, "the path '" + clip(earlier, 200) + "' of the document is the same resource"
	}
	r.origin[path] = name
	return r.resources[path], ""
}

// sorted lists the resources, parents before children.
func (r *routes) sorted() []Resource {
	all := make([]Resource, 0, len(r.resources))
	for _, path := range slices.Sorted(maps.Keys(r.resources)) {
		all = append(all, *r.resources[path])
	}
	return all
}
