package sdk

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// API is what a library is generated from.
type API struct {
	ID, Stage string
	// Name is the name of the API; it may be empty.
	Name string
	// Methods are those of the deployment that the stage serves, in the order of its snapshot.
	Methods []snapshot.Method
}

// The parts of a JavaScript library that are the same for every API.
//
//go:embed javascript/request.js javascript/README.md
var javascript embed.FS

// folder is the top of the archive, as in the libraries of API Gateway.
const folder = "apiGateway-js-sdk/"

// packed is the time of every file in an archive: the first that the format can express, so that
// equal input gives equal bytes.
var packed = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// JavaScript generates an ECMAScript module with one method for each method of the API. It needs
// nothing but fetch, which the caller may replace to sign requests.
func JavaScript(api API) ([]byte, error) {
	if len(api.Methods) == 0 {
		return nil, errors.New("an API without methods has no client")
	}
	request, err := javascript.ReadFile("javascript/request.js")
	if err != nil {
		return nil, fmt.Errorf("read the fixed part of the library: %w", err)
	}
	introduction, err := javascript.ReadFile("javascript/README.md")
	if err != nil {
		return nil, fmt.Errorf("read the fixed part of the manual: %w", err)
	}
	description, err := json.MarshalIndent(map[string]any{
		"name":    "api-" + strings.ToLower(api.ID) + "-client",
		"version": "1.0.0",
		"private": true,
		"type":    "module",
		"exports": "./client.js",
		"engines": map[string]string{"node": ">=18"},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write package.json: %w", err)
	}
	calls := callsOf(api.Methods)

	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, file := range []struct{ name, text string }{
		{"README.md", manual(api, string(introduction), calls)},
		{"client.js", client(api, calls)},
		{"package.json", string(description) + "\n"},
		{"request.js", string(request)},
	} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: folder + file.name, Method: zip.Deflate, Modified: packed})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", file.name, err)
		}
		if _, err := f.Write([]byte(file.text)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", file.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack the library: %w", err)
	}
	return archive.Bytes(), nil
}

// call is a method of the library.
type call struct {
	name string
	snapshot.Method
}

func callsOf(methods []snapshot.Method) []call {
	calls := make([]call, len(methods))
	for i, name := range names(methods) {
		calls[i] = call{name, methods[i]}
	}
	return calls
}

// needs describes what a call must be given, for people.
func (c call) needs() []string {
	var needs []string
	for segment := range strings.SplitSeq(c.ResourcePath, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			needs = append(needs, "path."+strings.TrimSuffix(strings.TrimSuffix(name, "}"), "+"))
		}
	}
	for _, parameter := range c.RequiredParameters {
		if name, ok := strings.CutPrefix(parameter, "method.request.querystring."); ok {
			needs = append(needs, "query."+name)
		}
		if name, ok := strings.CutPrefix(parameter, "method.request.header."); ok {
			needs = append(needs, "headers."+name)
		}
	}
	if c.HTTPMethod == "ANY" {
		needs = append(needs, "method")
	}
	if c.APIKeyRequired {
		needs = append(needs, "an API key")
	}
	switch c.AuthorizationType {
	case "AWS_IAM":
		needs = append(needs, "a SigV4 signature")
	case "CUSTOM", "COGNITO_USER_POOLS":
		needs = append(needs, "what the authorizer asks for")
	}
	return needs
}

// client writes the class of the API.
func client(api API, calls []call) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Client of %s.\n", oneLine(title(api)))
	b.WriteString("import { ApiError, Transport } from './request.js';\n\nexport { ApiError };\n\n")
	b.WriteString("export class ApiClient {\n  #transport;\n\n")
	b.WriteString("  /** @param {{baseUrl: string, apiKey?: string, headers?: object, fetch?: typeof fetch}} options */\n")
	b.WriteString("  constructor(options) {\n    this.#transport = new Transport(options);\n  }\n")
	for _, c := range calls {
		fmt.Fprintf(&b, "\n  /** %s */\n", oneLine(strings.Join(append([]string{c.HTTPMethod + " " + c.ResourcePath}, c.needs()...), ", ")))
		fmt.Fprintf(&b, "  %s(request) {\n    return this.#transport.send(%s, %s, request);\n  }\n", c.name, quote(c.HTTPMethod), quote(c.ResourcePath))
	}
	b.WriteString("}\n")
	return b.String()
}

// manual writes the README: the fixed text and the list of methods.
func manual(api API, introduction string, calls []call) string {
	var b strings.Builder
	b.WriteString(strings.NewReplacer("{title}", oneLine(title(api)), "{api}", api.ID, "{stage}", api.Stage, "{call}", calls[0].name).Replace(introduction))
	b.WriteString("\n## Methods\n\n| Method | Request | Needs |\n|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`)
	for _, c := range calls {
		fmt.Fprintf(&b, "| `%s` | `%s %s` | %s |\n", c.name, c.HTTPMethod, cell.Replace(oneLine(c.ResourcePath)), cell.Replace(oneLine(strings.Join(c.needs(), ", "))))
	}
	return b.String()
}

func title(api API) string {
	name := api.Name
	if name == "" {
		name = api.ID
	}
	return name + ", stage " + api.Stage
}

// oneLine makes text harmless inside a comment.
func oneLine(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "*/", "* /")
}

// quote writes a JavaScript string; JSON's strings are a part of them.
func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil { // a string cannot fail
		return `""`
	}
	return string(b)
}
