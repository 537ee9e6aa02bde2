package accesskey

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// CallerKeys gives the key pairs of callers, for calls that are made in their name. AWS itself
// knows none of them; a stand-in for a service that takes the same keys does.
type CallerKeys struct{ Keys sigv4.Keys[*Principal] }

// Credentials returns the key pair of an access key, and false if there is none or its secret is
// not known here.
func (c CallerKeys) Credentials(ctx context.Context, accessKey string) (aws.Credentials, bool, error) {
	key, _, err := c.Keys.Find(ctx, accessKey)
	switch {
	case errors.Is(err, sigv4.ErrUnknownKey):
		return aws.Credentials{}, false, nil
	case err != nil:
		return aws.Credentials{}, false, err
	case key.Secret == "":
		return aws.Credentials{}, false, nil
	}
	return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: key.Secret, SessionToken: key.SessionToken, Expires: key.Expires, CanExpire: !key.Expires.IsZero()}, true, nil
}
