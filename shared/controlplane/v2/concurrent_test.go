package v2_test

import (
	"fmt"
	"sync"
	"testing"
)

// Changes that run at one time are all kept, and the stage serves all of them.
func TestConcurrentChanges(t *testing.T) {
	h := newHarness(t).http().integration(`{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","integrationUri":"https://example.com"}`)
	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"$default","autoDeploy":true}`)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			if status, _, answer := h.do("POST", "/v2/apis/{api}/routes", fmt.Sprintf(`{"routeKey":"GET /r%d","target":"integrations/{integration}"}`, i)); status != 201 {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	wait.Wait()
	if got := h.served("$default").Len(); got != 20 {
		t.Errorf("%d routes are served", got)
	}
}
