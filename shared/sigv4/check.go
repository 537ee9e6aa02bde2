package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// timeLayout is the form of X-Amz-Date.
const timeLayout = "20060102T150405Z"

// checkScope compares what the credential is scoped to with what this is. AWS lists every fault.
func (v *Verifier) checkScope(s *Signature) *Error {
	if s.Time.IsZero() || s.Date != s.amzDate[:8] {
		return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			s.Date, s.amzDate[:min(8, len(s.amzDate))], s.amzDate)
	}
	faults := ""
	if v.Region != "" && !s.coversRegion(v.Region) {
		faults = "Credential should be scoped to a valid region. "
	}
	if !slices.Contains(v.Services, s.Service) {
		faults += "Credential should be scoped to correct service: '" + strings.Join(v.Services, "' or '") + "'. "
	}
	if s.scopeEnd != terminator {
		faults += "Credential should be scoped with a valid terminator: '" + terminator + "', not '" + s.scopeEnd + "'. "
	}
	if faults != "" {
		return invalid("%s", faults)
	}
	return nil
}

// coversRegion tells whether the request was signed for a Region (security and operations spec,
// 1.2).
func (s *Signature) coversRegion(region string) bool {
	if !s.Asymmetric {
		return s.Region == region
	}
	for pattern := range strings.SplitSeq(s.RegionSet, ",") {
		if matchesRegion(strings.Trim(pattern, " "), region) {
			return true
		}
	}
	return false
}

// matchesRegion compares with a pattern in which "*" is any run of characters.
func matchesRegion(pattern, region string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == region
	}
	region, ok := strings.CutPrefix(region, head)
	if !ok {
		return false
	}
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(region, part)
		}
		i := strings.Index(region, part)
		if i < 0 {
			return false
		}
		region, rest = region[i+len(part):], more
	}
}

// checkTime refuses requests signed too long ago or too far ahead.
func (v *Verifier) checkTime(s *Signature) *Error {
	now, life := v.Now().UTC(), v.Skew
	if s.Expires > 0 {
		life = s.Expires
	}
	switch {
	case s.Time.Before(now.Add(-life)):
		return invalid("Signature expired: %s is now earlier than %s (%s - %d min.)",
			s.amzDate, now.Add(-life).Format(timeLayout), now.Format(timeLayout), int(life/time.Minute))
	case s.Time.After(now.Add(v.Skew)):
		return invalid("Signature not yet current: %s is still later than %s (%s + %d min.)",
			s.amzDate, now.Add(v.Skew).Format(timeLayout), now.Format(timeLayout), int(v.Skew/time.Minute))
	}
	return nil
}

// addedOnTheWay is a header that CloudFront gives requests which clients have signed.
const addedOnTheWay = "x-amz-cf-id"

// checkHeaders requires the host and every x-amz-* header to be signed, since one that is not
// could be changed or added on the way. The list must be in the form in which it is hashed.
func checkHeaders(r *http.Request, s *Signature) *Error {
	previous, host := "", false
	for name := range strings.SplitSeq(s.signedHeaders, ";") {
		if name <= previous || strings.ToLower(name) != name {
			return invalid("SignedHeaders must be lower-case names in alphabetical order, each once, separated by semicolons: '%s'.", s.signedHeaders)
		}
		previous = name
		host = host || name == "host" || name == ":authority"
	}
	if !host {
		return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range r.Header {
		if len(name) < len("x-amz-") || !strings.EqualFold(name[:len("x-amz-")], "x-amz-") {
			continue
		}
		if lower := strings.ToLower(name); lower != addedOnTheWay && !s.signs(lower) {
			return invalid("'%s' must be a 'SignedHeader' in the AWS Authorization.", name)
		}
	}
	return nil
}

// signs tells whether a header is in the list of signed ones.
func (s *Signature) signs(lower string) bool {
	for name := range strings.SplitSeq(s.signedHeaders, ";") {
		if name == lower {
			return true
		}
	}
	return false
}

// checkToken compares the token of temporary credentials, in time that does not depend on it.
func (v *Verifier) checkToken(s *Signature, k *Key) *Error {
	switch {
	case !equal(s.SecurityToken, k.SessionToken):
		return unknownKey("the session token is not that of the access key")
	case !k.Expires.IsZero() && !v.Now().Before(k.Expires):
		return expiredToken()
	}
	return nil
}
