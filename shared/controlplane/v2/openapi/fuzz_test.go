package openapi

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever a stranger sends is read or refused.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		api, err := Read(document, Options{BasePath: "prepend"})
		if err == nil && api.API.Name == nil {
			t.Error("an API without a name")
		}
	})
}
