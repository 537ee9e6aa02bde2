package exchange

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// ExtendedRequestID returns 16 characters of which the last is "=", as API Gateway's own
// are (REST data plane spec, 16).
func ExtendedRequestID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	var out [16]byte
	base64.URLEncoding.Encode(out[:], b[:])
	return string(out[:])
}

// TraceID returns the trace header that goes on: the client's if it is complete, the client's
// with a parent if it names only a root, else a new one (REST data plane spec, 3.4).
func TraceID(client []string, now time.Time) string {
	if len(client) > 0 && strings.Contains(client[0], "Root=") {
		sent := CleanHeaderValue(client[0])
		if strings.Contains(sent, "Parent=") {
			return sent
		}
		var b [8]byte
		_, _ = rand.Read(b[:])
		return strings.TrimRight(sent, "; ") + ";Parent=" + hex.EncodeToString(b[:])
	}
	var b [16]byte
	binary.BigEndian.PutUint32(b[:4], uint32(now.Unix()))
	_, _ = rand.Read(b[4:])
	out := make([]byte, 0, len("Root=1-12345678-123456789012345678901234"))
	out = append(out, "Root=1-"...)
	out = hex.AppendEncode(out, b[:4])
	out = append(out, '-')
	out = hex.AppendEncode(out, b[4:])
	return string(out)
}
