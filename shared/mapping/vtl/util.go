package vtl

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Util is $util (REST data plane spec, 8.3).
type Util struct{}

// NewUtil returns $util for Vars.
func NewUtil() Util { return Util{} }

// Property returns nil: $util has only functions.
func (Util) Property(string) (Value, error) { return nil, nil }

// Call runs one of the functions. They take one text, and make one of other values; null
// gives null, which renders as nothing.
func (Util) Call(method string, args []Value) (Value, error) {
	run := utilFunctions[method]
	if run == nil || len(args) != 1 {
		return nil, ErrNoMethod
	}
	if args[0] == nil {
		return nil, nil
	}
	text, ok := args[0].(string)
	if !ok {
		var err error
		if text, err = Text(args[0]); err != nil {
			return nil, err
		}
	}
	return run(text)
}

var utilFunctions = map[string]func(text string) (Value, error){
	"escapeJavaScript": func(text string) (Value, error) { return escapeJavaScript(text), nil },
	"parseJson":        func(text string) (Value, error) { return DecodeJSON([]byte(text)) },
	"urlEncode":        func(text string) (Value, error) { return urlEncode(text), nil },
	"urlDecode": func(text string) (Value, error) {
		decoded, err := url.QueryUnescape(text)
		if err != nil {
			return nil, thrown("java.lang.IllegalArgumentException", "URLDecoder: "+err.Error())
		}
		return strings.ToValidUTF8(decoded, "\ufffd"), nil
	},
	"base64Encode": func(text string) (Value, error) {
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	},
	"base64Decode": func(text string) (Value, error) {
		clean := strings.NewReplacer("\r", "", "\n", "", "-", "+", "_", "/").Replace(text)
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(clean, "="))
		if err != nil {
			return nil, thrown("java.lang.IllegalArgumentException", "the text is not Base64")
		}
		return strings.ToValidUTF8(string(decoded), "\ufffd"), nil
	},
}

// Text is what a value renders as in mode APIGateway.
func Text(v Value) (string, error) {
	s := detached()
	return s.text(v)
}

// escapeJavaScript escapes as Commons Lang did when API Gateway chose it: both quotes, the
// slash, control characters, and everything outside of ASCII.
func escapeJavaScript(text string) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(text)+len(text)/8)
	unit := func(u uint16) {
		b = append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	for _, r := range text {
		switch {
		case r == '"' || r == '\'' || r == '\\' || r == '/':
			b = append(b, '\\', byte(r))
		case r == '\b':
			b = append(b, '\\', 'b')
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\f':
			b = append(b, '\\', 'f')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r >= ' ' && r < 0x7f:
			b = append(b, byte(r))
		case r < utf8.RuneSelf:
			unit(uint16(r))
		default:
			for _, u := range toUnits(string(r)) {
				unit(u)
			}
		}
	}
	return string(b)
}

// urlEncode is java.net.URLEncoder: like Go's, but "~" is escaped and "*" is not.
func urlEncode(text string) string {
	return strings.NewReplacer("~", "%7E", "%2A", "*").Replace(url.QueryEscape(text))
}
