package vtl

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestDecodeJSON(t *testing.T) {
	for text, want := range map[string]string{
		"1":                       "int32 1",
		"-0":                      "int32 0",
		"2147483648":              "int64 2147483648",
		"9223372036854775808":     "*big.Int 9223372036854775808",
		"1.50":                    "vtl.Double {1.5 1.50}",
		"1E3":                     "vtl.Double {1000 1E3}",
		"0.12345678901234567890":  "vtl.Decimal 0.12345678901234567890",
		`"a\u00e9"`:               "string aé",
		"null":                    "<nil> <nil>",
		"true":                    "bool true",
		"[1,2":                    "error",
		"":                        "error",
		"1 2":                     "error",
		"{\"a\":1,\"a\":2,\"b\":": "error",
	} {
		v, err := DecodeJSON([]byte(text))
		got := fmt.Sprintf("%T %v", v, v)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestJSONKeepsOrderAndNumbers(t *testing.T) {
	const text = `{"z":1,"a":[1.50,1e3,-0.0,true,null],"m":{"y":"\"\\","b":{}},"n":12345678901234567890}`
	v, err := DecodeJSON([]byte(" " + text + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := AppendJSON(nil, v)
	if err != nil || string(got) != text {
		t.Errorf("got %s, %v, want %s", got, err, text)
	}
}

// A map keeps its order through any changes, as a list of pairs searched from the start does.
func TestMapAgainstPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMap()
		var keys []Value
		values := map[Value]Value{}
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			var key Value = rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "1"}).Draw(t, "key")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				key = int32(rapid.IntRange(0, 5).Draw(t, "int"))
			case 1:
				key = int64(rapid.IntRange(0, 5).Draw(t, "long"))
			}
			if rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				m.Remove(key)
				delete(values, key)
				for i, k := range keys {
					if k == key {
						keys = append(keys[:i:i], keys[i+1:]...)
						break
					}
				}
				continue
			}
			if _, has := values[key]; !has {
				keys = append(keys, key)
			}
			values[key] = m.Len()
			m.Put(key, values[key])
		}
		if m.Len() != len(keys) {
			t.Fatalf("%d members, want %d", m.Len(), len(keys))
		}
		for i, want := range keys {
			key, value := m.At(i)
			got, ok := m.Get(want)
			if key != want || value != values[want] || !ok || got != values[want] {
				t.Fatalf("member %d is %v=%v, want %v=%v", i, key, value, want, values[want])
			}
		}
	})
}

// The texts of doubles are Java's: these are examples of its documentation and of its bounds.
func TestDoubleText(t *testing.T) {
	for f, want := range map[float64]string{
		1: "1.0", -2.5: "-2.5", 0.001: "0.001", 0.0001: "1.0E-4", 9999999: "9999999.0", 1e7: "1.0E7",
		1.234e25: "1.234E25", 2e23: "2.0E23", math.SmallestNonzeroFloat64: "4.9E-324", math.MaxFloat64: "1.7976931348623157E308",
		math.Inf(1): "Infinity", math.Inf(-1): "-Infinity", 0.1: "0.1", 123456.789: "123456.789",
	} {
		if got := string(appendDouble(nil, f)); got != want {
			t.Errorf("%g: got %s, want %s", f, got, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,{"b":null}],"c":"x"}`, `[1e400,-0,"\ud800"]`, `12345678901234567890.5`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := DecodeJSON(text)
		if err != nil {
			return
		}
		out, err := AppendJSON(nil, v)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := DecodeJSON(out)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, out, err)
		}
		twice, _ := AppendJSON(nil, again)
		if !reflect.DeepEqual(out, twice) || !json.Valid(out) {
			t.Fatalf("%q became %q, then %q", text, out, twice)
		}
	})
}
