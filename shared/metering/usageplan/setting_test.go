package usageplan

import "testing"

func TestParseLimit(t *testing.T) {
	if l, err := ParseLimit("10000.5:5000"); err != nil || l.Rate != 10000.5 || l.Burst != 5000 {
		t.Error(l, err)
	}
	if l, err := ParseLimit(""); l != nil || err != nil {
		t.Error(l, err)
	}
	for _, text := range []string{"1", "1:", ":1", "1:x", "-1:1", "1:-1", "NaN:1", "Inf:1", "1:1:1", "1:1.5"} {
		if _, err := ParseLimit(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
