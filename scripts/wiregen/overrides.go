package main

// service is one model and the package generated from it.
type service struct {
	name  string // package and model file
	title string // in documentation
}

var services = []service{
	{"apigateway", "REST control plane (API Gateway, 2015-07-09)"},
	{"apigatewayv2", "HTTP and WebSocket control plane (API Gateway V2, 2018-11-29)"},
	{"apigatewaymanagementapi", "WebSocket management API (2018-11-29)"},
}

// enumOrders are the orders in which the live service prints enum values in a ValidationException, where they were
// recorded (REST control plane recordings, 1.3). They must hold the model's values; all other enums keep model order.
var enumOrders = map[string][]string{
	"apigateway.EndpointType": {"PRIVATE", "EDGE", "REGIONAL"},
	"apigateway.Op":           {"add", "remove", "move", "test", "replace", "copy"},
	"apigateway.DocumentationPartType": {"RESPONSE_BODY", "RESPONSE", "METHOD", "MODEL", "AUTHORIZER", "RESPONSE_HEADER",
		"RESOURCE", "PATH_PARAMETER", "REQUEST_BODY", "QUERY_PARAMETER", "API", "REQUEST_HEADER"},
}

// exclusion is a declared constraint that the generated validation leaves out, because the operation itself answers the
// violation in another way. An exclusion that excludes nothing fails the generator.
type exclusion struct {
	service, shape, member string
	constraint             constraint
	reason                 string
}

var exclusions = []exclusion{
	{"apigatewaymanagementapi", "PostToConnectionRequest", "Data", constrainLength,
		"a message over the limit is the modelled PayloadTooLargeException (413), not a ValidationException"},
	{"apigatewaymanagementapi", "PostToConnectionRequest", "Data", constrainRequired,
		"a raw body is always there, possibly empty, and an empty message may be sent"},
	{"apigateway", "ImportApiKeysRequest", "body", constrainRequired, emptyDocument},
	{"apigateway", "ImportDocumentationPartsRequest", "body", constrainRequired, emptyDocument},
	{"apigateway", "ImportRestApiRequest", "body", constrainRequired, emptyDocument},
	{"apigateway", "PutRestApiRequest", "body", constrainRequired, emptyDocument},
}

const emptyDocument = "a raw body is always there, possibly empty; an empty document is the operation's semantic error"
