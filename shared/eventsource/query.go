package eventsource

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// rebuildQuery writes a query string from an event that carries parameters as maps. The order
// of the values of one name is kept; that of the names is lost in the event, so they are
// sorted. encode makes a name or a value safe in a query.
func rebuildQuery(multi map[string][]string, single map[string]string, encode func(string) string) string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(encode(name))
		b.WriteByte('=')
		b.WriteString(encode(value))
	}
	if len(multi) > 0 {
		for _, name := range slices.Sorted(maps.Keys(multi)) {
			for _, value := range multi[name] {
				add(name, value)
			}
		}
		return b.String()
	}
	for _, name := range slices.Sorted(maps.Keys(single)) {
		add(name, single[name])
	}
	return b.String()
}

// encodeDecoded encodes parameters that the front door has decoded (API Gateway 1.0). A
// space becomes "%20", which every server reads as a space, while "+" depends on the server.
func encodeDecoded(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// keepEncoded passes parameters that are still encoded (ALB) as they are. The library
// encodes them a second time. Only what would change the structure of the query is escaped.
func keepEncoded(s string) string {
	return escapeBytes(s, "&#")
}
