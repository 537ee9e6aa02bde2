package websocket

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// Headers by which a $connect integration chooses the subprotocol, and the tags of the connection,
// which is an extension.
const (
	protocolHeader = "Sec-Websocket-Protocol"
	tagsHeader     = "X-Postern-Tags"
)

// makeIntegrationResponse finds out what the backend's answer means (WebSocket API spec, 4 and 5).
// What nobody gets is not made: the answer of a one-way route is dropped.
func (inv *Invocation) makeIntegrationResponse() error {
	out := &inv.Answer
	if inv.route == nil || inv.route.backend.kind == noIntegration {
		out.Status = http.StatusOK
		return nil
	}
	handshake := inv.Event == connectEvent
	if !handshake && !inv.route.doc.Replies {
		out.Status = inv.Integration.Status
		return nil
	}
	switch inv.route.backend.kind {
	case lambdaProxyIntegration:
		return inv.readLambdaResult(handshake)
	case httpProxyIntegration:
		out.Status, out.Body = inv.Integration.Status, inv.Integration.Body
		if handshake {
			return inv.choose(lastOf(inv.Integration.Headers[protocolHeader]), lastOf(inv.Integration.Headers[tagsHeader]))
		}
		return nil
	}
	return inv.mapAnswer(handshake)
}

// readLambdaResult reads the payload of a function. Everything but an object is a malformed answer.
func (inv *Invocation) readLambdaResult(handshake bool) error {
	payload, out := jsontext.Trim(inv.Integration.Body), &inv.Answer
	malformed := func(err error) error {
		return &Error{Status: http.StatusBadGateway, Message: messageInternal, Type: "DEFAULT_5XX",
			Reason: "Execution failed due to configuration error: Malformed Lambda proxy response", Err: err}
	}
	if jsontext.Kind(payload) != '{' || !jsontext.Valid(payload) {
		return malformed(errors.New("the payload is not a JSON object"))
	}
	out.Status = http.StatusOK
	var protocol, tags string
	base64Encoded := false
	for name, value := range jsontext.Members(payload) {
		kind := jsontext.Kind(value)
		switch name {
		case "statusCode":
			status, err := strconv.Atoi(jsontext.Text(value))
			if err != nil || status < 100 || status > 599 {
				return malformed(fmt.Errorf("statusCode %s is not the status of a response", jsontext.Text(value)))
			}
			out.Status = status
		case "body":
			switch kind {
			case 'n':
			case '"':
				out.Body = jsontext.Bytes(value)
			default:
				return malformed(errors.New("body is not a string"))
			}
		case "isBase64Encoded":
			base64Encoded = kind == 't'
		case "headers", "multiValueHeaders":
			for header, v := range jsontext.Members(value) {
				if jsontext.Kind(v) == '[' {
					for element := range jsontext.Elements(v) {
						v = element
					}
				}
				switch {
				case strings.EqualFold(header, protocolHeader):
					protocol = jsontext.Text(v)
				case strings.EqualFold(header, tagsHeader):
					tags = jsontext.Text(v)
				}
			}
		}
	}
	inv.Integration.Status = out.Status
	if base64Encoded {
		decoded, err := base64.StdEncoding.AppendDecode(nil, out.Body)
		if err != nil {
			return malformed(err)
		}
		out.Body = decoded
	}
	if handshake {
		return inv.choose(protocol, tags)
	}
	return nil
}

// mapAnswer selects an integration response and applies it.
func (inv *Invocation) mapAnswer(handshake bool) error {
	in, out := &inv.Integration, &inv.Answer
	out.Status = in.Status
	r, err := inv.selectResponse()
	if err != nil {
		if handshake && in.Status >= 300 {
			return nil // the status says enough
		}
		return err
	}
	var protocol, tags string
	for i := range r.parameters {
		p := &r.parameters[i]
		v, err := inv.source(&p.source)
		if err != nil {
			return configurationError("Unable to transform response", err)
		}
		switch p.target.Canonical {
		case protocolHeader:
			protocol = v
		case tagsHeader:
			tags = v
		}
	}
	if handshake {
		return inv.choose(protocol, tags)
	}
	payload := document{text: in.Body}
	out.Body = in.Body
	if t := selectTemplate(r.templates, r.selection, &inv.body, inv.responseVariable); t != nil {
		if out.Body, err = inv.render(t, &payload, true); err != nil {
			return err
		}
	}
	switch {
	case r.toText:
		out.Body = base64.StdEncoding.AppendEncode(nil, out.Body)
	case r.toBinary:
		if out.Body, err = base64.StdEncoding.AppendDecode(nil, out.Body); err != nil {
			return configurationError("Unable to base64 decode the body", err)
		}
	}
	return nil
}

