package metrics

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// line is a line of the embedded metric format, as CloudWatch reads it.
type line struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	members map[string]any
}

// read parses lines and checks what the format demands: every metric is a number, every dimension a
// text of at most 255 ASCII characters, and no metric is defined twice.
func read(t *testing.T, output string) []line {
	t.Helper()
	var lines []line
	for text := range strings.Lines(output) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if err := json.Unmarshal([]byte(text), &l.members); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, set := range l.AWS.CloudWatchMetrics {
			for _, m := range set.Metrics {
				if _, number := l.members[m.Name].(float64); !number || seen[m.Name] {
					t.Errorf("metric %s is %v, or defined twice", m.Name, l.members[m.Name])
				}
				seen[m.Name] = true
			}
			for _, names := range set.Dimensions {
				for _, name := range names {
					if v, text := l.members[name].(string); !text || v == "" || len(v) > 255 {
						t.Errorf("dimension %s is %v", name, l.members[name])
					}
				}
			}
		}
		lines = append(lines, l)
	}
	return lines
}

// The names, units and dimensions are those of the security and operations spec, section 5.
func TestObserve(t *testing.T) {
	for _, c := range []struct {
		name       string
		request    Request
		metrics    map[string]float64
		units      map[string]string
		dimensions string
	}{
		{"REST", Request{RESTName: "pets", APIID: "abc", Stage: "prod", Method: "GET", Resource: "/pets", Status: 200, Latency: 1500 * time.Microsecond, Integrated: true, IntegrationLatency: time.Millisecond, Bytes: 7},
			map[string]float64{"Count": 1, "4XXError": 0, "5XXError": 0, "Latency": 1.5, "IntegrationLatency": 1},
			map[string]string{"Count": "Count", "Latency": "Milliseconds", "4XXError": "Count"}, `[[],["ApiName"],["ApiName","Stage"]]`},
		{"REST, detailed, from the cache", Request{RESTName: "pets", APIID: "abc", Stage: "prod", Detailed: true, Method: "GET", Resource: "/pets", Status: 404, Cache: "hit"},
			map[string]float64{"Count": 1, "4XXError": 1, "5XXError": 0, "Latency": 0, "CacheHitCount": 1}, nil,
			`[[],["ApiName"],["ApiName","Stage"],["ApiName","Method","Resource","Stage"]]`},
		{"HTTP", Request{APIID: "abc", Stage: "$default", Detailed: true, Method: "GET", Resource: "GET /pets", Status: 503, Bytes: 12},
			map[string]float64{"Count": 1, "4xx": 0, "5xx": 1, "Latency": 0, "DataProcessed": 12}, map[string]string{"DataProcessed": "Bytes"},
			`[[],["ApiId"],["ApiId","Stage"],["ApiId","Method","Resource","Stage"]]`},
		{"refresh of the cache", Request{RESTName: "p", APIID: "abc", Stage: "s", Status: 200, Cache: "refresh"},
			map[string]float64{"Count": 1, "4XXError": 0, "5XXError": 0, "Latency": 0, "CacheMissCount": 1}, nil, `[[],["ApiName"],["ApiName","Stage"]]`},
		{"throttled", Request{RESTName: "p", APIID: "abc", Stage: "s", Status: 429, Refusal: "THROTTLED"},
			map[string]float64{"Count": 1, "4XXError": 1, "5XXError": 0, "Latency": 0, "ThrottledCount": 1}, nil, `[[],["ApiName"],["ApiName","Stage"]]`},
		{"authorizer failed", Request{RESTName: "p", APIID: "abc", Stage: "s", Status: 500, Refusal: "AUTHORIZER_FAILURE"},
			map[string]float64{"Count": 1, "4XXError": 0, "5XXError": 1, "Latency": 0, "AuthorizerErrorCount": 1}, nil, `[[],["ApiName"],["ApiName","Stage"]]`},
		{"no API", Request{Status: 403},
			map[string]float64{"Count": 1, "4xx": 1, "5xx": 0, "Latency": 0, "DataProcessed": 0}, nil, `[[]]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			e := New(&out, Options{Now: func() time.Time { return time.UnixMilli(1_700_000_000_000) }})
			e.Observe(&Request{})
			out.Reset()
			e.Observe(&c.request)
			lines := read(t, out.String())
			if len(lines) != 1 || lines[0].AWS.Timestamp != 1_700_000_000_000 || lines[0].AWS.CloudWatchMetrics[0].Namespace != "Postern" {
				t.Fatalf("%s", &out)
			}
			set := lines[0].AWS.CloudWatchMetrics[0]
			if dimensions, _ := json.Marshal(set.Dimensions); string(dimensions) != c.dimensions {
				t.Errorf("dimensions %s, want %s", dimensions, c.dimensions)
			}
			for _, m := range set.Metrics {
				if want, ok := c.metrics[m.Name]; !ok || lines[0].members[m.Name] != want {
					t.Errorf("%s = %v, want %v", m.Name, lines[0].members[m.Name], want)
				}
				if want := c.units[m.Name]; want != "" && want != m.Unit {
					t.Errorf("unit of %s is %s, want %s", m.Name, m.Unit, want)
				}
			}
			if len(set.Metrics) != len(c.metrics) {
				t.Errorf("metrics %v, want %v", set.Metrics, c.metrics)
			}
		})
	}
}

func TestColdStartIsCountedOnce(t *testing.T) {
	var out bytes.Buffer
	e := New(&out, Options{})
	e.Count("LeaseErrors", 3)
	e.Observe(&Request{RESTName: "p", Stage: "s", RequestID: "r-1", TraceID: "Root=1-2-3"})
	e.Observe(&Request{RESTName: "p", Stage: "s"})
	lines := read(t, out.String())
	if lines[0].members["LeaseErrors"] != 3.0 || lines[0].members["ColdStart"] != nil || lines[1].members["ColdStart"] != 1.0 || lines[2].members["ColdStart"] != nil {
		t.Errorf("%s", &out)
	}
	if lines[1].members["requestId"] != "r-1" || lines[1].members["xrayTraceId"] != "Root=1-2-3" {
		t.Errorf("%s", &out)
	}
}

// ApiName loses what is not ASCII, and falls back to the id.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"pets": "pets", "Tierheim \"Süd\"": "Tierheim \"Sd\"", "動物": "abc", "a\nb": "ab", strings.Repeat("x", 300): strings.Repeat("x", 255),
	} {
		var out bytes.Buffer
		New(&out, Options{}).Observe(&Request{RESTName: name, APIID: "abc", Stage: "s"})
		if got := read(t, out.String())[0].members["ApiName"]; got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestLinesOfManyRequestsStayWhole(t *testing.T) {
	var out bytes.Buffer
	e := New(&out, Options{})
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() { e.Observe(&Request{RESTName: "p", APIID: "abc", Stage: "s", Status: 200}) })
	}
	wait.Wait()
	if lines := read(t, out.String()); len(lines) != 50 || !slices.ContainsFunc(lines, func(l line) bool { return l.members["ColdStart"] == 1.0 }) {
		t.Errorf("%d lines", len(lines))
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestFailingWriterIsTold(t *testing.T) {
	var told error
	New(broken{}, Options{OnError: func(err error) { told = err }}).Count("x", 1)
	if told == nil {
		t.Error("nobody was told")
	}
}

func BenchmarkObserve(b *testing.B) {
	e := New(io.Discard, Options{})
	r := &Request{RESTName: "pets", APIID: "abcdefghij", Stage: "prod", Status: 200, Latency: 3 * time.Millisecond, Integrated: true, IntegrationLatency: 2 * time.Millisecond, RequestID: "0b1c2d3e-4f50-4161-8273-8495a6b7c8d9"}
	b.ReportAllocs()
	for b.Loop() {
		e.Observe(r)
	}
}
