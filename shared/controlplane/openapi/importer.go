package openapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxWarnings bounds the warnings of one import.
const maxWarnings = 1000

// importer carries one import: the document, what was understood of it, and what was wrong with it.
type importer struct {
	doc     *document
	opts    Options
	swagger bool
	// schema2020 says that schemas are JSON Schema 2020-12, as in OpenAPI 3.1.
	schema2020 bool
	def        *Definition
	errors     Errors

	variables *strings.Replacer
	// models are the names of the models that the document declares.
	models map[string]bool
	// generated are the models made from inline schemas; inline finds them again by their schema.
	generated []apigateway.Model
	inline    map[string]string
	// schemes are the security schemes by name.
	schemes map[string]scheme
	// validators are the names of the request validators; defaultValidator is the one for the whole API.
	validators       map[string]bool
	defaultValidator string
}

func newImporter(doc *document, opts Options) *importer {
	var pairs []string
	for name, value := range map[string]string{
		"${AWS::AccountId}": opts.Account, "${AWS::Partition}": opts.Partition, "${AWS::Region}": opts.Region,
	} {
		if value != "" {
			pairs = append(pairs, name, value)
		}
	}
	return &importer{
		doc: doc, opts: opts, def: &Definition{}, variables: strings.NewReplacer(pairs...),
		models: map[string]bool{}, inline: map[string]string{}, schemes: map[string]scheme{}, validators: map[string]bool{},
	}
}

// fail records an error at a place. subject is the opening of API Gateway's sentence, empty where it has none.
func (im *importer) fail(p *place, subject, format string, args ...any) {
	if len(im.errors) >= maxErrors {
		return
	}
	im.errors = append(im.errors, &Error{
		Path: p.path(), Line: p.startLine, Column: p.startColumn,
		Subject: clip(subject, 500), Reason: clip(fmt.Sprintf(format, args...), 1000),
	})
}

// warn records a warning in API Gateway's own words.
func (im *importer) warn(format string, args ...any) {
	if len(im.def.Warnings) < maxWarnings {
		im.def.Warnings = append(im.def.Warnings, clip(fmt.Sprintf(format, args...), 1000))
	}
}

// warnAt records a warning of ours, which says where to look.
func (im *importer) warnAt(p *place, format string, args ...any) {
	im.warn("%s (%s, line %d, column %d)", fmt.Sprintf(format, args...), p.path(), p.startLine, p.startColumn)
}

// substitute replaces the AWS variables in a text of the document.
func (im *importer) substitute(text string) string {
	if !strings.Contains(text, "${AWS::") {
		return text
	}
	im.doc.visits += len(text) / bytesPerVisit
	return im.variables.Replace(text)
}

// isKind checks the type of a value and records an error when it is another one.
func (im *importer) isKind(p *place, want kind) bool {
	if p.kind == want {
		return true
	}
	im.fail(p, "", "expected %s, found %s", want, p.kind)
	return false
}

// str reads a text. Numbers and booleans are taken by their literals, as YAML authors forget quotes around 200 or 1.0.
func (im *importer) str(p *place) string {
	if p == nil {
		return ""
	}
	switch p.kind {
	case kindString:
		return im.substitute(p.text)
	case kindNumber, kindBool:
		return p.text
	}
	im.fail(p, "", "expected %s, found %s", kindString, p.kind)
	return ""
}

// boolean reads a boolean, also one in quotes; nil when it is absent.
func (im *importer) boolean(p *place) *bool {
	if p == nil {
		return nil
	}
	if p.kind == kindBool || p.kind == kindString {
		switch strings.ToLower(p.text) {
		case "true":
			return ptr(true)
		case "false":
			return ptr(false)
		}
	}
	im.fail(p, "", "expected %s, found %s", kindBool, p.describe())
	return nil
}

// integer reads a whole number, also one in quotes; nil when it is absent or wrong.
func (im *importer) integer(p *place) *int32 {
	if p == nil {
		return nil
	}
	if p.kind == kindNumber || p.kind == kindString {
		if value, err := strconv.ParseInt(p.text, 10, 32); err == nil {
			return ptr(int32(value))
		}
	}
	im.fail(p, "", "expected a whole number, found %s", p.describe())
	return nil
}

// strs reads a list of texts; a single text is a list of one.
func (im *importer) strs(p *place) []string {
	if p == nil {
		return nil
	}
	if p.kind == kindString {
		return []string{im.str(p)}
	}
	if !im.isKind(p, kindList) {
		return nil
	}
	texts := []string{}
	for item := range p.list() {
		if im.isKind(item, kindString) {
			texts = append(texts, im.str(item))
		}
	}
	return texts
}

// strMap reads an object of texts; nil when it is absent. A member without value, easily written in YAML, is an empty text.
func (im *importer) strMap(p *place) map[string]string {
	if p == nil || !im.isKind(p, kindObject) {
		return nil
	}
	texts := make(map[string]string, len(p.fields))
	for name, value := range p.members() {
		text := ""
		if value.kind != kindNull {
			text = im.str(value)
		}
		texts[name] = text
	}
	return texts
}

// enum reads one of a few words, in whatever case it is written; empty when it is absent or wrong.
func (im *importer) enum(p *place, subject string, words []string) string {
	text := im.str(p)
	if text == "" {
		return ""
	}
	for _, word := range words {
		if strings.EqualFold(word, text) {
			return word
		}
	}
	im.fail(p, subject, "%q is not one of [%s]", clip(text, 80), strings.Join(words, ", "))
	return ""
}

// describe names a value in a message: the literal of a scalar, the type of anything else.
func (p *place) describe() string {
	switch p.kind {
	case kindString:
		return strconv.Quote(clip(p.text, 80))
	case kindBool, kindNumber:
		return clip(p.text, 80)
	}
	return p.kind.String()
}
