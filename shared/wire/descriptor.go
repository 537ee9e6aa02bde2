package wire

// Location says where a member of an input or output structure travels.
type Location string

// The locations of the rest-json protocol that the three services use.
const (
	InBody    Location = "body"    // a member of the JSON document
	InLabel   Location = "uri"     // a path segment, percent-encoded
	InQuery   Location = "query"   // a query parameter; lists repeat it
	InQueries Location = "queries" // a map that takes every query parameter no other member claims
	InHeader  Location = "header"  // an HTTP header
	InPayload Location = "payload" // the whole body, as bytes
)

// Binding is one member of an input or output structure.
type Binding struct {
	Member   string // name of the Go field
	Wire     string // JSON key, label, query key or header name; empty for InQueries and InPayload
	In       Location
	Required bool
}

// ErrorDescriptor is an error that an operation declares.
type ErrorDescriptor struct {
	Code   string // shape name, the value of x-amzn-ErrorType
	Status int
}

// Descriptor describes one operation of a service model.
type Descriptor struct {
	Name    string
	Method  string
	URI     string // template with {label} segments and, for two import operations, a fixed query
	Success int    // HTTP status of success
	Input   string // shape name
	Output  string // shape name; empty for operations without output
	In      []Binding
	Out     []Binding
	Errors  []ErrorDescriptor
}

// Service is the table of operations of one service model.
type Service struct {
	Name        string // package name of the generated shapes, like "apigateway"
	SigningName string // SigV4 service of its requests
	Operations  []Descriptor
}
