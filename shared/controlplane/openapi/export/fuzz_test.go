package export

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// FuzzExport exports whatever can be imported. The export must be importable and its import must be exported alike, in the
// other text as well.
func FuzzExport(f *testing.F) {
	for _, pattern := range []string{"/*", "/../*"} {
		files, err := filepath.Glob(corpus + pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if body, err := os.ReadFile(file); err == nil {
				f.Add(body, uint8(0))
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, options uint8) {
		def, err := openapi.Parse(body, openapi.Options{})
		if err != nil {
			return
		}
		o := stage(OAS30, full)
		if options&1 != 0 {
			o.Type = Swagger
		}
		o.YAML = options&2 != 0
		text, err := Write(def, o)
		var models *ModelError
		if errors.As(err, &models) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		back, err := openapi.Parse(text, openapi.Options{})
		if err != nil {
			t.Fatalf("import of the export: %v\n%s", err, text)
		}
		o.YAML = !o.YAML
		_, other := write(t, def, o)
		if diff := cmp.Diff(plain(t, back), plain(t, other)); diff != "" {
			t.Fatalf("imports of JSON and YAML differ:\n%s", diff)
		}
	})
}
