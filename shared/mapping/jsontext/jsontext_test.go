package jsontext

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestAppendStringRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		raw := AppendString(nil, s)
		var back string
		if err := json.Unmarshal(raw, &back); err != nil || back != s {
			t.Fatalf("%q gave %s, which reads as %q, %v", s, raw, back, err)
		}
		if got := Text(raw); got != s {
			t.Fatalf("Text(%s) = %q, want %q", raw, got, s)
		}
		if !bytes.Equal(AppendString(nil, []byte(s)), raw) {
			t.Fatal("bytes and strings differ")
		}
	})
}

func TestBytesThatAreNoUTF8(t *testing.T) {
	if got, want := string(AppendString(nil, "a\xffb\xc3")), "\"a\ufffdb\ufffd\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(AppendString(nil, "<&>\u2028\x7f\x01")), "\"<&>\u2028\\u007f\\u0001\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestText(t *testing.T) {
	for raw, want := range map[string]string{
		`"a\"\\\/\b\f\n\r\t"`:  "a\"\\/\b\f\n\r\t",
		`"\u00e9\ud83d\ude00"`: "é😀",
		`"\ud83d"`:             "\ufffd",
		`"\ud83dx"`:            "\ufffdx",
		`"\ude00\u0041"`:       "\ufffdA",
		`12.50`:                "12.50",
		`true`:                 "true",
		`""`:                   "",
	} {
		if got := Text([]byte(raw)); got != want {
			t.Errorf("Text(%s) = %q, want %q", raw, got, want)
		}
	}
}

// reading builds the value that encoding/json would, from Members and Elements.
func reading(raw []byte) any {
	raw = Trim(raw)
	switch Kind(raw) {
	case '{':
		m := map[string]any{}
		for name, v := range Members(raw) {
			m[name] = reading(v)
		}
		return m
	case '[':
		l := []any{}
		for v := range Elements(raw) {
			l = append(l, reading(v))
		}
		return l
	case '"':
		return Text(raw)
	case 't', 'f':
		return raw[0] == 't'
	case 'n':
		return nil
	}
	return json.Number(raw)
}

func FuzzReadAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.50,{"b":"\u00e9"}],"c":null} `, ` [ ] `, `{"a" : {} , "b":[[],[1 , "x]"]]}`, `"\ud800"`, `{"a\"":1,"a":2}`, `-1e5`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := func() any {
			defer func() {
				if r := recover(); r != nil {
					t.Fatalf("%q: %v", b, r)
				}
			}()
			return reading(b)
		}
		if !Valid(b) {
			if len(b) < 1000 {
				got() // useless, but without a panic
			}
			return
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Skip()
		}
		if have := got(); !reflect.DeepEqual(want, have) {
			t.Fatalf("%q: encoding/json reads %v, jsontext %v", b, want, have)
		}
	})
}
