// Package remote is WebSocket APIs on AWS, where an API Gateway WebSocket API holds the sockets: its
// events as handshakes, messages and disconnects of package websocket, its @connections as the
// transport, and connections as rows of the store.
//
// What belongs here: what the functions connect and route share. What does not: the phases, which
// are package websocket's and the same for sockets of the local process.
//
// Floor 4. Imports packages gateway and websocket of this tree and lower floors.
package remote
