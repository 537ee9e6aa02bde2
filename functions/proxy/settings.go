package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/integration"
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
	// lambdaEndpoint is AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL.
	lambdaEndpoint string
	// secretKey is POSTERN_SECRET_KEY, the setting of the key that opens the secrets of access
	// keys (accesskey.AWSSecrets.MasterKey); without it only Signature Version 4a is verified.
	secretKey string
	// vpcLinks is POSTERN_VPC_LINKS: addresses of private backends, in the form of
	// integration.ParseVPCLinks.
	vpcLinks string
	region   string
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
	if s.secretKey = getenv("POSTERN_SECRET_KEY"); s.secretKey != "" {
		if err := accesskey.CheckMasterKey(s.secretKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_SECRET_KEY: %w", err))
		}
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
