package openapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Warnings leave a definition behind; what they say is in API Gateway's words where those are known, and says where to look
// where they are ours.
func TestWarnings(t *testing.T) {
	const operation = head + "  /a:\n    get:\n      %s\n"
	const root = "swagger: '2.0'\ninfo: {title: T}\n%s\n"
	cases := []struct {
		name, document, member string
		want                   string
	}{
		{"recorded: parameter that is no text", operation,
			"x-amazon-apigateway-integration: {type: mock, requestParameters: {integration.request.header.X: True}}",
			"Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.X' of resource '/a' and method 'GET' but got 'true'"},
		{"parameter that is null", operation,
			"x-amazon-apigateway-integration: {type: mock, requestParameters: {integration.request.header.X: }}",
			"Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.X' of resource '/a' and method 'GET' but got 'null'"},
		{"parameter that is an object", operation,
			"x-amazon-apigateway-integration: {type: mock, requestParameters: {integration.request.header.X: {a: [1, b]}}}",
			`Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.X' of resource '/a' and method 'GET' but got '{"a":[1,"b"]}'`},
		{"unknown integration field", operation,
			"x-amazon-apigateway-integration: {type: mock, retries: 3}",
			`Unknown field "retries" of an integration. Ignoring. (#/paths/~1a/get/x-amazon-apigateway-integration/retries, line 6, column 53)`},
		{"payload format of HTTP APIs", operation, "x-amazon-apigateway-integration: {type: mock, payloadFormatVersion: '2.0'}",
			"Integrations of REST APIs have the payload format version 1.0. Ignoring. (#/paths/~1a/get/x-amazon-apigateway-integration/payloadFormatVersion, line 6, column 53)"},
		{"two responses of one status", operation,
			"x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: 200}, 2..: {statusCode: 200}}}",
			`The response "2.." replaces an earlier one with the status code 200. (#/paths/~1a/get/x-amazon-apigateway-integration/responses/2.., line 6, column 93)`},
		{"default response", operation, "responses: {default: {description: d}}",
			"The default response of method 'GET /a' is not supported. Ignoring. (#/paths/~1a/get/responses/default, line 6, column 19)"},
		{"cookie", operation, "parameters: [{name: c, in: cookie}]",
			"Parameters in cookie are not supported; 'c' of method 'GET /a' is not checked. Ignoring. (#/paths/~1a/get/parameters/0, line 6, column 20)"},
		{"primitive response", operation, "responses: {200: {content: {text/plain: {schema: {type: string}}}}}",
			"Unsupported schema type 'string' in 200 response of method 'GET /a'. Ignoring. (#/paths/~1a/get/responses/200/content/text~1plain/schema, line 6, column 48)"},
		{"primitive body that is not JSON", operation, "requestBody: {content: {image/png: {schema: {type: string, format: binary}}}}",
			"Unsupported schema type 'string' in request body of method 'GET /a'. Ignoring. (#/paths/~1a/get/requestBody/content/image~1png/schema, line 6, column 43)"},
		{"missing model", operation, "requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/M'}}}}",
			"Reference to model 'M' not found. Ignoring."},
		{"optional security", operation, "security: [{}, {k: []}]\ncomponents: {securitySchemes: {k: {type: apiKey, name: x-api-key, in: header}}}",
			"Optional security is not supported; the method requires what the other requirements name. Ignoring. (#/paths/~1a/get/security/0, line 6, column 18)"},
		{"extension in the wrong place", operation, "x-amazon-apigateway-policy: {}",
			"The extension x-amazon-apigateway-policy has no effect on an operation; it belongs to the root of the document. Ignoring. (#/paths/~1a/get/x-amazon-apigateway-policy, line 6, column 7)"},
		{"default route", operation, "isDefaultRoute: true",
			"The field isDefaultRoute belongs to HTTP APIs. Ignoring. (#/paths/~1a/get/isDefaultRoute, line 6, column 7)"},
		{"misspelt method", head + "  /a:\n    %s: {}\n", "gett",
			`Unknown member "gett" of a path item. Ignoring. (#/paths/~1a/gett, line 5, column 5)`},
		{"servers of a path", head + "  /a:\n    %s\n", "servers: [{url: /x}]",
			"Servers of a single path are not supported. Ignoring. (#/paths/~1a/servers, line 5, column 5)"},
		{"security of the API", root, "security: [{k: []}]",
			"Security requirements of the whole API are not supported; a method without requirements of its own is open. Ignoring. (#/security, line 3, column 1)"},
		{"no security of the API", root, "security: [{}]", ""},
		{"cors", root, "x-amazon-apigateway-cors: {allowOrigins: ['*']}",
			"The extension x-amazon-apigateway-cors belongs to HTTP APIs. Ignoring. (#/x-amazon-apigateway-cors, line 3, column 1)"},
		{"tag value", root, "tags: [{name: a, x-amazon-apigateway-tag-value: b}]",
			"The extension x-amazon-apigateway-tag-value belongs to HTTP APIs. Ignoring. (#/tags/0/x-amazon-apigateway-tag-value, line 3, column 18)"},
		{"ip address type", root, "x-amazon-apigateway-endpoint-configuration: {ipAddressType: dualstack}",
			"The ipAddressType of a REST API cannot be set by import. Ignoring. (#/x-amazon-apigateway-endpoint-configuration/ipAddressType, line 3, column 46)"},
		{"unknown endpoint field", root, "x-amazon-apigateway-endpoint-configuration: {types: [EDGE]}",
			`Unknown field "types" of the endpoint configuration. Ignoring. (#/x-amazon-apigateway-endpoint-configuration/types, line 3, column 46)`},
		{"unsupported scheme", root, "securityDefinitions: {b: {type: basic}}",
			"Unsupported security definition type 'basic' for 'b'. Ignoring."},
		{"API key elsewhere", root, "securityDefinitions: {k: {type: apiKey, name: key, in: query}}",
			"The security definition 'k' protects nothing: an API key is read from the header x-api-key only. Ignoring. (#/securityDefinitions/k, line 3, column 23)"},
		{"authorizer field of HTTP APIs", root, "securityDefinitions: {k: {type: apiKey, x-amazon-apigateway-authorizer: {type: token, authorizerUri: u, authorizerPayloadFormatVersion: '2.0'}}}",
			"The field authorizerPayloadFormatVersion of an authorizer belongs to HTTP APIs. Ignoring. (#/securityDefinitions/k/x-amazon-apigateway-authorizer/authorizerPayloadFormatVersion, line 3, column 105)"},
		{"payload format 1.0 of an authorizer", root, "securityDefinitions: {k: {type: apiKey, x-amazon-apigateway-authorizer: {type: token, authorizerUri: u, authorizerPayloadFormatVersion: '1.0', enableSimpleResponses: false}}}", ""},
		{"nullable", root, "definitions: {M: {properties: {a: {type: string, nullable: true}}}}",
			"The keyword nullable is not supported; null is not a valid value here. Ignoring. (#/definitions/M/properties/a/nullable, line 3, column 50)"},
		{"annotations", root, "definitions: {M: {properties: {example: {nullable: false, example: 1, readOnly: true}}, discriminator: d, xml: {}}}", ""},
		{"other extensions", root, "x-anything: {x-amazon-apigateway-nonsense: 1}", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			def, err := Parse([]byte(fmt.Sprintf(c.document, c.member)), here)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			if !slices.Equal(def.Warnings, want) {
				t.Errorf("got  %s\nwant %s", strings.Join(def.Warnings, "\n     "), c.want)
			}
		})
	}
}

// The resource of a warning is the final path (recorded, 14.5).
func TestWarningNamesTheFinalPath(t *testing.T) {
	def, err := Parse([]byte(`{swagger: "2.0", info: {title: T}, basePath: /base, paths: {/p: {x-amazon-apigateway-any-method:
		{x-amazon-apigateway-integration: {type: mock, requestParameters: {integration.request.header.X: 1}}}}}}`),
		Options{BasePath: BasePathPrepend})
	if err != nil {
		t.Fatal(err)
	}
	want := "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.X' of resource '/base/p' and method 'ANY' but got '1'"
	if len(def.Warnings) != 1 || def.Warnings[0] != want {
		t.Errorf("got %q, want %q", def.Warnings, want)
	}
}

func TestIgnoreDocumentation(t *testing.T) {
	opts := here
	opts.IgnoreDocumentation = true
	def, err := Parse(readFile(t, "testdata/documentation.json"), opts)
	if err != nil || def.DocumentationParts != nil || def.DocumentationVersion != "" {
		t.Errorf("got %v, %q, %v", def.DocumentationParts, def.DocumentationVersion, err)
	}
}
