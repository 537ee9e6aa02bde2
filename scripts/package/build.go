package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// build is one function to build.
type build struct {
	// Root is the folder of the module, Out the folder of all assets.
	Root, Name, Arch, Out string
	// Baked is a folder to copy to apis/ in the asset; empty for none.
	Baked string
	// Stderr receives what the compiler says.
	Stderr io.Writer
}

// executable describes a built file.
type executable struct {
	// Size is in bytes.
	Size int64
	// SHA256 is in hexadecimal.
	SHA256 string
}

// buildFunction fills the asset folder of one function. The folder is made beside its
// place and moved there when complete, so that an interrupted build leaves no asset that
// lacks a part, and a file that is no longer wanted does not stay.
func buildFunction(ctx context.Context, b build) (executable, error) {
	if err := os.MkdirAll(b.Out, 0o755); err != nil {
		return executable{}, fmt.Errorf("make the folder of assets: %w", err)
	}
	folder, err := os.MkdirTemp(b.Out, "."+b.Name+"-")
	if err != nil {
		return executable{}, fmt.Errorf("make a folder to build in: %w", err)
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil {
		return executable{}, err
	}
	bootstrap := filepath.Join(folder, "bootstrap")
	if err := compile(ctx, b, bootstrap); err != nil {
		return executable{}, err
	}
	if b.Baked != "" {
		if err := copyFolder(b.Baked, filepath.Join(folder, bakedFolder)); err != nil {
			return executable{}, fmt.Errorf("copy baked definitions: %w", err)
		}
	}
	built, err := describe(bootstrap)
	if err != nil {
		return executable{}, err
	}
	place := filepath.Join(b.Out, b.Name)
	if err := os.RemoveAll(place); err != nil {
		return executable{}, fmt.Errorf("remove the old asset: %w", err)
	}
	if err := os.Rename(folder, place); err != nil {
		return executable{}, fmt.Errorf("put the asset in its place: %w", err)
	}
	return built, nil
}

// compile builds the executable. Nothing of the machine may reach its bytes: -trimpath
// takes out folders, -buildvcs=false the commit, the empty build id the hash of the
// inputs' locations, and GOFLAGS from outside is not used.
func compile(ctx context.Context, b build, path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", "build",
		"-trimpath", "-buildvcs=false",
		"-tags", "lambda.norpc",
		"-ldflags", "-s -w -buildid=",
		"-o", absolute,
		"./functions/"+b.Name)
	command.Dir = b.Root
	command.Env = buildEnvironment(os.Environ(), b.Arch)
	command.Stdout, command.Stderr = b.Stderr, b.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return os.Chmod(absolute, 0o755)
}

// buildEnvironment fixes the variables that choose what the compiler emits and leaves
// the others, such as proxies and caches, as they are. The processor levels are the
// lowest ones of the Go toolchain, which every Lambda host has.
func buildEnvironment(outside []string, arch string) []string {
	fixed := []string{
		"GOOS=linux", "GOARCH=" + arch, "GOARM64=v8.0", "GOAMD64=v1",
		"CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off",
	}
	var environment []string
	for _, entry := range outside {
		name, _, _ := strings.Cut(entry, "=")
		if !isFixed(fixed, name) {
			environment = append(environment, entry)
		}
	}
	return append(environment, fixed...)
}

func isFixed(fixed []string, name string) bool {
	for _, entry := range fixed {
		if strings.HasPrefix(entry, name+"=") {
			return true
		}
	}
	return false
}

// describe measures a built file.
func describe(path string) (executable, error) {
	file, err := os.Open(path)
	if err != nil {
		return executable{}, fmt.Errorf("read the executable: %w", err)
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return executable{}, fmt.Errorf("read the executable: %w", err)
	}
	return executable{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}
