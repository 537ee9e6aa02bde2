package rest

// lambdaAuthorizer is a security scheme: kind, time to live, function, other members.
func lambdaAuthorizer(kind string, ttl int, function string, more obj) obj {
	return obj{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
		"x-amazon-apigateway-authorizer": merged(obj{"type": kind, "authorizerUri": function, "authorizerResultTtlInSeconds": ttl}, more)}
}

func poolAuthorizer(pool string, more obj) obj {
	return obj{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
		"x-amazon-apigateway-authorizer": merged(obj{"type": "cognito_user_pools", "providerARNs": list{poolARN(pool)}}, more)}
}

func secured(schemes obj) obj { return obj{"components": obj{"securitySchemes": schemes}} }

// needs names the schemes of an operation.
func needs(names ...string) obj {
	one := obj{}
	for _, name := range names {
		one[name] = list{}
	}
	return obj{"security": list{one}}
}

var iamScheme = obj{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
var keyScheme = obj{"type": "apiKey", "name": "x-api-key", "in": "header"}

// lambdaSchemes are the Lambda authorizers of the facts of 11.1 to 11.3.
var lambdaSchemes = obj{
	"token":     lambdaAuthorizer("token", 0, "{{authorizer}}", nil),
	"kept":      lambdaAuthorizer("token", 300, "{{authorizer}}", nil),
	"pattern":   lambdaAuthorizer("token", 0, "{{authorizer}}", obj{"identityValidationExpression": "[a-z]+"}),
	"request":   lambdaAuthorizer("request", 0, "{{authorizer}}", nil),
	"sources":   lambdaAuthorizer("request", 300, "{{authorizer}}", obj{"identitySource": "method.request.header.Who, method.request.querystring.q, stageVariables.path, context.httpMethod"}),
	"unset":     lambdaAuthorizer("request", 300, "{{authorizer}}", obj{"identitySource": "stageVariables.nope"}),
	"demanding": lambdaAuthorizer("request", 0, "{{authorizer}}", obj{"identitySource": "method.request.header.Who"}),
	"named":     merged(lambdaAuthorizer("token", 0, "{{authorizer}}", obj{"identitySource": "method.request.header.X-Token"}), obj{"name": "X-Token"}),
	"slow":      lambdaAuthorizer("token", 0, "{{slow}}", nil),
	"elsewhere": lambdaAuthorizer("token", 0, "{{elsewhere}}", nil),
}

// poolSchemes are the authorizers of the facts of 11.4.
var poolSchemes = obj{
	"pool":     poolAuthorizer(pool, nil),
	"broken":   poolAuthorizer(brokenPool, nil),
	"audience": poolAuthorizer(pool, obj{"identityValidationExpression": "client.*"}),
	"other":    poolAuthorizer(pool, obj{"identityValidationExpression": "other"}),
}

func accessAPIs() map[string]api {
	kept := method(says("other"), "")
	kept["security"] = needs("kept")["security"]
	rootMethod := method(httpProxy(), "")
	rootMethod["security"] = needs("key")["security"]
	limited := method(httpProxy(), "")
	limited["security"] = needs("key")["security"]
	return map[string]api{
		"private":    {document: changingPolicy("Allow")},
		"section 11": {document: secured(lambdaSchemes), variables: stageVariables, paths: obj{"/other": obj{"get": kept}}},
		"pools":      {document: secured(poolSchemes)},
		"iam":        {document: secured(obj{"iam": iamScheme})},
		"types": {document: merged(secured(obj{"iam": iamScheme, "key": keyScheme, "token": lambdaSchemes["token"], "pool": poolSchemes["pool"]}), obj{gatewayResponses: obj{
			"DEFAULT_4XX": obj{"responseTemplates": obj{"application/json": "$context.error.responseType"}},
			"DEFAULT_5XX": obj{"responseTemplates": obj{"application/json": "$context.error.responseType"}}}})},
		"tables":         {document: merged(secured(obj{"iam": iamScheme, "token": lambdaSchemes["token"], "pool": poolSchemes["pool"]}), tablesPolicy)},
		"changing":       {document: changingPolicy("Allow")},
		"keys":           {document: merged(secured(obj{"iam": iamScheme}), keysPolicy)},
		"order":          {document: merged(validators, secured(obj{"key": keyScheme, "token": lambdaSchemes["token"]}), orderPolicy), stage: cacheOn},
		"section 12":     {document: secured(obj{"key": keyScheme, "token": lambdaSchemes["token"]}), paths: obj{"/limited": obj{"post": limited}}, stage: []string{"/*/*/logging/loglevel", "INFO"}},
		"authorized key": {document: merged(secured(obj{"key": keyScheme, "token": lambdaSchemes["token"]}), obj{"x-amazon-apigateway-api-key-source": "AUTHORIZER"})},
		"throttled":      {document: secured(obj{"key": keyScheme}), stage: []string{"/*/*/throttling/burstLimit", "0", "/*/*/throttling/rateLimit", "0"}},
		"section 13":     {document: merged(validators, secured(obj{"iam": iamScheme, "key": keyScheme, "token": lambdaSchemes["token"]})), paths: cachePaths(), stage: cacheOn},
		"root":           {document: secured(obj{"key": keyScheme}), paths: obj{"/": obj{"get": rootMethod}}},
		"flushed":        {stage: cacheOn},
	}
}
