package vtl

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Java counts and cuts texts in UTF-16 units. For ASCII these are bytes.

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func toUnits(text string) []uint16 { return utf16.Encode([]rune(text)) }

// unitLen is String.length.
func unitLen(text string) int {
	n := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c < 0x80 || c >= 0xc0 && c < 0xf0:
			n++
		case c >= 0xf0:
			n += 2
		}
	}
	return n
}

// unitSlice is String.substring; false if the bounds are not in the text.
func unitSlice(text string, from, to int) (string, bool) {
	if isASCII(text) {
		if from < 0 || to > len(text) || from > to {
			return "", false
		}
		return text[from:to], true
	}
	units := toUnits(text)
	if from < 0 || to > len(units) || from > to {
		return "", false
	}
	return string(utf16.Decode(units[from:to])), true
}

// indexUnits is String.indexOf with a start.
func indexUnits(text, part string, from int) int {
	from = max(from, 0)
	n := unitLen(text)
	if from > n {
		if part == "" {
			return n
		}
		return -1
	}
	rest, _ := unitSlice(text, from, n)
	i := strings.Index(rest, part)
	if i < 0 {
		return -1
	}
	return from + unitLen(rest[:i])
}

// compareUnits is String.compareTo.
func compareUnits(a, b string) int32 {
	x, y := toUnits(a), toUnits(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int32(x[i]) - int32(y[i])
		}
	}
	return int32(len(x) - len(y))
}

// fold is the case folding of compareToIgnoreCase.
func fold(text string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, text)
}

// wideUppers are letters whose upper case is longer than one letter, as far as they occur in
// the languages of Europe.
var wideUppers = strings.NewReplacer("ß", "SS", "ŉ", "ʼN", "ǰ", "J̌", "ﬁ", "FI", "ﬂ", "FL", "ﬀ", "FF", "ﬃ", "FFI", "ﬄ", "FFL", "և", "ԵՒ")

func upper(text string) string {
	if isASCII(text) {
		return strings.ToUpper(text)
	}
	return strings.ToUpper(wideUppers.Replace(text))
}

// lower is String.toLowerCase: a sigma that ends a word has a form of its own.
func lower(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	var b strings.Builder
	previous := rune(0)
	for i, r := range text {
		switch {
		case r == 'İ':
			b.WriteString("i̇")
		case r == 'Σ' && unicode.IsLetter(previous) && !startsWithLetter(text[i+len("Σ"):]):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		previous = r
	}
	return b.String()
}

func startsWithLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r)
}

// isJavaSpace is Character.isWhitespace.
func isJavaSpace(r rune) bool {
	switch r {
	case '\u00a0', '\u2007', '\u202f':
		return false
	case '\t', '\n', '\v', '\f', '\r', 0x1c, 0x1d, 0x1e, 0x1f:
		return true
	}
	return unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp)
}
