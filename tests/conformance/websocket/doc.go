// Package websocket holds the conformance cases of WebSocket APIs: one case per fact of the WebSocket
// API spec, driven by an independent client (Python's websockets) against the local process, with a
// Lambda service and an HTTP backend that record what reaches them. The APIs are created by the stock
// SDK or CLI through the control plane of the process.
//
// What belongs here: definitions, cases and the client's driver. The frames of RFC 6455 are a table
// beside the sockets; this package is about what API Gateway makes of them.
package websocket
