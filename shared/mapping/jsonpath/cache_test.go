package jsonpath

import (
	"strconv"
	"testing"
)

func TestCacheIsBounded(t *testing.T) {
	var c Cache
	first, err := c.Get("$.a")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * maxCached {
		if _, err := c.Get("$.a" + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if again, _ := c.Get("$.a"); again != first {
		t.Error("a path was compiled twice")
	}
	if n := c.count.Load(); n != maxCached {
		t.Errorf("%d paths are kept, at most %d may be", n, maxCached)
	}
	if _, err := c.Get("$["); err == nil {
		t.Error("a broken path was compiled")
	}
}
