package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// contextPrefix starts every context key of this app. Keys without it belong to the CDK.
const contextPrefix = "postern:"

// contextReader reads options from CDK context and collects what is wrong with them, so
// that one synthesis reports every mistake.
//
// Values come as JSON types from cdk.json and as strings from the command line; both
// forms mean the same.
type contextReader struct {
	values   map[string]any
	read     map[string]bool
	problems []error
}

func newContextReader(values map[string]any) *contextReader {
	return &contextReader{values: values, read: map[string]bool{}}
}

// has reports whether the key was given, without reading its value.
func (r *contextReader) has(key string) bool {
	return r.values[key] != nil
}

// refuse records what is wrong with a key's value and what would be right.
func (r *contextReader) refuse(key, reason, allowed string) {
	value, _ := json.Marshal(r.values[key])
	r.problems = append(r.problems, fmt.Errorf("context %s = %s: %s; allowed: %s", key, value, reason, allowed))
}

// text returns a string that the whole of pattern matches.
func (r *contextReader) text(key, fallback string, pattern *regexp.Regexp, allowed string) string {
	value, given := r.scalar(key, allowed)
	if !given {
		return fallback
	}
	if !pattern.MatchString(value) {
		r.refuse(key, "the value does not have this form", allowed)
		return fallback
	}
	return value
}

// oneOf returns one of the allowed words. Case counts: the words are AWS's own.
func (r *contextReader) oneOf(key, fallback string, allowed ...string) string {
	list := strings.Join(allowed, ", ")
	value, given := r.scalar(key, list)
	if !given {
		return fallback
	}
	if !slices.Contains(allowed, value) {
		r.refuse(key, "unknown value", list)
		return fallback
	}
	return value
}

// flag returns true or false.
func (r *contextReader) flag(key string, fallback bool) bool {
	return r.oneOf(key, strconv.FormatBool(fallback), "true", "false") == "true"
}

// needs refuses a key that was given although another choice leaves it without effect.
func (r *contextReader) needs(met bool, key, condition string) {
	if !met && r.has(key) {
		r.refuse(key, "it has no effect without "+condition, condition+", or no "+key)
	}
}

// integer returns a whole number between low and high, both included.
func (r *contextReader) integer(key string, fallback, low, high int) int {
	allowed := fmt.Sprintf("a whole number from %d to %d", low, high)
	value, given := r.scalar(key, allowed)
	if !given {
		return fallback
	}
	number, err := strconv.Atoi(value)
	switch {
	case err != nil:
		r.refuse(key, "not a whole number", allowed)
	case number < low || number > high:
		r.refuse(key, "out of range", allowed)
	default:
		return number
	}
	return fallback
}

// oneOfIntegers returns one of the allowed numbers.
func (r *contextReader) oneOfIntegers(key string, fallback int, allowed []int) int {
	words := make([]string, len(allowed))
	for i, number := range allowed {
		words[i] = strconv.Itoa(number)
	}
	number, err := strconv.Atoi(r.oneOf(key, strconv.Itoa(fallback), words...))
	if err != nil {
		return fallback
	}
	return number
}

// list returns the entries of a list, each matched by the whole of pattern. It is nil
// when the key is absent; an empty list is refused, because it would silently mean the
// same as an absent key.
func (r *contextReader) list(key string, pattern *regexp.Regexp, allowed string) []string {
	r.read[key] = true
	var entries []string
	switch value := r.values[key].(type) {
	case nil:
		return nil
	case string:
		entries = strings.Split(value, ",")
	case []any:
		for _, entry := range value {
			word, isString := entry.(string)
			if !isString {
				r.refuse(key, fmt.Sprintf("entry %v is not a string", entry), allowed)
				return nil
			}
			entries = append(entries, word)
		}
	default:
		r.refuse(key, "not a list", allowed)
		return nil
	}
	if len(entries) == 0 {
		r.refuse(key, "the list is empty", allowed)
		return nil
	}
	for i, entry := range entries {
		entries[i] = strings.TrimSpace(entry)
		if !pattern.MatchString(entries[i]) {
			r.refuse(key, fmt.Sprintf("entry %q does not have this form", entries[i]), allowed)
			return nil
		}
	}
	return entries
}

// scalar returns a string, number or boolean in the form that the command line has.
func (r *contextReader) scalar(key, allowed string) (value string, given bool) {
	r.read[key] = true
	switch value := r.values[key].(type) {
	case nil:
		return "", false
	case string:
		return value, true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(value), true
	default:
		r.refuse(key, "not a single value", allowed)
		return "", false
	}
}

// err returns everything that was refused, including the app's keys that nothing read:
// a misspelt key would otherwise leave its default in force unnoticed.
func (r *contextReader) err() error {
	known := make([]string, 0, len(r.read))
	for key := range r.read {
		known = append(known, key)
	}
	slices.Sort(known)
	var unknown []string
	for key := range r.values {
		if strings.HasPrefix(key, contextPrefix) && !r.read[key] {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		r.refuse(key, "unknown key", strings.Join(known, ", "))
	}
	return errors.Join(r.problems...)
}
