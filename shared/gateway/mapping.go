package gateway

import (
	"cmp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// modeRulesOnly is the routing mode in which mappings are not looked at (domains and edge, 5.1).
const modeRulesOnly = "ROUTING_RULE_ONLY"

// refused is why a request to a custom domain reaches no stage; the client sees 403 Forbidden.
type refused string

func (r refused) Error() string { return string(r) }

// noMapping is a refusal because no mapping matches, for which HTTP APIs have another answer.
type noMapping string

func (r noMapping) Error() string { return string(r) }

// domain is a domain document made ready for requests.
type domain struct {
	doc snapshot.Domain
	// mappings are sorted by the length of their base paths, the longest first.
	mappings []snapshot.DomainMapping
	// multiLevel tells that a base path has several segments, which changes what all of them
	// match (domains and edge, 4).
	multiLevel bool
}

func newDomain(doc snapshot.Domain) *domain {
	d := &domain{doc: doc, mappings: slices.Clone(doc.Mappings)}
	slices.SortStableFunc(d.mappings, func(a, b snapshot.DomainMapping) int { return cmp.Compare(len(b.BasePath), len(a.BasePath)) })
	d.multiLevel = slices.ContainsFunc(d.mappings, func(m snapshot.DomainMapping) bool { return strings.Contains(m.BasePath, "/") })
	return d
}

// match returns the mapping with the longest base path that fits. A base path is the first segment
// of the path or, once any mapping of the domain has several, a plain prefix (domains and edge,
// 4). path has one leading slash.
func (d *domain) match(path string) (snapshot.DomainMapping, bool) {
	first, _, _ := strings.Cut(path[1:], "/")
	for _, m := range d.mappings {
		if m.BasePath == "" || m.BasePath == first || d.multiLevel && strings.HasPrefix(path[1:], m.BasePath) {
			return m, true
		}
	}
	return snapshot.DomainMapping{}, false
}

// mapped finds where a request to a custom domain goes. The base path is gone for resource
// matching, and stays in event.path and $context.path, which do not show the stage of the mapping
// (REST data plane spec, 1.2). A mapping without a stage takes it from the path, where
// $context.path shows it as it does for the API's own endpoint. The error is a refused or a
// noMapping.
func (a address) mapped(d *domain, path string) (address, error) {
	switch {
	case d.doc.MutualTLS:
		// No front door hands over a certificate that was verified against the trust store.
		return address{}, refused("domain " + d.doc.Name + " requires a client certificate")
	case d.doc.RoutingMode == modeRulesOnly:
		return address{}, refused("no routing rule of domain " + d.doc.Name + " matches")
	}
	a.contextPath = oneSlash(path)
	m, ok := d.match(a.contextPath)
	if !ok {
		return address{}, noMapping("no base path mapping of domain " + d.doc.Name + " matches")
	}
	a.apiID, a.stage, a.basePath, a.mappedDomain = m.APIID, m.Stage, m.BasePath, true
	a.path = oneSlash(a.contextPath[1+len(m.BasePath):])
	a.eventPath = a.contextPath
	if a.stage != "" {
		return a, nil
	}
	stage, rest, _ := strings.Cut(a.path[1:], "/")
	if stage == "" {
		return address{}, refused("the path names no stage for the base path mapping of domain " + d.doc.Name)
	}
	a.stage, a.path = stage, oneSlash(rest)
	a.eventPath = oneSlash(m.BasePath) + a.path
	if m.BasePath == "" {
		a.eventPath = a.path
	}
	return a, nil
}

// healthCheck tells whether a path at the root of a custom domain is reserved for health checks
// (REST data plane spec, 1.1).
func healthCheck(path string) bool { return path == "/ping" || path == "/sping" }
