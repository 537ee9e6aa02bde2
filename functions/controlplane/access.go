package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/controlplane/iam"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// The ways to find out who calls, as POSTERN_CONTROL_AUTH names them.
const (
	// authFunctionURL believes the function URL, which has AWS_IAM.
	authFunctionURL = "iam-url"
	// authSignature verifies signatures by the administrator's key pair and the key store, behind
	// a function URL without authorization: stock clients sign for the service apigateway, which
	// a function URL does not accept.
	authSignature = "signature"
)

// access is who may do what.
type access struct {
	gate *iam.Gate
	// iam is nil without a key to seal secrets with.
	iam *iam.Service
}

func newAccess(s settings, rows accesskey.Rows, cfg aws.Config, log *slog.Logger) *access {
	secrets := accesskey.AWSSecrets{Credentials: cfg.Credentials, Region: s.region, Endpoints: accesskey.EndpointsOf(os.Getenv)}
	var cipher *accesskey.Cipher
	if s.secretKey != "" {
		cipher = accesskey.NewCipher(func(ctx context.Context) ([]byte, error) { return secrets.MasterKey(ctx, s.secretKey) })
	}
	gate := iam.GateConfig{Region: s.region, Log: log}
	changed := func() {}
	if s.auth == authSignature {
		cache := accesskey.NewCache(accesskey.CacheConfig{Store: rows, Cipher: cipher, Log: log})
		changed = cache.Forget
		keys := accesskey.Layered{cache}
		if s.adminAccessKey != "" {
			keys = accesskey.Layered{&administrator{s: s, secrets: secrets}, cache}
		}
		gate.Keys = keys
	}
	a := &access{gate: iam.NewGate(gate)}
	if cipher != nil {
		a.iam = iam.NewService(iam.ServiceConfig{
			Store: accesskey.NewStore(accesskey.StoreConfig{Rows: rows, Cipher: cipher, Account: s.account, Changed: changed}),
			Gate:  a.gate, Account: s.account, Log: log,
		})
	}
	return a
}

// administrator is the first key pair, which makes the users of all others. Its secret is fetched
// when a request first names it.
type administrator struct {
	s       settings
	secrets accesskey.AWSSecrets
	pair    lazy[*accesskey.Static]
}

// Find implements sigv4.Keys.
func (a *administrator) Find(ctx context.Context, accessKeyID string) (*sigv4.Key, *accesskey.Principal, error) {
	if accessKeyID != a.s.adminAccessKey {
		return nil, nil, sigv4.ErrUnknownKey
	}
	pair, err := a.pair.get(func() (*accesskey.Static, error) {
		secret := a.s.adminSecretKey
		if secret == "" {
			var err error
			if secret, err = a.secrets.Secret(ctx, a.s.adminSecretARN); err != nil {
				return nil, fmt.Errorf("fetch the administrator's secret key: %w", err)
			}
		}
		return accesskey.NewStatic(accessKeyID, secret, a.s.account)
	})
	if err != nil {
		return nil, nil, err
	}
	return pair.Find(ctx, accessKeyID)
}

// readAccess reads the settings of access control.
func (s *settings) readAccess(getenv func(string) string) error {
	var faults []error
	s.auth, s.secretKey = getenv("POSTERN_CONTROL_AUTH"), getenv("POSTERN_SECRET_KEY")
	s.adminAccessKey, s.adminSecretKey, s.adminSecretARN = getenv("POSTERN_ADMIN_ACCESS_KEY"), getenv("POSTERN_ADMIN_SECRET_KEY"), getenv("POSTERN_ADMIN_SECRET_ARN")
	if s.secretKey != "" {
		if err := accesskey.CheckMasterKey(s.secretKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_SECRET_KEY: %w", err))
		}
	}
	switch {
	case s.adminAccessKey == "" && s.adminSecretKey+s.adminSecretARN != "":
		faults = append(faults, errors.New("POSTERN_ADMIN_ACCESS_KEY is not set, but a secret for it is"))
	case s.adminAccessKey != "" && (s.adminSecretKey == "") == (s.adminSecretARN == ""):
		faults = append(faults, errors.New("POSTERN_ADMIN_ACCESS_KEY needs one of POSTERN_ADMIN_SECRET_KEY and POSTERN_ADMIN_SECRET_ARN"))
	}
	switch s.auth {
	case "":
		s.auth = authFunctionURL
	case authFunctionURL, authSignature:
	default:
		faults = append(faults, fmt.Errorf("POSTERN_CONTROL_AUTH is %q: it must be %s or %s", s.auth, authFunctionURL, authSignature))
	}
	switch {
	case s.auth == authFunctionURL && s.adminAccessKey != "":
		faults = append(faults, errors.New("POSTERN_ADMIN_ACCESS_KEY is for POSTERN_CONTROL_AUTH="+authSignature+" only"))
	case s.auth == authSignature && s.adminAccessKey == "" && s.secretKey == "":
		faults = append(faults, errors.New("POSTERN_CONTROL_AUTH="+authSignature+" needs POSTERN_ADMIN_ACCESS_KEY, or POSTERN_SECRET_KEY for the keys of the store: nobody could sign"))
	}
	return errors.Join(faults...)
}
