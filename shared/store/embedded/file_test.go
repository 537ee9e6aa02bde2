package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/store/storetest"
)

func put(t *testing.T, s *embedded.Store, k store.Key, value string, expires time.Time) {
	t.Helper()
	err := s.Transact(t.Context(), []store.Write{store.Put(store.Item{Key: k, Value: []byte(value), Expires: expires})})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReopen(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	k := store.Key{Partition: "p", Sort: "s"}
	for n := range 3 {
		s, err := embedded.Open(folder, embedded.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context(), k); n > 0 && (err != nil || got.Version != int64(n)) {
			t.Fatalf("after %d writes: version %d, %v", n, got.Version, err)
		}
		put(t, s, k, strings.Repeat("x", n*100_000), time.Time{})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLocked(t *testing.T) {
	folder := t.TempDir()
	open(t, folder, embedded.Options{})
	_, err := embedded.Open(folder, embedded.Options{})
	path := filepath.Join(folder, embedded.FileName)
	if !errors.Is(err, embedded.ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("second Open: %v; want ErrLocked with %s", err, path)
	}
}

func TestForeignFiles(t *testing.T) {
	write := func(fn func(tx *bbolt.Tx) error) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			db, err := bbolt.Open(path, 0o600, nil)
			if err == nil {
				err = errors.Join(db.Update(fn), db.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"not a database": {func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "invalid database"},
		"a later format": {write(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucket([]byte("file"))
			if err != nil {
				return err
			}
			return b.Put([]byte("format"), []byte("2"))
		}), `format "2"`},
		"another program's": {write(func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket([]byte("mine"))
			return err
		}), `format "unknown"`},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, embedded.FileName)
			test.make(t, path)
			s, err := embedded.Open(folder, embedded.Options{})
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open: %v; want the path and %q", err, test.want)
			}
		})
	}
}

// TestSweep opens the file without the store to see what it really holds.
func TestSweep(t *testing.T) {
	folder := t.TempDir()
	clock := storetest.NewClock()
	s, err := embedded.Open(folder, embedded.Options{Now: clock.Now, SweepEvery: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	soon, later := clock.Now().Add(time.Minute), clock.Now().Add(time.Hour)
	var items []store.Item
	for i := range 1300 { // more than one step of the sweep
		items = append(items, store.Item{Key: store.Key{Partition: "p", Sort: fmt.Sprint(i)}, Expires: soon})
	}
	items[7].Value = make([]byte, 50_000)
	if err := s.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	put(t, s, items[3].Key, "extended", later)
	put(t, s, items[4].Key, "for ever", time.Time{})
	clock.Move(2 * time.Minute)
	// Each wait is for a sweep that must come; Close then ends them.
	for range 5000 {
		if rows, _, _ := countRows(t, s, folder); rows == 2 {
			break
		}
		s, err = embedded.Open(folder, embedded.Options{Now: clock.Now, SweepEvery: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if rows, large, expiry := countRows(t, s, folder); rows != 2 || large != 0 || expiry != 1 {
		t.Errorf("the file holds %d rows, %d large values, %d expiries; want 2, 0, 1", rows, large, expiry)
	}
}

// countRows closes the store and counts what its file holds.
func countRows(t *testing.T, s *embedded.Store, folder string) (rows, large, expiry int) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(filepath.Join(folder, embedded.FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		count := func(bucket string) (n int) {
			_ = tx.Bucket([]byte(bucket)).ForEach(func(_, _ []byte) error { n++; return nil })
			return n
		}
		rows, large, expiry = count("rows"), count("large"), count("expiry")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, large, expiry
}

// TestNothingLeftOver writes, grows, shrinks and deletes, and then looks into
// the file for what should be gone.
func TestNothingLeftOver(t *testing.T) {
	folder := t.TempDir()
	clock := storetest.NewClock()
	s, err := embedded.Open(folder, embedded.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	a, b := store.Key{Partition: "p", Sort: "a"}, store.Key{Partition: "p", Sort: "b"}
	for i, size := range []int{1 << 20, 100, 1 << 16, 1 << 21} {
		put(t, s, a, strings.Repeat("x", size), clock.Now().Add(time.Duration(i)*time.Hour))
		put(t, s, b, strings.Repeat("x", size), time.Time{})
	}
	if _, err := s.Add(t.Context(), b, 1, store.Bounds{Expires: clock.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Transact(t.Context(), []store.Write{store.Delete(a, store.Present)}); err != nil {
		t.Fatal(err)
	}
	if rows, large, expiry := countRows(t, s, folder); rows != 1 || large != 1 || expiry != 1 {
		t.Errorf("the file holds %d rows, %d large values, %d expiries; want 1 of each", rows, large, expiry)
	}
}

// TestCancelledWritersKnowTheirFate cancels writers at random moments: a
// write that returned the context's error must not have happened.
func TestCancelledWritersKnowTheirFate(t *testing.T) {
	s := open(t, t.TempDir(), embedded.Options{})
	done := make(chan struct{})
	for w := range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 50 {
				k := store.Key{Partition: fmt.Sprint(w), Sort: fmt.Sprint(i)}
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i*20)*time.Microsecond)
				err := s.Transact(ctx, []store.Write{store.Create(store.Item{Key: k})})
				cancel()
				_, got := s.Get(t.Context(), k)
				if (err == nil) != (got == nil) {
					t.Errorf("write: %v; read: %v", err, got)
				}
			}
		}()
	}
	for range 8 {
		<-done
	}
}
