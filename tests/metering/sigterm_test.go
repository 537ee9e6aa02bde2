package metering

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/metering/usage"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// mostTries bounds how many requests it takes until a process has reserved ahead.
const mostTries = 1000

// reserveAhead sends requests, one after the other, until the process holds reservations that it has
// not used, and returns how many it has admitted.
func (r *race) reserveAhead(request func() bool) (admitted int64) {
	r.t.Helper()
	for range mostTries {
		if !request() {
			r.t.Fatal("a request within the quota was refused")
		}
		if admitted++; r.reserved() > admitted {
			return admitted
		}
	}
	r.t.Fatalf("nothing was reserved ahead in %d requests", mostTries)
	return 0
}

// A process that is ended by SIGTERM, as Lambda does with functions that ask for it, returns what it
// has reserved and writes what it has gathered: afterwards the counters say what was admitted.
func TestTheProxyReturnsItsLeases(t *testing.T) {
	r := start(t, "")
	admitted := r.reserveAhead(func() bool {
		status, body := r.get()
		if status != 200 {
			t.Errorf("%d %s", status, body)
		}
		return status == 200
	})
	if counter, used := r.counted(); counter != admitted || used != admitted {
		t.Errorf("the counter says %d and GetUsage %d after %d requests", counter, used, admitted)
	}
	// The statistics of the usage export are there too.
	now := time.Now().UTC()
	rows, err := usage.Read(t.Context(), r.store, usage.Filter{From: now.AddDate(0, 0, -1), To: now, PlanID: r.plan, KeyID: r.key})
	if err != nil {
		t.Fatal(err)
	}
	var requests int64
	for _, row := range rows {
		requests += row.Requests
	}
	if requests != admitted {
		t.Errorf("the statistics say %d requests, want %d: %+v", requests, admitted, rows)
	}
}

// The same for the authorizer of stages that are managed in the console.
func TestTheAuthorizerReturnsItsLeases(t *testing.T) {
	r := start(t, "")
	sample, err := os.ReadFile("../../events/authorizer-request-2.0.json")
	if err != nil {
		t.Fatal(err)
	}
	event := strings.Replace(string(sample), `"accept": "application/json"`, `"accept": "application/json", "x-api-key": "`+keyValue+`"`, 1)
	admitted := r.reserveAhead(func() bool {
		res, err := r.functions.Invoke(t.Context(), runtimeapi.Invocation{Function: "authorizer", Payload: []byte(event)})
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			IsAuthorized bool              `json:"isAuthorized"`
			Context      map[string]string `json:"context"`
		}
		if err := json.Unmarshal(res.Payload, &answer); err != nil || res.FunctionError != "" || answer.Context["apiKeyId"] != r.key || answer.Context["usagePlanId"] != r.plan {
			t.Errorf("%v: %s", err, res.Payload)
		}
		return answer.IsAuthorized
	})
	if counter, used := r.counted(); counter != admitted || used != admitted {
		t.Errorf("the counter says %d and GetUsage %d after %d requests", counter, used, admitted)
	}
}
