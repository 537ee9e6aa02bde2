package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// FileName is the store's file in its folder.
const FileName = "postern.db"

// ErrLocked says that another process has the store's file open.
var ErrLocked = errors.New("the embedded store is in use by another process")

// fileFormat is the version of the buckets below and of their keys. Rows carry
// a format of their own.
const fileFormat = "1"

// The buckets of the file: rows by key; values too large to share a page with
// other rows, by number; rows that expire, by time; facts about the file.
const (
	bucketRows   = "rows"
	bucketLarge  = "large"
	bucketExpiry = "expiry"
	bucketFile   = "file"
)

const keyFormat = "format"

// lockWait is how long Open waits for the file: long enough for a process
// that is just ending, short enough for a person to see the error.
const lockWait = time.Second

// boltEngine keeps the rows in one bbolt file.
type boltEngine struct {
	db        *bbolt.DB
	committer *committer
}

func openBolt(folder string) (*boltEngine, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("create the folder: %w", err)
	}
	path := filepath.Join(folder, FileName)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:      lockWait,
		FreelistType: bbolt.FreelistMapType,
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%s: %w: end that process, or choose another data folder", path, ErrLocked)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := errors.Join(prepareFile(db), syncFolder(folder)); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return &boltEngine{db: db, committer: startCommitter(db)}, nil
}

// prepareFile makes the buckets of a new file and refuses one whose format
// this version does not know.
func prepareFile(db *bbolt.DB) error {
	var format string
	err := db.View(func(tx *bbolt.Tx) error {
		if facts := tx.Bucket([]byte(bucketFile)); facts != nil {
			format = string(facts.Get([]byte(keyFormat)))
		} else if first, _ := tx.Cursor().First(); first != nil {
			format = "unknown"
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the file's format: %w", err)
	}
	switch format {
	case fileFormat:
		return nil
	case "":
	default:
		return fmt.Errorf("the file has format %q; this version of Postern reads format %q", format, fileFormat)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{bucketRows, bucketLarge, bucketExpiry, bucketFile} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(bucketFile)).Put([]byte(keyFormat), []byte(fileFormat))
	})
	if err != nil {
		return fmt.Errorf("prepare a new file: %w", err)
	}
	return nil
}

// syncFolder makes the file's own name survive a loss of power.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (b *boltEngine) view(fn func(reader) error) error {
	return b.db.View(func(tx *bbolt.Tx) error { return fn(boltRows(tx)) })
}

func (b *boltEngine) update(ctx context.Context, fn func(writer) error) error {
	return b.committer.update(ctx, fn)
}

func (b *boltEngine) close() error {
	b.committer.stop()
	return b.db.Close()
}
