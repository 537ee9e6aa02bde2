package embedded_test

import (
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/store/storetest"
)

func open(t testing.TB, folder string, o embedded.Options) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(folder, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func openFile(t testing.TB, now func() time.Time) storetest.Store {
	return open(t, t.TempDir(), embedded.Options{Now: now})
}

func openMemory(t testing.TB, now func() time.Time) storetest.Store {
	return open(t, embedded.Memory, embedded.Options{Now: now})
}

func TestFile(t *testing.T) { storetest.Run(t, openFile) }

func TestMemory(t *testing.T) { storetest.Run(t, openMemory) }

func BenchmarkFileAdd(b *testing.B) { storetest.BenchmarkAdd(b, openFile) }

func BenchmarkMemoryAdd(b *testing.B) { storetest.BenchmarkAdd(b, openMemory) }

func TestFileAgainstMemory(t *testing.T) { storetest.RunDifferential(t, 100, openFile, openMemory) }