// selectResponse returns the first response whose pattern matches, or $default: functions are
// matched by their errorMessage, everything else by its status.
func (inv *Invocation) selectResponse() (*response, error) {
	in, b := &inv.Integration, &inv.route.backend
	value := strconv.Itoa(in.Status)
	if b.kind == lambdaIntegration {
		value = errorMessage(in.Body)
	}
	var fallback *response
	for i := range b.responses {
		r := &b.responses[i]
		if r.pattern == nil {
			if fallback == nil {
				fallback = r
			}
			continue
		}
		ok, err := r.pattern.Match(value)
		if err != nil {
			return nil, configurationError("the selection pattern failed", err)
		}
		if ok && value != "" {
			return r, nil
		}
	}
	if fallback == nil {
		return nil, configurationError("No match for output mapping and no default output mapping configured. Endpoint Response Status Code: "+strconv.Itoa(in.Status), nil)
	}
	return fallback, nil
}

// responseVariable gives the values of the selection expressions of responses (WebSocket API spec, 2).
func (inv *Invocation) responseVariable(name string) string {
	rest, ok := strings.CutPrefix(name, "integration.response.")
	if !ok {
		return ""
	}
	if strings.EqualFold(rest, "statuscode") {
		return strconv.Itoa(inv.Integration.Status)
	}
	kind, field, _ := strings.Cut(rest, ".")
	values := inv.Integration.Headers.Values(field)
	switch kind {
	case "header":
		return lastOf(values)
	case "multivalueheader":
		return strings.Join(values, ",")
	}
	return ""
}

// Limits of tags.
const (
	maxTags      = 20
	maxTagLength = 128
)

// choose notes the subprotocol and the tags that the $connect integration gave.
func (inv *Invocation) choose(protocol, tags string) error {
	if protocol = strings.TrimSpace(protocol); protocol != "" {
		if !validProtocol(protocol) {
			return configurationError(fmt.Sprintf("the integration chose %q, which is not the name of a subprotocol", protocol), nil)
		}
		inv.Answer.Protocol = protocol
	}
	for tag := range strings.SplitSeq(tags, ",") {
		if tag = strings.TrimSpace(tag); tag == "" {
			continue
		}
		if len(tag) > maxTagLength || len(inv.Answer.Tags) == maxTags || !validHeaderValue(tag) {
			return configurationError(fmt.Sprintf("the integration gave tags of which there may be %d, of %d characters at most", maxTags, maxTagLength), nil)
		}
		inv.Answer.Tags = append(inv.Answer.Tags, tag)
	}
	return nil
}

// validProtocol tells a token (RFC 6455, 4.1).
func validProtocol(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("()<>@,;:\\\"/[]?={}", c) >= 0 {
			return false
		}
	}
	return name != ""
}

// accept is the last phase of a handshake: the status of the integration decides (WebSocket API
// spec, 1).
func (inv *Invocation) accept() error {
	out := &inv.Answer
	if out.Status < 200 || out.Status > 299 {
		return &Error{Status: handshakeStatus(out.Status), Message: rejection(out.Status), Type: "INTEGRATION_FAILURE",
			Reason: "the $connect integration answered with status " + strconv.Itoa(out.Status)}
	}
	inv.Connection.Protocol, inv.Connection.Tags = out.Protocol, out.Tags
	return nil
}

// handshakeStatus keeps an informational status, which could not end an exchange, from the wire.
func handshakeStatus(status int) int {
	if status < 200 {
		return http.StatusBadGateway
	}
	return status
}

func rejection(status int) string {
	if text := http.StatusText(status); text != "" && status < 500 {
		return text
	}
	return messageInternal
}
