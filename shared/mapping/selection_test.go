package mapping

import "testing"

func TestSelection(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{"404", "404", true},
		{"404", "4040", false},
		{`4\d{2}`, "404", true},
		{`4\d{2}`, "1404", false},
		{`^5.*`, "503", true},
		{`2\d{2}`, "200", true},
		{`.*`, "200", true},
		{`.+`, "", false},
		{`400|404`, "404", true},
		{`400|404`, "4041", false},
		{`(?i)not found`, "Not Found", true},
		{`(?!200).*`, "404", true},
		{`(?!200).*`, "200", false},
		{`.*not found.*`, "x not found y", true},
		{`.*`, "a\nb", false},
		{`(\n|.)*`, "a\nb", true},
		{`[4-5]\d\d`, "502", true},
		{`4\\d{2}`, "404", false},
	} {
		s, err := CompileSelection(c.pattern)
		if err != nil {
			t.Errorf("%q: %v", c.pattern, err)
			continue
		}
		if got, err := s.Match(c.value); err != nil || got != c.want {
			t.Errorf("%q on %q = %t, %v; want %t", c.pattern, c.value, got, err, c.want)
		}
	}
	for _, bad := range []string{"(", "[", `4\d{2`, "*"} {
		if s, err := CompileSelection(bad); err == nil {
			if ok, _ := s.Match("404"); ok {
				t.Errorf("%q compiled and matches", bad)
			}
		}
	}
}

func TestSelectionIsBoundedInTime(t *testing.T) {
	s, err := CompileSelection(`(?=a)(a+)+b`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); err == nil {
		t.Error("a match that never ends gave no error")
	}
}
