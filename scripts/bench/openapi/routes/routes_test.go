package routes

import (
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// A document has as many methods as were asked for and is imported without a warning.
func TestDocument(t *testing.T) {
	for _, want := range []int{1, 8, 13, 2000} {
		body, err := Document(want)
		if err != nil {
			t.Fatal(err)
		}
		def, err := openapi.Parse(body, openapi.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, r := range def.Resources {
			got += len(r.Methods)
		}
		if got != want || len(def.Warnings) > 0 {
			t.Errorf("%d methods, want %d; warnings %v", got, want, def.Warnings)
		}
	}
}
