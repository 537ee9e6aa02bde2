// Package websocket is the data plane of WebSocket APIs: the phases of $connect, of messages and of
// $disconnect, and the @connections management API (WebSocket API spec).
//
// The package knows nothing of sockets. Where they are is behind Transport, and who is connected
// behind Connections: the local process holds sockets itself (package sockets), on AWS an API
// Gateway WebSocket API does, and the functions connect and route carry the semantics with their
// state in DynamoDB.
//
// What belongs here: route selection, access control at the handshake, integrations and their
// answers, the events and frames that clients and functions see.
//
// Floor 4. Imports lower floors only; never the control plane, which it meets through package
// snapshot.
package websocket
