package jwt

import (
	"errors"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// keySet is a JSON Web Key Set (RFC 7517, 5). It never changes.
type keySet struct {
	byID map[string][]*key
	all  []*key
}

// parseKeySet reads the keys that can be used and passes over all others, as the standard asks:
// an issuer may add a kind of key that is not known here. Keys that old has too are taken from there,
// so that what refers to them stays good.
func parseKeySet(b []byte, old *keySet) (*keySet, error) {
	o, err := parseObject(b)
	if err != nil {
		return nil, fmt.Errorf("the key set %w", err)
	}
	list := o.get("keys")
	if jsontext.Kind(list) != '[' {
		return nil, errors.New("the key set has no list of keys")
	}
	set := &keySet{byID: map[string][]*key{}}
	skipped := errors.New("it is empty")
	for raw := range jsontext.Elements(list) {
		k := old.find(string(raw))
		if k == nil {
			if k, err = parseKey(raw); err != nil {
				skipped = err
				continue
			}
		}
		set.all = append(set.all, k)
		set.byID[k.id] = append(set.byID[k.id], k)
	}
	if len(set.all) == 0 {
		return nil, fmt.Errorf("the key set has no usable key: %w", skipped)
	}
	return set, nil
}

func (s *keySet) find(raw string) *key {
	if s == nil {
		return nil
	}
	for _, k := range s.all {
		if k.raw == raw {
			return k
		}
	}
	return nil
}

func (s *keySet) has(k *key) bool { return slices.Contains(s.byID[k.id], k) }

// candidates are the keys that may have signed a token: those with its kid, or without one all
// keys that fit, since there can be only one then.
func (s *keySet) candidates(h header) []*key {
	if h.keyID != "" {
		return fitting(s.byID[h.keyID], h.algorithm)
	}
	if all := fitting(s.all, h.algorithm); len(all) == 1 {
		return all
	}
	return nil
}

// maxSameID bounds the keys of one identifier that are tried.
const maxSameID = 4

func fitting(keys []*key, a Algorithm) []*key {
	if len(keys) == 1 && keys[0].fits(a) {
		return keys
	}
	var out []*key
	for _, k := range keys {
		if k.fits(a) && len(out) < maxSameID {
			out = append(out, k)
		}
	}
	return out
}
