package accesskey

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
)

// MasterKeyBytes is the length of the key that seals secrets: AES-256.
const MasterKeyBytes = 32

// sealFormat starts every sealed secret; the first bytes of the master key's digest follow, so that
// a wrong key is told from a damaged row.
const (
	sealFormat   = 1
	markBytes    = 4
	headerLength = 1 + markBytes
)

// Cipher seals and opens secrets with AES-256-GCM under a master key, which it loads when it first
// needs it. It is safe for concurrent use.
type Cipher struct {
	load func(context.Context) ([]byte, error)

	mu   sync.Mutex
	aead cipher.AEAD
	mark [markBytes]byte
}

// NewCipher returns a Cipher whose master key load gives, MasterKeyBytes long. A load that fails is
// tried again the next time.
func NewCipher(load func(context.Context) ([]byte, error)) *Cipher { return &Cipher{load: load} }

// ParseMasterKey reads a master key in base64.
func ParseMasterKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != MasterKeyBytes {
		return nil, fmt.Errorf("the key that seals secrets must be %d bytes in base64", MasterKeyBytes)
	}
	return key, nil
}

func (c *Cipher) ready(ctx context.Context) (cipher.AEAD, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aead != nil {
		return c.aead, nil
	}
	key, err := c.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the key that seals secrets: %w", err)
	}
	if len(key) != MasterKeyBytes {
		return nil, fmt.Errorf("the key that seals secrets has %d bytes, not %d", len(key), MasterKeyBytes)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(append([]byte("postern master key "), key...))
	copy(c.mark[:], digest[:])
	c.aead = aead
	return aead, nil
}

// seal encrypts the secret of an access key.
func (c *Cipher) seal(ctx context.Context, accessKeyID, secret string) ([]byte, error) {
	aead, err := c.ready(ctx)
	if err != nil {
		return nil, err
	}
	out := append([]byte{sealFormat}, c.mark[:]...)
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return aead.Seal(append(out, nonce...), nonce, []byte(secret), []byte(accessKeyID)), nil
}

// open decrypts the secret of an access key.
func (c *Cipher) open(ctx context.Context, accessKeyID string, sealed []byte) (string, error) {
	aead, err := c.ready(ctx)
	if err != nil {
		return "", err
	}
	if len(sealed) < headerLength+aead.NonceSize() || sealed[0] != sealFormat {
		return "", fmt.Errorf("the secret of %s is stored in an unknown form", accessKeyID)
	}
	if [markBytes]byte(sealed[1:headerLength]) != c.mark {
		return "", fmt.Errorf("the secret of %s was sealed with another key", accessKeyID)
	}
	rest := sealed[headerLength:]
	plain, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], []byte(accessKeyID))
	if err != nil {
		return "", errors.New("the secret of " + accessKeyID + " cannot be opened: the row is damaged")
	}
	return string(plain), nil
}
