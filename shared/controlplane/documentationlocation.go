package controlplane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// locationKey identifies a location: its type and, in this order, the members below.
func locationKey(l *apigateway.DocumentationPartLocation) [5]string {
	return [5]string{value(l.Type), value(l.Path), value(l.Method), value(l.StatusCode), value(l.Name)}
}

// locationMembers are the members of a location that not every type has.
var locationMembers = []struct {
	name  string
	def   string // what stands for an absent member; empty if there is no such value
	field func(*apigateway.DocumentationPartLocation) **string
}{
	{"path", "/", func(l *apigateway.DocumentationPartLocation) **string { return &l.Path }},
	{"method", "*", func(l *apigateway.DocumentationPartLocation) **string { return &l.Method }},
	{"statusCode", "*", func(l *apigateway.DocumentationPartLocation) **string { return &l.StatusCode }},
	{"name", "", func(l *apigateway.DocumentationPartLocation) **string { return &l.Name }},
}

// completeLocation checks a location and fills in the defaults, so that equal locations are
// written alike (control-plane operations, 2.11).
func completeLocation(l *apigateway.DocumentationPartLocation) error {
	fields := openapi.LocationFields(value(l.Type))
	for _, m := range locationMembers {
		field := m.field(l)
		if value(*field) == "" {
			*field = nil
		}
		switch has := slices.Contains(fields, m.name); {
		case !has && *field != nil:
			return wire.BadRequest("Invalid documentation part location specified: a location of type %s has no %s", *l.Type, m.name)
		case has && *field == nil && m.def == "":
			return wire.BadRequest("Invalid documentation part location specified: a location of type %s needs a %s", *l.Type, m.name)
		case has && *field == nil:
			*field = &m.def
		}
	}
	if l.Path != nil && !strings.HasPrefix(*l.Path, "/") {
		return wire.BadRequest("Invalid documentation part location specified: the path %s does not start with a slash", *l.Path)
	}
	if l.Method != nil {
		verb := strings.ToUpper(*l.Method)
		if verb != "*" && !slices.Contains(verbs, verb) {
			return wire.BadRequest("Invalid documentation part location specified: the method is none of %s,*", strings.Join(verbs, ","))
		}
		l.Method = &verb
	}
	return nil
}

// describeLocation writes a location as refusals do: type 'METHOD', path '/pets'.
func describeLocation(l *apigateway.DocumentationPartLocation) string {
	words := []string{"type '" + value(l.Type) + "'"}
	for _, m := range locationMembers {
		if v := *m.field(l); v != nil {
			words = append(words, fmt.Sprintf("%s '%s'", m.name, *v))
		}
	}
	return strings.Join(words, ", ")
}

// compareLocations orders parts by type and then by place (recorded answers, 10).
func compareLocations(a, b apigateway.DocumentationPart) int {
	x, y := locationKey(a.Location), locationKey(b.Location)
	return slices.CompareFunc(x[:], y[:], cmp.Compare[string])
}
