package controlplane

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// Lengths of the value of an API key in characters (control-plane operations, 2.7).
const (
	minKeyValueLength       = 20
	maxKeyValueLength       = 128
	generatedKeyValueLength = 40
)

var errKeyExists = wire.Conflict("API Key already exists")

// valueRow is what the data plane reads to recognise an API key. It lies under the SHA-256 of the
// value, so that neither a key of the table nor this row reveals a secret:
//
//	partition  "apikeyvalue#" and the digest of the value in lower-case hexadecimal digits
//	sort key   "apikey"
//	value      {"id":"k1","enabled":true,"plans":["p1","p2"]}
//
// The plans are identifiers of usage plans, at most ten; the plan of a request is the one among
// them whose row (see planRow) names the API and the stage, and one that has no row does not
// count. Every transaction that changes the row of a key writes this row too, and since a new key
// creates it under the condition that it is absent, no two keys have the same value.
type valueRow struct {
	ID      string   `json:"id"`
	Enabled bool     `json:"enabled"`
	Plans   []string `json:"plans"`
}

func valueKey(value string) store.Key {
	digest := sha256.Sum256([]byte(value))
	return store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(digest[:]), Sort: "apikey"}
}

// valueItem is the lookup row of an API key.
func (r *keyRow) valueItem() (store.Item, error) {
	plans := r.Plans
	if plans == nil {
		plans = []string{}
	}
	return encodeRow(valueKey(value(r.Key.Value)), valueRow{ID: *r.Key.Id, Enabled: value(r.Key.Enabled), Plans: plans})
}

// keyByValue returns the identifier of the API key with a value, "" if there is none.
func (s *Service) keyByValue(ctx context.Context, value string) (string, error) {
	item, err := s.cfg.Store.Get(ctx, valueKey(value))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for the value of an API key: %w", err)
	}
	row, err := decodeRow[valueRow](item)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func checkKeyValue(value string) error {
	switch n := utf8.RuneCountInString(value); {
	case n < minKeyValueLength:
		return wire.BadRequest("API Key value should be at least %d characters", minKeyValueLength)
	case n > maxKeyValueLength:
		return wire.BadRequest("API Key value exceeds maximum size of %d characters", maxKeyValueLength)
	}
	return nil
}

const keyValueAlphabet = idAlphabet + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// newKeyValue makes a secret: 40 letters and digits, some 238 bits.
func newKeyValue() string {
	value := make([]byte, 0, generatedKeyValueLength)
	for len(value) < generatedKeyValueLength {
		var buf [64]byte
		// Read never fails (crypto/rand).
		_, _ = rand.Read(buf[:])
		for _, b := range buf {
			// 248 is the largest multiple of 62 in a byte: beyond it letters would not be
			// equally likely.
			if b < 248 && len(value) < generatedKeyValueLength {
				value = append(value, keyValueAlphabet[b%62])
			}
		}
	}
	return string(value)
}
