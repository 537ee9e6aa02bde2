// Command wiregen generates the packages below shared/wire from the service models in its models folder: types, JSON,
// HTTP bindings, validation of the declared constraints and the table of operations. Equal models give equal bytes.
//
// It refuses what it does not know how to generate, so that a newer model cannot lose anything silently.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("out", "shared/wire", "folder of package wire; the packages are written below it")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "wiregen:", err)
		os.Exit(1)
	}
}

// run writes all generated files below out and removes those that an earlier run left behind.
func run(out string) error {
	files, err := generateAll()
	if err != nil {
		return err
	}
	if err := removeStale(out, files); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("create package folder: %w", err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("write generated file: %w", err)
		}
	}
	return nil
}

func removeStale(out string, files map[string][]byte) error {
	old, err := generatedFiles(out)
	if err != nil {
		return err
	}
	for _, name := range old {
		if _, kept := files[name]; kept {
			continue
		}
		if err := os.Remove(filepath.Join(out, filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("remove stale file: %w", err)
		}
	}
	return nil
}

// generatedFiles lists the files below out that carry the generator's name pattern, by their slash-separated paths.
func generatedFiles(out string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(out), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, "_gen.go") || strings.HasSuffix(path, "_gen_test.go")) {
			names = append(names, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list generated files: %w", err)
	}
	return names, nil
}
