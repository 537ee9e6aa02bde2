package accesskey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/store"
)

// Rows is the state that a Store changes; the contract is that of package store.
type Rows interface {
	Reader
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
	Transact(ctx context.Context, writes []store.Write) error
}

// StoreConfig is what a Store works with.
type StoreConfig struct {
	Rows   Rows
	Cipher *Cipher
	// Account is the one that new users are in.
	Account string
	// Changed is called after every change; nil calls nothing.
	Changed func()
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// Store changes users, their policies and access keys. Refusals are *Error. It is safe for
// concurrent use.
type Store struct{ c StoreConfig }

// NewStore returns a Store.
func NewStore(c StoreConfig) *Store {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Store{c: c}
}

// editAttempts bounds how often a change is tried against others who change the same user.
const editAttempts = 8

// User returns a user.
func (s *Store) User(ctx context.Context, name string) (*User, error) {
	u, _, err := s.read(ctx, name)
	return u, err
}

func (s *Store) read(ctx context.Context, name string) (*User, int64, error) {
	key := userKey(name)
	if key.Validate() != nil {
		return nil, 0, noUser(name)
	}
	item, err := s.c.Rows.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, noUser(name)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read user: %w", err)
	}
	u, err := decode[User](item)
	return u, item.Version, err
}

// Users returns all users, in the order of their names.
func (s *Store) Users(ctx context.Context) ([]*User, error) {
	items, _, err := s.c.Rows.Query(ctx, usersPartition, "", store.Page{})
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	users := make([]*User, len(items))
	for i, item := range items {
		if users[i], err = decode[User](item); err != nil {
			return nil, err
		}
	}
	return users, nil
}

// CreateUser adds a user, whose path is "/" if empty.
func (s *Store) CreateUser(ctx context.Context, name, path string, tags []Tag) (*User, error) {
	if path == "" {
		path = "/"
	}
	if err := errors.Join(checkUserName(name), checkPath(path)); err != nil {
		return nil, firstOf(err)
	}
	u := &User{Name: name, Path: path, Account: s.c.Account, ID: newIdentifier(userPrefix) + "A", Created: s.c.Now().UTC().Truncate(time.Second)}
	if err := u.tag(tags); err != nil {
		return nil, err
	}
	item, err := encode(userKey(name), u)
	if err != nil {
		return nil, err
	}
	err = s.c.Rows.Transact(ctx, []store.Write{store.Create(item)})
	if errors.Is(err, store.ErrConditionFailed) {
		return nil, &Error{"EntityAlreadyExists", fmt.Sprintf("User with name %s already exists.", name)}
	}
	if err != nil {
		return nil, fmt.Errorf("create user: %w", err)
	}
	s.c.Changed()
	return u, nil
}

// DeleteUser removes a user who has neither keys nor policies.
func (s *Store) DeleteUser(ctx context.Context, name string) error {
	return s.change(ctx, name, func(u *User, version int64) ([]store.Write, error) {
		switch {
		case len(u.Keys) > 0:
			return nil, &Error{"DeleteConflict", "Cannot delete entity, must delete access keys first."}
		case len(u.Policies) > 0:
			return nil, &Error{"DeleteConflict", "Cannot delete entity, must delete policies first."}
		}
		return []store.Write{store.Delete(userKey(name), store.VersionIs(version))}, nil
	})
}

// edit changes the row of a user together with the writes that fn returns, all or nothing.
func (s *Store) edit(ctx context.Context, name string, fn func(u *User) (also []store.Write, err error)) error {
	return s.change(ctx, name, func(u *User, version int64) ([]store.Write, error) {
		also, err := fn(u)
		if err != nil {
			return nil, err
		}
		item, err := encode(userKey(name), u)
		if err != nil {
			return nil, err
		}
		return append([]store.Write{store.Replace(item, version)}, also...), nil
	})
}

func (s *Store) change(ctx context.Context, name string, fn func(u *User, version int64) ([]store.Write, error)) error {
	for range editAttempts {
		u, version, err := s.read(ctx, name)
		if err != nil {
			return err
		}
		writes, err := fn(u, version)
		if err != nil {
			return err
		}
		err = s.c.Rows.Transact(ctx, writes)
		if err == nil {
			s.c.Changed()
			return nil
		}
		if !errors.Is(err, store.ErrConditionFailed) {
			return fmt.Errorf("change user: %w", err)
		}
	}
	return &Error{"ConcurrentModification", "The user is being changed by somebody else. Try again."}
}

// publicKey derives what verifies Signature Version 4a.
func publicKey(id, secret string) ([]byte, error) {
	pair, err := sigv4.DeriveKeyPair(id, secret)
	if err != nil {
		return nil, err
	}
	return pair.PublicKey.Bytes()
}
