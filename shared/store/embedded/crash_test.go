package embedded_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// crashFolder is set for the child process, which is this test binary again.
const crashFolder = "POSTERN_TEST_CRASH_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(crashFolder); folder != "" {
		if err := writeUntilKilled(folder, os.Getenv(crashFolder+"_ROUND")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes with several goroutines and prints a line for each
// write after it was acknowledged. Each transaction writes a pair of items,
// and every tenth pair is large.
func writeUntilKilled(folder, round string) error {
	s, err := embedded.Open(folder, embedded.Options{})
	if err != nil {
		return err
	}
	// A parent that died takes the child with it.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	var mu sync.Mutex
	acknowledged := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	failed := make(chan error)
	for w := range 4 {
		go func() {
			ctx := context.Background()
			for i := 0; ; i++ {
				sort := fmt.Sprintf("%s/%d/%06d", round, w, i)
				value := crashValue(sort, i)
				err := s.Transact(ctx, []store.Write{
					store.Create(store.Item{Key: store.Key{Partition: "left", Sort: sort}, Value: value}),
					store.Create(store.Item{Key: store.Key{Partition: "right", Sort: sort}, Value: value}),
				})
				if err != nil {
					failed <- err
					return
				}
				acknowledged("pair %s %d", sort, i)
				count, err := s.Add(ctx, store.Key{Partition: "count", Sort: fmt.Sprint(w)}, 1, store.Bounds{})
				if err != nil {
					failed <- err
					return
				}
				acknowledged("count %d %d", w, count)
			}
		}()
	}
	return <-failed
}

func crashValue(sort string, i int) []byte {
	if i%10 != 0 {
		return []byte(sort)
	}
	value := make([]byte, 100_000)
	binary.BigEndian.PutUint64(value[len(value)-8:], uint64(i))
	return value
}

// TestCrash kills a process while it writes, again and again on the same
// file, and requires every acknowledged write to be there afterwards.
func TestCrash(t *testing.T) {
	folder := t.TempDir()
	type pair struct {
		sort string
		i    int
	}
	var pairs []pair
	counts := map[string]int64{}
	for round := range 6 {
		lines := runAndKill(t, folder, round)
		for _, line := range lines {
			var p pair
			var writer string
			var count int64
			if _, err := fmt.Sscanf(line, "pair %s %d", &p.sort, &p.i); err == nil {
				pairs = append(pairs, p)
			} else if _, err := fmt.Sscanf(line, "count %s %d", &writer, &count); err == nil {
				counts[writer] = count
			} else {
				t.Fatalf("the child printed %q", line)
			}
		}
		s, err := embedded.Open(folder, embedded.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for _, p := range pairs {
			for _, partition := range []string{"left", "right"} {
				got, err := s.Get(t.Context(), store.Key{Partition: partition, Sort: p.sort})
				if err != nil || string(got.Value) != string(crashValue(p.sort, p.i)) {
					t.Fatalf("round %d: acknowledged write lost: %s/%s: %v", round, partition, p.sort, err)
				}
			}
		}
		// One add may have been applied without being acknowledged.
		for writer, count := range counts {
			got, err := s.Get(t.Context(), store.Key{Partition: "count", Sort: writer})
			if err != nil || got.Count < count || got.Count > count+1 {
				t.Fatalf("round %d: count of writer %s is %d, %v; acknowledged was %d", round, writer, got.Count, err, count)
			}
			counts[writer] = got.Count
		}
		// Transactions are there whole or not at all, acknowledged or not.
		left, _, leftErr := s.Query(t.Context(), "left", "", store.Page{})
		right, _, rightErr := s.Query(t.Context(), "right", "", store.Page{})
		if leftErr != nil || rightErr != nil || len(left) != len(right) || len(left) < len(pairs) {
			t.Fatalf("round %d: %d left, %v; %d right, %v; %d pairs acknowledged", round, len(left), leftErr, len(right), rightErr, len(pairs))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(pairs) < 100 {
		t.Errorf("only %d pairs were acknowledged in all rounds", len(pairs))
	}
}

// runAndKill returns the complete lines that the child printed.
func runAndKill(t *testing.T, folder string, round int) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFolder+"="+folder, fmt.Sprint(crashFolder, "_ROUND=", round))
	var messages strings.Builder
	child.Stderr = &messages
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	// Kill it in the middle of its work: some time after its first write.
	var lines []string
	reader := bufio.NewReader(output)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break
		}
		if lines = append(lines, strings.TrimSuffix(line, "\n")); len(lines) == 1 {
			delay := time.Duration(50+37*round) * time.Millisecond
			time.AfterFunc(delay, func() { child.Process.Kill() })
		}
	}
	_ = child.Wait()
	if len(lines) == 0 {
		t.Fatalf("round %d: the child wrote nothing: %s", round, messages.String())
	}
	return lines
}
