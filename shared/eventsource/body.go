package eventsource

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"
)

// fill hands a buffered response to one of the library's response writers. The library detects a
// Content-Type where the header has none; whether one is detected has been decided by
// then (writer.begin), so the header is set after the body. Content-Length is left out: every
// front door computes it from the body, and API Gateway would pass ours on as
// x-amzn-Remapped-Content-Length (REST data plane spec, 3.3).
func fill(w http.ResponseWriter, res *response) error {
	w.WriteHeader(res.status)
	if len(res.body) > 0 {
		if _, err := w.Write(res.body); err != nil {
			return err
		}
	}
	h := w.Header()
	clear(h)
	for name, values := range res.header {
		h[name] = values
	}
	h.Del("Content-Length")
	return nil
}

// encodeDeclared base64-encodes a body that the library left as text although its type is
// declared binary. The library looks at the bytes alone, so one route would change its
// encoding from answer to answer.
func encodeDeclared(res *response, body *string, isBase64 *bool) {
	if !*isBase64 && len(res.body) > 0 && !isText(res.header) {
		*body, *isBase64 = base64.StdEncoding.EncodeToString(res.body), true
	}
}

// isText reports whether a header declares a body that may travel as a JSON string: no
// Content-Encoding, and a text type. A body without a type counts as text; the library has
// encoded it already if it is not valid UTF-8.
func isText(h http.Header) bool {
	if coding := h.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return false
	}
	contentType := h.Get("Content-Type")
	if contentType == "" {
		return true
	}
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	if strings.HasPrefix(mediaType, "text/") || strings.HasSuffix(mediaType, "+json") || strings.HasSuffix(mediaType, "+xml") {
		return true
	}
	switch mediaType {
	case "application/json", "application/xml", "application/javascript", "application/x-javascript",
		"application/ecmascript", "application/graphql", "application/x-www-form-urlencoded",
		"application/yaml", "application/x-yaml", "application/x-ndjson", "application/jsonl":
		return true
	}
	return false
}

// jsonSize is the size of an answer as aws-lambda-go will encode it, never too small: body
// escaped as a JSON string, each header with its punctuation, and the members' names.
func jsonSize(body string, h http.Header) int {
	const members = 256
	size := members + escapedSize(body)
	for name, values := range h {
		for _, value := range values {
			size += len(name) + escapedSize(value) + len(`"":[""],`)
		}
	}
	return size
}

func escapedSize(s string) int {
	size := len(s)
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t' || r == '\b' || r == '\f':
			size++
		case r < ' ' || r == utf8.RuneError: // a byte that is not UTF-8 becomes \ufffd
			size += len(`\u0000`) - 1
		case r == '\u2028' || r == '\u2029':
			size += len(`\u2028`) - len("\u2028")
		}
	}
	return size
}
