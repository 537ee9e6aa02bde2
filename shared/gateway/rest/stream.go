package rest

import (
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Values of responseTransferMode.
const (
	transferBuffered = "BUFFERED"
	transferStream   = "STREAM"
)

// compileTransfer reads whether the answer streams. The time-out of the integration then bounds
// the wait for status and headers, which may be as long as a stream; streamLength and the idle
// time bound what follows (domains and edge spec, 12.1).
func (b *backend) compileTransfer(in *snapshot.Integration) error {
	switch in.ResponseTransferMode {
	case "", transferBuffered:
		return nil
	case transferStream:
	default:
		return fmt.Errorf("response transfer mode %q is unknown", in.ResponseTransferMode)
	}
	if b.kind != httpProxyIntegration && b.kind != lambdaProxyIntegration {
		return fmt.Errorf("the answer of an integration of type %s does not stream", in.Type)
	}
	b.stream, b.streamIdle = true, time.Duration(in.StreamIdleMillis)*time.Millisecond
	return nil
}

// parseLambdaURI reads the URI of the operation that the transfer mode needs.
func (b *backend) parseLambdaURI(uri string) (*integration.LambdaURI, error) {
	if b.stream {
		return integration.ParseLambdaStreamURI(uri)
	}
	return integration.ParseLambdaURI(uri)
}

// streams tells whether the answer goes on to the client while it arrives.
func (inv *Invocation) streams() bool {
	return inv.Resource.method != nil && inv.Resource.method.backend.stream
}

// transferMode is $context.integration.responseTransferMode, which spells the mode in its own way
// (domains and edge spec, 12.5).
func (inv *Invocation) transferMode() string {
	if inv.streams() {
		return "STREAMED"
	}
	return transferBuffered
}

// sinceCall is the time since the backend was called.
func (inv *Invocation) sinceCall() time.Duration {
	return inv.pipeline.c.Now().Sub(inv.Integration.start)
}

// firstContent notes when the payload of an answer that streams begins.
func (inv *Invocation) firstContent() {
	if inv.streams() {
		inv.Integration.TimeToFirstContent = inv.sinceCall()
	}
}

// endStream notes when an answer that streams has ended: its latency is that of the whole (domains
// and edge spec, 12.5).
func (inv *Invocation) endStream() {
	if inv.streams() {
		inv.Integration.Latency = inv.sinceCall()
	}
}
