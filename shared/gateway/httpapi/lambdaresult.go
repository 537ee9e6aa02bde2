package httpapi

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// defaultContentType is that of a function's whole response without one (HTTP API spec, 8).
const defaultContentType = "text/plain; charset=utf-8"

// readResult turns a function's payload into an answer (HTTP API spec, 8).
func (inv *Invocation) readResult(payload []byte) error {
	in := &inv.Integration
	in.Length = -1
	if !inv.Route.route.version1 {
		if body, ok := inferredBody(payload); ok {
			in.Status, in.Payload = http.StatusOK, body
			in.Header = http.Header{"Content-Type": {applicationJSON}}
			return nil
		}
	}
	result, err := decodeResult(payload, inv.Route.route.version1)
	if err != nil {
		return inv.failed("the function's response is malformed: "+err.Error(), err)
	}
	in.Status, in.Header, in.Payload = result.status, result.header, result.body
	return nil
}

// inferredBody is the body of an answer that is not a whole response: whatever JSON it is but an
// object with statusCode, and bytes that are no JSON.
func inferredBody(payload []byte) ([]byte, bool) {
	trimmed := jsontext.Trim(payload)
	if len(trimmed) == 0 {
		return []byte("null"), true
	}
	if !jsontext.Valid(trimmed) {
		return payload, true
	}
	switch jsontext.Kind(trimmed) {
	case '"':
		return jsontext.Bytes(trimmed), true
	case '{':
		for name := range jsontext.Members(trimmed) {
			if name == "statusCode" {
				return nil, false
			}
		}
	}
	return payload, true
}

// lambdaResult is a function's whole response, decoded.
type lambdaResult struct {
	status  int
	header  http.Header
	cookies []string
	multi   http.Header
	body    []byte
	base64  bool
}

// decodeResult reads a whole response of format 1.0 or 2.0. Members of other names count for
// nothing.
func decodeResult(payload []byte, version1 bool) (lambdaResult, error) {
	out := lambdaResult{header: http.Header{}}
	payload = jsontext.Trim(payload)
	if jsontext.Kind(payload) != '{' || !jsontext.Valid(payload) {
		return out, errors.New("the payload is not a JSON object")
	}
	for name, value := range jsontext.Members(payload) {
		if err := out.member(name, value, version1); err != nil {
			return out, err
		}
	}
	if out.status == 0 {
		return out, errors.New("there is no statusCode")
	}
	return out, out.finish()
}

func (r *lambdaResult) member(name string, value []byte, version1 bool) (err error) {
	switch name {
	case "statusCode":
		r.status, err = decodeStatus(value)
	case "headers":
		r.header, err = decodeHeaders(value, false)
	case "multiValueHeaders":
		if version1 {
			r.multi, err = decodeHeaders(value, true)
		}
	case "cookies":
		if !version1 {
			r.cookies, err = decodeCookies(value)
		}
	case "body":
		switch jsontext.Kind(value) {
		case 'n':
			r.body = nil
		case '"':
			r.body = jsontext.Bytes(value)
		default:
			err = errors.New("body is not a string")
		}
	case "isBase64Encoded":
		switch jsontext.Kind(value) {
		case 't', 'f', 'n':
			r.base64 = value[0] == 't'
		default:
			err = errors.New("isBase64Encoded is not a boolean")
		}
	}
	return err
}

// finish merges the headers, of which single values come first, and decodes the body.
func (r *lambdaResult) finish() error {
	for name, values := range r.multi {
		r.header[name] = append(r.header[name], values...)
	}
	if len(r.cookies) > 0 {
		r.header["Set-Cookie"] = append(r.header["Set-Cookie"], r.cookies...)
	}
	r.header = answerHeader(r.header)
	if len(r.header["Content-Type"]) == 0 {
		r.header["Content-Type"] = []string{defaultContentType}
	}
	if r.base64 {
		decoded, err := base64.StdEncoding.AppendDecode(nil, r.body)
		if err != nil {
			return fmt.Errorf("body is not base64: %w", err)
		}
		r.body = decoded
	}
	return nil
}

// decodeStatus accepts an integer, also as a string.
func decodeStatus(value []byte) (int, error) {
	text := jsontext.Text(value)
	status, err := strconv.Atoi(text)
	if err != nil || status < 200 || status > 599 {
		return 0, fmt.Errorf("statusCode %s is not the status of a response", text)
	}
	return status, nil
}

// decodeHeaders reads a map of names to scalars, or to lists of scalars, under canonical names.
func decodeHeaders(raw []byte, lists bool) (http.Header, error) {
	out := http.Header{}
	switch jsontext.Kind(raw) {
	case 'n':
		return out, nil
	case '{':
	default:
		return nil, errors.New("the headers are not an object")
	}
	for name, value := range jsontext.Members(raw) {
		if !exchange.ValidHeaderName(name) {
			return nil, fmt.Errorf("%q is not the name of a header", name)
		}
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if jsontext.Kind(value) == 'n' {
			continue
		}
		if !lists {
			text, err := scalar(name, value)
			if err != nil {
				return nil, err
			}
			out[canonical] = []string{text}
			continue
		}
		if jsontext.Kind(value) != '[' {
			return nil, fmt.Errorf("multi-value header %s is not a list", name)
		}
		for element := range jsontext.Elements(value) {
			text, err := scalar(name, element)
			if err != nil {
				return nil, err
			}
			out[canonical] = append(out[canonical], text)
		}
	}
	return out, nil
}

func scalar(name string, raw []byte) (string, error) {
	switch jsontext.Kind(raw) {
	case '{', '[':
		return "", fmt.Errorf("header %s has no scalar value", name)
	}
	return exchange.CleanHeaderValue(jsontext.Text(raw)), nil
}

// decodeCookies reads a list of values of Set-Cookie.
func decodeCookies(raw []byte) ([]string, error) {
	switch jsontext.Kind(raw) {
	case 'n':
		return nil, nil
	case '[':
	default:
		return nil, errors.New("cookies is not a list")
	}
	var out []string
	for value := range jsontext.Elements(raw) {
		if jsontext.Kind(value) != '"' {
			return nil, errors.New("a cookie is not a string")
		}
		out = append(out, exchange.CleanHeaderValue(jsontext.Text(value)))
	}
	return out, nil
}

// functionError returns errorMessage of a failed function's payload.
func functionError(payload []byte) string {
	if jsontext.Valid(payload) {
		for name, value := range jsontext.Members(payload) {
			if name == "errorMessage" {
				return jsontext.Text(value)
			}
		}
	}
	return ""
}
