package jwt

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// userPoolARN is that of a Cognito user pool. Region and pool become parts of an address.
var userPoolARN = regexp.MustCompile(`^arn:(aws[a-z-]*):cognito-idp:([a-z]{2,}(?:-[a-z]+)+-\d+):\w*:userpool/([\w-]+_[0-9a-zA-Z]+)$`)

// UserPools returns what verifies the tokens of Cognito user pools, whatever client they were
// issued to. The error names an ARN that is not that of a user pool.
func (k *Keyring) UserPools(arns []string) (*Verifier, error) {
	v := &Verifier{ring: k, algorithms: newAlgorithmSet(UserPoolAlgorithms)}
	for _, arn := range arns {
		parts := userPoolARN.FindStringSubmatch(arn)
		if parts == nil {
			return nil, fmt.Errorf("%q is not the ARN of a user pool", arn)
		}
		partition, region, pool := parts[1], parts[2], parts[3]
		issuer := "https://cognito-idp." + region + ".amazonaws.com"
		if partition == "aws-cn" {
			issuer += ".cn"
		}
		issuer += "/" + pool
		home := issuer
		if k.o.UserPoolEndpoint != "" {
			home = k.o.UserPoolEndpoint + "/" + pool
		}
		s := k.source(k.own, issuer, home+"/.well-known/jwks.json")
		v.issuers = append(v.issuers, accepted{issuer, s})
		if home != issuer {
			v.issuers = append(v.issuers, accepted{home, s})
		}
	}
	if len(v.issuers) == 0 {
		return nil, errors.New("no user pool")
	}
	return v, nil
}

// UserPoolEndpoint is Options.UserPoolEndpoint as the environment says, like the endpoints of AWS's
// own clients: AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, or AWS_ENDPOINT_URL.
func UserPoolEndpoint(getenv func(string) string) string {
	return cmp.Or(getenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"), getenv("AWS_ENDPOINT_URL"))
}

// TokenFromHeader returns the token of a header such as Authorization, with or without "Bearer "
// in any case (HTTP API spec, 11).
func TokenFromHeader(value string) string {
	const prefix = "bearer "
	value = strings.Trim(value, " \t")
	if len(value) >= len(prefix) && strings.EqualFold(value[:len(prefix)], prefix) {
		value = strings.TrimLeft(value[len(prefix):], " \t")
	}
	return value
}
