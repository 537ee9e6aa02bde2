package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// bakedFunction is the function that reads baked definitions.
	bakedFunction = "proxy"
	// bakedFolder is where it finds them in its asset.
	bakedFolder = "apis"
)

// bakedFor returns the folder of definitions that belongs to a function, or nothing.
func bakedFor(name, baked string) string {
	if name == bakedFunction {
		return baked
	}
	return ""
}

// checkBaked refuses, before anything is built, a folder that would not be copied or
// that holds the assets themselves.
func checkBaked(baked, out string, names []string) error {
	if baked == "" {
		return nil
	}
	if !slices.Contains(names, bakedFunction) {
		return fmt.Errorf("-baked %s: the definitions belong to %s, which is not among the functions to build", baked, bakedFunction)
	}
	if info, err := os.Stat(baked); err != nil {
		return fmt.Errorf("-baked: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("-baked %s: not a folder", baked)
	}
	source, err := filepath.Abs(baked)
	if err != nil {
		return err
	}
	target, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if within, err := filepath.Rel(source, target); err == nil && filepath.IsLocal(within) {
		return fmt.Errorf("-baked %s: it holds the folder of the assets, %s", baked, out)
	}
	return nil
}

// copyFolder copies a tree of regular files. Hidden files are left out, because editors
// and version control keep theirs that way; anything else that is not a regular file is
// refused, because a link would point nowhere in the asset.
func copyFolder(source, target string) error {
	files := 0
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		place := filepath.Join(target, relative)
		switch {
		case relative == ".":
			return os.MkdirAll(place, 0o755)
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(place, 0o755)
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder", path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		return os.WriteFile(place, data, 0o644)
	})
	if err == nil && files == 0 {
		err = errors.New("the folder holds no file")
	}
	return err
}
