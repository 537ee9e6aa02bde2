package httpapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// eventTimeLayout is the form of requestContext.time.
const eventTimeLayout = "02/Jan/2006:15:04:05 -0700"

// member appends a name, as it lies with its punctuation, and a string.
func member(b []byte, name, text string) []byte {
	b = append(b, name...)
	return jsontext.AppendString(b, text)
}

// orNull is member with null for the empty string.
func orNull(b []byte, name, text string) []byte {
	if text == "" {
		b = append(b, name...)
		return append(b, "null"...)
	}
	return member(b, name, text)
}

func appendName(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = jsontext.AppendString(b, name)
	return append(b, ':')
}

// appendStringMap appends a map in the order of its names.
func appendStringMap(b []byte, m map[string]string) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, m[name])
	}
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(b, text)
	}
	return append(b, ']')
}

// appendScopes appends a token's scopes where the route asks for some, else null (HTTP API spec, 5).
func (inv *Invocation) appendScopes(b []byte) []byte {
	if len(inv.Route.route.doc.AuthorizationScopes) == 0 {
		return append(b, "null"...)
	}
	return appendStrings(b, inv.Authorization.Token.Scopes())
}

func appendPathParams(b []byte, params []PathParam) []byte {
	b = append(b, '{')
	for i, p := range params {
		b = appendName(b, i, p.Name)
		b = jsontext.AppendString(b, p.Value)
	}
	return append(b, '}')
}

// eachQuery calls do for the names of a query in the order in which they first occur, with all the
// values of each.
func eachQuery(q exchange.Query, do func(i int, name string, values []string)) {
	n := 0
	var values []string
	for i := range q {
		if slices.ContainsFunc(q[:i], func(p exchange.QueryParam) bool { return p.Name == q[i].Name }) {
			continue
		}
		values = values[:0]
		for _, p := range q[i:] {
			if p.Name == q[i].Name {
				values = append(values, p.Value)
			}
		}
		do(n, q[i].Name, values)
		n++
	}
}

// appendJoinedQuery appends all values of a query under each name, joined as format 2.0 does.
func appendJoinedQuery(b []byte, q exchange.Query) []byte {
	b = append(b, '{')
	eachQuery(q, func(i int, name string, values []string) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, strings.Join(values, ","))
	})
	return append(b, '}')
}
