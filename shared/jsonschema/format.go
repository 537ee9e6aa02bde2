package jsonschema

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// format checks a text and returns the message for one that is wrong, else "".
type format func(text string) string

// formats are those of json-schema-validator for draft 4. Any other name has no effect, "date" and
// "time", which draft 4 does not have, included.
var formats = map[string]format{
	"date-time":    checkDateTime,
	"email":        test(`string "%s" is not a valid email address`, isEmail),
	"hostname":     test(`string "%s" is not a valid hostname`, isHostname),
	"ipv4":         test(`string "%s" is not a valid IPv4 address`, isIPv4),
	"ipv6":         test(`string "%s" is not a valid IPv6 address`, isIPv6),
	"uri":          test(`string "%s" is not a valid URI`, isURI),
	"regex":        test(`string "%s" is not a valid ECMA 262 regular expression`, isRegex),
	"uuid":         test(`input string "%s" is not a valid UUID`, uuidForm.MatchString),
	"json-pointer": test(`input string "%s" is not a valid JSON Pointer`, pointerForm.MatchString),
	"mac":          test(`input string "%s" is not a valid MAC address`, macForm.MatchString),
	"base64":       checkBase64,
	"md5":          hexadecimal(32),
	"sha1":         hexadecimal(40),
	"sha256":       hexadecimal(64),
	"sha512":       hexadecimal(128),
}

var (
	uuidForm    = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	pointerForm = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`)
	macForm     = regexp.MustCompile(`^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$`)
)

func test(message string, ok func(string) bool) format {
	return func(text string) string {
		if ok(text) {
			return ""
		}
		return fmt.Sprintf(message, text)
	}
}

// dateTimeForm is what time.Parse reads too generously.
var dateTimeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,12})?([Zz]|[+-]\d\d:?\d\d)$`)

func checkDateTime(text string) string {
	if dateTimeForm.MatchString(text) {
		clock, zone := strings.ToUpper(text[:19]), strings.ToUpper(text[19:])
		if i := strings.IndexAny(zone, "Z+-"); i >= 0 {
			zone = strings.ReplaceAll(zone[i:], ":", "")
		}
		if _, err := time.Parse("2006-01-02T15:04:05Z0700", clock+zone); err == nil {
			return ""
		}
	}
	return `string "` + text + `" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]`
}

func isIPv4(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is4()
}

// isIPv6 takes an IPv4 address in IPv6 form for the former, as Java does.
func isIPv6(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is6() && !a.Is4In6()
}

func isRegex(text string) bool {
	_, err := compilePattern(text)
	return err == nil
}

func checkBase64(text string) string {
	if len(text)%4 != 0 {
		return fmt.Sprintf("input has illegal length (must be a multiple of 4, found %d)", len(text))
	}
	padding := len(text) - len(strings.TrimRight(text, "="))
	for i, c := range text {
		letter := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
		if !letter && (c != '=' || i < len(text)-min(padding, 2)) {
			return fmt.Sprintf(`illegal character "%c" at index %d (not in Base64 alphabet)`, c, i)
		}
	}
	return ""
}

func hexadecimal(length int) format {
	return func(text string) string {
		if n := len([]rune(text)); n != length {
			return fmt.Sprintf("input string has incorrect length (%d, expected %d)", n, length)
		}
		for i, c := range text {
			if c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
				continue
			}
			return fmt.Sprintf(`illegal character "%c" in input at index %d`, c, i)
		}
		return ""
	}
}
