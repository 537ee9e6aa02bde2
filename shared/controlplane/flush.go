package controlplane

import (
	"context"
	"fmt"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) flushes() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.FlushStageCacheOperation, s.FlushStageCache),
		wire.Bind(&apigateway.FlushStageAuthorizersCacheOperation, s.FlushStageAuthorizersCache),
	}}
}

// FlushStageCache makes everything in the cache of a stage stale. Data planes learn of it from the
// stage document, as of every other change of the stage.
func (s *Service) FlushStageCache(ctx context.Context, in *apigateway.FlushStageCacheRequest) (*wire.Empty, error) {
	return s.flush(ctx, *in.RestApiId, *in.StageName, func(d *snapshot.Stage) *int64 { return &d.CacheFlushed })
}

// FlushStageAuthorizersCache makes every kept result of the stage's authorizers stale.
func (s *Service) FlushStageAuthorizersCache(ctx context.Context, in *apigateway.FlushStageAuthorizersCacheRequest) (*wire.Empty, error) {
	return s.flush(ctx, *in.RestApiId, *in.StageName, func(d *snapshot.Stage) *int64 { return &d.AuthorizersFlushed })
}

func (s *Service) flush(ctx context.Context, apiID, stage string, mark func(*snapshot.Stage) *int64) (*wire.Empty, error) {
	return removing(ctx, s, apiID, errNoStage, func(e *edit) error {
		if _, err := e.stage(stage); err != nil {
			return err
		}
		document, err := get[snapshot.Stage](e.view, stageDocumentKey(e.id, stage))
		if err != nil {
			return err
		}
		if document == nil {
			return fmt.Errorf("stage %s of API %s has no document", stage, e.id)
		}
		// A mark that grows with each flush tells two of them in one instant apart.
		m := mark(document)
		*m = max(*m+1, e.s.cfg.Now().UnixMilli())
		data, err := snapshot.EncodeStage(*document)
		if err != nil {
			return fmt.Errorf("stage %s of API %s: %w", stage, e.id, err)
		}
		e.announceStage(stage)
		return e.putItem(store.Item{Key: stageDocumentKey(e.id, stage), Value: data})
	})
}

// keepFlushMarks gives a new document of a stage the marks of the one that it replaces.
func (v *view) keepFlushMarks(document *snapshot.Stage) error {
	old, err := get[snapshot.Stage](v, stageDocumentKey(document.APIID, document.Name))
	if err == nil && old != nil {
		document.CacheFlushed, document.AuthorizersFlushed = old.CacheFlushed, old.AuthorizersFlushed
	}
	return err
}
