package remote_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/remote"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

func rows(t *testing.T) remote.Rows {
	t.Helper()
	db, err := embedded.Open(":memory:", embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return remote.Rows{Store: db}
}

func connection(id string, tags ...string) *websocket.Connection {
	return &websocket.Connection{Ref: websocket.Ref{APIID: "api", Stage: "dev", ID: id}, ConnectedAt: time.Now().Truncate(time.Millisecond), Tags: tags,
		Identity: websocket.Identity{SourceIP: "203.0.113.9"}, Authorizer: &websocket.AuthorizerContext{PrincipalID: "user", Context: map[string]string{"k": "v"}}, Endpoint: "https://x/live"}
}

func TestRows(t *testing.T) {
	r, ctx := rows(t), t.Context()
	c := connection("a", "red", "blue", "red")
	if err := r.Put(ctx, c); err != nil {
		t.Fatal(err)
	}
	found, err := r.Find(ctx, c.Ref)
	if err != nil || found.Authorizer.Context["k"] != "v" || found.Identity.SourceIP != "203.0.113.9" || !found.ConnectedAt.Equal(c.ConnectedAt) || found.Endpoint != c.Endpoint {
		t.Errorf("found %+v, %v", found, err)
	}
	if err := r.Forget(ctx, found); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Find(ctx, c.Ref); !errors.Is(err, websocket.ErrGone) {
		t.Errorf("after it: %v", err)
	}
	if page, _, err := r.List(ctx, "api", "dev", "red", ""); err != nil || len(page) != 0 {
		t.Errorf("the tag still has %v, %v", page, err)
	}
	if err := r.Forget(ctx, c); err != nil {
		t.Errorf("forgotten twice: %v", err)
	}
}

func TestRowsExpire(t *testing.T) {
	r := rows(t)
	c := connection("old", "red")
	c.ConnectedAt = time.Now().Add(-3 * time.Hour)
	if err := r.Put(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Find(t.Context(), c.Ref); !errors.Is(err, websocket.ErrGone) {
		t.Errorf("found: %v", err)
	}
	if page, _, err := r.List(t.Context(), "api", "dev", "", ""); err != nil || len(page) != 0 {
		t.Errorf("listed: %v, %v", page, err)
	}
}

func TestRowsInPages(t *testing.T) {
	r := rows(t)
	const count = 450
	for i := range count {
		if err := r.Put(t.Context(), connection(fmt.Sprintf("c%03d", i), []string{"even", "odd"}[i%2])); err != nil {
			t.Fatal(err)
		}
	}
	for tag, want := range map[string]int{"": count, "even": count / 2, "none": 0} {
		var ids []string
		for after := ""; ; {
			page, next, err := r.List(t.Context(), "api", "dev", tag, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				ids = append(ids, c.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) != want {
			t.Errorf("tag %q has %d connections, want %d", tag, len(ids), want)
		}
	}
}

func TestManagement(t *testing.T) {
	status := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		if r.Method == http.MethodGet && status == 200 {
			_, _ = io.WriteString(w, `{"connectedAt":"2024-01-20T11:54:57.419Z","identity":{"sourceIp":"203.0.113.9","userAgent":"ua"},"lastActiveAt":"2024-01-20T11:55:00Z"}`)
		}
	}))
	defer server.Close()
	m := remote.NewManagement(credentials.NewStaticCredentialsProvider("k", "s", ""), "us-east-1")
	c := connection("a")
	c.Endpoint = server.URL + "/live"
	for code, want := range map[int]error{200: nil, 204: nil, 410: websocket.ErrGone, 413: websocket.ErrTooLarge, 429: websocket.ErrBusy, 403: websocket.ErrRefused} {
		status = code
		if err := m.Post(context.Background(), c, []byte("x")); !errors.Is(err, want) {
			t.Errorf("%d gives %v, want %v", code, err, want)
		}
	}
	status = 500
	if err := m.Delete(context.Background(), c); err == nil {
		t.Error("500 gives no error")
	}
	status = 200
	s, err := m.Get(context.Background(), c)
	if err != nil || s.SourceIP != "203.0.113.9" || s.ConnectedAt.UnixMilli() != 1705751697419 {
		t.Errorf("got %+v, %v", s, err)
	}
}
