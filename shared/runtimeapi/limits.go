package runtimeapi

import "time"

// Limits of Lambda ("Lambda quotas" in the AWS documentation).
const (
	// MaxPayload is the largest payload, in bytes, of a synchronous request and
	// of a buffered response: 6 MiB and 100 bytes.
	MaxPayload = 6291556

	// MaxEventPayload is the largest payload, in bytes, of an invocation of type Event.
	MaxEventPayload = 1 << 20

	// MaxStreamedResponse is the largest streamed response in bytes.
	MaxStreamedResponse = 200 << 20

	// MaxPrelude bounds the metadata and its delimiter at the start of a streamed
	// HTTP response, in bytes (domains and edge spec, 12.2).
	MaxPrelude = 16 << 10

	// MaxTimeout is the longest that a function may run.
	MaxTimeout = 15 * time.Minute

	// MaxClientContext is the largest client context in bytes, before base64.
	MaxClientContext = 3583
)

const (
	minMemorySize = 128
	maxMemorySize = 10240

	// maxConcurrency is the default quota of an AWS account.
	maxConcurrency = 1000

	// maxLogTail is what LogType Tail returns: the last 4 KB.
	maxLogTail = 4 << 10

	// initTimeout bounds the init phase, as Lambda does.
	initTimeout = 10 * time.Second

	// stopTimeout is how long an environment may take after SIGTERM, as in
	// Lambda's shutdown phase.
	stopTimeout = 2 * time.Second

	// queueTimeout bounds the wait of a caller of the service API for an
	// environment; past it the answer is TooManyRequestsException.
	queueTimeout = 30 * time.Second

	// drainLimit bounds what is read from a refused request body, in bytes, so
	// that the sender sees the refusal and not a reset connection.
	drainLimit = 64 << 20
)
