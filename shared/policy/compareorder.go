package policy

import (
	"cmp"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	errBool   = errors.New("neither true nor false")
	errNumber = errors.New("not a number")
	errDate   = errors.New("neither an ISO 8601 date nor seconds since 1970")
)

// relation interprets the comparison of a request's value with a document's: negative, zero or
// positive.
type relation func(order int) bool

func equal(o int) bool          { return o == 0 }
func less(o int) bool           { return o < 0 }
func lessOrEqual(o int) bool    { return o <= 0 }
func greater(o int) bool        { return o > 0 }
func greaterOrEqual(o int) bool { return o >= 0 }

func numeric(holds relation) builder {
	return func(values []string, _ bool) (test, error) {
		bounds, err := compileAll(values, readNumber)
		return func(value string, _ Lookup) bool {
			n, err := readNumber(value)
			if err != nil {
				return false
			}
			for _, b := range bounds {
				if holds(n.compare(b)) {
					return true
				}
			}
			return false
		}, err
	}
}

func date(holds relation) builder {
	return func(values []string, _ bool) (test, error) {
		bounds, err := compileAll(values, readDate)
		return func(value string, _ Lookup) bool {
			t, err := readDate(value)
			if err != nil {
				return false
			}
			for _, b := range bounds {
				if holds(t.Compare(b)) {
					return true
				}
			}
			return false
		}, err
	}
}

// number is exact for the integers of 64 bits and a float for everything else.
type number struct {
	whole   int64
	float   float64
	isWhole bool
}

func (n number) compare(m number) int {
	if n.isWhole && m.isWhole {
		return cmp.Compare(n.whole, m.whole)
	}
	return cmp.Compare(n.float, m.float)
}

// readNumber reads an integer or a decimal; ParseFloat alone would take hexadecimal, underscores
// and infinities too.
func readNumber(s string) (number, error) {
	for i := range len(s) {
		if strings.IndexByte("0123456789.+-eE", s[i]) < 0 {
			return number{}, errNumber
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return number{}, errNumber
	}
	n := number{float: f}
	if w, err := strconv.ParseInt(s, 10, 64); err == nil {
		n.whole, n.isWhole = w, true
	}
	return n, nil
}

// maxSeconds bounds epoch dates to what time.Time compares without overflow.
const maxSeconds = 1e15

// readDate reads the W3C profile of ISO 8601, UTC where no zone is given, or seconds since 1970.
// Four digits are a year.
func readDate(s string) (time.Time, error) {
	layout := ""
	switch {
	case len(s) == len("2006") && strings.Trim(s, "0123456789") == "":
		layout = "2006"
	case len(s) < len("2006-01") || s[4] != '-':
		n, err := readNumber(s)
		if err != nil || math.Abs(n.float) > maxSeconds {
			return time.Time{}, errDate
		}
		seconds, fraction := math.Modf(n.float)
		return time.Unix(int64(seconds), int64(fraction*1e9)), nil
	case len(s) == len("2006-01"):
		layout = "2006-01"
	case len(s) == len("2006-01-02"):
		layout = "2006-01-02"
	default:
		layout = clockLayout(s)
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return t, errDate
	}
	return t, nil
}

// clockLayout is the layout of a date with a time: with or without seconds, with or without zone.
// Fractions of a second are parsed without being in the layout.
func clockLayout(s string) string {
	const minutes = "2006-01-02T15:04"
	if len(s) <= len(minutes) {
		return minutes
	}
	rest := s[len(minutes):]
	seconds, zone := rest[0] == ':', strings.ContainsAny(rest, "Z+-")
	switch {
	case seconds && zone:
		return "2006-01-02T15:04:05Z07:00"
	case seconds:
		return "2006-01-02T15:04:05"
	}
	return "2006-01-02T15:04Z07:00"
}
