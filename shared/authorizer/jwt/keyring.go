package jwt

import (
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

// Options are those of a Keyring; the zero value is ready for use on Lambda.
type Options struct {
	// AllowLoopback lets issuers be on this machine, over plain HTTP too. On Lambda that would be
	// the Runtime API.
	AllowLoopback bool
	// UserPoolEndpoint takes the place of Cognito's own address for the keys of user pools, as in
	// "http://127.0.0.1:9229"; tokens of such an endpoint may name it as their issuer. It is the
	// operator's own choice and may be any URL. Empty is Cognito.
	UserPoolEndpoint string
	// MaxSeen bounds the memory for tokens that were verified before, roughly, in bytes; 0 is 4 MB.
	MaxSeen int
	// TLS is the configuration for issuers; nil is that of crypto/tls.
	TLS *tls.Config
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// Keyring holds the keys of issuers and the tokens that were verified with them. One serves a
// whole process; nothing is fetched before a token asks for it. It is safe for concurrent use.
type Keyring struct {
	o       Options
	fetcher *fetcher
	// own reaches the endpoint that the operator chose, wherever it is.
	own  *fetcher
	seen func() *otter.Cache[[sha256.Size]byte, *Token]

	mu      sync.Mutex
	sources map[sourceKey]*source
}

type sourceKey struct{ issuer, address string }

const (
	defaultMaxSeen = 4 << 20
	// weightFactor is how much memory a token takes for each byte of its text: its claims, their
	// names and their printed forms.
	weightFactor = 4
	// maxSources bounds the issuers that are remembered for new verifiers.
	maxSources = 1024
)

// NewKeyring returns an empty Keyring.
func NewKeyring(o Options) *Keyring {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxSeen <= 0 {
		o.MaxSeen = defaultMaxSeen
	}
	o.UserPoolEndpoint = strings.TrimSuffix(o.UserPoolEndpoint, "/")
	k := &Keyring{o: o, fetcher: newFetcher(o.AllowLoopback, o.TLS), sources: map[sourceKey]*source{}}
	k.own = k.fetcher
	if o.UserPoolEndpoint != "" {
		k.own = newFetcher(true, o.TLS)
	}
	// Most processes never see a token.
	k.seen = sync.OnceValue(func() *otter.Cache[[sha256.Size]byte, *Token] {
		return otter.Must(&otter.Options[[sha256.Size]byte, *Token]{
			MaximumWeight: uint64(min(o.MaxSeen, math.MaxInt32)),
			Weigher: func(_ [sha256.Size]byte, t *Token) uint32 {
				return uint32(t.weight)
			},
			ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[[sha256.Size]byte, *Token]) time.Duration {
				return min(max(e.Value.Expires().Sub(o.Now()), 0), maxAge)
			}),
			Clock: quietClock{o.Now},
		})
	})
	return k
}

// quietClock has no ticks: a function between two requests has nothing to do.
type quietClock struct{ now func() time.Time }

func (c quietClock) NowNano() int64                    { return c.now().UnixNano() }
func (quietClock) Tick(time.Duration) <-chan time.Time { return nil }

// Issuer is who signs tokens, and where its keys are.
type Issuer struct {
	// Name is the exact claim iss.
	Name string
	// JWKSURI is the address of the key set; empty finds it by Name (OpenID Connect Discovery).
	JWKSURI string
}

// Config is what an authorizer demands of tokens.
type Config struct {
	// Issuers are those whose tokens are accepted, at least one.
	Issuers []Issuer
	// Audiences are those of which a token must name one, by aud or, if it has no aud, by client_id
	// (HTTP API spec, 11). Empty accepts every audience.
	Audiences []string
	// Algorithms are those that are accepted, at least one.
	Algorithms []Algorithm
	// Leeway is how far the clocks of issuers may be wrong.
	Leeway time.Duration
	// KeyIDOptional accepts tokens without kid if one key alone can have signed them.
	KeyIDOptional bool
}

// The algorithms of HTTP APIs (HTTP API spec, 11) and of user pools.
var (
	HTTPAlgorithms     = []Algorithm{RS256, RS384, RS512}
	UserPoolAlgorithms = []Algorithm{RS256}
)

// Verifier returns what verifies tokens by c. The error says what is wrong with c.
func (k *Keyring) Verifier(c Config) (*Verifier, error) {
	v := &Verifier{ring: k, audiences: c.Audiences, algorithms: newAlgorithmSet(c.Algorithms), leeway: c.Leeway.Seconds(), keyIDOptional: c.KeyIDOptional}
	if len(c.Issuers) == 0 {
		return nil, errors.New("no issuer")
	}
	if v.algorithms == 0 {
		return nil, errors.New("no algorithm")
	}
	if c.Leeway < 0 {
		return nil, errors.New("the leeway is negative")
	}
	for _, i := range c.Issuers {
		if i.Name == "" {
			return nil, errors.New("issuer: the name is empty")
		}
		address, what := i.Name, "issuer"
		if i.JWKSURI != "" {
			address, what = i.JWKSURI, "JWKS URI"
		}
		if err := k.fetcher.checkURL(address); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		v.issuers = append(v.issuers, accepted{i.Name, k.source(k.fetcher, i.Name, i.JWKSURI)})
	}
	return v, nil
}

// source returns the one that holds an issuer's keys.
func (k *Keyring) source(f *fetcher, issuer, address string) *source {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := sourceKey{issuer, address}
	if s := k.sources[id]; s != nil {
		return s
	}
	if len(k.sources) >= maxSources {
		clear(k.sources) // verifiers that are in use hold their own
	}
	s := &source{fetcher: f, now: k.o.Now, issuer: issuer, address: address}
	k.sources[id] = s
	return s
}
