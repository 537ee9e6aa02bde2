package harness

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

// Account has the APIs.
const Account = "123456789012"

// User is an IAM user who is there before the process under test starts.
type User struct {
	// Name is unique over all accounts.
	Name string
	// Account is Account if empty.
	Account string
	// Policy is an inline policy; empty is none.
	Policy string
	Tags   map[string]string
	// Inactive is the status of the user's access key.
	Inactive bool
	// Sessions asks for temporary credentials too: "name session" and "name expired".
	Sessions bool
}

// masterKey seals the secrets of access keys, and is the processes' POSTERN_SECRET_KEY.
var masterKey = base64.StdEncoding.EncodeToString([]byte("32 bytes that the tests chose..."))

// addUsers puts the suite's users into a store and returns their credentials.
func (s *Suite) addUsers(ctx context.Context, rows accesskey.Rows) (map[string]aws.Credentials, error) {
	key, err := accesskey.ParseMasterKey(masterKey)
	if err != nil {
		return nil, err
	}
	cipher := accesskey.NewCipher(func(context.Context) ([]byte, error) { return key, nil })
	all := map[string]aws.Credentials{}
	for _, u := range s.Users {
		account := u.Account
		if account == "" {
			account = Account
		}
		users := accesskey.NewStore(accesskey.StoreConfig{Rows: rows, Cipher: cipher, Account: account})
		var tags []accesskey.Tag
		for name, value := range u.Tags {
			tags = append(tags, accesskey.Tag{Key: name, Value: value})
		}
		if _, err := users.CreateUser(ctx, u.Name, "", tags); err != nil {
			return nil, fmt.Errorf("create user %s: %w", u.Name, err)
		}
		if u.Policy != "" {
			if err := users.PutPolicy(ctx, u.Name, "own", u.Policy); err != nil {
				return nil, fmt.Errorf("policy of user %s: %w", u.Name, err)
			}
		}
		k, err := users.CreateKey(ctx, u.Name)
		if err != nil {
			return nil, fmt.Errorf("key of user %s: %w", u.Name, err)
		}
		all[u.Name] = credentialsOf(k)
		if u.Inactive {
			if err := users.SetKeyStatus(ctx, u.Name, k.ID, accesskey.Inactive); err != nil {
				return nil, fmt.Errorf("key of user %s: %w", u.Name, err)
			}
		}
		if !u.Sessions {
			continue
		}
		past := accesskey.NewStore(accesskey.StoreConfig{Rows: rows, Cipher: cipher, Account: account, Now: func() time.Time { return time.Now().Add(-time.Hour) }})
		for name, from := range map[string]*accesskey.Store{" session": users, " expired": past} {
			k, err := from.CreateSession(ctx, u.Name, accesskey.MinSession)
			if err != nil {
				return nil, fmt.Errorf("session of user %s: %w", u.Name, err)
			}
			all[u.Name+name] = credentialsOf(k)
		}
	}
	return all, nil
}

func credentialsOf(k *accesskey.Secret) aws.Credentials {
	return aws.Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret, SessionToken: k.SessionToken}
}

// Credentials are those of a user, or of "name session" and "name expired".
func (p *Place) Credentials(name string) aws.Credentials { return p.credentials[name] }

// Signature is how a request is signed.
type Signature struct {
	By aws.Credentials
	// Service and Region are execute-api and Region if empty.
	Service, Region string
	// Ago is how long ago it was signed.
	Ago time.Duration
	// Payload is the hash of the body; that of the request's body if empty.
	Payload string
	// Query signs the query string and no header.
	Query bool
}

// Sign signs a request as the process under test will see it. It is for Request.Prepare.
func (p *Place) Sign(ctx context.Context, r *Request, s Signature) error {
	host, prefix := r.Host, ""
	if p.host != "" {
		id, _, _ := strings.Cut(r.Host, ".")
		host, prefix = p.host, pathOfAPI+id
	}
	u, err := url.Parse("http://" + host + prefix + r.Target)
	if err != nil {
		return err
	}
	out := &http.Request{Method: r.Method, URL: u, Host: host, Header: http.Header{}}
	if s.Service == "" {
		s.Service = "execute-api"
	}
	if s.Region == "" {
		s.Region = Region
	}
	if s.Payload == "" {
		sum := sha256.Sum256([]byte(r.Body))
		s.Payload = hex.EncodeToString(sum[:])
	}
	at := time.Now().Add(-s.Ago)
	if s.Query {
		q := u.Query()
		q.Set("X-Amz-Expires", "60")
		u.RawQuery = q.Encode()
		signed, _, err := signer.NewSigner().PresignHTTP(ctx, s.By, out, s.Payload, s.Service, s.Region, at)
		if err != nil {
			return err
		}
		_, target, _ := strings.Cut(strings.TrimPrefix(signed, "http://"), "/")
		r.Target = strings.TrimPrefix("/"+target, prefix)
		return nil
	}
	for _, l := range r.Header {
		name, value, _ := strings.Cut(l, ":")
		out.Header.Add(name, strings.TrimSpace(value))
	}
	before := len(out.Header)
	if s.Payload == "UNSIGNED-PAYLOAD" {
		out.Header.Set("X-Amz-Content-Sha256", s.Payload)
	}
	if err := signer.NewSigner().SignHTTP(ctx, s.By, out, s.Payload, s.Service, s.Region, at); err != nil {
		return err
	}
	if len(out.Header) == before {
		return fmt.Errorf("nothing was signed for %q", s.By.AccessKeyID)
	}
	r.Header = append([]string(nil), r.Header...)
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"} {
		if v := out.Header.Get(name); v != "" {
			r.Header = append(r.Header, name+": "+v)
		}
	}
	return nil
}
