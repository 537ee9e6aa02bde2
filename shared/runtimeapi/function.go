package runtimeapi

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Function describes one Lambda function: an executable that speaks the Lambda
// Runtime API, as functions for the provided.al2023 runtime do.
type Function struct {
	// Name is the function's name: 1 to 64 letters, digits, hyphens and underscores.
	Name string

	// Command is the executable and its arguments. A name without a path
	// separator is looked up in PATH; a relative path is relative to the working
	// directory of the server, not to Dir.
	Command []string

	// Dir is the working directory and LAMBDA_TASK_ROOT. Empty means the working
	// directory of the server.
	Dir string

	// Environment is added to Config.Environ. Variables that the Runtime API
	// owns, such as AWS_LAMBDA_RUNTIME_API, are refused.
	Environment map[string]string

	// Timeout is the longest that one invocation may take, at most MaxTimeout.
	// Zero means 3 s.
	Timeout time.Duration

	// MemorySize in MB, 128 to 10240, is reported to the function and not
	// enforced. Zero means 128.
	MemorySize int

	// Concurrency is the largest number of execution environments, 1 to 1000.
	// Zero means 10.
	Concurrency int
}

// function is a Function with its defaults applied and its files located.
type function struct {
	Function
	executable string   // absolute
	watched    []string // files whose change means a new build
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// ownedVariables are set by the server; a different value would break the
// contract between the runtime and its environment.
var ownedVariables = []string{
	"AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_RUNTIME_API",
	"LAMBDA_TASK_ROOT", "_HANDLER", "_X_AMZN_TRACE_ID",
}

// resolve checks f and fills in its defaults. Every fault is reported, each with
// the name of the function and of the field.
func resolve(f Function) (*function, error) {
	var faults []error
	fault := func(field, format string, args ...any) {
		faults = append(faults, fmt.Errorf("function %q: %s: %w", f.Name, field, fmt.Errorf(format, args...)))
	}

	if !functionName.MatchString(f.Name) {
		fault("name", "must be 1 to 64 letters, digits, hyphens and underscores")
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	if f.Timeout < 0 || f.Timeout > MaxTimeout {
		fault("timeout", "must be positive and at most %s, not %s", MaxTimeout, f.Timeout)
	}
	if f.MemorySize == 0 {
		f.MemorySize = minMemorySize
	}
	if f.MemorySize < minMemorySize || f.MemorySize > maxMemorySize {
		fault("memory", "must be %d to %d MB, not %d", minMemorySize, maxMemorySize, f.MemorySize)
	}
	if f.Concurrency == 0 {
		f.Concurrency = 10
	}
	if f.Concurrency < 1 || f.Concurrency > maxConcurrency {
		fault("concurrency", "must be 1 to %d environments, not %d", maxConcurrency, f.Concurrency)
	}
	for name := range f.Environment {
		switch {
		case name == "" || strings.ContainsAny(name, "=\x00"):
			fault("environment", "%q is not a name of an environment variable", name)
		case slices.Contains(ownedVariables, name):
			fault("environment", "%s is set by the Runtime API and cannot be changed", name)
		case strings.Contains(f.Environment[name], "\x00"):
			fault("environment", "the value of %s contains a NUL byte", name)
		}
	}

	dir, err := filepath.Abs(f.Dir)
	if err != nil {
		fault("directory", "%w", err)
	} else if info, err := os.Stat(dir); err != nil {
		fault("directory", "%w", err)
	} else if !info.IsDir() {
		fault("directory", "%s is not a directory", dir)
	}
	f.Dir = dir

	executable, err := locate(f.Command)
	if err != nil {
		fault("command", "%w", err)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return &function{Function: f, executable: executable, watched: watched(executable, f)}, nil
}

func locate(command []string) (string, error) {
	if len(command) == 0 || command[0] == "" {
		return "", errors.New("missing")
	}
	path, err := exec.LookPath(command[0])
	if errors.Is(err, exec.ErrNotFound) && !strings.ContainsRune(command[0], filepath.Separator) {
		return "", fmt.Errorf("%q is not in PATH (a file in a folder is written as ./%s)", command[0], command[0])
	}
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", err
	}
	return filepath.Abs(path)
}

// watched lists the executable and those arguments that are files, so that an
// interpreted function restarts too when its script changes.
func watched(executable string, f Function) []string {
	files := []string{executable}
	for _, argument := range f.Command[1:] {
		if !filepath.IsAbs(argument) {
			argument = filepath.Join(f.Dir, argument)
		}
		if info, err := os.Stat(argument); err == nil && info.Mode().IsRegular() {
			files = append(files, argument)
		}
	}
	return files
}

// stamp condenses the modification times and sizes of the function's files. Zero
// means that a file is missing, as it is for a moment during a build.
func (f *function) stamp() uint64 {
	sum := fnv.New64a()
	var word [16]byte
	for _, name := range f.watched {
		info, err := os.Stat(name)
		if err != nil {
			return 0
		}
		modified, size := uint64(info.ModTime().UnixNano()), uint64(info.Size())
		for i := range 8 {
			word[i], word[8+i] = byte(modified>>(8*i)), byte(size>>(8*i))
		}
		_, _ = sum.Write(word[:])
	}
	return sum.Sum64()
}
