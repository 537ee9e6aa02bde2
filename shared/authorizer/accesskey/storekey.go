package accesskey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// maxKeys is how many long-term keys a user can have (IAM quotas).
const maxKeys = 2

// Life of temporary credentials (STS API reference, GetSessionToken).
const (
	MinSession     = 15 * time.Minute
	MaxSession     = 36 * time.Hour
	DefaultSession = 12 * time.Hour
)

// expiredFor is how long expired credentials are still told from unknown ones.
const expiredFor = 24 * time.Hour

// Secret is an access key as its user gets it, once.
type Secret struct {
	Key
	Secret string
}

// CreateKey gives a user a new long-term access key.
func (s *Store) CreateKey(ctx context.Context, user string) (*Secret, error) {
	var made *Secret
	err := s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		if len(u.Keys) >= maxKeys {
			return nil, &Error{"LimitExceeded", fmt.Sprintf("Cannot exceed quota for AccessKeysPerUser: %d", maxKeys)}
		}
		var write store.Write
		var err error
		if made, write, err = s.newKey(ctx, u, Key{ID: newIdentifier(longTermPrefix)}); err != nil {
			return nil, err
		}
		u.Keys = append(u.Keys, made.ID)
		return []store.Write{write}, nil
	})
	return made, err
}

// CreateSession makes temporary credentials of a user.
func (s *Store) CreateSession(ctx context.Context, user string, life time.Duration) (*Secret, error) {
	if life < MinSession || life > MaxSession {
		return nil, invalid("DurationSeconds must be between %d and %d", int(MinSession.Seconds()), int(MaxSession.Seconds()))
	}
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	made, write, err := s.newKey(ctx, u, Key{
		ID: newIdentifier(temporaryPrefix), SessionToken: newToken(), Expires: s.c.Now().Add(life).UTC().Truncate(time.Second),
	})
	if err != nil {
		return nil, err
	}
	write.Item.Expires = made.Expires.Add(expiredFor)
	if err := s.c.Rows.Transact(ctx, []store.Write{write}); err != nil {
		return nil, fmt.Errorf("create session: %w", err)
	}
	s.c.Changed()
	return made, nil
}

func (s *Store) newKey(ctx context.Context, u *User, k Key) (*Secret, store.Write, error) {
	made := &Secret{Key: k, Secret: newSecret()}
	made.User, made.UserID, made.Status, made.Created = u.Name, u.ID, Active, s.c.Now().UTC().Truncate(time.Second)
	var err error
	if made.Public, err = publicKey(made.ID, made.Secret); err != nil {
		return nil, store.Write{}, err
	}
	if made.Sealed, err = s.c.Cipher.seal(ctx, made.ID, made.Secret); err != nil {
		return nil, store.Write{}, fmt.Errorf("seal secret: %w", err)
	}
	item, err := encode(keyKey(made.ID), &made.Key)
	return made, store.Create(item), err
}

// Keys returns the long-term keys of a user, the oldest first.
func (s *Store) Keys(ctx context.Context, user string) ([]*Key, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	keys := make([]*Key, 0, len(u.Keys))
	for _, id := range u.Keys {
		k, _, err := s.key(ctx, id)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// Key returns an access key.
func (s *Store) Key(ctx context.Context, id string) (*Key, error) {
	k, _, err := s.key(ctx, id)
	return k, err
}

func (s *Store) key(ctx context.Context, id string) (*Key, int64, error) {
	if !plausible(id) {
		return nil, 0, noKey(id)
	}
	item, err := s.c.Rows.Get(ctx, keyKey(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, noKey(id)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read access key: %w", err)
	}
	k, err := decode[Key](item)
	return k, item.Version, err
}

// SetKeyStatus makes a key of a user active or inactive.
func (s *Store) SetKeyStatus(ctx context.Context, user, id string, status Status) error {
	if status != Active && status != Inactive {
		return invalid("1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", status)
	}
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		if !slices.Contains(u.Keys, id) {
			return nil, noKey(id)
		}
		k, version, err := s.key(ctx, id)
		if err != nil {
			return nil, err
		}
		k.Status = status
		item, err := encode(keyKey(id), k)
		return []store.Write{store.Replace(item, version)}, err
	})
}

// DeleteKey removes a key of a user.
func (s *Store) DeleteKey(ctx context.Context, user, id string) error {
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		i := slices.Index(u.Keys, id)
		if i < 0 {
			return nil, noKey(id)
		}
		u.Keys = slices.Delete(u.Keys, i, i+1)
		return []store.Write{store.Delete(keyKey(id), store.Any)}, nil
	})
}
