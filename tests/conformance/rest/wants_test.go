package rest

import (
	"fmt"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// refused is an answer that the gateway made itself. Bodies are compared as JSON: the spacing is
// that of section 9.3, which has cases of its own.
func refused(status int, errorType, message string) want {
	return want{Status: status, Header: obj{"x-amzn-ErrorType": errorType}, Body: harness.JSON(fmt.Sprintf(`{"message":%q}`, message))}
}

var (
	ok          = want{Status: 200}
	noToken     = refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
	forbidden   = refused(403, "ForbiddenException", "Forbidden")
	internal    = refused(500, "InternalServerErrorException", "Internal server error")
	badGateway  = refused(502, "InternalServerErrorException", "Internal server error")
	timedOut    = refused(504, "InternalServerErrorException", "Endpoint request timed out")
	unsupported = refused(415, "BadRequestException", "Unsupported Media Type")
	invalidBody = refused(400, "BadRequestException", "Invalid request body")
)

func missing(names string) want {
	return refused(400, "BadRequestException", "Missing required request parameters: ["+names+"]")
}

// body is 200 with a body.
func body(b any) want { return want{Status: 200, Body: b} }

// header is 200 with headers: name, value, ...
func header(kv ...any) want { return want{Status: 200, Header: values(kv)} }

// got is what the backend sees of a request's headers: name, value, ...
func got(kv ...any) *seen { return &seen{Header: values(kv)} }

func values(kv []any) obj {
	o := obj{}
	for i := 0; i < len(kv); i += 2 {
		o[kv[i].(string)] = kv[i+1]
	}
	return o
}

// says is a MOCK that answers a text, which tells methods apart.
func says(text string) obj { return mock(answers(renders(text))) }

// method is an operation for the paths of an API.
func method(in obj, under string) obj { return (&fact{in: in, under: under}).operation() }

const anyMethod = "x-amazon-apigateway-any-method"
