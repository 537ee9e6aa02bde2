package jwt

import (
	"slices"
	"strconv"
)

// What the claim token_use says of the two kinds of token that a user pool issues to clients.
const (
	idToken     = "id"
	accessToken = "access"
)

// CheckUserPoolUse refuses a good token of a user pool that does not fit a method (REST data plane
// spec, 11.4): without scopes it has to be an ID token, with some an access token that has one of
// them. admits tells whether an audience satisfies the authorizer; nil is satisfied by any, and by
// none. The error is an *Error.
func (t *Token) CheckUserPoolUse(scopes []string, admits func(audience string) bool) error {
	use, want := t.Text("token_use"), idToken
	if len(scopes) > 0 {
		want = accessToken
	}
	if use != want {
		return &Error{Reason: BadUse, Description: "the token is of the use " + quotable(strconv.Quote(use)) + ", and the method needs one of the use " + want}
	}
	if admits != nil && !slices.ContainsFunc(t.audience, admits) {
		return &Error{Reason: BadAudience, Description: "the audience of the token does not match the identity validation expression"}
	}
	return t.CheckScopes(scopes)
}
