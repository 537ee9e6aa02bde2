package exchange

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want Query
	}{
		{"", nil},
		{"a=1", Query{{"a", "1"}}},
		{"t=2020-01-01T00:00:00+00:00", Query{{"t", "2020-01-01T00:00:00 00:00"}}},
		{"t=%2B", Query{{"t", "+"}}},
		{"a=1;b=2&c=3", Query{{"a", "1"}, {"b", "2"}, {"c", "3"}}},
		{"a=1&a=2", Query{{"a", "1"}, {"a", "2"}}},
		{"flag", Query{{"flag", ""}}},
		{"a==b", Query{{"a", "=b"}}},
		{"&&a=1&", Query{{"a", "1"}}},
		{"%41%20=%c3%a9", Query{{"A ", "é"}}},
		{"a=%zz%4", Query{{"a", "%zz%4"}}},
	} {
		if diff := cmp.Diff(c.want, ParseQuery(c.raw)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.raw, diff)
		}
	}
	if got := (Query{{"a", "1"}, {"b", "x"}, {"a", "2"}}).Last("a"); got != "2" {
		t.Errorf("the single value is %q, want the last", got)
	}
}

func FuzzQuerySurvivesEncoding(f *testing.F) {
	f.Add("a=1&b=%20+;c")
	f.Fuzz(func(t *testing.T, raw string) {
		q := ParseQuery(raw)
		var b []byte
		for _, p := range q {
			b = AppendQueryParam(b, 0, p.Name, p.Value)
		}
		if _, err := url.ParseQuery(string(b)); err != nil {
			t.Fatalf("%q was encoded as %q: %v", raw, b, err)
		}
		if diff := cmp.Diff(q, ParseQuery(string(b)), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q became another query:\n%s", raw, diff)
		}
	})
}
