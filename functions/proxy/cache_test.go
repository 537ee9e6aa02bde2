package main

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCacheSettings(t *testing.T) {
	key := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	for _, c := range []struct {
		key, memory string
		want        int64
		says        string
	}{
		{"", "", 0, ""},
		{key, "128", 128 << 20, ""},
		{"kms:" + key, "512", 512 << 20, ""},
		{"short", "", 0, "POSTERN_CACHE_KEY"},
		{"", "0", 0, "POSTERN_CACHE_MEMORY"},
		{"", "513", 0, "POSTERN_CACHE_MEMORY"},
		{"", "64MB", 0, "POSTERN_CACHE_MEMORY"},
	} {
		s, err := readSettings(func(name string) string {
			return map[string]string{"POSTERN_TABLE": "t", "POSTERN_CACHE_KEY": c.key, "POSTERN_CACHE_MEMORY": c.memory}[name]
		})
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v: %v", c, err)
			}
		case err != nil || s.cacheKey != c.key || s.cacheMemory != c.want:
			t.Errorf("%+v: %+v, %v", c, s, err)
		}
	}
	if cacheCipher(settings{}, nil) != nil {
		t.Error("there is a cipher without a key")
	}
	if cacheCipher(settings{secretKey: key}, nil) == nil {
		t.Error("there is no cipher with the key of secrets")
	}
}
