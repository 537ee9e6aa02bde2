package patch_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
)

// The examples are those of RFC 6901, section 5, as far as they point into a document.
func TestSplit(t *testing.T) {
	cases := map[string][]string{
		"/foo": {"foo"}, "/foo/0": {"foo", "0"}, "/": {""}, "/a~1b": {"a/b"}, "/c%d": {"c%d"}, "/m~0n": {"m~n"}, "/~01": {"~1"},
	}
	for pointer, want := range cases {
		if got, ok := patch.Split(pointer); !ok || !slices.Equal(got, want) {
			t.Errorf("Split(%q) = %q, %v, want %q", pointer, got, ok, want)
		}
	}
	for _, pointer := range []string{"", "foo", "/~", "/a~2", "/a~/b"} {
		if got, ok := patch.Split(pointer); ok {
			t.Errorf("Split(%q) = %q, want none", pointer, got)
		}
	}
}

func TestJoinIsTheReverseOfSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOfN(rapid.StringMatching(`[a~/{}0-9é]*`), 1, 5).Draw(t, "tokens")
		got, ok := patch.Split(patch.Join(tokens...))
		if !ok || !slices.Equal(got, tokens) {
			t.Fatalf("%q became %q, %v", tokens, got, ok)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "/", "/a~1b/~0", "/~", "//GET/x", "/*/*/caching/enabled"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pointer string) {
		tokens, ok := patch.Split(pointer)
		if ok && patch.Join(tokens...) != pointer {
			t.Errorf("%q became %q", pointer, patch.Join(tokens...))
		}
		// No path may crash a table, whatever it holds.
		for _, op := range []string{"add", "replace", "remove", "copy", "move", "test"} {
			_ = table.Apply(&thing{}, []patch.Operation{{Op: op, Path: pointer, Value: &pointer, From: &pointer}})
		}
	})
}
