package sigv4

import (
	"fmt"
	"strings"
	"time"
)

// algorithm is the only one verified here.
const algorithm = "AWS4-HMAC-SHA256"

// timeLayout is the form of X-Amz-Date.
const timeLayout = "20060102T150405Z"

// credential is a parsed Authorization header.
type credential struct {
	accessKey, date, region, service string
	signedHeaders                    []string
	signature                        string
}

func (c *credential) scope() string {
	return c.date + "/" + c.region + "/" + c.service + "/aws4_request"
}

// parseAuthorization reads an Authorization header. dateSent tells whether the request has a
// date header, since AWS lists its absence together with the other missing parts.
func parseAuthorization(header string, dateSent bool) (*credential, *Error) {
	rest, ok := strings.CutPrefix(header, algorithm)
	if !ok || rest != "" && rest[0] != ' ' {
		first, _, _ := strings.Cut(header, " ")
		return nil, incomplete("'%s' not a valid key=value pair (missing equal-sign) in Authorization header: '%s'.", first, header)
	}
	fields := map[string]string{}
	for field := range strings.SplitSeq(rest, ",") {
		field = strings.TrimSpace(field)
		if field == "" {
			continue
		}
		k, v, ok := strings.Cut(field, "=")
		if !ok {
			return nil, incomplete("'%s' not a valid key=value pair (missing equal-sign) in Authorization header: '%s'.", field, header)
		}
		fields[k] = v
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if fields[name] == "" {
			missing = append(missing, fmt.Sprintf("Authorization header requires '%s' parameter.", name))
		}
	}
	if !dateSent {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if len(missing) > 0 {
		return nil, incomplete("%s Authorization=%s", strings.Join(missing, " "), header)
	}
	parts := strings.Split(fields["Credential"], "/")
	if len(parts) < 5 || parts[len(parts)-1] != "aws4_request" {
		return nil, incomplete("Credential must have at least 5 elements, separated by slashes: '%s'", fields["Credential"])
	}
	n := len(parts)
	return &credential{
		accessKey: strings.Join(parts[:n-4], "/"), date: parts[n-4], region: parts[n-3], service: parts[n-2],
		signedHeaders: strings.Split(fields["SignedHeaders"], ";"),
		signature:     fields["Signature"],
	}, nil
}

// checkTime refuses requests signed too long ago or too far ahead, in AWS's words.
func checkTime(signed, now time.Time, skew time.Duration) *Error {
	minutes := int(skew / time.Minute)
	switch {
	case signed.Before(now.Add(-skew)):
		return invalid("Signature expired: %s is now earlier than %s (%s - %d min.)",
			signed.Format(timeLayout), now.Add(-skew).Format(timeLayout), now.Format(timeLayout), minutes)
	case signed.After(now.Add(skew)):
		return invalid("Signature not yet current: %s is still later than %s (%s + %d min.)",
			signed.Format(timeLayout), now.Add(skew).Format(timeLayout), now.Format(timeLayout), minutes)
	}
	return nil
}
