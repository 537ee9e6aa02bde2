package integration

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// CredentialsError says that a request could not be signed: a role could not be assumed, or there
// are no credentials.
type CredentialsError struct {
	// Role is the ARN of the role, or empty.
	Role string
	Err  error
}

func (e *CredentialsError) Error() string {
	if e.Role != "" {
		return "assume role " + e.Role + ": " + e.Err.Error()
	}
	return e.Err.Error()
}

func (e *CredentialsError) Unwrap() error { return e.Err }

// Roles gives the credentials of roles.
type Roles interface {
	// Role returns the credentials of a role. Nothing is asked before they are retrieved; that
	// fails with a *CredentialsError.
	Role(arn string) aws.CredentialsProvider
}

// retrieve returns the credentials of a role, of the caller, or else one's own. The error is a
// *CredentialsError, or an *HTTPError if the call's time was over before there were credentials.
func retrieve(ctx context.Context, roles Roles, role string, caller, own aws.CredentialsProvider) (aws.Credentials, error) {
	provider := own
	switch {
	case role != "" && roles == nil:
		return aws.Credentials{}, &CredentialsError{Role: role, Err: errors.New("nothing is configured that could assume it")}
	case role != "":
		provider = roles.Role(role)
	case caller != nil:
		provider = caller
	case own == nil:
		return aws.Credentials{}, &CredentialsError{Err: errors.New("there are no AWS credentials to sign the request with")}
	}
	credentials, err := provider.Retrieve(ctx)
	if err == nil {
		return credentials, nil
	}
	if ctx.Err() != nil {
		return aws.Credentials{}, classify(ctx, err)
	}
	var known *CredentialsError
	if errors.As(err, &known) {
		return aws.Credentials{}, known
	}
	return aws.Credentials{}, &CredentialsError{Err: err}
}

// roleSession is the session name that API Gateway assumes integrations' roles under; policies and
// audit trails may name it.
const roleSession = "BackplaneAssumeRoleSession"

// roleRenewal is how long before their expiry credentials are replaced.
const roleRenewal = 5 * time.Minute

// roles keeps the sessions of the roles that were asked for.
type roles struct {
	services *ServiceAPI
	region   string

	mu       sync.Mutex
	sessions map[string]*aws.CredentialsCache
}

func newRoles(services *ServiceAPI, region string) *roles {
	return &roles{services: services, region: region, sessions: map[string]*aws.CredentialsCache{}}
}

func (r *roles) role(arn string) aws.CredentialsProvider {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.sessions[arn]
	if s == nil {
		s = aws.NewCredentialsCache(&assumedRole{r, arn}, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = roleRenewal })
		r.sessions[arn] = s
	}
	return s
}

// assumedRole gets new credentials at each call; the cache around it decides when.
type assumedRole struct {
	roles *roles
	arn   string
}

// assumeRoleTimeout bounds the exchange, which serves more than the request that began it.
const assumeRoleTimeout = 10 * time.Second

// Retrieve implements aws.CredentialsProvider.
func (p *assumedRole) Retrieve(ctx context.Context) (aws.Credentials, error) {
	part := strings.SplitN(p.arn, ":", 6)
	if len(part) < 6 || part[0] != "arn" || part[2] != "iam" || !strings.HasPrefix(part[5], "role/") {
		return aws.Credentials{}, &CredentialsError{Role: p.arn, Err: errors.New("this is not the ARN of a role")}
	}
	ctx, cancel := context.WithTimeout(ctx, assumeRoleTimeout)
	defer cancel()
	credentials, err := p.assume(ctx, part[1])
	if err != nil {
		return aws.Credentials{}, &CredentialsError{Role: p.arn, Err: err}
	}
	credentials.AccountID = part[4]
	return credentials, nil
}

func (p *assumedRole) assume(ctx context.Context, partition string) (aws.Credentials, error) {
	var answer struct {
		Credentials struct {
			AccessKeyID     string    `xml:"AccessKeyId"`
			SecretAccessKey string    `xml:"SecretAccessKey"`
			SessionToken    string    `xml:"SessionToken"`
			Expiration      time.Time `xml:"Expiration"`
		} `xml:"AssumeRoleResult>Credentials"`
	}
	form := url.Values{"RoleArn": {p.arn}, "RoleSessionName": {roleSession}}
	if err := p.roles.services.query(ctx, partition, p.roles.region, "sts", "AssumeRole", form, &answer); err != nil {
		return aws.Credentials{}, err
	}
	c := answer.Credentials
	if c.AccessKeyID == "" || c.SecretAccessKey == "" {
		return aws.Credentials{}, errors.New("the answer holds no credentials")
	}
	return aws.Credentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
		Source: roleSession, CanExpire: true, Expires: c.Expiration,
	}, nil
}
