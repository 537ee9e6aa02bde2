package policy

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// compileAll compiles every value, naming the one at fault.
func compileAll[T any](values []string, compile func(string) (T, error)) ([]T, error) {
	all := make([]T, 0, len(values))
	for _, v := range values {
		compiled, err := compile(v)
		if err != nil {
			return nil, fmt.Errorf("the value %q: %w", v, err)
		}
		all = append(all, compiled)
	}
	return all, nil
}

func stringEquals(values []string, variables bool) (test, error) {
	return stringTest(values, syntaxOf{variables: variables})
}

func stringLike(values []string, variables bool) (test, error) {
	return stringTest(values, syntaxOf{wildcards: true, variables: variables})
}

func stringTest(values []string, x syntaxOf) (test, error) {
	patterns, err := compileAll(values, x.compile)
	return func(value string, l Lookup) bool {
		for i := range patterns {
			if patterns[i].match(value, l) == yes {
				return true
			}
		}
		return false
	}, err
}

func stringEqualsFold(values []string, variables bool) (test, error) {
	patterns, err := compileAll(values, syntaxOf{variables: variables}.compile)
	return func(value string, l Lookup) bool {
		for i := range patterns {
			if text, ok := patterns[i].text(l); ok && strings.EqualFold(text, value) {
				return true
			}
		}
		return false
	}, err
}

// arnLike serves ArnEquals too: both take wildcards (IAM user guide, ARN condition operators).
func arnLike(values []string, variables bool) (test, error) {
	patterns, err := compileAll(values, syntaxOf{wildcards: true, variables: variables}.compileARN)
	return func(value string, l Lookup) bool {
		if !isARN(value) {
			return false
		}
		for i := range patterns {
			if patterns[i].match(value, l) == yes {
				return true
			}
		}
		return false
	}, err
}

func boolean(values []string, _ bool) (test, error) {
	flags, err := compileAll(values, readBool)
	return func(value string, _ Lookup) bool {
		b, err := readBool(value)
		if err != nil {
			return false
		}
		for _, f := range flags {
			if f == b {
				return true
			}
		}
		return false
	}, err
}

func readBool(s string) (bool, error) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, nil
	case strings.EqualFold(s, "false"):
		return false, nil
	}
	return false, errBool
}

// binary compares bytes that are written as base64 on both sides.
func binary(values []string, _ bool) (test, error) {
	wanted, err := compileAll(values, base64.StdEncoding.DecodeString)
	return func(value string, _ Lookup) bool {
		b, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return false
		}
		for _, w := range wanted {
			if bytes.Equal(w, b) {
				return true
			}
		}
		return false
	}, err
}
