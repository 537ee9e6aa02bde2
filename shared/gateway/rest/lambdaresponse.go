package rest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// lambdaResult is what a function's payload says, decoded.
type lambdaResult struct {
	status   int
	headers  Headers
	body     []byte
	isBase64 bool
}

// makeLambdaProxyResponse reads the function's payload (REST data plane spec, 5.2).
func (inv *Invocation) makeLambdaProxyResponse() error {
	result, err := decodeLambdaResult(inv.Integration.Payload)
	if err != nil {
		return &Error{Type: Default5XX, Status: http.StatusBadGateway, Reason: "Execution failed due to configuration error: Malformed Lambda proxy response", Err: err}
	}
	inv.Integration.Status = result.status
	inv.Integration.Payload = nil // its memory is not needed beside the body's
	out := &inv.IntegrationResponse
	out.Status = result.status
	for _, h := range result.headers {
		if name, ok := lambdaProxyToClient.rename(h.Name, canonicalHeader(h.Name)); ok {
			out.Headers = append(out.Headers, Header{Name: name, Values: h.Values})
		}
	}
	out.Body = result.body
	// The function's Content-Type plays no part: the client has to ask for bytes.
	if result.isBase64 && inv.Stage.binary.match(inv.Method.Accept) {
		if out.Body, err = base64.StdEncoding.AppendDecode(nil, result.body); err != nil {
			return configurationError("Unable to base64 decode the body", err)
		}
	}
	return nil
}

// functionErrorMessage returns errorMessage of a failed function's payload.
func functionErrorMessage(payload []byte) string {
	if jsontext.Valid(payload) {
		for name, value := range jsontext.Members(payload) {
			if name == "errorMessage" {
				return jsontext.Text(value)
			}
		}
	}
	return ""
}

// decodeLambdaResult accepts an object of the five members of format 1.0, all optional, and
// nothing else.
func decodeLambdaResult(payload []byte) (lambdaResult, error) {
	out := lambdaResult{status: http.StatusOK}
	payload = jsontext.Trim(payload)
	if jsontext.Kind(payload) != '{' || !jsontext.Valid(payload) {
		return out, errors.New("the payload is not a JSON object")
	}
	var single, multi Headers
	for name, value := range jsontext.Members(payload) {
		var err error
		isNull := jsontext.Kind(value) == 'n'
		switch name {
		case "statusCode":
			if !isNull {
				out.status, err = decodeStatus(value)
			}
		case "headers":
			single, err = decodeHeaders(value, false)
		case "multiValueHeaders":
			multi, err = decodeHeaders(value, true)
		case "body":
			switch {
			case isNull:
				out.body = nil
			case jsontext.Kind(value) != '"':
				err = errors.New("body is not a string")
			default:
				out.body = jsontext.Bytes(value)
			}
		case "isBase64Encoded":
			switch jsontext.Kind(value) {
			case 't', 'f', 'n':
				out.isBase64 = value[0] == 't'
			default:
				err = errors.New("isBase64Encoded is not a boolean")
			}
		default:
			err = fmt.Errorf("unknown member %q", name)
		}
		if err != nil {
			return out, err
		}
	}
	out.headers = mergeHeaders(multi, single)
	return out, nil
}

func decodeStatus(value []byte) (int, error) {
	text := jsontext.Text(value)
	status, err := strconv.Atoi(text)
	if err != nil || status < 200 || status > 599 {
		return 0, fmt.Errorf("statusCode %s is not the status of a response", text)
	}
	return status, nil
}

// maxResultHeaders bounds the headers of a function's answer, which are compared with each other: no
// client takes that many.
const maxResultHeaders = 1000

// decodeHeaders reads a map of names to values, or to lists of values.
func decodeHeaders(raw []byte, lists bool) (Headers, error) {
	switch jsontext.Kind(raw) {
	case 'n':
		return nil, nil
	case '{':
	default:
		return nil, errors.New("the headers are not an object")
	}
	var out Headers
	count := 0
	for name, value := range jsontext.Members(raw) {
		if count++; count > maxResultHeaders {
			return nil, fmt.Errorf("there are more than %d headers", maxResultHeaders)
		}
		if !exchange.ValidHeaderName(name) {
			return nil, fmt.Errorf("%q is not the name of a header", name)
		}
		var values []string
		if !lists {
			if jsontext.Kind(value) == 'n' {
				continue
			}
			v, err := headerValue(name, value)
			if err != nil {
				return nil, err
			}
			values = []string{v}
		} else {
			if k := jsontext.Kind(value); k == 'n' {
				continue
			} else if k != '[' {
				return nil, fmt.Errorf("multi-value header %s is not a list", name)
			}
			for element := range jsontext.Elements(value) {
				v, err := headerValue(name, element)
				if err != nil {
					return nil, err
				}
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			out.set(name, values...)
		}
	}
	return out, nil
}

// headerValue accepts scalars, which become text.
func headerValue(name string, raw []byte) (string, error) {
	switch jsontext.Kind(raw) {
	case '{', '[':
		return "", fmt.Errorf("header %s has no scalar value", name)
	}
	return exchange.CleanHeaderValue(jsontext.Text(raw)), nil
}

// mergeHeaders appends each single value to the list of the same name, unless it is there
// already; the list's casing stays.
func mergeHeaders(multi, single Headers) Headers {
	out := multi
	for _, h := range single {
		i := slices.IndexFunc(out, func(o Header) bool { return strings.EqualFold(o.Name, h.Name) })
		switch {
		case i < 0:
			out = append(out, h)
		case !slices.Contains(out[i].Values, h.Values[0]):
			out[i].Values = append(out[i].Values, h.Values[0])
		}
	}
	return out
}
