package wire_test

import (
	"testing"

	"github.com/postern-gateway/postern/shared/wire"
)

// TestConstructorsFollowTheModels compares the constructors' codes and statuses with the error shapes of the models.
func TestConstructorsFollowTheModels(t *testing.T) {
	declared := map[string]int{}
	for _, s := range suites() {
		for name, shape := range readModel(t, s.service.Name).Shapes {
			if shape.Exception {
				declared[name] = shape.Error.HTTPStatusCode
			}
		}
	}
	for _, constructor := range []func(string, ...any) *wire.Error{wire.BadRequest, wire.Unauthorized, wire.Forbidden,
		wire.AccessDenied, wire.NotFound, wire.Conflict, wire.Gone, wire.PayloadTooLarge, wire.LimitExceeded,
		wire.TooManyRequests, wire.ServiceUnavailable} {
		e := constructor("id %s", "x")
		if declared[e.Code] != e.Status || e.Message != "id x" || e.Error() != e.Code+": id x" {
			t.Errorf("%#v; the models declare %s with status %d", e, e.Code, declared[e.Code])
		}
		delete(declared, e.Code)
		if e := constructor("100%"); e.Message != "100%" {
			t.Errorf("a text without arguments became %q", e.Message)
		}
	}
	if len(declared) > 0 {
		t.Errorf("no constructors for %v", declared)
	}
}
