package accesskey_test

import (
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/sigv4"
)

func TestCacheReadsSeldom(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	h.rows.reads = 0
	for range 10 {
		if key, who, err := h.cache.Find(t.Context(), made.ID); err != nil || key.Secret != made.Secret || key.Public == nil || who.Caller.UserARN != "arn:aws:iam::123456789012:user/alice" || who.Caller.AccessKey != made.ID {
			t.Fatalf("%+v, %v", who, err)
		}
	}
	if n := h.rows.counted(); n != 2 {
		t.Errorf("%d reads for ten requests, want the key and its user", n)
	}
	before, _, _ := h.cache.Find(t.Context(), made.ID)
	h.clock.advance(6 * time.Second)
	after, _, err := h.cache.Find(t.Context(), made.ID)
	if err != nil || before != after {
		t.Errorf("an unchanged key is compiled again: %v", err)
	}
}

// A key that was taken away works for at most five seconds, and not at all where the cache is told.
func TestCacheForgets(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	find := func() error { _, _, err := h.cache.Find(t.Context(), made.ID); return err }
	if err := find(); err != nil {
		t.Fatal(err)
	}
	if err := h.store.SetKeyStatus(t.Context(), "alice", made.ID, accesskey.Inactive); err != nil {
		t.Fatal(err)
	}
	if err := find(); err != nil {
		t.Errorf("a fresh entry is used: %v", err)
	}
	h.clock.advance(5 * time.Second)
	if err := find(); !errors.Is(err, sigv4.ErrUnknownKey) {
		t.Errorf("after five seconds: %v", err)
	}
	if err := h.store.SetKeyStatus(t.Context(), "alice", made.ID, accesskey.Active); err != nil {
		t.Fatal(err)
	}
	if err := find(); !errors.Is(err, sigv4.ErrUnknownKey) {
		t.Errorf("that there is no key is remembered: %v", err)
	}
	h.cache.Forget()
	if err := find(); err != nil {
		t.Errorf("once forgotten: %v", err)
	}
}

func TestCacheWithoutStore(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	if _, _, err := h.cache.Find(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the table is gone")
	h.rows.fail(broken)
	h.clock.advance(30 * time.Second)
	if _, _, err := h.cache.Find(t.Context(), made.ID); err != nil {
		t.Errorf("for a minute the last known state serves: %v", err)
	}
	h.clock.advance(31 * time.Second)
	if _, _, err := h.cache.Find(t.Context(), made.ID); !errors.Is(err, broken) {
		t.Errorf("after that: %v", err)
	}
	reads := h.rows.counted()
	for _, id := range []string{"", "test", "AKIA", "akiaAAAAAAAAAAAAAAAA", "AKIA0000000000000000", "AKIAAAAAAAAAAAAAAAAAA", "../../x"} {
		if _, _, err := h.cache.Find(t.Context(), id); !errors.Is(err, sigv4.ErrUnknownKey) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if h.rows.counted() != reads {
		t.Error("identifiers that this store cannot have made are read")
	}
}

func TestCacheReadsOnceForAll(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		h.rows.reads, h.rows.gate = 0, gate
		var ended sync.WaitGroup
		for range 20 {
			ended.Go(func() {
				if _, _, err := h.cache.Find(t.Context(), made.ID); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if n := h.rows.counted(); n != 1 {
			t.Errorf("%d reads for twenty requests at once", n)
		}
		close(gate)
		ended.Wait()
		h.rows.gate = nil
	})
}

// Signature Version 4a needs the public key only.
func TestCacheWithoutCipher(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	cache := accesskey.NewCache(accesskey.CacheConfig{Store: h.rows, Now: h.clock.now, Log: slog.New(slog.DiscardHandler)})
	key, _, err := cache.Find(t.Context(), made.ID)
	if err != nil || key.Secret != "" || key.Public == nil {
		t.Errorf("%+v, %v", key, err)
	}
	pair, err := sigv4.DeriveKeyPair(made.ID, made.Secret)
	if err != nil || !pair.PublicKey.Equal(key.Public) {
		t.Errorf("another public key, %v", err)
	}
	other := accesskey.NewCache(accesskey.CacheConfig{Store: h.rows, Cipher: master(2), Now: h.clock.now, Log: slog.New(slog.DiscardHandler)})
	if _, _, err := other.Find(t.Context(), made.ID); err == nil || errors.Is(err, sigv4.ErrUnknownKey) {
		t.Errorf("with another master key: %v, want a failure", err)
	}
}

// A user of the same name who came later does not inherit sessions.
func TestANewUserOfTheSameName(t *testing.T) {
	h := newHarness(t)
	key := h.alice()
	session, err := h.store.CreateSession(t.Context(), "alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{h.store.DeleteKey(t.Context(), "alice", key.ID), h.store.DeleteUser(t.Context(), "alice")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := h.cache.Find(t.Context(), session.ID); !errors.Is(err, sigv4.ErrUnknownKey) {
		t.Errorf("the session of a user who is gone: %v", err)
	}
	h.alice()
	h.cache.Forget()
	if _, _, err := h.cache.Find(t.Context(), session.ID); !errors.Is(err, sigv4.ErrUnknownKey) {
		t.Errorf("the session of another alice: %v", err)
	}
}

func TestPrincipals(t *testing.T) {
	request := policy.Request{Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:us-east-1:123456789012:a/b/GET/"}
	statement := func(effect string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Action":"execute-api:Invoke","Resource":"*"}}`
	}
	for _, c := range []struct {
		policies map[string]string
		effect   policy.Effect
		name     string
	}{
		{nil, policy.ImplicitDeny, ""},
		{map[string]string{"a": statement("Allow")}, policy.Allow, "a"},
		{map[string]string{"a": statement("Allow"), "b": statement("Deny")}, policy.ExplicitDeny, "b"},
		{map[string]string{"a": statement("Deny"), "b": statement("Allow")}, policy.ExplicitDeny, "a"},
		{map[string]string{"a": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`, "b": statement("Allow")}, policy.Allow, "b"},
	} {
		p, err := accesskey.NewUser(&accesskey.User{Name: "u", Path: "/", Policies: c.policies}, &accesskey.Key{})
		if err != nil {
			t.Fatal(err)
		}
		if d, name := p.Evaluate(&request); d.Effect != c.effect || name != c.name {
			t.Errorf("%v: %s by %q, want %s by %q", c.policies, d.Effect, name, c.effect, c.name)
		}
	}
	if _, err := accesskey.NewUser(&accesskey.User{Policies: map[string]string{"a": "{"}}, &accesskey.Key{}); err == nil {
		t.Error("a policy that cannot be read is left out")
	}
	root := accesskey.NewRoot("test", "123456789012")
	if d, _ := root.Evaluate(&request); d.Effect != policy.Allow || d.Sid != "AccountRoot" {
		t.Errorf("root: %+v", d)
	}
}
