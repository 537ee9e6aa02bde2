package httpapi

import (
	"encoding/base64"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// isText tells whether a body of a content type goes into events as text (HTTP API spec, 7). Without
// a content type, and with a content coding, it does not.
func isText(contentType, contentEncoding string) bool {
	if contentEncoding != "" && !strings.EqualFold(strings.TrimSpace(contentEncoding), "identity") {
		return false
	}
	switch media := mediaType(contentType); media {
	case applicationJSON, "application/xml", "application/javascript":
		return true
	default:
		return strings.HasPrefix(media, "text/")
	}
}

// encodesBody tells whether the request's body goes into events as base64.
func (inv *Invocation) encodesBody() bool {
	if len(inv.payload) == 0 {
		return false
	}
	contentType, _ := inv.requestHeader("Content-Type")
	contentEncoding, _ := inv.requestHeader("Content-Encoding")
	return !isText(contentType, contentEncoding)
}

// appendBody appends the request's body as a JSON string.
func (inv *Invocation) appendBody(b []byte, encoded bool) []byte {
	if !encoded {
		return jsontext.AppendString(b, inv.payload)
	}
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, inv.payload)
	return append(b, '"')
}
