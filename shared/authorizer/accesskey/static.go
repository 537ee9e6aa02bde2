package accesskey

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// Static is one access key that comes from the configuration and not from the store: that of the
// account's root.
type Static struct {
	id        string
	key       sigv4.Key
	principal *Principal
}

// NewStatic returns the key pair of an account's root.
func NewStatic(accessKeyID, secret, account string) (*Static, error) {
	pair, err := sigv4.DeriveKeyPair(accessKeyID, secret)
	if err != nil {
		return nil, fmt.Errorf("access key %s: %w", accessKeyID, err)
	}
	return &Static{id: accessKeyID, key: sigv4.Key{Secret: secret, Public: &pair.PublicKey}, principal: NewRoot(accessKeyID, account)}, nil
}

// Principal is the account's root.
func (s *Static) Principal() *Principal { return s.principal }

// Find implements sigv4.Keys.
func (s *Static) Find(_ context.Context, accessKeyID string) (*sigv4.Key, *Principal, error) {
	if accessKeyID != s.id {
		return nil, nil, sigv4.ErrUnknownKey
	}
	return &s.key, s.principal, nil
}

// Layered asks one after the other.
type Layered []sigv4.Keys[*Principal]

// Find implements sigv4.Keys.
func (l Layered) Find(ctx context.Context, accessKeyID string) (*sigv4.Key, *Principal, error) {
	for _, keys := range l {
		k, p, err := keys.Find(ctx, accessKeyID)
		if err == nil || !errors.Is(err, sigv4.ErrUnknownKey) {
			return k, p, err
		}
	}
	return nil, nil, sigv4.ErrUnknownKey
}
