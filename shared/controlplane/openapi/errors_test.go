package openapi

import (
	"errors"
	"strings"
	"testing"
)

// refusal is a document with one fault. want is the text of the finding, complete unless it ends in "...".
type refusal struct {
	name, document string
	path           string
	line, column   int
	want           string
}

func (c refusal) check(t *testing.T) {
	_, err := Parse([]byte(c.document), here)
	var all Errors
	if !errors.As(err, &all) {
		t.Fatalf("got %v, want an error", err)
	}
	got := all[0]
	if len(all) > 1 {
		t.Errorf("further findings: %v", all[1:])
	}
	if got.Path != c.path || got.Line != c.line || got.Column != c.column {
		t.Errorf("at %s %d:%d, want %s %d:%d", got.Path, got.Line, got.Column, c.path, c.line, c.column)
	}
	text := got.Reason
	if got.Subject != "" {
		text = got.Subject + ": " + got.Reason
	}
	if want, cut := strings.CutSuffix(c.want, "..."); cut && !strings.HasPrefix(text, want) || !cut && text != want {
		t.Errorf("got  %s\nwant %s", text, c.want)
	}
}

// Bodies that are no OpenAPI document: the answer begins with the recorded sentence (14.1).
func TestMalformed(t *testing.T) {
	cases := []refusal{
		{"empty", "", "", 0, 0, "the document is empty"},
		{"blank", " \n\t\n", "", 0, 0, "the document is empty"},
		{"comment only", "# nothing\n", "", 0, 0, "the document is empty"},
		{"text", "not an API", "", 1, 1, "an API definition is an object, not a string"},
		{"list", "[1]", "", 1, 1, "an API definition is an object, not a list"},
		{"no version", "info: {title: T}\n", "", 1, 1, "the document has neither an openapi nor a swagger version; swagger 2.0, openapi 3.0.x and openapi 3.1.x are read"},
		{"openapi 3.2", "info: {}\nopenapi: 3.2.0\n", "", 2, 1, `openapi version "3.2.0" is not supported; swagger 2.0, openapi 3.0.x and openapi 3.1.x are read`},
		{"openapi 3.10", "openapi: 3.10.0\n", "", 1, 1, `openapi version "3.10.0" is not supported...`},
		{"openapi 4", "{\n  \"openapi\": \"4\"}", "", 2, 3, `openapi version "4" is not supported...`},
		{"swagger 1.2", `{"swagger": "1.2"}`, "", 1, 2, `swagger version "1.2" is not supported...`},
		{"two versions", "openapi: 3.0.0\nswagger: '2.0'\n", "", 2, 1, "the document has both an openapi and a swagger version..."},
		{"JSON cut short", "{\"openapi\": \"3.0.0\",\n \"paths\"", "", 2, 9, `a colon is expected after the member name "paths"`},
		{"JSON trailing text", `{"openapi": "3.0.0"} x`, "", 1, 22, "text after the end of the document"},
		{"JSON bad number", `{"openapi": 01}x`, "", 1, 13, `"01" is not a number`},
		{"JSON bad escape", `{"openapi": "\x"}x`, "", 1, 15, "unknown escape in a string"},
		{"JSON control character", "{\"openapi\": \"a\x01\"}x", "", 1, 15, "a control character inside a string must be escaped"},
		{"JSON duplicate", "{\"openapi\": \"3.0.0\",\n  \"paths\": {\"/a\": {},\n \"/a\": {}}}", "", 3, 2, `the member "/a" is given twice, first at line 2, column 13`},
		{"YAML duplicate", "openapi: 3.0.0\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n", "", 5, 3, `the member "/a" is given twice, first at line 3, column 3`},
		{"YAML duplicate of different types", "openapi: 3.0.0\nx: {200: a, '200': b}\n", "", 2, 13, `the member "200" is given twice, first at line 2, column 5`},
		{"YAML syntax", "openapi: 3.0.0\ninfo: [\n", "", 2, 1, "did not find expected node content"},
		{"YAML tab", "openapi: 3.0.0\ninfo:\n\ttitle: T\n", "", 3, 1, "found character that cannot start any token"},
		{"YAML anchor in itself", "openapi: 3.0.0\nx: &a [*a]\n", "", 2, 4, `the anchor "a" contains itself`},
		{"YAML unknown alias", "openapi: *a\n", "", 0, 0, "unknown anchor 'a' referenced"},
		{"YAML second document", "openapi: 3.0.0\n---\nopenapi: 3.0.0\n", "", 2, 1, "a second YAML document begins here; an API definition is one document"},
		{"YAML foreign tag", "openapi: 3.0.0\nx: !Sub 'a'\n", "", 2, 4, "the tag !Sub is not understood in an API definition"},
		{"YAML collection as a name", "openapi: 3.0.0\n? [a]\n: b\n", "", 2, 3, "the name of a member must be a plain value, not a collection"},
		{"YAML infinity", "openapi: 3.0.0\nx: .inf\n", "", 2, 4, `".inf" is a number that JSON cannot express`},
		{"YAML merge of a text", "openapi: 3.0.0\nx:\n  <<: text\n", "", 3, 7, "a merge key needs a mapping or a list of mappings"},
		{"not UTF-8", "openapi: 3.0.0\nx: a\xff\n", "", 2, 5, "the document is not encoded in UTF-8"},
		{"UTF-16", "\xff\xfe{\x00", "", 1, 1, "the document is not encoded in UTF-8"},
		{"JSON too deep", `{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "}", "", 1, 206, "nested deeper than 200 levels"},
		{"YAML too deep", "a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300), "", 1, 204, "nested deeper than 200 levels"},
		{"too large", strings.Repeat(" ", MaxSize+1), "", 0, 0, "the document has 6291457 bytes, more than the 6291456 that are read"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.check(t)
			if _, err := Parse([]byte(c.document), here); !strings.HasPrefix(err.Error(), "Invalid OpenAPI input.\n\t") {
				t.Errorf("the answer begins otherwise: %v", err)
			}
		})
	}
}

// head opens documents whose fault stands in line 4 or below.
const head = "openapi: 3.0.0\ninfo: {title: T}\npaths:\n"

func TestRefused(t *testing.T) {
	const op = "#/paths/~1a/get"
	const at = "#/paths/~1a/get/x-amazon-apigateway-integration"
	const put = "Unable to put method 'GET' on resource at path '/a': "
	const putIntegration = "Unable to put integration on 'GET' for resource at path '/a': "
	get := func(operation string) string { return head + "  /a:\n    get:\n      " + operation + "\n" }
	integration := func(fields string) string { return get("x-amazon-apigateway-integration: {" + fields + "}") }
	root := func(member string) string { return "swagger: '2.0'\ninfo: {title: T}\n" + member + "\n" }
	scheme := func(name, body string) string {
		return root("securityDefinitions: {" + name + ": {type: apiKey, name: n, in: header, " + body + "}}")
	}
	cases := []refusal{
		// The document as a whole.
		{"no info", "swagger: '2.0'\n", "#", 1, 1, "the document has no info object, whose title is the name of the API"},
		{"no title", "swagger: '2.0'\ninfo: {version: 1}\n", "#/info", 2, 1, "info.title is missing; it is the name of the API"},
		{"title of the wrong type", "swagger: '2.0'\ninfo: {title: [T]}\n", "#/info/title", 2, 8, "expected a string, found a list"},
		{"unknown extension", root("x-amazon-apigateway-tracing: true"), "#/x-amazon-apigateway-tracing", 3, 1, "the extension x-amazon-apigateway-tracing is not known"},
		{"api key source", root("x-amazon-apigateway-api-key-source: QUERY"), "#/x-amazon-apigateway-api-key-source", 3, 1, `"QUERY" is not one of [HEADER, AUTHORIZER]`},
		{"compression size", root("x-amazon-apigateway-minimum-compression-size: 10485761"), "#/x-amazon-apigateway-minimum-compression-size", 3, 1, "Invalid minimum compression size, must be between 0 and 10485760"},
		{"compression size is a list", root("x-amazon-apigateway-minimum-compression-size: [1]"), "#/x-amazon-apigateway-minimum-compression-size", 3, 1, "Invalid minimum compression size, must be between 0 and 10485760"},
		{"binary media types", root("x-amazon-apigateway-binary-media-types: {a/b: true}"), "#/x-amazon-apigateway-binary-media-types", 3, 1, "expected a list, found an object"},
		{"policy text", root("x-amazon-apigateway-policy: allow everything"), "#/x-amazon-apigateway-policy", 3, 1, "the policy is not a JSON object"},
		{"security policy", root("x-amazon-apigateway-security-policy: TLS_2"), "#/x-amazon-apigateway-security-policy", 3, 1, `"TLS_2" is not one of [TLS_1_0, ...`},
		{"gateway response type", root("x-amazon-apigateway-gateway-responses:\n  TEAPOT: {}"), "#/x-amazon-apigateway-gateway-responses/TEAPOT", 4, 3, "Unable to put gateway response 'TEAPOT': the type is not one of [..."},
		{"gateway response status", root("x-amazon-apigateway-gateway-responses: {THROTTLED: {statusCode: 700}}"), "#/x-amazon-apigateway-gateway-responses/THROTTLED/statusCode", 3, 53, "Unable to put gateway response 'THROTTLED': Invalid status code specified: 700; ..."},
		{"gateway response parameter", root("x-amazon-apigateway-gateway-responses: {THROTTLED: {responseParameters: {header.x: 'a'}}}"), "#/x-amazon-apigateway-gateway-responses/THROTTLED/responseParameters/header.x", 3, 74, "Unable to put gateway response 'THROTTLED': Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: header.x]"},
		{"validator flag", root("x-amazon-apigateway-request-validators: {a: {validateRequestBody: maybe}}"), "#/x-amazon-apigateway-request-validators/a/validateRequestBody", 3, 46, `expected a boolean, found "maybe"`},
		{"unknown validator", root("x-amazon-apigateway-request-validator: a"), "#/x-amazon-apigateway-request-validator", 3, 1, "Invalid Request Validator identifier specified"},
		{"documentation location", root("x-amazon-apigateway-documentation: {documentationParts: [{location: {type: API, path: /}, properties: {}}]}"), "#/x-amazon-apigateway-documentation/documentationParts/0/location/path", 3, 81, "Unable to create documentation part: a location of type API has no path"},
		{"documentation type", root("x-amazon-apigateway-documentation: {documentationParts: [{location: {type: WRONG}, properties: {}}]}"), "#/x-amazon-apigateway-documentation/documentationParts/0/location/type", 3, 70, `Unable to create documentation part: "WRONG" is not one of [...`},
		{"model name", root("definitions:\n  Not_Alnum: {type: object}"), "#/definitions/Not_Alnum", 4, 3, "Unable to create model for 'Not_Alnum': Model name must be alphanumeric: Not_Alnum"},
		{"model without model", root("definitions:\n  M: {items: {$ref: '#/definitions/N'}}"), "#/definitions/M/items/$ref", 4, 15, "Unable to create model for 'M': Invalid model specified: Validation Result: warnings : [], errors : [Model reference must be in canonical form]; there is no model 'N'"},
		{"model that leaves the document", root("definitions:\n  M: {items: {$ref: 'other.yaml#/N'}}"), "#/definitions/M/items/$ref", 4, 15, `Unable to create model for 'M': the reference "other.yaml#/N" leaves the document; only references that begin with #/ are read`},
		{"circle outside of models", root("definitions:\n  M: {properties: {a: {$ref: '#/definitions/M/properties/a'}}}"), "#/definitions/M/properties/a", 4, 20, "Unable to create model for 'M': circular reference outside of models: #/definitions/M/properties/a -> #/definitions/M/properties/a"},
		{"schema of the wrong type", root("definitions: {M: text}"), "#/definitions/M", 3, 15, "Unable to create model for 'M': expected a schema, found a string"},

		// Paths.
		{"path without slash", head + "  a: {}\n", "#/paths/a", 4, 3, "Unable to create resource at path '/a': a path must begin with '/'"},
		{"empty segment", head + "  /a//b: {}\n", "#/paths/~1a~1~1b", 4, 3, "Unable to create resource at path '/a//b': " + segmentRule},
		{"bad character", head + "  /a/b c: {}\n", "#/paths/~1a~1b c", 4, 3, "Unable to create resource at path '/a/b c': " + segmentRule},
		{"parameter does not fill its segment", head + "  /a/{b}.json: {}\n", "#/paths/~1a~1{b}.json", 4, 3, "Unable to create resource at path '/a/{b}.json': " + segmentRule},
		{"same path twice", head + "  /a: {}\n  /a/: {}\n", "#/paths/~1a~1", 5, 3, "Unable to create resource at path '/a': the path '/a' of the document is the same resource"},
		{"sibling variable", head + "  /a/{x}: {}\n  /a/{y}: {}\n", "#/paths/~1a~1{y}", 5, 3, "Unable to create resource at path '/a/{y}': A sibling ({x}) of this resource already has a variable path part -- only one is allowed"},
		{"sibling greedy variable", head + "  /{proxy+}: {}\n  /{id}: {}\n", "#/paths/~1{id}", 5, 3, "Unable to create resource at path '/{id}': A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"},
		{"below greedy", head + "  /{proxy+}/b: {}\n", "#/paths/~1{proxy+}~1b", 4, 3, "Unable to create resource at path '/{proxy+}/b': Cannot create a child of a resource with a greedy path variable: {proxy+}"},
		{"path item of the wrong type", head + "  /a: [get]\n", "#/paths/~1a", 4, 3, "expected an object, found a list"},
		{"trace", head + "  /a:\n    trace: {}\n", "#/paths/~1a/trace", 5, 5, "Unable to put method 'TRACE' on resource at path '/a': Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"},
		{"path item beside its reference", head + "  /a:\n    $ref: '#/paths/~1b'\n    get: {}\n  /b: {}\n", "#/paths/~1a/get", 6, 5, `OpenAPI does not define what "get" means beside the $ref of a path item`},
		{"circular path items", head + "  /a: {$ref: '#/x'}\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\n", "#/paths/~1a", 4, 3, "circular reference: #/x -> #/y -> #/x"},

		// Operations.
		{"parameter reference to nothing", get("parameters: [{$ref: '#/components/parameters/p'}]"), op + "/parameters/0/$ref", 6, 21, put + `the reference "#/components/parameters/p" points to nothing`},
		{"external parameter", get("parameters: [{$ref: 'https://example.com/p.json'}]"), op + "/parameters/0/$ref", 6, 21, put + `the reference "https://example.com/p.json" leaves the document; only references that begin with #/ are read`},
		{"parameter name", get("parameters: [{name: 'page[size]', in: query}]"), op + "/parameters/0", 6, 20, put + "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$]"},
		{"parameter without name", get("parameters: [{in: query}]"), op + "/parameters/0", 6, 20, put + "the parameter has no name"},
		{"parameter nowhere", get("parameters: [{name: p, in: body}]"), op + "/parameters/0", 6, 20, put + `the parameter 'p' is in "body", which is no place for parameters`},
		{"media type", get("requestBody: {content: {'123': {schema: {type: object}}}}"), op + "/requestBody/content/123", 6, 31, put + "Validation Result: warnings : [], errors : [Invalid content type specified: 123]"},
		{"status range", get("responses: {2XX: {}}"), op + "/responses/2XX", 6, 19, put + "Invalid status code specified: 2XX; it must be three digits that begin with 1 to 5"},
		{"response header", get("responses: {200: {headers: {'a b': {}}}}"), op + "/responses/200/headers/a b", 6, 35, put + "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: method.response.header.a b]"},
		{"operation validator", get("x-amazon-apigateway-request-validator: v"), op + "/x-amazon-apigateway-request-validator", 6, 7, put + "Invalid Request Validator identifier specified"},
		{"undefined scheme", get("security: [{a: []}]"), op + "/security/0/a", 6, 19, put + `the security scheme "a" is not defined`},
		{"auth type", get("x-amazon-apigateway-auth: {type: CUSTOM}"), op + "/x-amazon-apigateway-auth/type", 6, 34, put + `"CUSTOM" is not one of [NONE, AWS_IAM]`},

		// Integrations.
		{"integration type", integration("type: lambda"), at + "/type", 6, 41, putIntegration + `"lambda" is not one of [...`},
		{"no integration type", integration("uri: x"), at, 6, 7, putIntegration + "the integration has no type"},
		{"shared integration", integration("$ref: '#/components/x'"), at, 6, 7, putIntegration + "references to shared integrations belong to HTTP APIs"},
		{"no uri", integration("type: http, httpMethod: GET"), at, 6, 7, putIntegration + "Invalid HTTP endpoint specified for URI"},
		{"uri of another scheme", integration("type: http, httpMethod: GET, uri: 'ftp://a'"), at + "/uri", 6, 70, putIntegration + "Invalid HTTP endpoint specified for URI"},
		{"uri that is no ARN", integration("type: aws, httpMethod: POST, uri: 'https://a'"), at + "/uri", 6, 70, putIntegration + "Invalid ARN specified in the request"},
		{"ARN without path", integration("type: aws, httpMethod: POST, uri: 'arn:aws:apigateway:r:s3:bucket'"), at + "/uri", 6, 70, putIntegration + "AWS ARN for integration must contain path or action"},
		{"proxy to another service", integration("type: aws_proxy, httpMethod: POST, uri: 'arn:aws:apigateway:r:sqs:action/SendMessage'"), at + "/uri", 6, 76, putIntegration + "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."},
		{"no httpMethod", integration("type: http, uri: 'http://a'"), at, 6, 7, putIntegration + "Enumeration value for HttpMethod must be non-empty"},
		{"wrong httpMethod", integration("type: http, uri: 'http://a', httpMethod: FETCH"), at + "/httpMethod", 6, 70, putIntegration + "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"},
		{"passthrough", integration("type: mock, passthroughBehavior: always"), at + "/passthroughBehavior", 6, 53, putIntegration + `"always" is not one of [WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER]`},
		{"content handling", integration("type: mock, contentHandling: BINARY"), at + "/contentHandling", 6, 53, putIntegration + `"BINARY" is not one of [CONVERT_TO_BINARY, CONVERT_TO_TEXT]`},
		{"timeout", integration("type: mock, timeoutInMillis: 49"), at + "/timeoutInMillis", 6, 53, putIntegration + "the timeout must be between 50 and 900000 milliseconds"},
		{"timeout that is no number", integration("type: mock, timeoutInMillis: 1.5"), at + "/timeoutInMillis", 6, 53, "expected a whole number, found 1.5"},
		{"link without id", integration("type: http, uri: 'http://a', httpMethod: GET, connectionType: VPC_LINK"), at + "/connectionType", 6, 87, putIntegration + "a connection of type VPC_LINK needs a connectionId"},
		{"link to AWS", integration("type: mock, connectionType: VPC_LINK"), at + "/connectionType", 6, 53, putIntegration + "connections of type VPC_LINK belong to integrations of type HTTP and HTTP_PROXY only"},
		{"streaming mock", integration("type: mock, responseTransferMode: STREAM"), at + "/responseTransferMode", 6, 53, putIntegration + "responses stream from integrations of type HTTP_PROXY and AWS_PROXY only"},
		{"TLS of a mock", integration("type: mock, tlsConfig: {insecureSkipVerification: true}"), at + "/tlsConfig/insecureSkipVerification", 6, 65, putIntegration + "a TLS configuration belongs to integrations of type HTTP and HTTP_PROXY only"},
		{"response without status", integration("type: mock, responses: {default: {}}"), at + "/responses/default", 6, 65, `Unable to put integration response on 'GET' for resource at path '/a': the response "default" has no statusCode`},
		{"response status", integration("type: mock, responses: {default: {statusCode: 999}}"), at + "/responses/default/statusCode", 6, 75, "Unable to put integration response on 'GET' for resource at path '/a': Invalid status code specified: 999; ..."},
		{"template of the wrong type", integration("type: mock, requestTemplates: {application/json: {statusCode: 200}}"), at + "/requestTemplates/application~1json", 6, 72, "expected a string, found an object"},

		// Security schemes.
		{"reserved authtype", scheme("s", "x-amazon-apigateway-authtype: awsOther"), "#/securityDefinitions/s/x-amazon-apigateway-authtype", 3, 62, `the authtype "awsOther" is not known...`},
		{"authorizer type", scheme("s", "x-amazon-apigateway-authorizer: {type: jwt}"), "#/securityDefinitions/s/x-amazon-apigateway-authorizer/type", 3, 95, "Unable to create authorizer 's': \"jwt\" is not one of [TOKEN, REQUEST, COGNITO_USER_POOLS]"},
		{"authorizer without type", scheme("s", "x-amazon-apigateway-authorizer: {}"), "#/securityDefinitions/s/x-amazon-apigateway-authorizer", 3, 62, "Unable to create authorizer 's': the authorizer has no type"},
		{"authorizer without uri", scheme("s", "x-amazon-apigateway-authorizer: {type: token}"), "#/securityDefinitions/s/x-amazon-apigateway-authorizer", 3, 62, "Unable to create authorizer 's': an authorizer of type TOKEN needs an authorizerUri"},
		{"authorizer without pools", scheme("s", "x-amazon-apigateway-authorizer: {type: cognito_user_pools}"), "#/securityDefinitions/s/x-amazon-apigateway-authorizer", 3, 62, "Unable to create authorizer 's': an authorizer of type COGNITO_USER_POOLS needs providerARNs"},
		{"authorizer TTL", scheme("s", "x-amazon-apigateway-authorizer: {type: token, authorizerUri: u, authorizerResultTtlInSeconds: 3601}"), "#/securityDefinitions/s/x-amazon-apigateway-authorizer/authorizerResultTtlInSeconds", 3, 126, "Unable to create authorizer 's': the result TTL must be between 0 and 3600 seconds"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.check(t)
			if _, err := Parse([]byte(c.document), here); !strings.HasPrefix(err.Error(), "Errors found during import:\n\t") {
				t.Errorf("the answer begins otherwise: %v", err)
			}
		})
	}
}

// Requirements that a method of API Gateway cannot meet.
func TestRefusedSecurity(t *testing.T) {
	const schemes = "swagger: '2.0'\ninfo: {title: T}\nsecurityDefinitions:\n" +
		"  custom: {type: apiKey, name: n, in: header, x-amazon-apigateway-authtype: custom}\n" +
		"  iam: {type: apiKey, name: n, in: header, x-amazon-apigateway-authtype: awsSigv4}\n" +
		"  token: {type: apiKey, name: n, in: header, x-amazon-apigateway-authorizer: {type: token, authorizerUri: u}}\n" +
		"  key: {type: apiKey, name: x-api-key, in: header}\n" +
		"paths:\n  /a:\n    get:\n      "
	const put = "Unable to put method 'GET' on resource at path '/a': "
	cases := []refusal{
		{"authtype without authorizer", "security: [{custom: []}]", "#/paths/~1a/get/security/0/custom", 11, 19, put + missingAuthorizer},
		{"two authorizers", "security: [{token: []}, {iam: []}]", "#/paths/~1a/get/security/1/iam", 11, 32, put + "a method has one authorizer; AWS_IAM is required beside 'token'"},
		{"scopes of a token", "security: [{token: [a]}]", "#/paths/~1a/get/security/0/token", 11, 19, put + "authorization scopes need an authorizer of type COGNITO_USER_POOLS"},
		{"extension and authorizer", "security: [{token: []}, {key: []}]\n      x-amazon-apigateway-auth: {type: NONE}", "#/paths/~1a/get/x-amazon-apigateway-auth", 12, 7, put + "the extension says NONE, the security requirements say 'token'"},
	}
	for _, c := range cases {
		c.document = schemes + c.document + "\n"
		t.Run(c.name, c.check)
	}
}

// Everything that is wrong comes at once, in the order of the document, each line with its place.
func TestSeveralErrors(t *testing.T) {
	_, err := Parse([]byte(head+"  /a/{x}: {trace: {}}\n  /b c: {}\nx-amazon-apigateway-nonsense: 1\n"), here)
	want := "Errors found during import:" +
		"\n\tUnable to put method 'TRACE' on resource at path '/a/{x}': Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY (#/paths/~1a~1{x}/trace, line 4, column 12)" +
		"\n\tUnable to create resource at path '/b c': " + segmentRule + " (#/paths/~1b c, line 5, column 3)" +
		"\n\tthe extension x-amazon-apigateway-nonsense is not known (#/x-amazon-apigateway-nonsense, line 6, column 1)"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var one *Error
	if !errors.As(err, &one) || one.Line != 4 {
		t.Errorf("errors.As finds %v", one)
	}
}
