package cache

import (
	"crypto/sha256"
	"encoding/binary"
)

// Scope is the part of a Key that all requests to one stage share.
type Scope []byte

// NewScope names what entries are shared within by its parts, such as API, stage and deployment.
// Scopes of different lists of parts never share an entry.
func NewScope(parts ...string) Scope {
	var b []byte
	for _, p := range parts {
		b = AppendPart(b, p)
	}
	return b
}

// Key names an entry. It is a digest, so that what is kept shows nobody's parameters.
type Key [sha256.Size]byte

// NewKey returns the key of a text that begins with a Scope and goes on with what AppendPart and
// AppendParts add: what requests have to have in common to share an entry.
func NewKey(text []byte) Key { return sha256.Sum256(text) }

// AppendPart adds a part to the text of a key. It writes the length too, so that no two lists of
// parts look alike.
func AppendPart(b []byte, part string) []byte {
	b = binary.AppendUvarint(b, uint64(len(part)))
	return append(b, part...)
}

// AppendParts adds a list of parts to the text of a key, which is not the same as adding each.
func AppendParts(b []byte, parts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(parts)))
	for _, p := range parts {
		b = AppendPart(b, p)
	}
	return b
}
