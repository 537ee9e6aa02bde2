package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Lengths of RSA moduli in bits: shorter ones are not safe (RFC 7518, 3.3), longer ones cost more
// than a request may.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// key is a public key of an issuer.
type key struct {
	id string
	// only is the algorithm that the key is meant for, 0 if it does not say.
	only   Algorithm
	kind   kind
	public crypto.PublicKey
	// raw is the key as it was published, by which it is known again after a refresh.
	raw string
}

// fits tells whether the key may verify an algorithm.
func (k *key) fits(a Algorithm) bool {
	return k.kind == algorithms[a].kind && (k.only == 0 || k.only == a)
}

var errUnused = errors.New("is for another use")

// parseKey reads a JSON Web Key (RFC 7517, 4). Private members and certificates are left alone.
func parseKey(raw []byte) (*key, error) {
	o, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	k := &key{raw: string(raw)}
	var ok bool
	if k.id, ok = o.text("kid"); !ok {
		return nil, errors.New("kid is no string")
	}
	if err := k.checkUse(o); err != nil {
		return nil, err
	}
	switch kty, _ := o.text("kty"); kty {
	case "RSA":
		err = k.parseRSA(o)
	case "EC":
		err = k.parseEC(o)
	case "OKP":
		err = k.parseOKP(o)
	default:
		err = fmt.Errorf("kty %q is not supported", kty)
	}
	if err != nil {
		return nil, err
	}
	if k.only != 0 && algorithms[k.only].kind != k.kind {
		return nil, fmt.Errorf("alg %s does not go with the key", k.only)
	}
	return k, nil
}

// checkUse refuses keys that are published for anything but signatures.
func (k *key) checkUse(o object) error {
	if use, ok := o.text("use"); !ok || use != "" && use != "sig" {
		return errUnused
	}
	if v := o.get("key_ops"); v != nil {
		if ops, ok := texts(v); !ok || !slices.Contains(ops, "verify") {
			return errUnused
		}
	}
	name, ok := o.text("alg")
	if !ok {
		return errors.New("alg is no string")
	}
	if name != "" {
		if k.only, ok = ParseAlgorithm(name); !ok {
			return errUnused
		}
	}
	return nil
}

func (k *key) parseRSA(o object) error {
	n, err := number(o, "n")
	if err != nil {
		return err
	}
	e, err := number(o, "e")
	if err != nil {
		return err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if bits := modulus.BitLen(); bits < minRSABits || bits > maxRSABits {
		return fmt.Errorf("the modulus has %d bits", bits)
	}
	if exponent.BitLen() > 31 || exponent.Int64() < 3 || exponent.Bit(0) == 0 {
		return errors.New("the exponent is unusable")
	}
	k.kind, k.public = rsaKey, &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}
	return nil
}

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

func curveKind(c elliptic.Curve) kind {
	switch c {
	case elliptic.P256():
		return p256Key
	case elliptic.P384():
		return p384Key
	case elliptic.P521():
		return p521Key
	}
	return 0
}

func (k *key) parseEC(o object) error {
	name, _ := o.text("crv")
	curve := curves[name]
	if curve == nil {
		return fmt.Errorf("crv %q is not supported", name)
	}
	x, err := number(o, "x")
	if err != nil {
		return err
	}
	y, err := number(o, "y")
	if err != nil {
		return err
	}
	// Each coordinate has its full length (RFC 7518, 6.2.1.2).
	if n := (curve.Params().BitSize + 7) / 8; len(x) != n || len(y) != n {
		return errors.New("the coordinates do not have the length of the curve")
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return err
	}
	k.kind, k.public = curveKind(curve), public
	return nil
}

func (k *key) parseOKP(o object) error {
	if crv, _ := o.text("crv"); crv != "Ed25519" {
		return fmt.Errorf("crv %q is not supported", crv)
	}
	x, err := number(o, "x")
	if err != nil {
		return err
	}
	if len(x) != ed25519.PublicKeySize {
		return errors.New("the key does not have 32 bytes")
	}
	k.kind, k.public = ed25519Key, ed25519.PublicKey(x)
	return nil
}

// number reads a member of base64url text. Key sets in the field are padded at times, and they come
// from the issuer itself, so that this is let pass.
func number(o object, name string) ([]byte, error) {
	text, ok := o.text(name)
	if !ok || text == "" {
		return nil, fmt.Errorf("%s is missing", name)
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, fmt.Errorf("%s is not base64url", name)
	}
	return b, nil
}
