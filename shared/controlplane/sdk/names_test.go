package sdk

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestNamesAreUniqueIdentifiers(t *testing.T) {
	identifier := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	rapid.Check(t, func(t *rapid.T) {
		methods := rapid.SliceOf(rapid.Custom(func(t *rapid.T) snapshot.Method {
			return snapshot.Method{
				OperationName: rapid.OneOf(rapid.Just(""), rapid.SampledFrom(reserved), rapid.StringMatching(`[a-c1_ é*-]{0,4}`), rapid.String()).Draw(t, "operation"),
				ResourcePath:  rapid.StringMatching(`/([a-b1{}+_é-]{0,3}/?){0,3}`).Draw(t, "path"),
				HTTPMethod:    rapid.SampledFrom([]string{"GET", "ANY", "POST"}).Draw(t, "verb"),
			}
		})).Draw(t, "methods")
		seen := map[string]bool{}
		for _, name := range reserved {
			seen[name] = true
		}
		for i, name := range names(methods) {
			if !identifier.MatchString(name) || seen[name] {
				t.Fatalf("%+v became %q", methods[i], name)
			}
			seen[name] = true
		}
	})
}
