package integration

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// ServiceAPIConfig configures a ServiceAPI.
type ServiceAPIConfig struct {
	// Credentials sign the calls of integrations that name none of their own.
	Credentials aws.CredentialsProvider
	// Region is where the roles of integrations are assumed.
	Region string
	// Getenv finds AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_{SERVICE}, which replace the services' own
	// endpoints; nil leaves them alone.
	Getenv func(string) string
	// Transport makes the calls; nil is a transport of its own.
	Transport http.RoundTripper
	// Now tells the time of signing; nil is time.Now.
	Now func() time.Time
}

// ServiceAPI calls AWS services with signed requests. It does not retry. It is safe for concurrent
// use.
type ServiceAPI struct {
	c         ServiceAPIConfig
	endpoints endpoints
	signer    *v4.Signer
	s3Signer  *v4.Signer
	roles     *roles
}

// ServiceCall is what a request to a service is signed with.
type ServiceCall struct {
	URI *ServiceURI
	// Role is the ARN of a role to assume for the call, or empty.
	Role string
	// Caller is the caller's own identity, to make the call with; nil does not.
	Caller aws.CredentialsProvider
	// Payload is the request's body, which the signature covers.
	Payload []byte
}

// NewServiceAPI returns a ServiceAPI.
func NewServiceAPI(c ServiceAPIConfig) *ServiceAPI {
	if c.Transport == nil {
		c.Transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			MaxIdleConnsPerHost:    128,
			IdleConnTimeout:        50 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &ServiceAPI{
		c: c, endpoints: endpoints{c.Getenv}, signer: v4.NewSigner(),
		// S3 alone takes the path as it was sent.
		s3Signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
	}
	a.roles = newRoles(a, c.Region)
	return a
}

// Role implements Roles. The sessions are kept: one per role, asked for once at a time, renewed
// before it ends.
func (a *ServiceAPI) Role(arn string) aws.CredentialsProvider { return a.roles.role(arn) }

// Do signs and sends a request, whose URL is the service's own endpoint, and returns when the
// response's header has arrived; the body streams. The error is a *CredentialsError or an
// *HTTPError.
func (a *ServiceAPI) Do(r *http.Request, c ServiceCall) (*http.Response, error) {
	if err := a.place(r, c.URI); err != nil {
		return nil, &HTTPError{Kind: InvalidEndpoint, Err: err}
	}
	if err := a.sign(r, c); err != nil {
		return nil, err
	}
	res, err := a.c.Transport.RoundTrip(r)
	if err != nil {
		return nil, classify(r.Context(), err)
	}
	return res, nil
}

// place gives the request the form that signer and service agree on, and turns it to another
// endpoint if the environment names one. There a service that is told by its subdomain is told by
// the Host header.
func (a *ServiceAPI) place(r *http.Request, u *ServiceURI) error {
	path := canonicalEscapes(r.URL.EscapedPath(), u.isS3)
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return fmt.Errorf("path of the service: %w", err)
	}
	r.URL.Path, r.URL.RawPath, r.URL.Fragment = decoded, path, ""
	override := a.endpoints.override(u)
	if override == "" {
		return nil
	}
	to, err := url.Parse(override)
	if err != nil || to.Host == "" {
		return fmt.Errorf("%s or AWS_ENDPOINT_URL is %q, which is not the address of an endpoint", u.variable, override)
	}
	if r.Host == r.URL.Host && u.Subdomain == "" {
		r.Host = ""
	}
	r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
	r.URL.Path, r.URL.RawPath = to.Path+r.URL.Path, to.EscapedPath()+r.URL.RawPath
	return nil
}

func (a *ServiceAPI) sign(r *http.Request, c ServiceCall) error {
	credentials, err := retrieve(r.Context(), a, c.Role, c.Caller, a.c.Credentials)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(c.Payload)
	hash := hex.EncodeToString(sum[:])
	signer := a.signer
	if c.URI.isS3 {
		signer = a.s3Signer
		r.Header["X-Amz-Content-Sha256"] = []string{hash}
	}
	if err := signer.SignHTTP(r.Context(), credentials, r, hash, c.URI.SigningName, c.URI.SigningRegion, a.c.Now()); err != nil {
		return &CredentialsError{Err: fmt.Errorf("sign the request: %w", err)}
	}
	return nil
}

// canonicalEscapes percent-encodes all of a path but unreserved characters and slashes (RFC 3986,
// 2.3), as services do before they compare signatures. S3 takes an escaped slash for a slash, as a
// part of the object's key.
func canonicalEscapes(path string, slashes bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(path))
	for i := 0; i < len(path); i++ {
		c := path[i]
		escaped := false
		if c == '%' && i+2 < len(path) {
			if high, low := unhex(path[i+1]), unhex(path[i+2]); high >= 0 && low >= 0 {
				c, escaped = byte(high<<4|low), true
				i += 2
			}
		}
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~',
			c == '/' && (slashes || !escaped):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
