package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCacheOptions(t *testing.T) {
	for _, c := range []struct {
		args []string
		key  string
		want int64
		says string
	}{
		{nil, "", 0, ""},
		{[]string{"--cache-memory", "1"}, "", 1 << 20, ""},
		{[]string{"--cache-memory", "513"}, "", 0, "cache-memory"},
		{[]string{"--cache-memory", "much"}, "", 0, "cache-memory"},
		{nil, "short", 0, "POSTERN_CACHE_KEY"},
	} {
		o, err := parseFlags(c.args, &bytes.Buffer{}, func(name string) string { return map[string]string{"POSTERN_CACHE_KEY": c.key}[name] })
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v: %v, want an error about %s", c.args, err, c.says)
			}
		case err != nil || o.cacheMemory != c.want:
			t.Errorf("%v: %d, %v", c.args, o.cacheMemory, err)
		}
	}
}
