package controlplane

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// keyPair is an RSA key and a certificate that it signed itself, both in PEM.
type keyPair struct {
	certificate, key    string
	notBefore, notAfter time.Time
}

const (
	keyBits    = 2048
	serialBits = 64
	// A year of 365 days, also a leap year.
	keyLifetime = 365 * 24 * time.Hour
)

// newKeyPair makes a key pair for TLS clients that is valid for a year.
func newKeyPair(now time.Time) (keyPair, error) {
	pair := keyPair{notBefore: now, notAfter: now.Add(keyLifetime)}
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return keyPair{}, fmt.Errorf("generate the key of a client certificate: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), serialBits))
	if err != nil {
		return keyPair{}, fmt.Errorf("choose the serial number of a client certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), // must be positive (RFC 5280, 4.1.2.2)
		Subject:      pkix.Name{CommonName: "ApiGateway"},
		NotBefore:    pair.notBefore,
		NotAfter:     pair.notAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return keyPair{}, fmt.Errorf("sign a client certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return keyPair{}, fmt.Errorf("encode the key of a client certificate: %w", err)
	}
	pair.certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	pair.key = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return pair, nil
}
