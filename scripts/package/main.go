package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "package: %v\n", err)
		os.Exit(1)
	}
}

// run parses the arguments, builds the functions and prints a line for each to stdout.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("package", flag.ContinueOnError)
	flags.SetOutput(stderr)
	arch := flags.String("arch", "arm64", "processor that the functions run on: arm64 or amd64")
	out := flags.String("out", filepath.Join(".build", "functions"), "folder to fill with one folder per function")
	baked := flags.String("baked", "", "folder of definitions to copy to <out>/proxy/apis/")
	root := flags.String("root", ".", "folder of the module whose functions/ are built")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *arch != "arm64" && *arch != "amd64" {
		return fmt.Errorf("-arch %q: Lambda has arm64 and amd64", *arch)
	}
	names, err := selectFunctions(*root, flags.Args())
	if err != nil {
		return err
	}
	if err := checkBaked(*baked, *out, names); err != nil {
		return err
	}
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		built, err := buildFunction(ctx, build{
			Root: *root, Name: name, Arch: *arch, Out: *out, Baked: bakedFor(name, *baked), Stderr: stderr,
		})
		if err != nil {
			return fmt.Errorf("function %s: %w", name, err)
		}
		fmt.Fprintf(stdout, "%-*s %s %9d %s\n", width, name, *arch, built.Size, built.SHA256)
	}
	return nil
}
