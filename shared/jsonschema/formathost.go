package jsonschema

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isHostname follows the rules of Guava's InternetDomainName: labels of letters, digits, hyphens
// and underscores, none of which begins or ends with one of the latter, and the last of which does
// not begin with a digit.
func isHostname(text string) bool {
	text = strings.TrimSuffix(strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".").Replace(text), ".")
	if len(text) > 253 || text == "" {
		return false
	}
	labels := strings.Split(text, ".")
	if len(labels) > 127 {
		return false
	}
	for i, label := range labels {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range label {
			if c < utf8.RuneSelf && !isLetterOrDigit(byte(c)) && c != '-' && c != '_' {
				return false
			}
		}
		first, last := label[0], label[len(label)-1]
		if first == '-' || first == '_' || last == '-' || last == '_' || i == len(labels)-1 && first >= '0' && first <= '9' {
			return false
		}
	}
	return true
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isEmail accepts an address of RFC 822 as strictly as JavaMail does: also with a display name,
// with a domain of letters, digits and hyphens.
func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && emailDomain(a.Address[strings.LastIndexByte(a.Address, '@')+1:])
}

func emailDomain(domain string) bool {
	if domain == "" || domain[0] == '.' || domain[len(domain)-1] == '.' || strings.Contains(domain, "..") {
		return false
	}
	if domain[0] == '[' {
		return strings.IndexByte(domain, ']') == len(domain)-1 // an address
	}
	for i := range len(domain) {
		if c := domain[i]; c < utf8.RuneSelf && !isLetterOrDigit(c) && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// isURI accepts what java.net.URI reads: RFC 2396 with any character beyond ASCII but white space
// and controls.
func isURI(text string) bool {
	rest := text
	if scheme, after, ok := strings.Cut(text, ":"); ok && isScheme(scheme) {
		if rest = after; rest == "" {
			return false
		}
	} else if ok && !strings.ContainsAny(scheme, "/?#") {
		return false // a colon in the first segment without a scheme
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	if !uriCharacters(fragment, "") {
		return false
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		host := after
		if i := strings.IndexAny(after, "/?"); i >= 0 {
			host, rest = after[:i], after[i:]
		} else {
			rest = ""
		}
		if host == "" && rest == "" {
			return false
		}
		if !uriCharacters(host, "[]") || !brackets(host) {
			return false
		}
	}
	path, query, _ := strings.Cut(rest, "?")
	return uriCharacters(path, "") && uriCharacters(query, "[]")
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// brackets tells whether a host with brackets is an IPv6 address in them.
func brackets(host string) bool {
	_, address, _ := strings.Cut("@"+host, "@")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		address = host[i+1:]
	}
	if !strings.ContainsAny(address, "[]") {
		return true
	}
	inside, after, ok := strings.Cut(strings.TrimPrefix(address, "["), "]")
	return ok && address[0] == '[' && isIPv6(inside) && (after == "" || after[0] == ':')
}

func uriCharacters(s, also string) bool {
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		case c >= utf8.RuneSelf:
			if unicode.IsSpace(c) || unicode.IsControl(c) {
				return false
			}
		case !isLetterOrDigit(byte(c)) && !strings.ContainsRune("-_.!~*'(),;:$&+=?/@"+also, c):
			return false
		}
		i += size
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
