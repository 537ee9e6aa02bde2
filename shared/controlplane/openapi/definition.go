package openapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Definition is a REST API as a document describes it. Nothing in it has an identifier yet; parts refer to each other by
// name. Pointers are nil and maps and lists empty where the document says nothing, except for what API Gateway fills in
// on import itself (ApplyIntegrationDefaults, documentation locations).
type Definition struct {
	// Name is info.title. Version is info.version as a string, also when the document has a number there.
	Name        string
	Description *string
	Version     *string
	// APIKeySource is HEADER or AUTHORIZER, empty when the document does not choose.
	APIKeySource     string
	BinaryMediaTypes []string
	// MinimumCompressionSize is in bytes, from 0 to 10485760.
	MinimumCompressionSize *int32
	// Policy is the resource policy as compact JSON, empty when there is none. Resources may have the short form
	// execute-api:/..., see policy.Expand.
	Policy                    string
	DisableExecuteAPIEndpoint *bool
	VPCEndpointIDs            []string
	SecurityPolicy            *string
	EndpointAccessMode        *string

	// Resources are sorted by path and complete: the root comes first, and a parent stands before its children even when
	// the document does not mention it.
	Resources []Resource
	// Models are those of the document in its order, followed by those made of inline schemas, which are called MODEL and
	// six hexadecimal digits that depend on the schema alone.
	Models             []apigateway.Model
	Validators         []apigateway.RequestValidator
	Authorizers        []apigateway.Authorizer
	GatewayResponses   []apigateway.GatewayResponse
	DocumentationParts []apigateway.DocumentationPart
	// DocumentationVersion is the version of the documentation extension, empty when there is none.
	DocumentationVersion string

	// Warnings are the sentences for the warnings member of the answer.
	Warnings []string
}

// Resource is a path with its methods, sorted by verb. Intermediate resources have none.
type Resource struct {
	Path    string
	Methods []Method
}

// Method is a method with its responses and its integration. The validator and the authorizer are named, not identified:
// RequestValidatorId and AuthorizerId are nil.
type Method struct {
	apigateway.Method
	// ValidatorName names one of Definition.Validators, AuthorizerName one of Definition.Authorizers; empty for none.
	ValidatorName, AuthorizerName string
}

// modelPrefixes are the forms in which documents refer to their models; Definition.Models keep them until an API is known.
var modelPrefixes = []string{"#/components/schemas/", "#/definitions/"}

// canonicalModels begins the absolute form of a reference to a model; the host is literal and has no Region (recorded, 7).
const canonicalModels = "https://apigateway.amazonaws.com/restapis/"

// ResolveModelRefs rewrites the references between models to the absolute form that API Gateway stores:
// "#/components/schemas/M" becomes "https://apigateway.amazonaws.com/restapis/{apiID}/models/M". Doing it twice changes
// nothing.
func (d *Definition) ResolveModelRefs(apiID string) {
	for i := range d.Models {
		schema := d.Models[i].Schema
		if schema == nil {
			continue
		}
		text := *schema
		for _, prefix := range modelPrefixes {
			// Schemas are written by this package without blanks, and inside a string the quotes would be escaped, so
			// that these bytes can be nothing else than a reference.
			text = strings.ReplaceAll(text, `"$ref":"`+prefix, `"$ref":"`+canonicalModels+apiID+`/models/`)
		}
		d.Models[i].Schema = &text
	}
}

func ptr[T any](value T) *T { return &value }

// textOrNil stores a string the way unset strings are stored: absent, never empty (recorded, 1.1).
func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
