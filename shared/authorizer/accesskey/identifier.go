package accesskey

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// Prefixes of identifiers (IAM user guide, unique identifiers).
const (
	longTermPrefix  = "AKIA"
	temporaryPrefix = "ASIA"
	userPrefix      = "AIDA"
)

const (
	identifierBytes = 10 // 16 characters, as AWS has them
	secretBytes     = 30 // 40 characters
	tokenBytes      = 192
)

// plausible tells whether an identifier can be one of a key that this package made.
func plausible(accessKeyID string) bool {
	if len(accessKeyID) != len(longTermPrefix)+16 || !strings.HasPrefix(accessKeyID, longTermPrefix) && !strings.HasPrefix(accessKeyID, temporaryPrefix) {
		return false
	}
	for i := range len(accessKeyID) {
		if c := accessKeyID[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

func newIdentifier(prefix string) string {
	return prefix + base32.StdEncoding.EncodeToString(random(identifierBytes))
}

func newSecret() string { return base64.StdEncoding.EncodeToString(random(secretBytes)) }

func newToken() string { return base64.StdEncoding.EncodeToString(random(tokenBytes)) }

// random never fails: crypto/rand ends the process instead.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
