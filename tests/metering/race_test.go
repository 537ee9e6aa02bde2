package metering

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const (
	processes = 20
	killed    = 7 // a third of them
	quota     = 10_000
	table     = "postern"
	keyValue  = "0123456789012345678901234567890123456789"
	// mostReserved is how much of a quota one process can hold: a hundredth of what is left.
	mostReserved = quota / 100
)

// race is one quota and the processes that race for it.
type race struct {
	t         *testing.T
	store     *dynamodb.Store
	control   http.Handler
	functions *runtimeapi.Server
	api, plan string
	key       string
	log       bytes.Buffer
	logMu     sync.Mutex
}

func (r *race) Write(b []byte) (int, error) {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.Write(b)
}

// call is one call of the control plane.
func (r *race) call(status int, method, path, body string) map[string]any {
	r.t.Helper()
	w := httptest.NewRecorder()
	req := httptest.NewRequest(method, path, bytes.NewReader([]byte(body)))
	req.Header.Set("Content-Type", "application/json")
	r.control.ServeHTTP(w, req)
	if w.Code != status {
		r.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			r.t.Fatal(err)
		}
	}
	return out
}

// start defines an API whose method needs a key, with a daily quota, and makes the processes ready.
func start(t *testing.T, tags string) *race {
	address := dynamodblocal.Start(t)
	client := dynamodblocal.Client(address)
	if err := dynamodb.CreateTable(t.Context(), client, table); err != nil {
		t.Fatal(err)
	}
	r := &race{t: t, store: dynamodb.New(client, table, dynamodb.Options{})}
	service := controlplane.New(controlplane.Config{Store: r.store, Account: "123456789012", Region: "us-east-1", Warn: func(string) {}})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service}, service.Endpoints()...)
	if err != nil {
		t.Fatal(err)
	}
	r.control = mux
	r.api = r.call(201, "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"race","version":"1"},
		"components":{"securitySchemes":{"api_key":{"type":"apiKey","name":"x-api-key","in":"header"}}},
		"paths":{"/m":{"get":{"security":[{"api_key":[]}],"responses":{"200":{"description":"ok"}},
		"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},"responses":{"default":{"statusCode":"200"}}}}}}}`)["id"].(string)
	r.call(201, "POST", "/restapis/"+r.api+"/deployments", `{"stageName":"prod"}`)
	r.key = r.call(201, "POST", "/apikeys", `{"name":"k","enabled":true,"value":"`+keyValue+`"}`)["id"].(string)
	r.plan = r.call(201, "POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"`+r.api+`","stage":"prod"}],
		"quota":{"limit":`+strconv.Itoa(quota)+`,"period":"MONTH"},"tags":{`+tags+`}}`)["id"].(string)
	r.call(201, "POST", "/usageplans/"+r.plan+"/keys", `{"keyId":"`+r.key+`","keyType":"API_KEY"}`)

	environment := map[string]string{
		"POSTERN_TABLE": table, "AWS_ENDPOINT_URL_DYNAMODB": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		// A reservation whose answer comes late counts as used, so that a slow machine would show
		// fewer admissions than the quota has.
		"POSTERN_METERING_TIMEOUT": "30s",
	}
	authorizer := maps.Clone(environment)
	maps.Copy(authorizer, map[string]string{"POSTERN_API_KEY_REQUIRED": "true", "POSTERN_API": r.api, "POSTERN_STAGE": "prod"})
	r.functions, err = runtimeapi.New(runtimeapi.Config{Log: r, Environ: os.Environ()}, runtimeapi.Function{
		Name: "proxy", Command: []string{filepath.Join(bin, "proxy")}, Timeout: time.Minute, Concurrency: processes + killed, Environment: environment,
	}, runtimeapi.Function{
		Name: "authorizer", Command: []string{filepath.Join(bin, "authorizer")}, Timeout: time.Minute, Concurrency: 1, Environment: authorizer,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = r.functions.Close(context.Background())
		if t.Failed() {
			t.Logf("the processes said:\n%.4000s", r.log.String())
		}
	})
	return r
}

// get sends one request and returns its status, 0 for one whose process died.
func (r *race) get() (int, string) {
	path := "/_aws/execute-api/" + r.api + "/prod/m"
	event, err := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
		"headers": map[string]string{"host": "abc.lambda-url.us-east-1.on.aws", "x-api-key": keyValue},
		"requestContext": map[string]any{
			"accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws", "domainPrefix": "abc",
			"http":      map[string]string{"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
			"requestId": "id", "routeKey": "$default", "stage": "$default", "timeEpoch": time.Now().UnixMilli(),
		},
	})
	if err != nil {
		r.t.Error(err)
		return 0, ""
	}
	s, err := r.functions.InvokeStream(r.t.Context(), runtimeapi.Invocation{Function: "proxy", Payload: event})
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = s.Body.Close() }()
	body, err := io.ReadAll(s.Body)
	if err != nil || s.Prelude == nil {
		return 0, fmt.Sprint(err, string(body))
	}
	return s.Prelude.StatusCode, string(body)
}

// run lets as many clients as there are processes send requests, until each has been refused some
// times, and returns how many were admitted and how many lost their process. halfway is called once.
func (r *race) run(halfway func()) (admitted, died int64) {
	var ok, lost atomic.Int64
	var once sync.Once
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			for refused := 0; refused < 3 && r.t.Context().Err() == nil; {
				switch status, body := r.get(); status {
				case 200:
					if ok.Add(1) >= quota/2 && halfway != nil {
						once.Do(halfway)
					}
				case 429:
					refused++
					if body != `{"message":"Limit Exceeded"}` {
						r.t.Errorf("refused with %s", body)
					}
				case 0:
					if lost.Add(1) > 10*killed {
						r.t.Errorf("requests keep failing: %s", body)
						return
					}
				default:
					r.t.Errorf("%d %s", status, body)
					return
				}
			}
		})
	}
	wg.Wait()
	return ok.Load(), lost.Load()
}

// counted ends the processes as Lambda does, with SIGTERM, and returns what the quota's counter then
// says, and what GetUsage does.
func (r *race) counted() (counter, used int64) {
	r.t.Helper()
	if err := r.functions.Close(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	now := time.Now().UTC()
	from := now.AddDate(0, 0, -1).Format(time.DateOnly) // the test may have begun yesterday
	usage := r.call(200, "GET", "/usageplans/"+r.plan+"/usage?startDate="+from+"&endDate="+now.Format(time.DateOnly), "")
	for _, day := range usage["values"].(map[string]any)[r.key].([]any) {
		used += int64(day.([]any)[0].(float64))
	}
	return r.reserved(), used
}

// reserved is what the quota's counter says.
func (r *race) reserved() int64 {
	r.t.Helper()
	items, _, err := r.store.Query(r.t.Context(), "counter#usage#"+r.plan+"#"+r.key, "period#MONTH#"+time.Now().UTC().Format("2006-01")+"-01", store.Page{})
	if err != nil || len(items) != 1 {
		r.t.Fatal(items, err)
	}
	return items[0].Count
}

// pids are those of the processes under test, which alone run this executable.
func pids(t *testing.T) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip("processes are found by /proc, which this system does not have")
	}
	var found []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if exe, err := os.Readlink(filepath.Join("/proc", e.Name(), "exe")); err == nil && exe == filepath.Join(bin, "proxy") {
			found = append(found, pid)
		}
	}
	return found
}

func TestAnExactQuotaIsExact(t *testing.T) {
	r := start(t, `"postern:quota":"exact"`)
	admitted, died := r.run(nil)
	if died > 0 {
		t.Errorf("%d requests failed", died)
	}
	if admitted != quota {
		t.Errorf("%d admitted, want exactly %d", admitted, quota)
	}
	if counter, used := r.counted(); counter != quota || used != quota {
		t.Errorf("the counter says %d and GetUsage %d, want %d", counter, used, quota)
	}
}

func TestAQuotaHoldsWhenProcessesAreKilled(t *testing.T) {
	r := start(t, "")
	victims := 0
	admitted, died := r.run(func() {
		for _, pid := range pids(t) {
			if victims == killed {
				break
			}
			if err := syscall.Kill(pid, syscall.SIGKILL); err == nil {
				victims++
			}
		}
	})
	if victims != killed {
		t.Fatalf("%d processes were killed, want %d", victims, killed)
	}
	counter, used := r.counted()
	t.Logf("%d admitted, %d requests lost their process, the counter says %d, GetUsage %d", admitted, died, counter, used)
	// Of a request that lost its process nobody knows whether it was admitted.
	if admitted > quota || counter > quota {
		t.Errorf("%d admitted, the counter says %d; the quota is %d", admitted, counter, quota)
	}
	if counter < admitted {
		t.Errorf("%d admitted, but the counter says %d", admitted, counter)
	}
	if most := admitted + died + killed*mostReserved; counter > most {
		t.Errorf("the counter says %d, but with %d admitted and %d killed it is at most %d", counter, admitted, killed, most)
	}
}
