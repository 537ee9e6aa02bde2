package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/remote"
)

// managementOnly serves the @connections of WebSocket APIs whose sockets an API Gateway WebSocket API
// holds: a function cannot hold one, and refuses handshakes.
func managementOnly(rows remote.Store, credentials aws.CredentialsProvider, region string, keys rest.Keys) *websocket.Pipeline {
	return websocket.New(websocket.Config{Keys: keys, Transport: remote.NewManagement(credentials, region), Connections: remote.Rows{Store: rows}})
}
