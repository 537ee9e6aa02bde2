package metrics

import (
	"cmp"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// Options of an Emitter.
type Options struct {
	// Namespace is that of the metrics; "Postern" by default.
	Namespace string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// OnError is told when a line could not be written; nil ignores it.
	OnError func(error)
}

// Emitter writes metrics. It is safe for concurrent use; a line is one Write.
type Emitter struct {
	o Options

	mu     sync.Mutex
	w      io.Writer
	buf    []byte
	values []value
	warm   bool
}

// New returns an emitter that writes to w, which on Lambda is standard output.
func New(w io.Writer, o Options) *Emitter {
	o.Namespace = cmp.Or(o.Namespace, "Postern")
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Emitter{o: o, w: w}
}

// Observe writes the metrics of a request. The first one of an execution environment counts as a
// cold start.
func (e *Emitter) Observe(r *Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.values = r.appendValues(e.values[:0])
	if !e.warm {
		e.warm = true
		e.values = append(e.values, value{"ColdStart", count, 1})
	}
	e.write(r)
}

// Count writes a metric that belongs to no request, such as failures of leases.
func (e *Emitter) Count(name string, n float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.values = append(e.values[:0], value{name, count, n})
	e.write(&Request{})
}

// write renders e.values as the embedded metric format has it (CloudWatch user guide, "Embedded
// metric format specification"): the metrics' definitions under _aws, their numbers and the values of
// the dimensions beside it.
func (e *Emitter) write(r *Request) {
	b := append(e.buf[:0], `{"_aws":{"Timestamp":`...)
	b = strconv.AppendInt(b, e.o.Now().UnixMilli(), 10)
	b = append(b, `,"CloudWatchMetrics":[{"Namespace":`...)
	b = jsontext.AppendString(b, e.o.Namespace)
	b = append(b, `,"Dimensions":[[]`...)
	api, name := "ApiId", dimensionValue(r.APIID, "")
	if r.RESTName != "" {
		api, name = "ApiName", dimensionValue(r.RESTName, name)
	}
	detailed := r.Detailed && r.Method != "" && r.Resource != ""
	if name != "" {
		b = append(append(append(b, `,["`...), api...), `"]`...)
		if r.Stage != "" {
			b = append(append(append(b, `,["`...), api...), `","Stage"]`...)
		}
		if detailed {
			b = append(append(append(b, `,["`...), api...), `","Method","Resource","Stage"]`...)
		}
	}
	b = append(b, `],"Metrics":[`...)
	for i, v := range e.values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(append(append(b, `{"Name":"`...), v.name...), `","Unit":"`...), v.unit...), `"}`...)
	}
	b = append(b, `]}]}`...)
	if name != "" {
		b = appendMember(b, api, name)
		if r.Stage != "" {
			b = appendMember(b, "Stage", dimensionValue(r.Stage, "-"))
		}
		if detailed {
			b = appendMember(b, "Method", dimensionValue(r.Method, "-"))
			b = appendMember(b, "Resource", dimensionValue(r.Resource, "-"))
		}
	}
	for _, v := range e.values {
		b = append(append(append(b, `,"`...), v.name...), `":`...)
		b = strconv.AppendFloat(b, v.number, 'f', -1, 64)
	}
	if r.RequestID != "" {
		b = appendMember(b, "requestId", r.RequestID)
	}
	if r.TraceID != "" {
		b = appendMember(b, "xrayTraceId", r.TraceID)
	}
	e.buf = append(b, '}', '\n')
	if _, err := e.w.Write(e.buf); err != nil && e.o.OnError != nil {
		e.o.OnError(err)
	}
}

func appendMember(b []byte, name, text string) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return jsontext.AppendString(b, text)
}
