// Command bake compiles OpenAPI files into a folder that functions/proxy serves without a
// store: go run ./scripts/bake -out DIR file...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/bake"
)

func main() {
	err := run(context.Background(), os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bake:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("bake", flag.ContinueOnError)
	f.Usage = func() {
		_, _ = fmt.Fprintln(f.Output(), "bake [flags] FILE...: compiles OpenAPI files")
		f.PrintDefaults()
	}
	out := f.String("out", ".build/apis", "`folder` to write to")
	stage := f.String("stage", "local", "`name` of the stage")
	account := f.String("account", "123456789012", "account `id` in ARNs")
	region := f.String("region", "us-east-1", "`region` in ARNs")
	variables := map[string]string{}
	f.Func("variable", "stage variable as `name=value`; repeatable", func(v string) error {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			return errors.New("is not name=value")
		}
		variables[name] = value
		return nil
	})
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return errors.New("no OpenAPI file given; --help tells more")
	}
	for _, file := range f.Args() {
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		api, err := bake.Compile(ctx, body, bake.Options{Name: name, Stage: *stage, Variables: variables, Account: *account, Region: *region})
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, w := range api.Warnings {
			fmt.Fprintf(os.Stderr, "%s: warning: %s\n", file, w)
		}
		if err := api.Write(*out); err != nil {
			return err
		}
		fmt.Printf("%s -> %s (stage %s, %d bytes)\n", file, filepath.Join(*out, api.Stage.APIID), api.Stage.Name, len(api.Snapshot))
	}
	return nil
}
