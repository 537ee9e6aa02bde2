package authorizer

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// Scope is the part of a Key that all requests to one authorizer of one stage share.
type Scope []byte

// NewScope names an authorizer of a stage. The definition is all of it that a result depends on:
// a deployment that changes nothing of it keeps the results, one that changes it asks anew. The
// flush mark is the stage's (see snapshot.Stage.AuthorizersFlushed): results that were kept
// under another are not found any more.
func NewScope(apiID, stage, authorizerID string, flushed int64, definition ...string) Scope {
	b := appendPart(nil, apiID)
	b = appendPart(b, stage)
	b = appendPart(b, authorizerID)
	b = appendPart(b, strconv.FormatInt(flushed, 10))
	for _, part := range definition {
		b = appendPart(b, part)
	}
	return b
}

// Key names a kept result. It is a digest, so that what is kept holds nobody's token.
type Key [sha256.Size]byte

// keySpace is what a usual scope and token take, in bytes.
const keySpace = 2 << 10

// Key returns the key of the requests with the given values of the identity sources, in their
// order (REST data plane spec, 11.3).
func (s Scope) Key(values []string) Key {
	var space [keySpace]byte
	b := append(space[:0], s...)
	for _, v := range values {
		b = appendPart(b, v)
	}
	return sha256.Sum256(b)
}

// appendPart writes the length too, so that no two lists of parts look alike.
func appendPart(b []byte, part string) []byte {
	b = binary.AppendUvarint(b, uint64(len(part)))
	return append(b, part...)
}
