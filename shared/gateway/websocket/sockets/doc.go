// Package sockets holds the sockets of WebSocket connections in this process: the transport of the
// local process, where package websocket has an API Gateway WebSocket API on AWS.
//
// Handshakes, frames and close handshakes are github.com/coder/websocket's. What API Gateway rules
// beyond RFC 6455 (WebSocket API spec, 10) is here: the greatest lengths of frames and messages, no
// binary messages, idle time and life, queues that never let a slow reader hold up anybody else, and
// the close code of each end.
//
// Floor 4. Imports package websocket of this tree and no store: connections live and die with the
// process that holds their sockets.
package sockets
