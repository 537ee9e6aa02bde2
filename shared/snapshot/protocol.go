package snapshot

// Values of the row at ProtocolKey.
const (
	ProtocolHTTP      = "HTTP"
	ProtocolWebSocket = "WEBSOCKET"
)

// ProtocolKey is where the type of an HTTP or WebSocket API is kept in the store: its value is
// ProtocolHTTP or ProtocolWebSocket. The row exists as long as the API does, with stages or without,
// so that the data plane knows how to refuse a stage that there is not. A REST API has none.
func ProtocolKey(apiID string) (partition, sort string) {
	return "serve#" + apiID, "protocol"
}
