package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// settings are the function's environment variables.
type settings struct {
	// table is POSTERN_TABLE, the DynamoDB table of definitions; empty serves baked APIs only.
	table string
	// apis is the folder of baked APIs: POSTERN_APIS, or apis beside the executable if that
	// exists; empty when nothing was baked.
	apis string
	// buffered is POSTERN_INVOKE_MODE=BUFFERED: the function URL does not stream.
	buffered bool
	// streamREST is POSTERN_STREAM_REST=true: the API Gateway REST methods in front stream.
	streamREST bool
	// allowLoopback is POSTERN_ALLOW_LOOPBACK=true: HTTP integrations may reach this machine.
	// On Lambda that would open the Runtime API to definitions, so only tests set it.
	allowLoopback bool
	// originSecret is POSTERN_ORIGIN_SECRET, the ARN of the secret that CloudFront shows; requests
	// without it are refused. Empty serves every request.
	originSecret string
	// mappingKeyInPath is POSTERN_MAPPING_KEY_IN_PATH=true: the events of HTTP APIs behind a custom
	// domain show the mapping's key in front of the path (httpapi.Config.MappingKeyInPath).
	mappingKeyInPath bool
	// lambdaEndpoint is AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL.
	lambdaEndpoint string
	// secretKey is POSTERN_SECRET_KEY, the setting of the key that opens the secrets of access
	// keys (accesskey.AWSSecrets.MasterKey); without it only Signature Version 4a is verified.
	secretKey string
	// cacheKey is POSTERN_CACHE_KEY, the setting of the key that seals the encrypted entries of stage
	// caches, in the same forms; empty takes secretKey for it. Without either such entries stay in
	// memory.
	cacheKey string
	// cacheMemory is POSTERN_CACHE_MEMORY, how much of stage caches is kept in memory: megabytes
	// there, bytes here; 0 is the default.
	cacheMemory int64
	// vpcLinks is POSTERN_VPC_LINKS: addresses of private backends, in the form of
	// integration.ParseVPCLinks.
	vpcLinks string
	// accountLimit is POSTERN_ACCOUNT_THROTTLE, the limit of all APIs together in the form of
	// usageplan.ParseLimit; "" is none.
	accountLimit string
	// meteringTimeout is POSTERN_METERING_TIMEOUT, how long one write of the meter may take, such as
	// "500ms"; 0 is the default (metering.Config).
	meteringTimeout time.Duration
	region          string
}

func readSettings(getenv func(string) string) (settings, error) {
	s := settings{table: getenv("POSTERN_TABLE"), apis: getenv("POSTERN_APIS"), region: getenv("AWS_REGION")}
	var faults []error
	flag := func(name string, to *bool) {
		switch v := getenv(name); v {
		case "", "false":
		case "true":
			*to = true
		default:
			faults = append(faults, fmt.Errorf("%s is %q: it must be true or false", name, v))
		}
	}
	flag("POSTERN_STREAM_REST", &s.streamREST)
	flag("POSTERN_ALLOW_LOOPBACK", &s.allowLoopback)
	flag("POSTERN_MAPPING_KEY_IN_PATH", &s.mappingKeyInPath)
	switch v := getenv("POSTERN_INVOKE_MODE"); v {
	case "", "RESPONSE_STREAM":
	case "BUFFERED":
		s.buffered = true
	default:
		faults = append(faults, fmt.Errorf("POSTERN_INVOKE_MODE is %q: it must be RESPONSE_STREAM or BUFFERED", v))
	}
	s.lambdaEndpoint = cmp.Or(getenv("AWS_ENDPOINT_URL_LAMBDA"), getenv("AWS_ENDPOINT_URL"))
	s.vpcLinks = getenv("POSTERN_VPC_LINKS")
	if _, err := integration.ParseVPCLinks(s.vpcLinks); err != nil {
		faults = append(faults, fmt.Errorf("POSTERN_VPC_LINKS: %w", err))
	}
	if s.originSecret = getenv("POSTERN_ORIGIN_SECRET"); s.originSecret != "" && !strings.HasPrefix(s.originSecret, "arn:") {
		faults = append(faults, fmt.Errorf("POSTERN_ORIGIN_SECRET is %q: it must be the ARN of a secret", s.originSecret))
	}
	if s.secretKey = getenv("POSTERN_SECRET_KEY"); s.secretKey != "" {
		if err := accesskey.CheckMasterKey(s.secretKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_SECRET_KEY: %w", err))
		}
	}
	if s.cacheKey = getenv("POSTERN_CACHE_KEY"); s.cacheKey != "" {
		if err := accesskey.CheckMasterKey(s.cacheKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_CACHE_KEY: %w", err))
		}
	}
	var err error
	if s.cacheMemory, err = parseCacheMemory(getenv("POSTERN_CACHE_MEMORY")); err != nil {
		faults = append(faults, fmt.Errorf("POSTERN_CACHE_MEMORY: %w", err))
	}
	if v := getenv("POSTERN_METERING_TIMEOUT"); v != "" {
		var err error
		if s.meteringTimeout, err = time.ParseDuration(v); err != nil || s.meteringTimeout <= 0 || s.meteringTimeout > time.Minute {
			faults = append(faults, fmt.Errorf("POSTERN_METERING_TIMEOUT is %q: it must be a duration up to 1m, such as 500ms", v))
		}
	}
	s.accountLimit = getenv("POSTERN_ACCOUNT_THROTTLE")
	if _, err := usageplan.ParseLimit(s.accountLimit); err != nil {
		faults = append(faults, fmt.Errorf("POSTERN_ACCOUNT_THROTTLE: %w", err))
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	if s.apis == "" {
		s.apis = besideExecutable("apis")
	}
	if s.apis == "" && s.table == "" {
		faults = append(faults, errors.New("there is nothing to serve: set POSTERN_TABLE to the table that the control plane writes, or bake APIs into the folder apis beside the executable"))
	}
	return s, errors.Join(faults...)
}

// besideExecutable returns the path of a folder beside this executable, or "" if there is none.
func besideExecutable(name string) string {
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	dir := filepath.Join(filepath.Dir(exe), name)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return ""
	}
	return dir
}
