// Package v2 is what the management API means for HTTP and WebSocket APIs: the operations of
// apigatewayv2 but those of portals and routing rules, which answer that they are not built.
//
// What belongs here: one file per resource kind with its operations. What a resource may be is for
// package definition, what is served for package compile, what OpenAPI documents say for package
// openapi. Domain names, mappings and usage plans are one thing with those of REST APIs: they are
// the rows of package controlplane, seen through the shapes of this service.
//
// # One document for each API
//
// All of an API (routes, integrations, authorizers, models, stages, the list of deployments, tags)
// is one document in one row. Every change reads it, changes it and writes it back under its
// version, in one transaction with the stage documents that it moves; a change that lost a race
// runs again on what is there now. So every change is atomic, imports and the deployments that
// changes trigger included, and what a change checks between resources is true when it is stored.
// That suits these APIs, which have 300 routes at most; REST APIs, which have ten times as much,
// keep rows of their own for each resource.
//
// # Extensions
//
// What Postern offers for HTTP APIs and AWS does not is written so that clients of AWS can write it
// too:
//
//   - API keys: apiKeyRequired of a route, which AWS takes for WebSocket APIs alone. Usage plans name
//     the stages of HTTP and WebSocket APIs as they name those of REST APIs. In OpenAPI:
//     x-postern-api-key-required of an operation.
//   - Request validation: models, requestModels of a route by media type, and its requestParameters
//     ("route.request.header.X", "route.request.querystring.x") with required. In OpenAPI: parameters
//     with required and the schemas of request bodies, if the root or the operation has
//     x-postern-request-validation.
//   - Cache: the tag "postern:cache:{routeId}" of the API with a value such as
//     "ttl=60 request.querystring.page". In OpenAPI: x-postern-cache of an operation with ttlSeconds
//     and keyParameters. Answers to the method of the route's key are kept, under ANY and $default
//     those to GET, and never those to HEAD; no client can ask for a new entry.
//   - Resource policy: in OpenAPI alone, x-postern-policy of the root, since a policy does not fit
//     into a tag.
//   - Streaming: the URI of an integration is that of the Lambda operation whose answer streams,
//     2021-11-15/functions/{arn}/response-streaming-invocations.
//
// Floor 4, in the tree of shared/controlplane. Imports that tree, shared/wire, shared/store and
// shared/snapshot.
package v2
