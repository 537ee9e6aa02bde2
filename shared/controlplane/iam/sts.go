package iam

import (
	"context"
	"encoding/xml"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/wire"
)

func getCallerIdentity(_ context.Context, c *call) (any, error) {
	who := c.principal.Caller
	return struct {
		XMLName xml.Name `xml:"GetCallerIdentityResult"`
		ARN     string   `xml:"Arn"`
		UserID  string   `xml:"UserId"`
		Account string   `xml:"Account"`
	}{ARN: who.UserARN, UserID: who.UserID, Account: who.AccountID}, c.rest()
}

// getSessionToken makes temporary credentials of the user who calls with a long-term key. Only a
// user can: the account's root is not in the store.
func getSessionToken(ctx context.Context, c *call) (any, error) {
	life := accesskey.DefaultSession
	if text := c.param("DurationSeconds"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, &accesskey.Error{Code: "ValidationError", Message: "DurationSeconds must be a number"}
		}
		life = time.Duration(n) * time.Second
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	if c.principal.UserName() == "" || c.principal.Temporary() {
		return nil, wire.AccessDenied("Cannot call GetSessionToken with session credentials, or as the account's root")
	}
	made, err := c.c.Store.CreateSession(ctx, c.principal.UserName(), life)
	if err != nil {
		return nil, err
	}
	type credentials struct {
		AccessKeyID     string `xml:"AccessKeyId"`
		SecretAccessKey string `xml:"SecretAccessKey"`
		SessionToken    string `xml:"SessionToken"`
		Expiration      string `xml:"Expiration"`
	}
	return struct {
		XMLName     xml.Name `xml:"GetSessionTokenResult"`
		Credentials credentials
	}{Credentials: credentials{made.ID, made.Secret, made.SessionToken, made.Expires.Format(time.RFC3339)}}, nil
}
