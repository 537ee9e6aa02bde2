package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/edge"
)

// The forms are those of the CloudTrail user guide, "userIdentity element".
func TestIdentity(t *testing.T) {
	const account = "123456789012"
	for _, c := range []struct {
		caller *edge.Caller
		want   UserIdentity
	}{
		{nil, UserIdentity{Type: "Unknown"}},
		{
			&edge.Caller{AccessKey: "AK", AccountID: account, CallerID: account, UserID: account, UserARN: "arn:aws:iam::123456789012:root"},
			UserIdentity{Type: "Root", PrincipalID: account, ARN: "arn:aws:iam::123456789012:root", AccountID: account, AccessKeyID: "AK"},
		},
		{
			&edge.Caller{AccountID: account, CallerID: "AIDA1", UserARN: "arn:aws:iam::123456789012:user/Alice"},
			UserIdentity{Type: "IAMUser", PrincipalID: "AIDA1", ARN: "arn:aws:iam::123456789012:user/Alice", AccountID: account, UserName: "Alice"},
		},
		{
			&edge.Caller{AccountID: account, UserID: "AROA1:MySession", UserARN: "arn:aws:sts::123456789012:assumed-role/Deploy/MySession"},
			UserIdentity{Type: "AssumedRole", PrincipalID: "AROA1:MySession", ARN: "arn:aws:sts::123456789012:assumed-role/Deploy/MySession", AccountID: account,
				SessionContext: &SessionContext{SessionIssuer{Type: "Role", PrincipalID: "AROA1", AccountID: account, UserName: "Deploy"}}},
		},
		{
			&edge.Caller{AccountID: account, UserID: "123456789012:Bob", UserARN: "arn:aws:sts::123456789012:federated-user/Bob"},
			UserIdentity{Type: "FederatedUser", PrincipalID: "123456789012:Bob", ARN: "arn:aws:sts::123456789012:federated-user/Bob", AccountID: account},
		},
		{&edge.Caller{AccessKey: "AK"}, UserIdentity{Type: "Unknown", AccessKeyID: "AK"}},
	} {
		if diff := cmp.Diff(c.want, identityOf(c.caller)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.caller, diff)
		}
	}
}
