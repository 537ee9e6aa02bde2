package harness

import (
	"context"
	"time"
)

// Case is one fact.
type Case struct {
	Name    string
	Section string // of the specification, such as "4.6"
	Tag     string // the specification's confidence where it is not sure: peer, unconfirmed, inferred
	// API names the API of the suite that serves the case.
	API     string
	Request Request
	// Backend is what the backend answers; the zero value is 200 with an empty body.
	Backend Answer
	// Function is what the function does; the zero value returns {}.
	Function Output
	Want     Want
	// Seen is what reached the backend; nil is not checked.
	Seen *Seen
	// Event has members of the event that reached the function, by their names joined with
	// slashes, and what they must be: see Problem.
	Event map[string]any
	// NoCall says that neither the backend nor the function may be called.
	NoCall bool

	// Before are cases that come first, one after the other, each with its own wants. Their API is
	// this one's.
	Before []Case
	// Act changes something through the control plane before the request.
	Act func(ctx context.Context, control, api string) error
	// After checks something through the control plane after the request.
	After func(ctx context.Context, control, api string) error
	// Eventually repeats the request until everything is as it should be.
	Eventually bool
	// Authorizer is what the function of authorizers does, and Asked whether it must be called.
	// Events has members of its event: see Event.
	Authorizer      Output
	Asked           Asked
	AuthorizerEvent map[string]any
	// Log has parts of what the process must have logged.
	Log []string

	// ProxyOnly says why only the Lambda front door carries the fact.
	ProxyOnly string
	// LocalOnly says why no Lambda front door carries the fact; empty runs the case everywhere.
	LocalOnly string
	// Known says how the gateway deviates. The case must then fail, so that it is cleared once
	// the deviation is mended.
	Known string
	// KnownIn is the front door that deviates; empty is every one.
	KnownIn string
}

// Asked says whether an authorizer's function must be called.
type Asked int

// What is wanted of calls of an authorizer's function.
const (
	Either Asked = iota
	Never
	Once
)

// Request is what the client sends.
type Request struct {
	Method string // GET when empty
	// Target is path and query as sent. The address of the API's stage is put in front of it
	// unless Raw is set.
	Target string
	Raw    bool
	// Host is the Host header; empty is that of the API.
	Host string
	// Header has the lines as sent, "Name: value".
	Header []string
	Body   string
	// Chunked sends the body in chunks.
	Chunked bool
	// Prepare changes the request once it is complete; see Place.Sign.
	Prepare func(ctx context.Context, r *Request, p *Place) error
	// Caller is the identity that a function URL with AWS_IAM verified; no other front door has
	// one.
	Caller map[string]any
}

// Answer is what the backend answers.
type Answer struct {
	Status int      // 200 when 0
	Header []string // lines as sent, "Name: value"
	Body   string
	// Raw is written in place of an answer, after which the connection is closed.
	Raw string
	// Reset closes the connection without an answer.
	Reset bool
	// Delay passes before the answer.
	Delay time.Duration
}

// Output is what the function does.
type Output struct {
	Payload string // its output as it is; {} when empty
	// Error is the message of the error that the function fails with.
	Error string
	// Exit ends its process.
	Exit bool
}

// Want is what the client must see. Values are compared by Problem; nil ones are not checked.
type Want struct {
	Status int
	// Header has values by name of any case. Values of several lines are joined with commas.
	Header map[string]any
	Body   any
	// Lines are header lines that must be there exactly so, which only TCP shows.
	Lines []string
	// Check sees the whole answer and returns what is wrong with it, or "".
	Check func(*Response) string
}

// Seen is what the backend must have got.
type Seen struct {
	Method string
	Target any
	Header map[string]any
	Body   any
	// Lines are header lines that must be there exactly so.
	Lines []string
	Check func(*Received) string
}

// Response is an answer as the client got it.
type Response struct {
	Status int
	// Lines are the header's lines. Front doors other than TCP change casing and join values.
	Lines [][2]string
	Body  string
}

// Header returns the values of a header joined with commas, and whether there are any.
func (r *Response) Header(name string) (string, bool) { return joined(r.Lines, name) }

// Received is a request as the backend got it.
type Received struct {
	Method, Target string
	Lines          [][2]string
	Body           string
}

// Header returns the values of a header joined with commas, and whether there are any.
func (r *Received) Header(name string) (string, bool) { return joined(r.Lines, name) }
