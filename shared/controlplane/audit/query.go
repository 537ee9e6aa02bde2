package audit

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sizes of a page.
const (
	defaultLimit = 50
	maxLimit     = 500
)

// query is a question to the trail, as a request's parameters put it.
type query struct {
	eventName string
	resource  string    // ARN prefix, or an API's identifier
	user      string    // see UserIdentity.is
	from, to  time.Time // both inclusive; zero is unbounded
	limit     int
	after     string // sort key of the last record that was looked at; empty for the first page
}

// parameterError is the refusal of a query.
type parameterError struct {
	name, reason string
}

func (e *parameterError) Error() string {
	return fmt.Sprintf("Invalid parameter %s: %s", e.name, e.reason)
}

var apiID = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

// parseQuery reads the parameters of GET /audit. Every refusal is a *parameterError; a parameter
// that does not exist is refused, since a mistyped filter would answer another question.
func parseQuery(values url.Values) (query, error) {
	q := query{limit: defaultLimit}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) != 1 {
			return q, &parameterError{name, "it is given more than once"}
		}
		if err := q.set(name, values.Get(name)); err != nil {
			return q, err
		}
	}
	if !q.from.IsZero() && !q.to.IsZero() && q.to.Before(q.from) {
		return q, &parameterError{"to", "it is earlier than from"}
	}
	return q, nil
}

func (q *query) set(name, value string) error {
	var err error
	switch name {
	case "eventName":
		q.eventName = value
	case "user":
		q.user = value
	case "resource":
		if !strings.HasPrefix(value, "arn:") && !apiID.MatchString(value) {
			return &parameterError{name, "it must be an ARN, the start of one, or the identifier of an API"}
		}
		q.resource = value
	case "from":
		q.from, err = parseTime(name, value)
	case "to":
		q.to, err = parseTime(name, value)
	case "limit":
		q.limit, err = strconv.Atoi(value)
		if err != nil || q.limit < 1 || q.limit > maxLimit {
			return &parameterError{name, fmt.Sprintf("it must be a number between 1 and %d", maxLimit)}
		}
	case "position":
		q.after, err = decodePosition(value)
	default:
		return &parameterError{name, "there is no such parameter; there are eventName, resource, user, from, to, limit and position"}
	}
	if err == nil && value == "" {
		return &parameterError{name, "it is empty"}
	}
	return err
}

func parseTime(name, value string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, &parameterError{name, "it must be a time in the form of RFC 3339, like 2026-01-31T12:00:00Z"}
	}
	return t.UTC(), nil
}

// encodePosition makes the position of a page that ended with a sort key.
func encodePosition(sort string) string { return base64.RawURLEncoding.EncodeToString([]byte(sort)) }

func decodePosition(position string) (string, error) {
	sort, err := base64.RawURLEncoding.DecodeString(position)
	if err == nil {
		_, err = timeOf(string(sort))
	}
	if err != nil {
		return "", errPosition
	}
	return string(sort), nil
}

var errPosition = &parameterError{"position", "it is not one that an answer gave"}

// matches tells whether a record is asked for. Its time is in whole seconds, and so bounds that
// are taken from records include them; at is the exact time.
func (q *query) matches(r *summary, at time.Time) bool {
	return (q.to.IsZero() || !at.Truncate(time.Second).After(q.to)) &&
		(q.eventName == "" || q.eventName == r.EventName) &&
		(q.user == "" || r.UserIdentity.is(q.user)) &&
		(q.resource == "" || slices.ContainsFunc(r.Resources, q.names))
}

// names tells whether the query's resource is this one, or above it.
func (q *query) names(r Resource) bool {
	if strings.HasPrefix(q.resource, "arn:") {
		return strings.HasPrefix(r.ARN, q.resource)
	}
	segments := strings.Split(pathOf(r.ARN), "/")
	return len(segments) > 2 && (segments[1] == "restapis" || segments[1] == "apis") && segments[2] == q.resource
}

// filters tells whether the query leaves records out.
func (q *query) filters() bool {
	return q.eventName != "" || q.user != "" || q.resource != "" || !q.to.IsZero()
}
