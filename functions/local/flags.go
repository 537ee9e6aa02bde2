package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/controlplane/usagecsv"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// options are what the command line and the environment ask for.
type options struct {
	listen, control      string
	data                 string
	apis                 []string
	functions            string
	vpcLinks             map[string]string
	account, region      string
	accessKey, secretKey string
	noAuth               bool
	// socketIdle and socketLife bound the connections of WebSocket APIs.
	socketIdle, socketLife time.Duration
	// masterKey is POSTERN_SECRET_KEY, which seals the secrets of access keys; empty makes a key
	// and keeps it beside the store.
	masterKey string
	// cacheKey is POSTERN_CACHE_KEY, which seals the encrypted entries of stage caches; empty takes
	// the key that seals secrets.
	cacheKey string
	// accountLimit is --account-throttle, nil for none.
	accountLimit *metering.Limit
	// prices is --prices or POSTERN_PRICES, the price table of /usage.csv.
	prices usagecsv.Prices
	// cacheMemory is --cache-memory in bytes, 0 for the default.
	cacheMemory int64
}

// memory as --data keeps nothing.
const memory = ":memory:"

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// parseFlags reads the command line. It returns flag.ErrHelp after printing the usage.
func parseFlags(args []string, stderr io.Writer, getenv func(string) string) (options, error) {
	o := options{region: getenv("AWS_REGION"), masterKey: getenv("POSTERN_SECRET_KEY"), cacheKey: getenv("POSTERN_CACHE_KEY")}
	if o.region == "" {
		o.region = "us-east-1"
	}
	f := flag.NewFlagSet("local", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` of the data plane (HTTP/1.1, h2c, WebSocket)")
	f.StringVar(&o.control, "control", "127.0.0.1:8081", "`address` of the control-plane API, /audit, /healthz and /metrics")
	f.StringVar(&o.data, "data", ".postern", "`folder` of the embedded store; "+memory+" keeps nothing")
	f.Func("api", "OpenAPI `file` to import and deploy to stage local; repeatable; a saved change is live at once", func(v string) error {
		path, err := filepath.Abs(v)
		if err != nil {
			return err
		}
		if slices.Contains(o.apis, path) {
			return errors.New("the file is given twice")
		}
		if st, err := os.Stat(path); err != nil {
			return err
		} else if st.IsDir() {
			return errors.New("is a folder; name the OpenAPI file in it")
		}
		o.apis = append(o.apis, path)
		return nil
	})
	f.StringVar(&o.functions, "functions", "", "YAML `file` of Lambda functions to run: name -> command, directory, environment, timeout, memory, concurrency")
	f.Func("vpc-link", "`id=host:port` of a VPC link's backend, or that of an integrationTarget by its ARN; repeatable, the default is the host of the integration's URI", func(v string) error {
		links, err := integration.ParseVPCLinks(v)
		if err != nil {
			return err
		}
		if o.vpcLinks == nil {
			o.vpcLinks = map[string]string{}
		}
		maps.Copy(o.vpcLinks, links)
		return nil
	})
	f.StringVar(&o.account, "account", "123456789012", "`id` of the local account")
	f.StringVar(&o.accessKey, "access-key", "test", "access key `id` that signs control-plane requests")
	f.StringVar(&o.secretKey, "secret-key", "test", "secret `key` that belongs to --access-key")
	f.BoolVar(&o.noAuth, "no-auth", false, "take control-plane requests from anyone, signed or not; for throwaway use")
	f.Func("cache-memory", "`megabytes` of stage caches to keep in memory, 1 to 512; the default is 64", func(v string) error {
		var err error
		o.cacheMemory, err = parseCacheMemory(v)
		return err
	})
	f.DurationVar(&o.socketIdle, "websocket-idle", 10*time.Minute, "`time` without a message after which a WebSocket connection is closed")
	f.DurationVar(&o.socketLife, "websocket-life", 2*time.Hour, "`time` after which a WebSocket connection is closed in any case")
	f.Func("account-throttle", "`rate:burst` in requests per second and requests that all APIs have together, such as 10000:5000; the default is no limit", func(v string) error {
		var err error
		o.accountLimit, err = usageplan.ParseLimit(v)
		return err
	})
	prices := f.String("prices", getenv("POSTERN_PRICES"), "price table of /usage.csv: a JSON `file`, or the document itself")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	if f.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q: every option starts with --", f.Arg(0))
	}
	var err error
	if o.prices, err = usagecsv.LoadPrices(*prices); err != nil {
		return options{}, fmt.Errorf("--prices: %w", err)
	}
	return o, o.check()
}

func (o *options) check() error {
	var faults []error
	for _, a := range []struct{ name, value string }{{"--listen", o.listen}, {"--control", o.control}} {
		if _, _, err := net.SplitHostPort(a.value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w (an address is host:port, such as 127.0.0.1:8080)", a.name, err))
		}
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"--websocket-idle", o.socketIdle}, {"--websocket-life", o.socketLife}} {
		if d.value <= 0 {
			faults = append(faults, fmt.Errorf("%s: must be longer than nothing", d.name))
		}
	}
	if !accountID.MatchString(o.account) {
		faults = append(faults, fmt.Errorf("--account: %q is not an account id of 12 digits", o.account))
	}
	for _, v := range []struct{ name, value string }{{"--data", o.data}, {"--access-key", o.accessKey}, {"--secret-key", o.secretKey}} {
		if v.value == "" {
			faults = append(faults, fmt.Errorf("%s: must not be empty", v.name))
		}
	}
	if o.masterKey != "" {
		if _, err := accesskey.ParseMasterKey(o.masterKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_SECRET_KEY: %w", err))
		}
	}
	if o.cacheKey != "" {
		if _, err := accesskey.ParseMasterKey(o.cacheKey); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_CACHE_KEY: %w", err))
		}
	}
	return errors.Join(faults...)
}
