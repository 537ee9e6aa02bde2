package audit

import (
	"cmp"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
)

// UserIdentity says who called (AWS CloudTrail user guide, "userIdentity element").
type UserIdentity struct {
	Type           string          `json:"type"` // Root, IAMUser, AssumedRole, FederatedUser, AWSService or Unknown
	PrincipalID    string          `json:"principalId,omitempty"`
	ARN            string          `json:"arn,omitempty"`
	AccountID      string          `json:"accountId,omitempty"`
	AccessKeyID    string          `json:"accessKeyId,omitempty"`
	UserName       string          `json:"userName,omitempty"`
	SessionContext *SessionContext `json:"sessionContext,omitempty"`
	// InvokedBy is the process that acted on its own behalf.
	InvokedBy string `json:"invokedBy,omitempty"`
}

// SessionContext tells where a session comes from.
type SessionContext struct {
	SessionIssuer SessionIssuer `json:"sessionIssuer"`
}

// SessionIssuer is the role of a session. Its ARN is not given: the path of the role is not part
// of the session's ARN.
type SessionIssuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId,omitempty"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

// identityOf describes a caller that the front door has verified; nil is nobody in particular.
func identityOf(c *edge.Caller) UserIdentity {
	if c == nil {
		return UserIdentity{Type: "Unknown"}
	}
	u := UserIdentity{
		Type:        "Unknown",
		PrincipalID: cmp.Or(c.UserID, c.CallerID),
		ARN:         c.UserARN,
		AccountID:   c.AccountID,
		AccessKeyID: c.AccessKey,
	}
	_, principal, _ := cutLast(c.UserARN, ":")
	kind, name, _ := strings.Cut(principal, "/")
	switch kind {
	case "root":
		u.Type = "Root"
	case "user":
		u.Type = "IAMUser"
		_, u.UserName, _ = cutLast(principal, "/") // a user's path comes before the name
	case "federated-user":
		u.Type = "FederatedUser"
	case "assumed-role":
		u.Type = "AssumedRole"
		role, _, _ := strings.Cut(name, "/")
		id, _, _ := strings.Cut(u.PrincipalID, ":")
		u.SessionContext = &SessionContext{SessionIssuer{Type: "Role", PrincipalID: id, AccountID: c.AccountID, UserName: role}}
	}
	return u
}

// is tells whether user names this identity: its name, access key, principal or ARN.
func (u *UserIdentity) is(user string) bool {
	return user == u.UserName || user == u.AccessKeyID || user == u.PrincipalID || user == u.ARN || user == u.InvokedBy ||
		u.SessionContext != nil && user == u.SessionContext.SessionIssuer.UserName
}

// label is the identity in a log line.
func (u *UserIdentity) label() string { return cmp.Or(u.ARN, u.InvokedBy, u.Type) }

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(separator):], true
}
