package mapping

import (
	"errors"
	"testing"
)

func TestMockStatus(t *testing.T) {
	for _, c := range []struct {
		text string
		want int // 0: refused
	}{
		{`{"statusCode": 200}`, 200},
		{`{"statusCode":404}`, 404},
		{`{statusCode: 200}`, 200},
		{`{'statusCode': 201}`, 201},
		{`{"statusCode": 200,}`, 200},
		{`{,,"a":1,,"statusCode": 200,,}`, 200},
		{"\n {\"a\": {\"statusCode\": 1}, \"statusCode\": 302, \"b\": [1, 'x', {}]} \n", 302},
		{`{"statusCode": "200"}`, 0},
		{`{"statusCode": '200'}`, 0},
		{`{"statusCode": 200.5}`, 0},
		{`{"statusCode": [200]}`, 0},
		{`{"statusCode": {"statusCode": 200}}`, 0},
		{`{"statusCode": null}`, 0},
		{`{"StatusCode": 200}`, 0},
		{`{"a": 1}`, 0},
		{`{}`, 0},
		{``, 0},
		{`200`, 0},
		{`[200]`, 0},
		{`{"statusCode": 200`, 0},
		{`"statusCode": 200}`, 0},
		{`{"statusCode': 200}`, 0},
		{`{"statusCode" 200}`, 0},
		{`{"statusCode": 200} x`, 0},
		{`{"a": 1 "statusCode": 200}`, 0},
	} {
		got, err := MockStatus(c.text)
		if c.want == 0 {
			if !errors.Is(err, ErrMockStatus) {
				t.Errorf("MockStatus(%q) = %d, %v; want ErrMockStatus", c.text, got, err)
			}
		} else if err != nil || got != c.want {
			t.Errorf("MockStatus(%q) = %d, %v; want %d", c.text, got, err, c.want)
		}
	}
}

func TestIsStatic(t *testing.T) {
	for text, want := range map[string]bool{"": true, `{"statusCode": 200}`: true, "$input.body": false, "#set($x = 1)": false, "a#b": false} {
		if got := IsStatic(text); got != want {
			t.Errorf("IsStatic(%q) = %t", text, got)
		}
	}
}

func FuzzMockStatus(f *testing.F) {
	f.Add(`{"statusCode": 200, 'a': [1,{b:2}]}`)
	f.Fuzz(func(_ *testing.T, s string) { _, _ = MockStatus(s) })
}
