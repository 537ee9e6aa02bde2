package change_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/change"
)

func TestReport(t *testing.T) {
	change.Report(context.Background(), "restapis/none", 0, 1) // nobody listens
	if r := change.FromContext(context.Background()); r.Revisions() != nil {
		t.Errorf("a context without recorder has %v", r.Revisions())
	}
	ctx, r := change.NewContext(context.Background())
	change.Report(ctx, "restapis/a", 0, 1)
	inner, cancel := context.WithCancel(ctx)
	cancel()
	change.Report(inner, "restapis/a", 1, 2)
	want := []change.Revision{{Resource: "restapis/a", After: 1}, {Resource: "restapis/a", Before: 1, After: 2}}
	if diff := cmp.Diff(want, r.Revisions()); diff != "" || change.FromContext(inner) != r {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}
