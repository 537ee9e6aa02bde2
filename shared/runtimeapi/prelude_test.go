package runtimeapi

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const nul8 = "\x00\x00\x00\x00\x00\x00\x00\x00"

// The rules are those of domains and edge spec, 12.2.
func TestReadPrelude(t *testing.T) {
	tests := []struct {
		name, stream string
		want         *Prelude
		rest         string
		fault        string
	}{
		{name: "all keys", stream: `{"headers":{"A":"1"},"multiValueHeaders":{"B":["2","3"]},"cookies":["c=1"],"statusCode":201}` + nul8 + "body",
			want: &Prelude{StatusCode: 201, Headers: map[string]string{"A": "1"}, MultiValueHeaders: map[string][]string{"B": {"2", "3"}}, Cookies: []string{"c=1"}}, rest: "body"},
		{name: "no key", stream: "{}" + nul8, want: &Prelude{StatusCode: 200}},
		{name: "numbers and booleans", stream: `{"headers":{"Age":60,"X":true}}` + nul8,
			want: &Prelude{StatusCode: 200, Headers: map[string]string{"Age": "60", "X": "true"}}},
		{name: "NUL in the body", stream: "{}" + nul8 + "\x00" + nul8, want: &Prelude{StatusCode: 200}, rest: "\x00" + nul8},
		{name: "delimiter ends at 16 KB", stream: `{"headers":{"A":"` + strings.Repeat("x", 16384-8-20) + `"}}` + nul8 + "body",
			want: &Prelude{StatusCode: 200, Headers: map[string]string{"A": strings.Repeat("x", 16384-8-20)}}, rest: "body"},
		{name: "delimiter ends past 16 KB", stream: `{"headers":{"A":"` + strings.Repeat("x", 16384-8-19) + `"}}` + nul8 + "body", fault: "no delimiter"},
		{name: "seven NUL bytes", stream: "{}" + nul8[1:] + "body", fault: "ended before the delimiter"},
		{name: "nothing", fault: "ended before the delimiter"},
		{name: "not JSON", stream: "body" + nul8, fault: "invalid character"},
		{name: "not an object", stream: "[]" + nul8, fault: "cannot unmarshal array"},
		{name: "null", stream: "null" + nul8, fault: "not a JSON object"},
		{name: "unknown key", stream: `{"body":"x"}` + nul8, fault: "body: unknown key"},
		{name: "key in other case", stream: `{"StatusCode":200}` + nul8, fault: "StatusCode: unknown key"},
		{name: "status as text", stream: `{"statusCode":"200"}` + nul8, fault: "statusCode: "},
		{name: "status out of range", stream: `{"statusCode":99}` + nul8, fault: "99 is not an HTTP status"},
		{name: "header list", stream: `{"headers":{"A":["1"]}}` + nul8, fault: "is not a header value"},
		{name: "cookie as number", stream: `{"cookies":[1]}` + nul8, fault: "cookies: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for name, reader := range map[string]io.Reader{
				"at once":     strings.NewReader(test.stream),
				"bytewise":    iotest.OneByteReader(strings.NewReader(test.stream)),
				"EOF at once": iotest.DataErrReader(strings.NewReader(test.stream)),
			} {
				got, rest, err := ReadPrelude(reader)
				if test.fault != "" {
					if !errors.Is(err, ErrPrelude) || !strings.Contains(err.Error(), test.fault) {
						t.Errorf("%s: error %v, want %q", name, err, test.fault)
					}
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
				if body, err := io.ReadAll(rest); err != nil || string(body) != test.rest {
					t.Errorf("%s: body %q, %v; want %q", name, body, err, test.rest)
				}
			}
		})
	}
}

func TestReadPreludeFails(t *testing.T) {
	broken := errors.New("broken")
	_, _, err := ReadPrelude(io.MultiReader(strings.NewReader("{"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, ErrPrelude) {
		t.Errorf("error %v", err)
	}
}

// FuzzReadPrelude checks that nothing of a stream is lost and that it does not
// matter in which pieces it arrives.
func FuzzReadPrelude(f *testing.F) {
	f.Add([]byte(`{"statusCode":200,"headers":{"A":"1"},"cookies":["a=1"]}` + nul8 + "body"))
	f.Add([]byte("{}" + nul8 + nul8))
	f.Add([]byte(`{"multiValueHeaders":{"A":[1,true]}}` + nul8[1:]))
	f.Fuzz(func(t *testing.T, stream []byte) {
		text := string(stream)
		prelude, rest, err := ReadPrelude(strings.NewReader(text))
		again, restAgain, errAgain := ReadPrelude(iotest.HalfReader(strings.NewReader(text)))
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("in one piece: %v, in pieces: %v", err, errAgain)
		}
		if err != nil {
			if !errors.Is(err, ErrPrelude) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if diff := cmp.Diff(prelude, again); diff != "" {
			t.Fatal(diff)
		}
		if prelude.StatusCode < 100 || prelude.StatusCode > 599 {
			t.Fatalf("status %d", prelude.StatusCode)
		}
		_, want, _ := strings.Cut(text, nul8)
		for _, reader := range []io.Reader{rest, restAgain} {
			if body, err := io.ReadAll(reader); err != nil || string(body) != want {
				t.Fatalf("body %q, %v; want %q", body, err, want)
			}
		}
	})
}
