package embedded

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/postern-gateway/postern/shared/store"
)

// largeValue is the size in bytes from which a value leaves its row. A commit
// rewrites whole pages, so a row next to a large value would drag it along
// with each of its own changes.
const largeValue = 8 << 10

// boltTx is the reader and writer of one bbolt transaction.
type boltTx struct {
	rows, large, expiry *bbolt.Bucket

	// writes counts the changes tried, so that the committer knows whether a
	// failed update left something behind.
	writes int
}

func boltRows(tx *bbolt.Tx) *boltTx {
	return &boltTx{
		rows:   tx.Bucket([]byte(bucketRows)),
		large:  tx.Bucket([]byte(bucketLarge)),
		expiry: tx.Bucket([]byte(bucketExpiry)),
	}
}

func (t *boltTx) get(key store.Key) (row, bool, error) {
	raw := t.rows.Get(encodeKey(key))
	if raw == nil {
		return row{}, false, nil
	}
	r, err := t.load(raw)
	if err != nil {
		return row{}, false, fmt.Errorf("%s: %w", key, err)
	}
	return r, true, nil
}

func (t *boltTx) load(raw []byte) (row, error) {
	r, err := decodeRow(raw)
	if err != nil {
		return row{}, err
	}
	if r.large != nil {
		if r.value = t.large.Get(r.large); r.value == nil {
			return row{}, fmt.Errorf("%w: its value is missing", errRowCorrupt)
		}
	}
	return r.row, nil
}

func (t *boltTx) scan(r scanRange, visit func(string, row) bool) error {
	partition := partitionKey(r.partition)
	prefix := append(partition, r.prefix...)
	c := t.rows.Cursor()
	raw, value := seek(c, prefix, partition, r)
	for raw != nil && bytes.HasPrefix(raw, prefix) {
		sortKey := string(raw[len(partition):])
		stored, err := t.load(value)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", r.partition, sortKey, err)
		}
		if !visit(sortKey, stored) {
			return nil
		}
		if r.descending {
			raw, value = c.Prev()
		} else {
			raw, value = c.Next()
		}
	}
	return nil
}

// seek moves the cursor to the first row of the range.
func seek(c *bbolt.Cursor, prefix, partition []byte, r scanRange) (key, value []byte) {
	switch {
	case r.descending && r.after == "":
		return before(c, successor(prefix))
	case r.descending:
		return before(c, append(bytes.Clone(partition), r.after...))
	case r.after == "":
		return c.Seek(prefix)
	}
	after := append(bytes.Clone(partition), r.after...)
	key, value = c.Seek(after)
	if bytes.Equal(key, after) {
		return c.Next()
	}
	return key, value
}

// before moves the cursor to the last row below the limit.
func before(c *bbolt.Cursor, limit []byte) (key, value []byte) {
	if key, _ := c.Seek(limit); key == nil {
		return c.Last()
	}
	return c.Prev()
}

// successor is the least key above all those with the prefix. A prefix starts
// with a length far below 0xffff, so there always is one.
func successor(prefix []byte) []byte {
	s := bytes.Clone(prefix)
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < 0xff {
			s[i]++
			return s[:i+1]
		}
	}
	return s
}

func (t *boltTx) put(key store.Key, r row) error {
	t.writes++
	k := encodeKey(key)
	if err := t.forget(k); err != nil {
		return err
	}
	stored := storedRow{row: r}
	if len(r.value) >= largeValue {
		number, err := t.large.NextSequence()
		if err != nil {
			return fmt.Errorf("number a large value: %w", err)
		}
		stored.large = binary.BigEndian.AppendUint64(nil, number)
		if err := t.large.Put(stored.large, r.value); err != nil {
			return fmt.Errorf("write a large value: %w", err)
		}
	}
	if r.expires != 0 {
		if err := t.expiry.Put(expiryKey(r.expires, k), nil); err != nil {
			return fmt.Errorf("write an expiry: %w", err)
		}
	}
	if err := t.rows.Put(k, encodeRow(stored)); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

func (t *boltTx) delete(key store.Key) error {
	t.writes++
	k := encodeKey(key)
	if err := t.forget(k); err != nil {
		return err
	}
	if err := t.rows.Delete(k); err != nil {
		return fmt.Errorf("delete a row: %w", err)
	}
	return nil
}

// forget removes what the row with this key keeps outside of itself.
func (t *boltTx) forget(k []byte) error {
	raw := t.rows.Get(k)
	if raw == nil {
		return nil
	}
	old, err := decodeRow(raw)
	if err != nil {
		return err
	}
	if old.large != nil {
		if err := t.large.Delete(old.large); err != nil {
			return fmt.Errorf("delete a large value: %w", err)
		}
	}
	if old.expires != 0 {
		if err := t.expiry.Delete(expiryKey(old.expires, k)); err != nil {
			return fmt.Errorf("delete an expiry: %w", err)
		}
	}
	return nil
}

func (t *boltTx) due(now int64, limit int) ([]store.Key, error) {
	var keys []store.Key
	c := t.expiry.Cursor()
	for raw, _ := c.First(); raw != nil && len(keys) < limit; raw, _ = c.Next() {
		if len(raw) < 8 {
			return nil, errRowCorrupt
		}
		if int64(binary.BigEndian.Uint64(raw)) > now {
			break
		}
		key, err := decodeKey(raw[8:])
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}
