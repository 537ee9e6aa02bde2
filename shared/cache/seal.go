package cache

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// Cipher seals the entries of methods whose cache data are to be encrypted: AES-256-GCM under a key
// of each entry's own, which is derived from a master key. The master key is loaded when it is
// first needed. A Cipher is safe for concurrent use.
type Cipher struct {
	load func(context.Context) ([]byte, error)

	mu     sync.Mutex
	master []byte
}

// minKeyBytes is the least length of a master key.
const minKeyBytes = 32

// sealOverhead is what sealing adds, in bytes: the nonce and the tag.
const sealOverhead = 12 + 16

// loadTimeout bounds the loading of the master key, which can mean a call of AWS.
const loadTimeout = 5 * time.Second

// NewCipher returns a Cipher whose master key load gives, 32 bytes at least. A key that seals other
// things too may be used. A load that fails is tried again the next time.
func NewCipher(load func(context.Context) ([]byte, error)) *Cipher { return &Cipher{load: load} }

// aead returns the cipher of one entry. It outlives the request that waits for it: the key is of
// use to the next one.
func (c *Cipher) aead(ctx context.Context, k Key) (cipher.AEAD, error) {
	master, err := c.masterKey(ctx)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, master, k[:], "postern cache entry", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (c *Cipher) masterKey(ctx context.Context) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.master != nil {
		return c.master, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	defer cancel()
	key, err := c.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the key of encrypted cache entries: %w", err)
	}
	if len(key) < minKeyBytes {
		return nil, fmt.Errorf("the key of encrypted cache entries has %d bytes, at least %d are needed", len(key), minKeyBytes)
	}
	c.master = key
	return key, nil
}

// seal encrypts the text of an entry. What is known of it without the key is protected, too.
func (c *Cipher) seal(ctx context.Context, k Key, known, text []byte) ([]byte, error) {
	aead, err := c.aead(ctx, k)
	if err != nil {
		return nil, err
	}
	out := make([]byte, aead.NonceSize(), len(text)+sealOverhead)
	if _, err := rand.Read(out); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return aead.Seal(out, out, text, known), nil
}

// open is the reverse of seal.
func (c *Cipher) open(ctx context.Context, k Key, known, sealed []byte) ([]byte, error) {
	aead, err := c.aead(ctx, k)
	if err != nil {
		return nil, err
	}
	if len(sealed) < sealOverhead {
		return nil, errRow
	}
	n := aead.NonceSize()
	text, err := aead.Open(nil, sealed[:n], sealed[n:], known)
	if err != nil {
		return nil, fmt.Errorf("%w: it was sealed under another key, or is damaged", errRow)
	}
	return text, nil
}
