package jsonpath

import "strings"

// scanner walks through a text, or a part of one. Every character with a meaning is ASCII, so
// it works on bytes. Reading outside of the text gives 0, which no step can start with.
type scanner struct {
	whole string
	// base is the place of text in whole.
	base int
	text string
	pos  int
	// last is the index of the last byte that counts.
	last int
}

func (s *scanner) fail(message string) error { return s.failAt(s.pos, message) }

func (s *scanner) failAt(pos int, message string) error {
	return &CompileError{Path: s.whole, Position: min(max(pos+s.base, 0), len(s.whole)), Message: message}
}

func (s *scanner) fatal(message string) error {
	err := s.fail(message).(*CompileError)
	err.fatal = true
	return err
}

func (s *scanner) at(i int) byte {
	if i < 0 || i >= len(s.text) {
		return 0
	}
	return s.text[i]
}

func (s *scanner) current() byte      { return s.at(s.pos) }
func (s *scanner) in(i int) bool      { return i >= 0 && i <= s.last }
func (s *scanner) isTail() bool       { return s.pos >= s.last }
func (s *scanner) lastIs(c byte) bool { return s.at(s.last) == c }

func (s *scanner) skipBlanks() *scanner {
	for s.in(s.pos) && s.pos < s.last && s.current() == ' ' {
		s.pos++
	}
	return s
}

func (s *scanner) trim() {
	s.skipBlanks()
	for s.in(s.pos) && s.pos < s.last && s.lastIs(' ') {
		s.last--
	}
}

// nextSignificant is the index of the first byte after i that is no blank.
func (s *scanner) nextSignificant(i int) int {
	for i++; s.in(i) && s.at(i) == ' '; i++ {
		continue
	}
	return i
}

// peek is the first byte after i that is no blank, or a blank at the end.
func (s *scanner) peek(i int) byte {
	if i = s.nextSignificant(i); s.in(i) {
		return s.at(i)
	}
	return ' '
}

// indexOf finds c from i on.
func (s *scanner) indexOf(i int, c byte) int {
	for ; s.in(i); i++ {
		if s.at(i) == c {
			return i
		}
	}
	return -1
}

// closingQuote finds the quote that ends what starts at i; a backslash protects one.
func (s *scanner) closingQuote(i int, quote byte) int {
	for i++; s.in(i); i++ {
		switch s.at(i) {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// matching finds the bracket that closes the one at i, or -1. Brackets in strings, and in
// regular expressions if they are asked for, do not count; of two that follow each other
// immediately only the first is skipped.
func (s *scanner) matching(i int, open, closing byte, regex bool) (int, error) {
	depth := 1
	for i++; s.in(i); i++ {
		if c := s.at(i); c == '\'' || c == '"' {
			end := s.closingQuote(i, c)
			if end < 0 {
				return 0, s.failAt(i, "the string is not closed")
			}
			i = end + 1
		}
		if regex && s.at(i) == '/' {
			end := s.closingQuote(i, '/')
			if end < 0 {
				return 0, s.failAt(i, "the regular expression is not closed")
			}
			i = end + 1
		}
		switch s.at(i) {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i, nil
			}
		}
	}
	return -1, nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// onlyOf tells whether text has no byte but those given.
func onlyOf(text, bytes string) bool { return strings.Trim(text, bytes) == "" }
