package authorizer

import "testing"

// REST data plane spec, 11.2.
func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		source, validation string
		values             []string
		want               bool
	}{
		{"method.request.header.Authorization", "", []string{"x"}, true},
		{"method.request.header.Authorization", "", []string{""}, false},
		{"method.request.header.Authorization", `^Bearer [-0-9a-z]+$`, []string{"Bearer abc-1"}, true},
		{"method.request.header.Authorization", `Bearer`, []string{"Bearer abc"}, false},
		{"method.request.header.Authorization", `(a+)+b`, []string{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}, false},
		{"method.request.header.A, method.request.querystring.b", "", []string{"x", "y"}, true},
		{"method.request.header.A,method.request.querystring.b", "", []string{"x", ""}, false},
		{"", "", nil, true},
	} {
		id, err := NewIdentity(c.source, c.validation)
		if err != nil {
			t.Fatal(err)
		}
		if len(id.Sources) != len(c.values) {
			t.Errorf("%q has sources %q", c.source, id.Sources)
		}
		if got := id.Admits(c.values); got != c.want {
			t.Errorf("%q %q admits %q: %v, want %v", c.source, c.validation, c.values, got, c.want)
		}
	}
	if _, err := NewIdentity("x", "("); err == nil {
		t.Error("a broken expression compiled")
	}
}
