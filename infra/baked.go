package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// bakedAsset is the proxy's asset with compiled definitions in it.
type bakedAsset struct {
	Folder string
	// Digests are file:stage:digest, in the order of the files; an output shows them, so that
	// cdk diff tells which definition changed and not only that the asset did.
	Digests []string
}

// bakeAPIs returns the proxy's asset as it is if there is nothing to bake, and otherwise a copy of it
// with the definitions compiled into apis/. Definitions are compiled by scripts/bake, which belongs
// to another module than this app.
func bakeAPIs(proxy, root string, options BakedOptions) (*bakedAsset, error) {
	if len(options.Files) == 0 {
		return &bakedAsset{Folder: proxy}, nil
	}
	files, err := expand(root, options.Files)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(filepath.Dir(proxy), ".baked", "proxy")
	if err := os.RemoveAll(folder); err != nil {
		return nil, fmt.Errorf("clear the baked asset: %w", err)
	}
	if err := os.CopyFS(folder, os.DirFS(proxy)); err != nil {
		return nil, fmt.Errorf("copy the proxy's asset: %w", err)
	}
	baked := &bakedAsset{Folder: folder}
	for _, file := range files {
		digest, err := bakeOne(folder, root, file, options)
		if err != nil {
			return nil, fmt.Errorf("bake %s: %w", file, err)
		}
		baked.Digests = append(baked.Digests, digest)
	}
	return baked, nil
}

// expand resolves patterns to files, sorted, and refuses a pattern without a file.
func expand(root string, patterns []string) ([]string, error) {
	var files []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(belowRoot(root, pattern))
		if err != nil {
			return nil, fmt.Errorf("context apis: %s: %w", pattern, err)
		}
		if len(matches) == 0 {
			return nil, fmt.Errorf("context apis: %s names no file", pattern)
		}
		files = append(files, matches...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// bakeOne compiles a definition and returns its digest line. ARNs have the account and region that
// the CDK's command line found; without credentials those of the local process.
func bakeOne(folder, root, file string, options BakedOptions) (string, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	out, err := filepath.Abs(filepath.Join(folder, "apis"))
	if err != nil {
		return "", err
	}
	before, err := snapshots(out)
	if err != nil {
		return "", err
	}
	args := []string{"run", "./scripts/bake", "-out", out, "-stage", options.Stage,
		"-account", cmp.Or(os.Getenv("CDK_DEFAULT_ACCOUNT"), "123456789012"), "-region", cmp.Or(os.Getenv("CDK_DEFAULT_REGION"), "us-east-1")}
	for _, variable := range options.Variables {
		args = append(args, "-variable", variable)
	}
	command := exec.Command("go", append(args, path)...)
	command.Dir = root
	// This app is started with go -C infra run, which may leave settings of its module behind.
	command.Env = append(os.Environ(), "GOFLAGS=", "PWD=")
	if output, err := command.CombinedOutput(); err != nil {
		return "", errors.New(strings.TrimSpace(string(output)))
	}
	after, err := snapshots(out)
	if err != nil {
		return "", err
	}
	for id := range after {
		if _, known := before[id]; !known {
			return fmt.Sprintf("%s:%s:%s", filepath.Base(file), options.Stage, after[id]), nil
		}
	}
	return "", errors.New("another definition has the same file name, which decides the API's id")
}

// snapshots maps the ids of compiled APIs to the start of their digest: of stage and snapshot.
func snapshots(folder string) (map[string]string, error) {
	digests := map[string]string{}
	apis, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return digests, nil
	}
	if err != nil {
		return nil, err
	}
	for _, api := range apis {
		hash := sha256.New()
		files, err := os.ReadDir(filepath.Join(folder, api.Name()))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			content, err := os.ReadFile(filepath.Join(folder, api.Name(), file.Name()))
			if err != nil {
				return nil, err
			}
			// The length and the name part the files.
			head, err := json.Marshal([]any{file.Name(), len(content)})
			if err != nil {
				return nil, err
			}
			hash.Write(head)
			hash.Write(content)
		}
		digests[api.Name()] = hex.EncodeToString(hash.Sum(nil))[:16]
	}
	return digests, nil
}
