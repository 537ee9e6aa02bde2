package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// versions is a backend that answers with the version of what it knows.
type versions struct{ current, calls atomic.Int64 }

func (b *versions) Do(r *http.Request, _ integration.HTTPOptions) (*http.Response, error) {
	b.calls.Add(1)
	body := strconv.FormatInt(b.current.Load(), 10)
	time.Sleep(300 * time.Millisecond)
	return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// unsteady is a source that can be unreadable or slow.
type unsteady struct {
	Source
	fails atomic.Bool
	slow  atomic.Bool
}

func (u *unsteady) Stage(ctx context.Context, apiID, stage string) (snapshot.Stage, error) {
	if u.fails.Load() {
		return snapshot.Stage{}, errors.New("the table cannot be read")
	}
	doc, err := u.Source.Stage(ctx, apiID, stage)
	if u.slow.Load() {
		time.Sleep(4 * time.Second) // with what was read before
	}
	return doc, err
}

// Under load on two environments with one store, no request that arrives 5 seconds after a flush
// was acknowledged gets what was kept before it: not either if the environment cannot read the
// stage's document for a while, or reads it slowly.
func TestFlushUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, err := embedded.Open(":memory:", embedded.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = table.Close() }()
		doc := snapshot.Stage{APIID: "abc", Name: "prod", DeploymentID: "one", AccountID: "123456789012", Cache: &snapshot.StageCache{Bytes: 1 << 29},
			MethodSettings: map[string]snapshot.MethodSetting{"*/*": {Caching: true, CacheTTLSeconds: 3600}}}
		write := func(partition, sort string, value []byte) {
			item := store.Item{Key: store.Key{Partition: partition, Sort: sort}, Value: value}
			if err := table.Transact(context.Background(), []store.Write{store.Put(item)}); err != nil {
				t.Fatal(err)
			}
		}
		flush := func() {
			doc.CacheFlushed = max(doc.CacheFlushed+1, time.Now().UnixMilli())
			value, err := snapshot.EncodeStage(doc)
			if err != nil {
				t.Fatal(err)
			}
			partition, sort := snapshot.StageKey("abc", "prod")
			write(partition, sort, value)
		}
		data, err := snapshot.Build(snapshot.API{ID: "abc", DeploymentID: "one"}, []snapshot.Method{{
			ResourceID: "r", ResourcePath: "/a/{id}", HTTPMethod: "GET", AuthorizationType: "NONE",
			Integration: snapshot.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://backend.example", TimeoutMillis: 29000, CacheKeyParameters: []string{"method.request.path.id"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		partition, sort := snapshot.DataKey("abc", "one")
		write(partition, sort, data)
		flush()

		backend := &versions{}
		var hits atomic.Int64
		var gateways []*Gateway
		var sources []*unsteady
		log := slog.New(slog.DiscardHandler)
		for range 2 {
			source := &unsteady{Source: StoreSource{Reader: table}}
			sources = append(sources, source)
			pipeline := rest.New(rest.Config{HTTP: backend, Cache: cache.New(cache.Config{Store: table, Log: log}), Observe: func(r *rest.Record) {
				if r.Cache == "hit" {
					hits.Add(1)
				}
			}})
			gateways = append(gateways, New(NewStages(source, "us-east-1", time.Now, log), nil, nil, pipeline, log))
		}

		// flushed holds when which version became the least that may be served.
		type acknowledged struct {
			at      time.Time
			version int64
		}
		var mu sync.Mutex
		var flushed []acknowledged
		least := func(at time.Time) int64 {
			mu.Lock()
			defer mu.Unlock()
			for i := len(flushed) - 1; i >= 0; i-- {
				if !at.Before(flushed[i].at.Add(5 * time.Second)) {
					return flushed[i].version
				}
			}
			return 0
		}

		const length = 2 * time.Minute
		end := time.Now().Add(length)
		var requests atomic.Int64
		var wg sync.WaitGroup
		for i := range 16 {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			wg.Go(func() {
				for time.Now().Before(end) {
					arrived := time.Now()
					r := httptest.NewRequest("GET", "http://abc.execute-api.us-east-1.amazonaws.com/prod/a/"+strconv.Itoa(random.IntN(3)), nil)
					w := httptest.NewRecorder()
					gateways[i%2].ServeHTTP(w, r)
					version, err := strconv.ParseInt(w.Body.String(), 10, 64)
					if err != nil {
						t.Errorf("status %d: %s", w.Code, w.Body)
						return
					}
					if want := least(arrived); version < want {
						t.Errorf("environment %d: a request after %s got version %d, where %d is the least", i%2, arrived.Sub(end.Add(-length)), version, want)
						return
					}
					requests.Add(1)
					time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
				}
			})
		}
		wg.Go(func() {
			random := rand.New(rand.NewPCG(99, 1))
			for time.Now().Before(end) {
				time.Sleep(time.Duration(1000+random.IntN(12000)) * time.Millisecond)
				version := backend.current.Add(1)
				flush()
				mu.Lock()
				flushed = append(flushed, acknowledged{time.Now(), version})
				mu.Unlock()
			}
		})
		wg.Go(func() {
			time.Sleep(length / 4)
			sources[1].fails.Store(true)
			time.Sleep(length / 6)
			sources[1].fails.Store(false)
			time.Sleep(length / 6)
			sources[0].slow.Store(true)
			time.Sleep(length / 6)
			sources[0].slow.Store(false)
		})
		wg.Wait()
		if h, n := hits.Load(), requests.Load(); h < n/2 {
			t.Errorf("%d of %d requests were hits: the test checks little", h, n)
		}
		time.Sleep(time.Minute) // for looks in the background
		synctest.Wait()
	})
}
