// Package wire is the control-plane API as bytes: it turns HTTP requests into the structures of the service models and
// results back into HTTP answers, with the framework's own refusals (validation, serialization, unknown operation).
//
// What belongs here: the JSON and HTTP binding rules of the rest-json protocol, routing by method and URI, constraint
// violations and the error envelope. The sub-packages apigateway, apigatewayv2 and apigatewaymanagementapi are generated
// from the service models by scripts/wiregen and hold one type per structure and one Operation per operation. What an
// operation means belongs to the control plane.
//
// The package stands on the lowest floor: it imports nothing else of this repository. Everything at package level is a
// literal that the linker lays out, so that linking a part of it costs no start-up time.
package wire
