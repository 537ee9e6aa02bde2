package mapping

import (
	"net/textproto"
	"strings"
)

// Kind tells what an expression refers to.
type Kind uint8

// The kinds of expression (REST data plane spec, 7 and 9.2). The first group are sources, the
// second targets.
const (
	Static              Kind = iota + 1 // 'text'
	RequestPath                         // method.request.path.NAME
	RequestQuery                        // method.request.querystring.NAME
	RequestMultiQuery                   // method.request.multivaluequerystring.NAME
	RequestHeader                       // method.request.header.NAME
	RequestMultiHeader                  // method.request.multivalueheader.NAME
	RequestBody                         // method.request.body or method.request.body.JSONPATH
	ResponseHeader                      // integration.response.header.NAME
	ResponseMultiHeader                 // integration.response.multivalueheader.NAME
	ResponseBody                        // integration.response.body or integration.response.body.JSONPATH
	StageVariable                       // stageVariables.NAME
	Context                             // context.NAME

	TargetPath           // integration.request.path.NAME
	TargetQuery          // integration.request.querystring.NAME
	TargetHeader         // integration.request.header.NAME
	TargetResponseHeader // method.response.header.NAME
	TargetGatewayHeader  // gatewayresponse.header.NAME
)

// Expr is a parsed mapping expression.
type Expr struct {
	Kind Kind
	// Name is the parameter, stage variable or context variable ("identity.sourceIp"); of
	// Static it is the text.
	Name string
	// Canonical is Name in the canonical form of a header; set for headers only.
	Canonical string
	// Path selects within a body; nil for the whole body and for everything that is no body.
	Path *BodyPath
}

// Error says that a text is no mapping expression. Its text is API Gateway's.
type Error struct {
	Expression string
	// Detail says what is wrong where Postern refuses more than API Gateway does; empty
	// otherwise.
	Detail string
}

func (e *Error) Error() string {
	text := "Invalid mapping expression specified: " + e.Expression
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// prefixes are tried in this order; none is a prefix of another.
var prefixes = [...]struct {
	text string
	kind Kind
}{
	{"method.request.path.", RequestPath},
	{"method.request.querystring.", RequestQuery},
	{"method.request.multivaluequerystring.", RequestMultiQuery},
	{"method.request.header.", RequestHeader},
	{"method.request.multivalueheader.", RequestMultiHeader},
	{"method.request.body", RequestBody},
	{"integration.response.header.", ResponseHeader},
	{"integration.response.multivalueheader.", ResponseMultiHeader},
	{"integration.response.body", ResponseBody},
	{"stageVariables.", StageVariable},
	{"context.", Context},
	{"integration.request.path.", TargetPath},
	{"integration.request.querystring.", TargetQuery},
	{"integration.request.header.", TargetHeader},
	{"method.response.header.", TargetResponseHeader},
	{"gatewayresponse.header.", TargetGatewayHeader},
}

// Parse reads a source or a target of a parameter mapping. The error is always an *Error.
func Parse(expr string) (Expr, error) {
	if len(expr) >= 2 && expr[0] == '\'' && expr[len(expr)-1] == '\'' {
		return Expr{Kind: Static, Name: expr[1 : len(expr)-1]}, nil
	}
	for _, p := range prefixes {
		name, ok := strings.CutPrefix(expr, p.text)
		if !ok {
			continue
		}
		e := Expr{Kind: p.kind, Name: name}
		switch p.kind {
		case RequestBody, ResponseBody:
			return parseBody(expr, e)
		case RequestHeader, RequestMultiHeader, ResponseHeader, ResponseMultiHeader, TargetHeader, TargetResponseHeader, TargetGatewayHeader:
			e.Canonical = textproto.CanonicalMIMEHeaderKey(name)
			ok = isName(name)
		case StageVariable:
			ok = isVariable(name)
		case Context:
			ok = isContextName(name)
		default:
			ok = isName(name)
		}
		if ok {
			return e, nil
		}
		break
	}
	return Expr{}, &Error{Expression: expr}
}

func parseBody(expr string, e Expr) (Expr, error) {
	if e.Name == "" {
		return e, nil
	}
	path, ok := strings.CutPrefix(e.Name, ".")
	if !ok || path == "" {
		return Expr{}, &Error{Expression: expr}
	}
	p, err := CompileBodyPath(path)
	if err != nil {
		return Expr{}, &Error{Expression: expr, Detail: err.Error()}
	}
	e.Name, e.Path = path, p
	return e, nil
}

// isName is the name rule of REST data plane spec, 7: ^[a-zA-Z0-9._$-]+$.
func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isWord(c) && c != '.' && c != '$' && c != '-' {
			return false
		}
	}
	return s != ""
}

func isVariable(s string) bool {
	for i := range len(s) {
		if !isWord(s[i]) {
			return false
		}
	}
	return s != ""
}

// isContextName accepts dotted names, with a bracketed last part for claims whose names are
// no words: authorizer.claims['custom:role'] (REST data plane spec, 8.5).
func isContextName(s string) bool {
	dotted, bracket, found := strings.Cut(s, "['")
	if found {
		claim, ok := strings.CutSuffix(bracket, "']")
		if !ok || claim == "" || strings.Contains(claim, "'") {
			return false
		}
	}
	for part := range strings.SplitSeq(dotted, ".") {
		if !isVariable(strings.ReplaceAll(part, "-", "_")) {
			return false
		}
	}
	return true
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
