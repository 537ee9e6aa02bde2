package accesskey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/store"
)

const allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

func TestUserLife(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	key := h.alice()
	u, err := h.store.User(ctx, "ALICE")
	if err != nil || u.Name != "alice" || u.ARN() != "arn:aws:iam::123456789012:user/alice" || !strings.HasPrefix(u.ID, "AIDA") || len(u.ID) != 21 || !slices.Equal(u.Keys, []string{key.ID}) {
		t.Errorf("%+v, %v", u, err)
	}
	if len(key.ID) != 20 || len(key.Secret) != 40 || strings.Contains(string(key.Sealed), key.Secret) {
		t.Errorf("key %+v", key)
	}
	_, err = h.store.CreateUser(ctx, "Alice", "/", nil)
	refused(t, "the same name", err, "EntityAlreadyExists")
	for _, name := range []string{"", "a b", "a/b", strings.Repeat("a", 65)} {
		_, err = h.store.CreateUser(ctx, name, "/", nil)
		refused(t, "name "+name, err, "ValidationError")
	}
	for _, path := range []string{"a", "/a", "a/", "//", "/a//b/"} {
		_, err = h.store.CreateUser(ctx, "bob", path, nil)
		refused(t, "path "+path, err, "ValidationError")
	}
	_, err = h.store.CreateUser(ctx, "bob", "/", []accesskey.Tag{{Key: "aws:x"}})
	refused(t, "a tag of AWS", err, "ValidationError")

	second, err := h.store.CreateKey(ctx, "alice")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.store.CreateKey(ctx, "alice")
	refused(t, "a third key", err, "LimitExceeded")
	refused(t, "delete with keys", h.store.DeleteUser(ctx, "alice"), "DeleteConflict")
	refused(t, "status", h.store.SetKeyStatus(ctx, "alice", key.ID, "Off"), "ValidationError")
	refused(t, "somebody else's key", h.store.SetKeyStatus(ctx, "alice", "AKIAAAAAAAAAAAAAAAAA", accesskey.Inactive), "NoSuchEntity")
	if err := h.store.SetKeyStatus(ctx, "alice", second.ID, accesskey.Inactive); err != nil {
		t.Error(err)
	}
	keys, err := h.store.Keys(ctx, "alice")
	if err != nil || len(keys) != 2 || keys[0].Status != accesskey.Active || keys[1].Status != accesskey.Inactive {
		t.Errorf("%+v, %v", keys, err)
	}
	for _, k := range keys {
		if err := h.store.DeleteKey(ctx, "alice", k.ID); err != nil {
			t.Error(err)
		}
	}
	refused(t, "delete a key twice", h.store.DeleteKey(ctx, "alice", key.ID), "NoSuchEntity")

	refused(t, "no policy", h.store.PutPolicy(ctx, "alice", "p", `{"Statement":[]}`), "MalformedPolicyDocument")
	refused(t, "policy name", h.store.PutPolicy(ctx, "alice", "p p", allowAll), "ValidationError")
	refused(t, "policy of nobody", h.store.PutPolicy(ctx, "bob", "p", allowAll), "NoSuchEntity")
	long := strings.Replace(allowAll, `"Resource":"*"`, `"Resource":["`+strings.Repeat(`arn:aws:execute-api:*:*:*","`, 90)+`*"]`, 1)
	refused(t, "a long policy", h.store.PutPolicy(ctx, "alice", "p", long), "LimitExceeded")
	if err := h.store.PutPolicy(ctx, "alice", "p", allowAll+strings.Repeat(" ", 3000)); err != nil {
		t.Errorf("white space does not count: %v", err)
	}
	refused(t, "delete with policies", h.store.DeleteUser(ctx, "alice"), "DeleteConflict")
	if names, err := h.store.Policies(ctx, "alice"); err != nil || !slices.Equal(names, []string{"p"}) {
		t.Errorf("%v, %v", names, err)
	}
	refused(t, "another policy", h.store.DeletePolicy(ctx, "alice", "q"), "NoSuchEntity")
	if err := h.store.DeletePolicy(ctx, "alice", "p"); err != nil {
		t.Error(err)
	}
	if err := h.store.Tag(ctx, "alice", []accesskey.Tag{{Key: "TEAM", Value: "red"}, {Key: "a", Value: "b"}}); err != nil {
		t.Error(err)
	}
	if err := h.store.Untag(ctx, "alice", []string{"A", "none"}); err != nil {
		t.Error(err)
	}
	if u, err := h.store.User(ctx, "alice"); err != nil || !slices.Equal(u.Tags, []accesskey.Tag{{Key: "TEAM", Value: "red"}}) {
		t.Errorf("%+v, %v", u, err)
	}
	if err := h.store.DeleteUser(ctx, "alice"); err != nil {
		t.Error(err)
	}
	_, err = h.store.User(ctx, "alice")
	refused(t, "a user that is gone", err, "NoSuchEntity")
}

// No row holds a secret in a form that the store's own readers can use.
func TestSecretsAreSealed(t *testing.T) {
	h := newHarness(t)
	made := h.alice()
	for _, partition := range []string{"iamusers", "iamkeys"} {
		items, _, err := h.rows.Query(t.Context(), partition, "", store.Page{})
		if err != nil || len(items) == 0 {
			t.Fatalf("%d rows, %v", len(items), err)
		}
		for _, item := range items {
			if strings.Contains(string(item.Value), made.Secret) {
				t.Errorf("%s holds the secret", item.Key)
			}
		}
	}
}

func TestSession(t *testing.T) {
	h := newHarness(t)
	h.alice()
	for _, life := range []time.Duration{time.Minute, 37 * time.Hour} {
		_, err := h.store.CreateSession(t.Context(), "alice", life)
		refused(t, life.String(), err, "ValidationError")
	}
	made, err := h.store.CreateSession(t.Context(), "alice", time.Hour)
	if err != nil || !strings.HasPrefix(made.ID, "ASIA") || made.SessionToken == "" || !made.Expires.Equal(h.clock.now().Add(time.Hour)) {
		t.Fatalf("%+v, %v", made, err)
	}
	key, who, err := h.cache.Find(t.Context(), made.ID)
	if err != nil || key.Secret != made.Secret || key.SessionToken != made.SessionToken || !key.Expires.Equal(made.Expires) || !who.Temporary() || who.UserName() != "alice" {
		t.Errorf("%+v, %+v, %v", key, who, err)
	}
	if v, ok := who.ConditionKey("aws:multifactorauthpresent"); !ok {
		t.Errorf("%v: temporary credentials have the key", v)
	}
	if keys, err := h.store.Keys(t.Context(), "alice"); err != nil || len(keys) != 1 {
		t.Errorf("sessions are listed among the keys: %v, %v", keys, err)
	}
}
