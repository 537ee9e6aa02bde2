package openapi

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// MaxSize is the largest document that is read, in bytes (control-plane operations, 2.12).
const MaxSize = 6 << 20

// BasePath modes of Options. They decide what becomes of the document's base path (control-plane operations, 2.4).
const (
	BasePathIgnore  = "ignore"
	BasePathPrepend = "prepend"
	BasePathSplit   = "split"
)

// Options are the query parameters of the import and the place it happens in.
type Options struct {
	// BasePath is one of the BasePath constants; empty means ignore.
	BasePath string
	// Account, Partition and Region replace ${AWS::AccountId}, ${AWS::Partition} and ${AWS::Region} in the document. A
	// variable whose value is empty here stays as it is.
	Account, Partition, Region string
	// IgnoreDocumentation skips the documentation extension (ignore=documentation).
	IgnoreDocumentation bool
}

// Parse reads an OpenAPI 3.0.x or 3.1.x or Swagger 2.0 document, JSON or YAML. API Gateway refuses 3.1; here its schemas are
// translated to the draft 4 of models, and warnings name what has no equivalent. The error is of type Errors and lists everything that
// was found wrong, so that a document can be mended in one go; there is no definition then.
func Parse(body []byte, opts Options) (*Definition, error) {
	switch opts.BasePath {
	case "", BasePathIgnore, BasePathPrepend, BasePathSplit:
	default:
		return nil, Errors{{Reason: "Invalid basepath parameter specified. Must be one of: [ignore, prepend, split]"}}
	}
	root, err := read(body)
	if err != nil {
		return nil, err
	}
	doc := &document{root: root}
	im := newImporter(doc, opts)
	if err := im.recogniseVersion(); err != nil {
		return nil, err
	}
	im.importAll()
	if doc.spent() {
		return nil, malformed(0, 0, "the document unfolds to more than %d values through its references and aliases", maxVisits)
	}
	if len(im.errors) > 0 {
		im.errors.sort()
		return nil, im.errors
	}
	return im.def, nil
}

// read turns the body into a tree. What begins like JSON is read as JSON first; YAML's flow style begins the same way, so
// that the YAML reader has the second say, and the complaint of the JSON reader stands if neither understands it.
func read(body []byte) (*node, error) {
	if len(body) > MaxSize {
		return nil, malformed(0, 0, "the document has %d bytes, more than the %d that are read", len(body), MaxSize)
	}
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if !utf8.Valid(body) {
		line, column := invalidUTF8(body)
		return nil, malformed(line, column, "the document is not encoded in UTF-8")
	}
	content := bytes.TrimLeft(body, " \t\r\n")
	if len(content) == 0 {
		return nil, malformed(0, 0, "the document is empty")
	}
	root, err := readBody(body, content[0])
	if err != nil {
		return nil, err
	}
	if root.kind != kindObject {
		return nil, malformed(root.line, root.column, "an API definition is an object, not %s", root.kind)
	}
	return root, nil
}

func readBody(body []byte, first byte) (*node, error) {
	if first != '{' {
		return readYAML(body)
	}
	reader := &jsonReader{text: body, line: 1}
	root, err := reader.document()
	if err == nil || reader.isJSON {
		return root, err
	}
	if again, flowErr := readYAML(body); flowErr == nil {
		return again, nil
	}
	return nil, err
}

// invalidUTF8 finds the first byte that is not part of a character.
func invalidUTF8(body []byte) (line, column int) {
	line = 1
	start := 0
	for at := 0; at < len(body); {
		char, size := utf8.DecodeRune(body[at:])
		if char == utf8.RuneError && size == 1 {
			return line, at - start + 1
		}
		at += size
		if char == '\n' {
			line++
			start = at
		}
	}
	return line, 1
}

// recogniseVersion accepts the two formats of REST APIs and names what is read when it is another one.
func (im *importer) recogniseVersion() error {
	const readable = "swagger 2.0, openapi 3.0.x and openapi 3.1.x are read"
	top := im.doc.top()
	openapi, swagger := top.get("openapi"), top.get("swagger")
	switch {
	case openapi != nil && swagger != nil:
		return malformed(swagger.startLine, swagger.startColumn, "the document has both an openapi and a swagger version; %s", readable)
	case openapi != nil:
		v := openapi.text
		im.swagger, im.schema2020 = false, isMinor(v, "3.1")
		if !im.schema2020 && !isMinor(v, "3.0") {
			return malformed(openapi.startLine, openapi.startColumn, "openapi version %q is not supported; %s", clip(v, 40), readable)
		}
	case swagger != nil:
		if v := swagger.text; v != "2.0" {
			return malformed(swagger.startLine, swagger.startColumn, "swagger version %q is not supported; %s", clip(v, 40), readable)
		}
		im.swagger = true
	default:
		return malformed(top.line, top.column, "the document has neither an openapi nor a swagger version; %s", readable)
	}
	return nil
}

// isMinor reports whether a version is the minor version or a patch of it.
func isMinor(version, minor string) bool {
	return version == minor || strings.HasPrefix(version, minor+".")
}

// importAll walks the document. Definitions that others name come first.
func (im *importer) importAll() {
	im.importInfo()
	im.warnOfVersion()
	im.importSettings()
	im.importValidators()
	im.importSchemes()
	im.importModels()
	im.importGatewayResponses()
	im.importDocumentation()
	im.importPaths()
	im.def.Models = append(im.def.Models, im.generated...)
}
