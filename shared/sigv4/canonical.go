package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// reading is one of the ways to canonicalise a request that signers have. The zero value is the
// one of the specification (security and operations spec, 1.1).
type reading struct {
	// normalised removes empty and dot segments from the path.
	normalised bool
	// plusIsSpace decodes "+" in the query as a space.
	plusIsSpace bool
	// foldAll folds every white space in header values, not runs of blanks alone.
	foldAll bool
}

// readings are those that differ for this request; the zero value comes first and is mostly alone.
func readings(r *http.Request, s *Signature, path string) []reading {
	all := []reading{{}}
	double := func(change func(*reading)) {
		for _, x := range slices.Clone(all) {
			change(&x)
			all = append(all, x)
		}
	}
	if needsNormalising(path) {
		double(func(x *reading) { x.normalised = true })
	}
	if strings.Contains(r.URL.RawQuery, "+") {
		double(func(x *reading) { x.plusIsSpace = true })
	}
	for name := range strings.SplitSeq(s.signedHeaders, ";") {
		if slices.ContainsFunc(r.Header[http.CanonicalHeaderKey(name)], func(v string) bool { return strings.ContainsAny(v, "\t\v\f") }) {
			double(func(x *reading) { x.foldAll = true })
			break
		}
	}
	return all
}

// appendCanonical appends the canonical request.
func (v *Verifier) appendCanonical(b []byte, r *http.Request, s *Signature, path, payloadHash string, x reading) []byte {
	b = append(b, r.Method...)
	b = append(b, '\n')
	if x.normalised {
		path = normalise(path)
	}
	if v.PathOnce {
		b = append(b, path...)
	} else {
		b = appendEscaped(b, path, true)
	}
	b = append(b, '\n')
	b = appendQuery(b, r.URL.RawQuery, s.Presigned, x.plusIsSpace)
	b = append(b, '\n')
	for name := range strings.SplitSeq(s.signedHeaders, ";") {
		b = append(b, name...)
		b = append(b, ':')
		b = appendHeader(b, r, name, x.foldAll)
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, s.signedHeaders...)
	b = append(b, '\n')
	return append(b, payloadHash...)
}

// appendStringToSign appends what is signed in the end.
func appendStringToSign(b []byte, s *Signature, canonical []byte) []byte {
	b = append(b, s.algorithm()...)
	b = append(b, '\n')
	b = append(b, s.amzDate...)
	b = append(b, '\n')
	b = append(b, s.Date...)
	b = append(b, '/')
	if !s.Asymmetric {
		b = append(b, s.Region...)
		b = append(b, '/')
	}
	b = append(b, s.Service...)
	b = append(b, '/')
	b = append(b, s.scopeEnd...)
	b = append(b, '\n')
	digest := sha256.Sum256(canonical)
	return hex.AppendEncode(b, digest[:])
}

// sentPath is the path byte by byte as it was sent, where that is known.
func sentPath(r *http.Request) string {
	path := ""
	if strings.HasPrefix(r.RequestURI, "/") {
		path, _, _ = strings.Cut(r.RequestURI, "?")
	} else {
		path = r.URL.EscapedPath()
	}
	if path == "" {
		return "/"
	}
	return path
}

func needsNormalising(path string) bool {
	return strings.Contains(path, "//") || strings.Contains(path, "/.")
}

// normalise removes empty and dot segments, as RFC 3986, 5.2.4 has it but for two things in which
// AWS's own signers agree: empty segments go too, and a final dot segment leaves no slash.
func normalise(path string) string {
	var kept []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
		}
	}
	out := "/" + strings.Join(kept, "/")
	if len(kept) > 0 && strings.HasSuffix(path, "/") {
		out += "/"
	}
	return out
}

// appendHeader appends a header's values, joined, trimmed and with white space folded.
func appendHeader(b []byte, r *http.Request, name string, foldAll bool) []byte {
	switch name {
	case "host", ":authority":
		return append(b, r.Host...)
	case "content-length":
		if len(r.Header["Content-Length"]) == 0 && r.ContentLength >= 0 {
			return strconv.AppendInt(b, r.ContentLength, 10)
		}
	}
	for i, value := range r.Header[http.CanonicalHeaderKey(name)] {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFolded(b, strings.Trim(value, " \t\v\f\r\n"), foldAll)
	}
	return b
}

func appendFolded(b []byte, value string, foldAll bool) []byte {
	gap := false
	for i := range len(value) {
		c := value[i]
		if c == ' ' || foldAll && (c == '\t' || c == '\v' || c == '\f') {
			if !gap {
				b = append(b, ' ')
			}
			gap = true
			continue
		}
		gap = false
		b = append(b, c)
	}
	return b
}
