package controlplane_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// update rewrites the golden snapshots of the corpus. They are reviewed against the specification before they are committed.
var update = flag.Bool("update", false, "rewrite the golden snapshots of the corpus")

const corpus = "openapi/testdata/corpus/"

// forCorpus imports every document of the corpus into an API of its own and deploys it. A document that uses what is not
// served yet has a golden refusal in place of a golden snapshot: every finding, and nothing else.
func forCorpus(t *testing.T, fn func(t *testing.T, h *harness, name string)) {
	files, err := filepath.Glob(corpus + "*.*")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d documents: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			h := newHarness(t)
			h.api = h.ok(201, "POST", "/restapis?mode=import"+importQuery(name), string(body))["id"].(string)
			status, _, answer := h.do("POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
			if status == 201 {
				fn(t, h, name)
				return
			}
			var refusal struct{ Message string }
			if err := json.Unmarshal(answer, &refusal); err != nil || status != 400 {
				t.Fatalf("deployment: status %d %s", status, answer)
			}
			golden(t, refusalFile(name), refusal.Message+"\n")
		})
	}
}

// importQuery is what an import of the document needs beside its body.
func importQuery(name string) string {
	if name == "private" {
		return "&endpointConfigurationTypes=PRIVATE"
	}
	return ""
}

func snapshotFile(name string) string { return corpus + "golden/" + name + ".snapshot.json" }

func refusalFile(name string) string { return corpus + "golden/" + name + ".refused.txt" }

// golden compares with a golden file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -run TestCorpusSnapshots -update writes it, to be reviewed", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a deployment of each document serves is the golden snapshot.
func TestCorpusSnapshots(t *testing.T) {
	forCorpus(t, func(t *testing.T, h *harness, name string) {
		_, data := h.served("prod")
		data.API.ID, data.API.DeploymentID = "", ""
		all := struct {
			API     snapshot.API       `json:"api"`
			Methods []*snapshot.Method `json:"methods"`
		}{API: data.API}
		for i := range data.Len() {
			m, err := data.Method(i)
			if err != nil {
				t.Fatal(err)
			}
			m.ResourceID = ""
			all.Methods = append(all.Methods, m)
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(all); err != nil {
			t.Fatal(err)
		}
		golden(t, snapshotFile(name), out.String())
	})
}

// An API made of an export is exported as the same document. One import may change the text: Swagger has one list of types
// for all responses, and the import of OpenAPI orders the keywords of schemas. From then on it stays as it is.
func TestCorpusExports(t *testing.T) {
	forCorpus(t, func(t *testing.T, h *harness, name string) {
		origin := h.api
		for _, kind := range []string{"oas30", "swagger"} {
			h.api = origin
			first := h.exportAndImport(name, kind)
			second := h.exportAndImport(name, kind)
			third := h.exportAndImport(name, kind)
			if kind == "oas30" {
				var one, two any
				if json.Unmarshal([]byte(first), &one) != nil || json.Unmarshal([]byte(second), &two) != nil || !cmp.Equal(one, two) {
					t.Errorf("%s (-first +second):\n%s", kind, cmp.Diff(one, two))
				}
			}
			if diff := cmp.Diff(second, third); diff != "" {
				t.Errorf("%s (-second +third):\n%s", kind, diff)
			}
		}
	})
}

// exportAndImport exports the API with its identifier left out and makes another one of the export, which takes its place.
func (h *harness) exportAndImport(name, kind string) string {
	h.t.Helper()
	response, document := h.export("prod", kind+"?extensions=integrations,authorizers", "")
	if response.StatusCode != 200 {
		h.t.Fatalf("%s: %s", response.Status, document)
	}
	text := strings.ReplaceAll(document, h.api, "ID")
	h.api = h.ok(201, "POST", "/restapis?mode=import&failonwarnings=true"+importQuery(name), document)["id"].(string)
	h.deploy(`{"stageName":"prod"}`)
	return text
}
