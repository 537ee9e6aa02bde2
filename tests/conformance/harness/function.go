package harness

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// FunctionARN is the function that cases call.
const FunctionARN = "arn:aws:lambda:us-east-1:123456789012:function:conformance"

// served is a function that both front doors run.
type served struct {
	name    string
	timeout time.Duration
	control string
}

// functions are the function of the integrations, that of the authorizers, and one that never
// answers in time.
func (p *Place) functions() []served {
	return []served{
		{"conformance", 2 * patience, p.function.URL},
		{"authorizer", 2 * patience, p.authorizer.URL},
		{"slow", time.Second, p.slow.URL},
	}
}

// newSlow is what makes a function hang until it is given up.
func newSlow(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(s.CloseClientConnections)
	return s
}

// functionControl tells the function what to do and takes its events.
type functionControl struct {
	*httptest.Server
	outputs chan Output
	events  chan string
}

func newFunctionControl(t *testing.T) *functionControl {
	f := &functionControl{outputs: make(chan Output, 1), events: make(chan string, 16)}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the function has gone
		}
		f.events <- string(body)
		o := <-f.outputs
		f.outputs <- o
		switch {
		case o.Exit:
			w.Header().Set("Do", "exit")
		case o.Error != "":
			w.Header().Set("Do", "fail")
			_, _ = io.WriteString(w, o.Error)
		case o.Payload == "":
			_, _ = io.WriteString(w, "{}")
		default:
			_, _ = io.WriteString(w, o.Payload)
		}
	}))
	f.outputs <- Output{}
	t.Cleanup(f.CloseClientConnections)
	return f
}

// prepare forgets events and sets the next outputs.
func (f *functionControl) prepare(o Output) {
	<-f.outputs
	f.outputs <- o
	for {
		select {
		case <-f.events:
		default:
			return
		}
	}
}

// drain returns the events that came since prepare.
func (f *functionControl) drain() []string {
	var all []string
	for {
		select {
		case e := <-f.events:
			all = append(all, e)
		default:
			return all
		}
	}
}

// event returns the event that the function got. One that was sent asynchronously may still be on
// its way, so wait waits for it.
func (f *functionControl) event(wait bool) (string, bool) {
	if !wait {
		select {
		case e := <-f.events:
			return e, true
		default:
			return "", false
		}
	}
	select {
	case e := <-f.events:
		return e, true
	case <-time.After(patience):
		return "", false
	}
}
