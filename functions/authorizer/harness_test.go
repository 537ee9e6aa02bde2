package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/metered"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey { k, _ := rsa.GenerateKey(rand.Reader, 2048); return k })

// newIssuer serves the keys of an issuer and of a user pool with that key.
func newIssuer(t testing.TB) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			_, _ = fmt.Fprintf(w, `{"issuer":"http://%s","jwks_uri":"http://%[1]s/jwks.json"}`, r.Host)
			return
		}
		_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"RSA","kid":"k","e":"AQAB","n":%q}]}`, base64.RawURLEncoding.EncodeToString(testKey().N.Bytes()))
	}))
	t.Cleanup(s.Close)
	return s
}

// sign makes a token of claims, good for an hour.
func sign(issuer, claims string) string {
	b := base64.RawURLEncoding
	payload := fmt.Sprintf(`{"iss":%q,"exp":%d,%s}`, issuer, time.Now().Add(time.Hour).Unix(), claims)
	signed := b.EncodeToString([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + b.EncodeToString([]byte(payload))
	sum := sha256.Sum256([]byte(signed))
	s, _ := rsa.SignPKCS1v15(nil, testKey(), crypto.SHA256, sum[:])
	return signed + "." + b.EncodeToString(s)
}

// table is a store in memory that counts its reads and can fail.
type table struct {
	*embedded.Store
	t     testing.TB
	mu    sync.Mutex
	reads int
	err   error
}

func newTable(t testing.TB) *table {
	t.Helper()
	s, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &table{Store: s, t: t}
}

func (s *table) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *table) readCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (s *table) asked() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.err
}

func (s *table) Get(ctx context.Context, k store.Key) (store.Item, error) {
	if err := s.asked(); err != nil {
		return store.Item{}, err
	}
	return s.Store.Get(ctx, k)
}

func (s *table) Add(ctx context.Context, k store.Key, delta int64, b store.Bounds) (int64, error) {
	s.mu.Lock()
	err := s.err
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return s.Store.Add(ctx, k, delta, b)
}

func (s *table) put(k store.Key, value string) {
	s.t.Helper()
	if err := s.Transact(s.t.Context(), []store.Write{store.Put(store.Item{Key: k, Value: []byte(value)})}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *table) putKey(value, row string) {
	s.t.Helper()
	sum := sha256.Sum256([]byte(value))
	s.put(store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(sum[:]), Sort: "apikey"}, row)
}

func (s *table) putPlan(id, row string) {
	s.t.Helper()
	s.put(store.Key{Partition: "usageplans", Sort: id}, row)
}

func (s *table) deploy(t testing.TB, api snapshot.API, methods ...snapshot.Method) {
	t.Helper()
	api.DeploymentID = "d1"
	data, err := snapshot.Build(api, methods)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := snapshot.EncodeStage(snapshot.Stage{APIID: api.ID, Name: "prod", DeploymentID: "d1", AccountID: "123456789012"})
	if err != nil {
		t.Fatal(err)
	}
	p, k := snapshot.StageKey(api.ID, "prod")
	s.put(store.Key{Partition: p, Sort: k}, string(doc))
	p, k = snapshot.DataKey(api.ID, "d1")
	s.put(store.Key{Partition: p, Sort: k}, string(data))
}

// newAuthorizer wires the function with settings as in the environment, over a table in memory.
func newAuthorizer(t testing.TB, db *table, env map[string]string) *authorizer {
	t.Helper()
	env["POSTERN_ALLOW_LOOPBACK"] = "true"
	if db != nil {
		env["POSTERN_TABLE"] = "table"
	}
	s, err := readSettings(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	s.table = "" // it is put in below
	a, _, err := wire(t.Context(), s, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if db != nil {
		a.limits = metered.New(metered.Config{Store: db, Log: a.log})
		a.definitions = newDefinitions(gateway.NewStages(gateway.StoreSource{Reader: db}, "us-east-1", time.Now, a.log), a.pools)
	}
	return a
}

// sample returns a file of events/ with the token in its place, changed by pairs of old and new.
func sample(t testing.TB, name, token string, pairs ...string) json.RawMessage {
	t.Helper()
	b, err := os.ReadFile("../../events/authorizer-" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(strings.NewReplacer(append(pairs, "{{token}}", token)...).Replace(string(b)))
}

// outcome is an answer in a few words: "allow ARN", "deny ARN", "true", "false", "401" or the
// error.
func outcome(t testing.TB, a *authorizer, event json.RawMessage) string {
	t.Helper()
	got, err := a.invoke(t.Context(), event)
	switch v := got.(type) {
	case nil:
		if err == errUnauthorized {
			return "401"
		}
		return "error: " + err.Error()
	case *simpleAnswer:
		return fmt.Sprint(v.IsAuthorized)
	case *policyAnswer:
		s := v.PolicyDocument.Statement[0]
		if s.Action != "execute-api:Invoke" || v.PolicyDocument.Version != "2012-10-17" {
			t.Errorf("policy %+v", v.PolicyDocument)
		}
		return strings.ToLower(s.Effect) + " " + strings.TrimPrefix(s.Resource, "arn:aws:execute-api:us-east-1:123456789012:")
	}
	t.Fatalf("%T", got)
	return ""
}

var _ userPools = (*jwt.Keyring)(nil)
