package openapi

import "bytes"

// Normalize reads a document, JSON or YAML, by the rules of Parse and returns it as compact JSON,
// members in document order, with aliases and merge keys resolved. replace is applied to every text;
// it may be nil. The error is of type Errors. Readers of other kinds of documents than those of REST
// APIs begin here.
func Normalize(body []byte, replace func(string) string) ([]byte, error) {
	root, err := read(body)
	if err != nil {
		return nil, err
	}
	doc := &document{root: root}
	var out bytes.Buffer
	doc.appendJSON(&out, root, replace)
	if doc.spent() {
		return nil, malformed(0, 0, "the document unfolds to more than %d values through its references and aliases", maxVisits)
	}
	return out.Bytes(), nil
}
