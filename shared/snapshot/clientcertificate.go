package snapshot

import (
	"encoding/json"
	"fmt"
)

// ClientCertificatePartition is where client certificates are kept in the store, each under its id.
const ClientCertificatePartition = "clientcertificates"

// ClientCertificate is what the data plane shows to HTTPS backends, both parts in PEM.
type ClientCertificate struct {
	Certificate string
	PrivateKey  string
}

// DecodeClientCertificate reads the stored form of a client certificate. The data plane shares the
// control plane's row: a copy would be one more place for a private key.
func DecodeClientCertificate(b []byte) (ClientCertificate, error) {
	var row struct {
		Certificate struct {
			PEM string `json:"pemEncodedCertificate"`
		} `json:"certificate"`
		PrivateKey string `json:"privateKey"`
	}
	if err := json.Unmarshal(b, &row); err != nil {
		return ClientCertificate{}, fmt.Errorf("decode client certificate: %w", err)
	}
	return ClientCertificate{Certificate: row.Certificate.PEM, PrivateKey: row.PrivateKey}, nil
}
