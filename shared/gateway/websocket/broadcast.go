package websocket

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
)

// broadcastParallelism is how many messages of a broadcast are under way at once.
const broadcastParallelism = 64

// broadcast posts the body to every connection of the stage, or to those that have at least one of
// the tags in the query (tag=a&tag=b). It is an extension: API Gateway has no such call.
func (m *managed) broadcast() {
	tags := m.r.URL.Query()["tag"]
	delivered, gone, failed, err := m.p.Broadcast(m.r.Context(), m.s, tags, m.body)
	if err != nil {
		m.fail(http.StatusInternalServerError, "InternalServerException", messageInternal)
		return
	}
	answer(m.w, http.StatusOK, appendCounts(nil, delivered, gone, failed))
}

// Broadcast posts data to every connection of a stage, or to those with at least one of the tags,
// each once. Connections that are gone are forgotten. The error tells that the connections could not
// be listed to the end; the counts are then those until there.
func (p *Pipeline) Broadcast(ctx context.Context, s *Stage, tags []string, data []byte) (delivered, gone, failed int64, err error) {
	var d, g, f atomic.Int64
	work := make(chan *Connection)
	var workers sync.WaitGroup
	for range broadcastParallelism {
		workers.Go(func() {
			for c := range work {
				switch err := p.c.Transport.Post(ctx, c, data); {
				case err == nil:
					d.Add(1)
				case errors.Is(err, ErrGone):
					g.Add(1)
					_ = p.c.Connections.Forget(ctx, c) // its time to live ends it too
				default:
					f.Add(1)
				}
			}
		})
	}
	err = p.eachConnection(ctx, s, tags, func(c *Connection) { work <- c })
	close(work)
	workers.Wait()
	return d.Load(), g.Load(), f.Load(), err
}

// eachConnection calls use for every connection once.
func (p *Pipeline) eachConnection(ctx context.Context, s *Stage, tags []string, use func(*Connection)) error {
	seen := map[string]bool{}
	if len(tags) == 0 {
		tags = []string{""}
	}
	for _, tag := range tags {
		for after := ""; ; {
			page, next, err := p.c.Connections.List(ctx, s.doc.APIID, s.doc.Name, tag, after)
			if err != nil {
				return err
			}
			for _, c := range page {
				if len(tags) > 1 {
					if seen[c.ID] {
						continue
					}
					seen[c.ID] = true
				}
				use(c)
			}
			if next == "" {
				break
			}
			after = next
		}
	}
	return nil
}
