package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// bootstrapQualifier contains "localhost" because moto reads a template from a URL only
// if the URL contains that word, and the bucket of assets is named for the qualifier.
const bootstrapQualifier = "@aws-cdk/core:bootstrapQualifier=localhost"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "deploy-smoke: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
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

	assembly := filepath.Join(folder, "cdk.out")
	for _, step := range [][]string{
		{"bootstrap", "aws://" + account + "/" + region, "--qualifier", "localhost", "-c", bootstrapQualifier},
		// With AWS_IAM the function URL needs no invocation permission, which moto would
		// attach to the alias that it does not have.
		{"synth", "--quiet", "-o", assembly, "-c", bootstrapQualifier, "-c", "postern:gateway.auth=AWS_IAM"},
		// Directly, because moto does not resolve imports in change sets.
		{"deploy", "--all", "--app", assembly, "--method", "direct", "--require-approval", "never"},
	} {
		if step[0] == "deploy" {
			if err := dropOutputs(assembly); err != nil {
				return fmt.Errorf("prepare the templates: %w", err)
			}
		}
		if err := moto.cdk(ctx, cdk, step); err != nil {
			return fmt.Errorf("cdk %s: %w", step[0], err)
		}
		fmt.Printf("ok  cdk %s\n", strings.Join(step[:2], " "))
	}
	return inspect(ctx, moto)
}

// cdk runs the CDK's command line against the emulator and prints what it said if it fails.
func (e *emulator) cdk(ctx context.Context, path string, args []string) error {
	command := exec.CommandContext(ctx, path, append(args, "--no-notices")...)
	command.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+e.url, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=", "AWS_PROFILE=",
		"CDK_DISABLE_CLI_TELEMETRY=true", "CI=true")
	if output, err := command.CombinedOutput(); err != nil {
		os.Stderr.Write(output)
		return err
	}
	return nil
}
