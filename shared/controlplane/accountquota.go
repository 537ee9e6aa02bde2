package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/wire"
)

// createWithin stores a new row under a free identifier, unless the account has as many rows as it
// may have; what names them in the refusal. make is called with the identifier. The rows are
// counted under a lock of this process: several processes may together exceed the quota by the
// rows that they create at the same moment.
func (t accountTable[T]) createWithin(ctx context.Context, s *Service, quota int, what string, idLength int, make func(id string) (*T, error)) (string, error) {
	release, err := s.locks.acquire(ctx, t.partition)
	if err != nil {
		return "", err
	}
	defer release()
	rows, err := t.all(ctx, s, "")
	if err != nil {
		return "", err
	}
	if len(rows) >= quota {
		return "", errQuota(what)
	}
	id, err := t.freeID(ctx, s, idLength)
	if err != nil {
		return "", err
	}
	row, err := make(id)
	if err != nil {
		return "", err
	}
	return id, t.create(ctx, s, id, row, errConcurrent)
}

// errQuota is the answer when the account has as many of something as it may have.
func errQuota(what string) *wire.Error {
	return wire.LimitExceeded("Maximum number of %s for this account has been reached. Please contact AWS if you need additional %[1]s", what)
}
