package exchange

import "github.com/postern-gateway/postern/shared/edge"

// CallerVariable returns $context.identity.NAME as far as it is known of a caller whom IAM has authenticated.
func CallerVariable(c *edge.Caller, name string) (string, bool) {
	switch name {
	case "accessKey":
		return present(c.AccessKey)
	case "accountId":
		return present(c.AccountID)
	case "caller":
		return present(c.CallerID)
	case "user":
		return present(c.UserID)
	case "userArn":
		return present(c.UserARN)
	case "principalOrgId":
		return present(c.PrincipalOrgID)
	case "cognitoIdentityId":
		return present(c.CognitoIdentityID)
	case "cognitoIdentityPoolId":
		return present(c.CognitoIdentityPoolID)
	case "cognitoAuthenticationType":
		return present(c.CognitoAuthenticationType)
	case "cognitoAuthenticationProvider":
		return present(c.CognitoAuthenticationProvider)
	}
	return "", false
}

// ClientCertVariable returns $context.identity.clientCert.NAME; c may be nil.
func ClientCertVariable(c *edge.ClientCert, name string) (string, bool) {
	if c == nil {
		return "", false
	}
	switch name {
	case "clientCertPem":
		return present(c.PEM)
	case "subjectDN":
		return present(c.SubjectDN)
	case "issuerDN":
		return present(c.IssuerDN)
	case "serialNumber":
		return present(c.SerialNumber)
	case "validity.notBefore":
		return present(c.NotBefore)
	case "validity.notAfter":
		return present(c.NotAfter)
	}
	return "", false
}

// present returns a value that exists unless it is empty.
func present(v string) (string, bool) { return v, v != "" }
