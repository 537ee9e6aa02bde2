package runtimeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// ContentTypeHTTP marks a streamed response that begins with a prelude.
const ContentTypeHTTP = "application/vnd.awslambda.http-integration-response"

// ErrPrelude means that a response of type ContentTypeHTTP does not begin with
// valid metadata and its delimiter.
var ErrPrelude = errors.New("malformed prelude")

// Prelude is the metadata at the start of a streamed HTTP response: a JSON
// object, followed by eight NUL bytes (domains and edge spec, 12.2).
type Prelude struct {
	StatusCode        int                 // 100 to 599; 200 when the function left it out
	Headers           map[string]string   // as written by the function
	MultiValueHeaders map[string][]string // as written by the function
	Cookies           []string            // values of Set-Cookie
}

var delimiter = make([]byte, 8)

// ReadPrelude reads the prelude from the start of body. The reader that it
// returns continues after the delimiter. An error wraps ErrPrelude, or is that
// of the body.
func ReadPrelude(body io.Reader) (*Prelude, io.Reader, error) {
	buffer := make([]byte, 0, 1024)
	for searched := 0; ; {
		if i := bytes.Index(buffer[searched:], delimiter); i >= 0 {
			end := searched + i
			prelude, err := parsePrelude(buffer[:end])
			if err != nil {
				return nil, nil, err
			}
			rest := buffer[end+len(delimiter):]
			return prelude, io.MultiReader(bytes.NewReader(rest), body), nil
		}
		searched = max(0, len(buffer)-len(delimiter)+1)
		if len(buffer) >= MaxPrelude {
			return nil, nil, fmt.Errorf("%w: no delimiter of 8 NUL bytes in the first %d bytes", ErrPrelude, MaxPrelude)
		}
		if len(buffer) == cap(buffer) {
			grown := make([]byte, len(buffer), min(2*cap(buffer), MaxPrelude))
			copy(grown, buffer)
			buffer = grown
		}
		n, err := body.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		switch {
		case err == nil, n > 0 && errors.Is(err, io.EOF):
			// After an EOF with data, the next read reports EOF again.
		case errors.Is(err, io.EOF):
			return nil, nil, fmt.Errorf("%w: the response ended before the delimiter of 8 NUL bytes", ErrPrelude)
		default:
			return nil, nil, err
		}
	}
}

func parsePrelude(document []byte) (*Prelude, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document, &members); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPrelude, err)
	}
	if members == nil {
		return nil, fmt.Errorf("%w: not a JSON object", ErrPrelude)
	}
	prelude := &Prelude{StatusCode: http.StatusOK}
	for name, value := range members {
		var err error
		switch name {
		case "statusCode":
			err = json.Unmarshal(value, &prelude.StatusCode)
			if err == nil && (prelude.StatusCode < 100 || prelude.StatusCode > 599) {
				err = fmt.Errorf("%d is not an HTTP status", prelude.StatusCode)
			}
		case "headers":
			var headers map[string]headerValue
			err = json.Unmarshal(value, &headers)
			prelude.Headers = make(map[string]string, len(headers))
			for name, value := range headers {
				prelude.Headers[name] = string(value)
			}
		case "multiValueHeaders":
			var headers map[string][]headerValue
			err = json.Unmarshal(value, &headers)
			prelude.MultiValueHeaders = make(map[string][]string, len(headers))
			for name, values := range headers {
				list := make([]string, len(values))
				for i, value := range values {
					list[i] = string(value)
				}
				prelude.MultiValueHeaders[name] = list
			}
		case "cookies":
			err = json.Unmarshal(value, &prelude.Cookies)
		default:
			err = errors.New("unknown key")
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrPrelude, name, err)
		}
	}
	return prelude, nil
}

// headerValue is a string, or a number or boolean in its JSON form, as the
// buffered proxy response allows too.
type headerValue string

func (v *headerValue) UnmarshalJSON(text []byte) error {
	switch text[0] {
	case '"':
		return json.Unmarshal(text, (*string)(v))
	case '{', '[', 'n':
		return fmt.Errorf("%s is not a header value", text)
	default:
		*v = headerValue(text)
		return nil
	}
}
