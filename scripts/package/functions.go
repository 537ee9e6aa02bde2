package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// localProcess is the command under functions/ that runs everything in one process.
const localProcess = "local"

// selectFunctions returns the functions to build, in the order of their names: all that
// the module has, or those that were asked for.
func selectFunctions(root string, asked []string) ([]string, error) {
	all, err := listFunctions(filepath.Join(root, "functions"))
	if err != nil {
		return nil, err
	}
	if len(asked) == 0 {
		return all, nil
	}
	for _, name := range asked {
		switch {
		case name == localProcess:
			return nil, fmt.Errorf("%s is a process, not a Lambda function; start it with go run ./functions/%[1]s", name)
		case !slices.Contains(all, name):
			return nil, fmt.Errorf("there is no function %q; there are: %s", name, strings.Join(all, ", "))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(asked))), nil
}

// listFunctions names the folders that hold a command, without the local process.
func listFunctions(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("list functions (run this in the folder of the module): %w", err)
	}
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() || entry.Name() == localProcess {
			continue
		}
		command, err := isCommand(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		if command {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no function", folder)
	}
	return names, nil
}

// isCommand reports whether a folder holds a Go file of package main other than a test.
func isCommand(folder string) (bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return false, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err != nil {
			return false, fmt.Errorf("read the package of a function: %w", err)
		}
		if parsed.Name.Name == "main" {
			return true, nil
		}
	}
	return false, nil
}
