package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxClientCertificates is the quota of an account (control-plane operations, 2.12).
const maxClientCertificates = 60

// certificateRow is the row of a client certificate. No operation answers the private key.
type certificateRow struct {
	Certificate apigateway.ClientCertificate `json:"certificate"`
	PrivateKey  string                       `json:"privateKey"` // PKCS #8, PEM
}

var certificateTable = accountTable[certificateRow]{partition: snapshot.ClientCertificatePartition, missing: wire.NotFound("Invalid Client Certificate identifier specified")}

func (s *Service) clientCertificates() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.GenerateClientCertificateOperation, s.GenerateClientCertificate),
			wire.Bind(&apigateway.GetClientCertificateOperation, s.GetClientCertificate),
			wire.Bind(&apigateway.GetClientCertificatesOperation, s.GetClientCertificates),
			wire.Bind(&apigateway.UpdateClientCertificateOperation, s.UpdateClientCertificate),
			wire.Bind(&apigateway.DeleteClientCertificateOperation, s.DeleteClientCertificate),
		},
		tagged: tagRows(s, certificateTable, "/clientcertificates/{}", func(r *certificateRow) *map[string]string { return &r.Certificate.Tags }),
	}
}

var certificatePatches = patch.Table[certificateRow]{
	Paths: []patch.Path[certificateRow]{
		{Pattern: "/description", Replace: patch.Text(func(r *certificateRow) **string { return &r.Certificate.Description })},
	},
	Refusals: patch.Common,
}

// GenerateClientCertificate makes a key pair and a certificate of it, which is valid for a year.
func (s *Service) GenerateClientCertificate(ctx context.Context, in *apigateway.GenerateClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	var row certificateRow
	_, err := certificateTable.createWithin(ctx, s, maxClientCertificates, "Client Certificates", idLength, func(id string) (*certificateRow, error) {
		pair, err := newKeyPair(*s.now())
		if err != nil {
			return nil, err
		}
		row = certificateRow{PrivateKey: pair.key, Certificate: apigateway.ClientCertificate{
			ClientCertificateId:   &id,
			Description:           in.Description,
			PemEncodedCertificate: &pair.certificate,
			CreatedDate:           &pair.notBefore,
			ExpirationDate:        &pair.notAfter,
			Tags:                  in.Tags,
		}}
		return &row, nil
	})
	if err != nil {
		return nil, err
	}
	return &row.Certificate, nil
}

// GetClientCertificate returns a client certificate.
func (s *Service) GetClientCertificate(ctx context.Context, in *apigateway.GetClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	row, err := certificateTable.get(ctx, s, *in.ClientCertificateId)
	if err != nil {
		return nil, err
	}
	return &row.Certificate, nil
}

// GetClientCertificates lists client certificates, in pages.
func (s *Service) GetClientCertificates(ctx context.Context, in *apigateway.GetClientCertificatesRequest) (*apigateway.ClientCertificates, error) {
	rows, next, err := certificateTable.page(ctx, s, "", in.Position, in.Limit)
	out := &apigateway.ClientCertificates{Items: make([]apigateway.ClientCertificate, len(rows)), Position: next}
	for i, row := range rows {
		out.Items[i] = row.Certificate
	}
	return out, err
}

// UpdateClientCertificate changes a client certificate by patch operations.
func (s *Service) UpdateClientCertificate(ctx context.Context, in *apigateway.UpdateClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	row, err := certificateTable.edit(ctx, s, *in.ClientCertificateId, func(row *certificateRow) ([]store.Write, error) {
		return nil, certificatePatches.Apply(row, operations(in.PatchOperations))
	})
	if err != nil {
		return nil, err
	}
	return &row.Certificate, nil
}

// DeleteClientCertificate deletes a client certificate and its private key.
func (s *Service) DeleteClientCertificate(ctx context.Context, in *apigateway.DeleteClientCertificateRequest) (*wire.Empty, error) {
	_, err := certificateTable.remove(ctx, s, *in.ClientCertificateId, func(*certificateRow) ([]store.Write, error) { return nil, nil })
	return &wire.Empty{}, err
}
