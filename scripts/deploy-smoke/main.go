package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
)

// bootstrapQualifier contains "localhost" because moto reads a template from a URL only
// if the URL contains that word, and the bucket of assets is named for the qualifier.
const bootstrapQualifier = "@aws-cdk/core:bootstrapQualifier=localhost"

// notShown is what the emulator takes without doing anything, or does not have.
const notShown = `not shown, because the emulator does not have it:
  function URLs and their outputs; aliases, versions and invocation permissions; architecture
  TTL, deletion protection and point-in-time recovery of the table
  that the resources of a destroyed stack are gone: it makes some of them again
  what roles allow: it enforces no policy
  alarms that compute, dead letters, X-Ray
  front doors: CloudFront, AWS WAF, load balancers, API Gateway (their templates are linted)`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	assets := flag.String("assets", filepath.Join(".build", "deploy-local"), "`folder` of functions built for this machine")
	flag.Parse()
	if err := run(ctx, *assets); err != nil {
		fmt.Fprintf(os.Stderr, "deploy-smoke: %v\n", err)
		os.Exit(1)
	}
	fmt.Println(notShown)
}

// smoke is one run.
type smoke struct {
	cdk, folder, assets string
	moto                *emulator
}

func run(ctx context.Context, assets string) (err error) {
	cdk, err := filepath.Abs(filepath.Join("infra", "node_modules", ".bin", "cdk"))
	if err != nil {
		return err
	}
	if _, err := os.Stat(cdk); err != nil {
		return errors.New("the CDK's command line is missing: run npm --prefix infra ci in the folder of cdk.json")
	}
	folder, err := os.MkdirTemp("", "postern-smoke-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	moto, err := startEmulator(ctx, filepath.Join(folder, "moto.log"))
	if err != nil {
		return err
	}
	defer moto.stop()
	s := &smoke{cdk: cdk, folder: folder, assets: assets, moto: moto}
	if _, err := s.run(ctx, "bootstrap", "aws://"+account+"/"+region, "--qualifier", "localhost", "-c", bootstrapQualifier); err != nil {
		return err
	}
	return s.life(ctx)
}

// life deploys, updates and destroys, and looks at each.
func (s *smoke) life(ctx context.Context) error {
	definition, err := s.definition("ok")
	if err != nil {
		return err
	}
	first, err := s.deploy(ctx, "first", definition)
	if err != nil {
		return err
	}
	table, err := inspect(ctx, s.moto)
	if err != nil {
		return err
	}
	if err := s.serve(ctx, first, table, "ok"); err != nil {
		return fmt.Errorf("serve with what was deployed: %w", err)
	}

	if _, err := s.definition("changed"); err != nil {
		return err
	}
	second, err := s.synth(ctx, "second", definition)
	if err != nil {
		return err
	}
	difference, err := s.run(ctx, "diff", "postern-gateway", "--app", second, "--method", "template")
	if err != nil {
		return err
	}
	if !strings.Contains(difference, "BakedApis") || !strings.Contains(difference, "S3Key") {
		return fmt.Errorf("cdk diff does not show that a baked definition changed:\n%s", difference)
	}
	if _, err := s.run(ctx, "deploy", "--all", "--app", second, "--method", "direct", "--require-approval", "never"); err != nil {
		return err
	}
	if err := s.serve(ctx, second, table, "changed"); err != nil {
		return fmt.Errorf("serve after the update: %w", err)
	}

	if _, err := s.run(ctx, "destroy", "--all", "--app", second, "--force"); err != nil {
		return err
	}
	return inspectNothing(ctx, s.moto)
}

// definition writes the demo's definition with another answer of its MOCK integration.
func (s *smoke) definition(status string) (string, error) {
	demo, err := os.ReadFile(filepath.Join("scripts", "demo", "openapi.yaml"))
	if err != nil {
		return "", err
	}
	changed := bytes.ReplaceAll(demo, []byte(`'{"status": "ok"}'`), []byte(`'{"status": "`+status+`"}'`))
	if status != "ok" && bytes.Equal(changed, demo) {
		return "", errors.New("the demo's definition has no status to change")
	}
	path := filepath.Join(s.folder, "petstore.yaml")
	return path, os.WriteFile(path, changed, 0o644)
}

// synth writes an assembly that the emulator takes.
func (s *smoke) synth(ctx context.Context, name, definition string) (string, error) {
	assembly := filepath.Join(s.folder, name)
	architecture := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]
	_, err := s.run(ctx, "synth", "--quiet", "-o", assembly, "-c", bootstrapQualifier,
		"-c", "apis="+definition, "-c", "postern:assets="+s.assets, "-c", "postern:architecture="+architecture,
		"-c", "postern:removal=destroy", "-c", "postern:controlplane.definitions=cdk-localhost-assets-*",
		// With AWS_IAM the function URL needs no invocation permission, which moto would
		// attach to the alias that it does not have.
		"-c", "postern:gateway.auth=AWS_IAM")
	if err != nil {
		return "", err
	}
	if err := dropOutputs(assembly); err != nil {
		return "", fmt.Errorf("prepare the templates: %w", err)
	}
	return assembly, nil
}

func (s *smoke) deploy(ctx context.Context, name, definition string) (string, error) {
	assembly, err := s.synth(ctx, name, definition)
	if err != nil {
		return "", err
	}
	// Directly, because moto does not resolve imports in change sets.
	_, err = s.run(ctx, "deploy", "--all", "--app", assembly, "--method", "direct", "--require-approval", "never")
	return assembly, err
}

// run runs the CDK's command line against the emulator and returns what it said, which is printed
// if it fails.
func (s *smoke) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, s.cdk, append(args, "--no-notices")...)
	command.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+s.moto.url, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=", "AWS_PROFILE=",
		"CDK_DISABLE_CLI_TELEMETRY=true", "CI=true")
	output, err := command.CombinedOutput()
	if err != nil {
		os.Stderr.Write(output)
		// What the emulator said last tells which resource it failed on.
		if said, err := os.ReadFile(filepath.Join(s.folder, "moto.log")); err == nil {
			os.Stderr.Write(said[max(0, len(said)-4000):])
		}
		return "", fmt.Errorf("cdk %s: %w", args[0], err)
	}
	fmt.Printf("ok  cdk %s\n", strings.Join(args[:2], " "))
	return string(output), nil
}
