package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
)

// settings are the function's environment variables.
type settings struct {
	// issuer is POSTERN_ISSUER, whose tokens are demanded; empty demands none. jwksURL is
	// POSTERN_JWKS_URL, for an issuer without discovery.
	issuer, jwksURL string
	// audiences and scopes are POSTERN_AUDIENCE and POSTERN_SCOPES, lists with commas between. A
	// token must have one of each that is given.
	audiences, scopes []string
	// algorithms is POSTERN_ALGORITHMS, by default RS256 and ES256.
	algorithms []jwt.Algorithm
	// leeway is POSTERN_LEEWAY, how far clocks may differ, such as "30s"; 0 by default.
	leeway time.Duration
	// header is POSTERN_TOKEN_HEADER, where REQUEST events have the token, Authorization by default.
	header string
	// keyRequired is POSTERN_API_KEY_REQUIRED=true: requests need an API key in X-Api-Key, whose
	// usage plan names the API and stage that apiID and stage stand for.
	keyRequired bool
	// policy is POSTERN_POLICY, a resource policy as JSON; empty is none.
	policy string
	// table is POSTERN_TABLE, the DynamoDB table that the control plane writes. apiID and stage are
	// POSTERN_API and POSTERN_STAGE, which name the definition where stage variables do not.
	table, apiID, stage string
	// meteringTimeout is POSTERN_METERING_TIMEOUT, how long one write for throttles and quotas may
	// take, such as "500ms"; 0 is the default (metering.Config).
	meteringTimeout time.Duration
	// simple is POSTERN_SIMPLE_RESPONSES, true by default: REQUEST events 2.0 are answered in the
	// form of enableSimpleResponses; false answers them with a policy.
	simple bool
	// allowLoopback is POSTERN_ALLOW_LOOPBACK=true: issuers may be on this machine. On Lambda that
	// would be the Runtime API, so only tests set it.
	allowLoopback    bool
	userPoolEndpoint string
	region           string
}

func readSettings(getenv func(string) string) (settings, error) {
	s := settings{
		issuer: getenv("POSTERN_ISSUER"), jwksURL: getenv("POSTERN_JWKS_URL"),
		audiences: list(getenv("POSTERN_AUDIENCE")), scopes: list(getenv("POSTERN_SCOPES")),
		header: cmp.Or(getenv("POSTERN_TOKEN_HEADER"), "Authorization"), policy: getenv("POSTERN_POLICY"),
		table: getenv("POSTERN_TABLE"), apiID: getenv("POSTERN_API"), stage: getenv("POSTERN_STAGE"),
		simple: true, userPoolEndpoint: jwt.UserPoolEndpoint(getenv), region: cmp.Or(getenv("AWS_REGION"), "us-east-1"),
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	flag := func(name string, to *bool) {
		switch v := getenv(name); v {
		case "":
		case "true", "false":
			*to = v == "true"
		default:
			fault("%s is %q: it must be true or false", name, v)
		}
	}
	flag("POSTERN_API_KEY_REQUIRED", &s.keyRequired)
	flag("POSTERN_SIMPLE_RESPONSES", &s.simple)
	flag("POSTERN_ALLOW_LOOPBACK", &s.allowLoopback)
	for _, name := range list(cmp.Or(getenv("POSTERN_ALGORITHMS"), "RS256,ES256")) {
		a, ok := jwt.ParseAlgorithm(name)
		if !ok {
			fault("POSTERN_ALGORITHMS: %q is no algorithm of public keys", name)
		}
		s.algorithms = append(s.algorithms, a)
	}
	if v := getenv("POSTERN_LEEWAY"); v != "" {
		var err error
		if s.leeway, err = time.ParseDuration(v); err != nil || s.leeway < 0 || s.leeway > time.Hour {
			fault("POSTERN_LEEWAY is %q: it must be a duration up to 1h, such as 30s", v)
		}
	}
	if v := getenv("POSTERN_METERING_TIMEOUT"); v != "" {
		var err error
		if s.meteringTimeout, err = time.ParseDuration(v); err != nil || s.meteringTimeout <= 0 || s.meteringTimeout > time.Minute {
			fault("POSTERN_METERING_TIMEOUT is %q: it must be a duration up to 1m, such as 500ms", v)
		}
	}
	return s, errors.Join(append(faults, s.check()...)...)
}

// check finds settings that mean nothing without others.
func (s *settings) check() []error {
	var faults []error
	for _, c := range []struct {
		set        bool
		name, need string
		met        bool
	}{
		{s.jwksURL != "", "POSTERN_JWKS_URL", "POSTERN_ISSUER", s.issuer != ""},
		{len(s.audiences) > 0, "POSTERN_AUDIENCE", "POSTERN_ISSUER", s.issuer != ""},
		{len(s.scopes) > 0, "POSTERN_SCOPES", "POSTERN_ISSUER", s.issuer != ""},
		{s.issuer != "", "POSTERN_ISSUER", "POSTERN_AUDIENCE", len(s.audiences) > 0},
		{s.keyRequired, "POSTERN_API_KEY_REQUIRED", "POSTERN_TABLE", s.table != ""},
		{s.apiID != "", "POSTERN_API", "POSTERN_TABLE", s.table != ""},
		{s.meteringTimeout > 0, "POSTERN_METERING_TIMEOUT", "POSTERN_TABLE", s.table != ""},
		{s.stage != "", "POSTERN_STAGE", "POSTERN_API", s.apiID != ""},
	} {
		if c.set && !c.met {
			faults = append(faults, fmt.Errorf("%s needs %s", c.name, c.need))
		}
	}
	if s.issuer == "" && s.table == "" && s.policy == "" {
		faults = append(faults, errors.New("there is nothing to check: set POSTERN_ISSUER and POSTERN_AUDIENCE for tokens, POSTERN_TABLE for deployed definitions and API keys, or POSTERN_POLICY"))
	}
	return faults
}

func list(s string) []string {
	var out []string
	for v := range strings.SplitSeq(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}
