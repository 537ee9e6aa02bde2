package clients

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// names are the parts of answers that later steps refer to, by name.
//
// An expectation is JSON. It has to equal the answer, members that are absent included, but for
// these strings in it:
//
//	"<id6>"        lower-case letters and digits, so many
//	"<time>"       the time of the test, as epoch seconds or ISO 8601
//	"<any>"        anything but an empty string, list or object
//	"<re:X>"       a string that X matches as a whole
//	"<key=id10>"   the same as "<id10>", and from then on <key> stands for what was found
//	"a <key> b"    the text with the value of key
//	"..."          as a member of an object or the last element of a list: there may be more
//	"~"            as the last element of a list: these and no more, in any order
type names map[string]string

var (
	pattern = regexp.MustCompile(`(?s)^<(?:(\w+)=)?(id\d+|time|any|re:.*)>$`)
	name    = regexp.MustCompile(`<(\w+)>`)
)

// expand puts values in the place of their names. Other text in angle brackets stays.
func (n names) expand(s string) string {
	return name.ReplaceAllStringFunc(s, func(m string) string {
		if v, ok := n[m[1:len(m)-1]]; ok {
			return v
		}
		return m
	})
}

// differences compares an answer with what was expected and returns one line per difference.
func (n names) differences(want string, got []byte) []string {
	if want == "" {
		if len(got) > 0 {
			return []string{fmt.Sprintf("want an empty answer, got %s", got)}
		}
		return nil
	}
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return []string{fmt.Sprintf("the expectation is not JSON: %v: %s", err, want)}
	}
	if err := json.Unmarshal(got, &g); err != nil {
		return []string{fmt.Sprintf("the answer is not JSON: %v: %q", err, got)}
	}
	return n.compare("", w, g)
}

func (n names) compare(at string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return n.compareObjects(at, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok {
			return n.compareLists(at, w, g)
		}
	case string:
		if n.matches(w, got) {
			return nil
		}
		want = n.expand(w)
	default:
		if reflect.DeepEqual(want, got) {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s: want %s, got %s", place(at), text(want), text(got))}
}

func (n names) compareObjects(at string, want, got map[string]any) []string {
	var diffs []string
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if k == "..." {
			continue
		}
		key := n.expand(k)
		if v, ok := got[key]; ok {
			diffs = append(diffs, n.compare(at+"/"+key, want[k], v)...)
		} else {
			diffs = append(diffs, fmt.Sprintf("%s/%s: absent, want %s", at, key, text(want[k])))
		}
	}
	if _, open := want["..."]; open {
		return diffs
	}
	known := map[string]bool{}
	for k := range want {
		known[n.expand(k)] = true
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if !known[k] {
			diffs = append(diffs, fmt.Sprintf("%s/%s: must be absent, got %s", at, k, text(got[k])))
		}
	}
	return diffs
}

func (n names) compareLists(at string, want, got []any) []string {
	var diffs []string
	if len(want) > 0 && (want[len(want)-1] == "..." || want[len(want)-1] == "~") {
		wanted, exact := want[:len(want)-1], want[len(want)-1] == "~"
		if exact && len(wanted) != len(got) {
			diffs = append(diffs, fmt.Sprintf("%s: want %d elements, got %d: %s", at, len(wanted), len(got), text(got)))
		}
		for i, w := range wanted {
			if !slices.ContainsFunc(got, func(g any) bool { return len(n.compare("", w, g)) == 0 }) {
				diffs = append(diffs, fmt.Sprintf("%s: no element like %d, %s, in %s", at, i, n.expand(text(w)), text(got)))
			}
		}
		return diffs
	}
	if len(want) != len(got) {
		return []string{fmt.Sprintf("%s: want %d elements, got %d: %s", at, len(want), len(got), text(got))}
	}
	for i := range want {
		diffs = append(diffs, n.compare(at+"/"+strconv.Itoa(i), want[i], got[i])...)
	}
	return diffs
}

// matches says whether a string of the expectation stands for what was found.
func (n names) matches(want string, got any) bool {
	m := pattern.FindStringSubmatch(want)
	if m == nil {
		return got == any(n.expand(want))
	}
	s, isString := got.(string)
	ok := false
	switch kind := m[2]; {
	case kind == "any":
		ok = got != nil && !slices.Contains([]string{`""`, "[]", "{}"}, text(got))
	case kind == "time":
		ok = isNow(got)
	case strings.HasPrefix(kind, "id"):
		ok = isString && regexp.MustCompile(`^[a-z0-9]{`+kind[2:]+`}$`).MatchString(s)
	default:
		ok = isString && regexp.MustCompile(`(?s)^(?:`+strings.TrimPrefix(kind, "re:")+`)$`).MatchString(s)
	}
	if ok && m[1] != "" {
		n[m[1]] = fmt.Sprint(got)
	}
	return ok
}

func isNow(v any) bool {
	var at time.Time
	switch v := v.(type) {
	case float64:
		at = time.Unix(int64(v), 0)
	case string:
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return false
		}
		at = t
	default:
		return false
	}
	return math.Abs(time.Since(at).Minutes()) < 10
}

func place(at string) string {
	if at == "" {
		return "the answer"
	}
	return at
}

func text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// A comparison that sees nothing would make every other test of this package worthless.
func TestExpectations(t *testing.T) {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	for _, c := range []struct {
		want, got string
		diffs     int
	}{
		{`{"id":"<x=id3>","at":"<time>","n":1.0}`, `{"id":"ab1","at":` + now + `,"n":1}`, 0},
		{`{"id":"<id3>"}`, `{"id":"abcd"}`, 1},
		{`{"at":"<time>"}`, `{"at":1}`, 1},
		{`{"a":"<known>/<unknown>"}`, `{"a":"value/<unknown>"}`, 0},
		{`{"<known>":1}`, `{"value":1}`, 0},
		{`{}`, `{"tags":{}}`, 1},
		{`{"tags":{}}`, `{}`, 1},
		{`{"a":null}`, `{"a":""}`, 1},
		{`{"...":0}`, `{"a":1}`, 0},
		{`["b","..."]`, `["a","b"]`, 0},
		{`["c","..."]`, `["a","b"]`, 1},
		{`["b","a","~"]`, `["a","b"]`, 0},
		{`["b","~"]`, `["a","b"]`, 1},
		{`["b","a"]`, `["a","b"]`, 2},
		{`["a"]`, `["a","b"]`, 1},
		{`{"a":"<any>"}`, `{"a":[]}`, 1},
		{`{"a":"<re:[0-9]+>"}`, `{"a":"12x"}`, 1},
		{`{"a":[]}`, `{"a":{}}`, 1},
		{``, ` `, 1},
		{``, ``, 0},
	} {
		n := names{"known": "value"}
		if d := n.differences(c.want, []byte(c.got)); len(d) != c.diffs {
			t.Errorf("%s and %s: %d differences, want %d: %q", c.want, c.got, len(d), c.diffs, d)
		}
	}
}
