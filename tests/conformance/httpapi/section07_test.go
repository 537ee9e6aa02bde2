package httpapi

import b64 "encoding/base64"

func section07() []fact {
	var out []fact
	types := []struct {
		name, tag string
		text      bool
		head      []string
	}{
		{"text plain", "", true, []string{"Content-Type: text/plain"}},
		{"text html", "", true, []string{"Content-Type: text/html; charset=utf-8"}},
		{"text csv", "", true, []string{"Content-Type: text/csv"}},
		{"json", "", true, []string{"Content-Type: application/json"}},
		{"json with parameters", "", true, []string{"Content-Type: application/json; charset=utf-8"}},
		{"xml", "", true, []string{"Content-Type: application/xml"}},
		{"javascript", "", true, []string{"Content-Type: application/javascript"}},
		{"no content type", "", false, nil},
		{"a form", "", false, []string{"Content-Type: application/x-www-form-urlencoded"}},
		{"a multipart form", "", false, []string{"Content-Type: multipart/form-data; boundary=x"}},
		{"bytes", "", false, []string{"Content-Type: application/octet-stream"}},
		{"an image", "", false, []string{"Content-Type: image/png"}},
		{"a type with the suffix json", "unconfirmed", false, []string{"Content-Type: application/problem+json"}},
		{"a type with the suffix xml", "unconfirmed", false, []string{"Content-Type: image/svg+xml"}},
		{"a content coding", "unconfirmed", false, []string{"Content-Type: application/json", "Content-Encoding: gzip"}},
		{"no content coding", "unconfirmed", true, []string{"Content-Type: application/json", "Content-Encoding: identity"}},
	}
	const body = `{"a": "ü"}`
	for _, t := range types {
		event := obj{"body": body, "isBase64Encoded": false}
		if !t.text {
			event = obj{"body": b64.StdEncoding.EncodeToString([]byte(body)), "isBase64Encoded": true}
		}
		two := fact{name: t.name + " in format 2.0", section: "7", tag: t.tag, do: "POST <>", in: function(), head: t.head, body: body, want: ok, event: event}
		one := two
		one.name, one.in, one.fn = t.name+" in format 1.0", function1(), reply
		out = append(out, two, one)
	}
	return append(out, fact{name: "bytes that are no text", section: "7", do: "POST <>", in: function(), body: "\x00\xff\x80", want: ok,
		event: obj{"body": "AP+A", "isBase64Encoded": true}})
}
