package sdk_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/sdk"
	"github.com/postern-gateway/postern/shared/snapshot"
)

func pets() sdk.API {
	return sdk.API{ID: "abcdefghij", Stage: "prod", Name: "pets", Methods: []snapshot.Method{
		{ResourcePath: "/", HTTPMethod: "GET"},
		{ResourcePath: "/pets", HTTPMethod: "POST", OperationName: "create pet", RequiredParameters: []string{"method.request.header.X-Trace"}},
		{ResourcePath: "/pets/{petId}", HTTPMethod: "GET", APIKeyRequired: true},
		{ResourcePath: "/pets/{petId}", HTTPMethod: "DELETE", OperationName: "createPet", AuthorizationType: "AWS_IAM"},
		{ResourcePath: "/files/{path+}", HTTPMethod: "ANY"},
		{ResourcePath: "/odd", HTTPMethod: "GET", OperationName: "constructor"},
		{ResourcePath: "/2*/x", HTTPMethod: "GET"},
	}}
}

func unzip(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func TestJavaScriptArchive(t *testing.T) {
	archive, err := sdk.JavaScript(pets())
	if err != nil {
		t.Fatal(err)
	}
	again, err := sdk.JavaScript(pets())
	if err != nil || !bytes.Equal(archive, again) {
		t.Errorf("a second archive differs, %v", err)
	}
	files := unzip(t, archive)
	for _, name := range []string{"README.md", "client.js", "package.json", "request.js"} {
		if files["apiGateway-js-sdk/"+name] == "" {
			t.Errorf("no %s", name)
		}
	}
	if len(files) != 4 {
		t.Errorf("%d files", len(files))
	}
	client := files["apiGateway-js-sdk/client.js"]
	for _, line := range []string{
		"  rootGet(request) {", "  createPet(request) {", "  createPet_2(request) {", "  petsPetIdGet(request) {",
		"  filesPathAny(request) {", "  constructor_2(request) {", "  _2XGet(request) {",
		"  /** POST /pets, headers.X-Trace */", "  /** GET /pets/{petId}, path.petId, an API key */",
		"  /** DELETE /pets/{petId}, path.petId, a SigV4 signature */", "  /** ANY /files/{path+}, path.path, method */",
		"  /** GET /2* /x */",
	} {
		if !strings.Contains(client, line+"\n") {
			t.Errorf("client.js has no line %q:\n%s", line, client)
		}
	}
	for _, text := range []string{"# pets, stage prod", "client.rootGet(", "| `createPet` | `POST /pets` | headers.X-Trace |"} {
		if !strings.Contains(files["apiGateway-js-sdk/README.md"], text) {
			t.Errorf("README.md has no %q", text)
		}
	}
	var description struct{ Name, Type, Exports string }
	if err := json.Unmarshal([]byte(files["apiGateway-js-sdk/package.json"]), &description); err != nil {
		t.Error(err)
	}
	if description.Name != "api-abcdefghij-client" || description.Type != "module" || description.Exports != "./client.js" {
		t.Errorf("package.json: %+v", description)
	}
	if _, err := sdk.JavaScript(sdk.API{ID: "a", Stage: "s"}); err == nil {
		t.Error("a client of nothing was made")
	}
}

// program calls the client and prints what it gets, one JSON value a line.
const program = `
import { ApiClient, ApiError } from './apiGateway-js-sdk/client.js';
const print = (value) => console.log(JSON.stringify(value));
const client = new ApiClient({ baseUrl: process.argv[2] + '/prod/', apiKey: 'secret', headers: { 'X-All': 'a' } });
print((await client.createPet({ query: { tag: ['a b', 'c&d'], none: undefined }, headers: { 'x-all': 'b' }, body: { name: 'Rex' } })).data);
print((await client.petsPetIdGet({ path: { petId: 'a/b c' } })).data);
print((await client.filesPathAny({ method: 'PUT', path: { path: 'x y/z' }, body: 'raw', headers: { 'content-type': 'text/plain' } })).data);
print((await client.rootGet()).data);
print((await client._2XGet()).data instanceof Uint8Array);
try {
  await client.constructor_2();
} catch (error) {
  print([error instanceof ApiError, error.status, error.message, error.errorType, error.requestId]);
}
for (const wrong of [() => client.petsPetIdGet({}), () => client.petsPetIdGet({ path: { petId: '..' } }), () => client.filesPathAny({ path: { path: 'x' } }), () => new ApiClient({})]) {
  try {
    await wrong();
  } catch (error) {
    print([error.name, error.message]);
  }
}
const signed = new ApiClient({ baseUrl: process.argv[2], fetch: (url, init) => { init.headers.set('authorization', 'AWS4'); return fetch(url, init); } });
print((await signed.createPet()).data.authorization);
`

// TestJavaScriptClientCalls runs the library in Node.js against a server.
func TestJavaScriptClientCalls(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/prod/odd":
			w.Header().Set("x-amzn-ErrorType", "ForbiddenException")
			w.Header().Set("x-amzn-RequestId", "r1")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"message":"Forbidden"}`)
		case "/prod/":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, "hällo")
		case "/prod/2*/x":
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write([]byte{0x89})
		default:
			body, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{
				"method": r.Method, "uri": r.RequestURI, "body": string(body), "type": r.Header.Get("Content-Type"),
				"key": r.Header.Get("X-Api-Key"), "all": r.Header.Get("X-All"), "authorization": r.Header.Get("Authorization"),
			})
		}
	}))
	defer server.Close()
	archive, err := sdk.JavaScript(pets())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := unzip(t, archive)
	files["main.mjs"] = program
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), node, filepath.Join(dir, "main.mjs"), server.URL)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.String())
	}
	want := []string{
		`{"all":"b","authorization":"","body":"{\"name\":\"Rex\"}","key":"secret","method":"POST","type":"application/json","uri":"/prod/pets?tag=a%20b&tag=c%26d"}`,
		`{"all":"a","authorization":"","body":"","key":"secret","method":"GET","type":"","uri":"/prod/pets/a%2Fb%20c"}`,
		`{"all":"a","authorization":"","body":"raw","key":"secret","method":"PUT","type":"text/plain","uri":"/prod/files/x%20y/z"}`,
		`"hällo"`,
		`true`,
		`[true,403,"Forbidden","ForbiddenException","r1"]`,
		`["TypeError","path.petId is missing: /pets/{petId} needs it"]`,
		`["TypeError","path.petId is ..: a URL would lead elsewhere"]`,
		`["TypeError","method is missing: /files/{path+} takes any"]`,
		`["TypeError","baseUrl is missing: the address of the stage, such as https://example.com/prod"]`,
		`"AWS4"`,
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(string(out)), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
