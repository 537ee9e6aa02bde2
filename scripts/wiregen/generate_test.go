package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const wireFolder = "../../shared/wire"

// TestCommittedFilesAreGenerated compares every committed file byte for byte with what the models give, both ways.
func TestCommittedFilesAreGenerated(t *testing.T) {
	files, err := generateAll()
	if err != nil {
		t.Fatal(err)
	}
	committed, err := generatedFiles(wireFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range committed {
		if files[name] == nil {
			t.Errorf("%s is not generated any more", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content, err := os.ReadFile(filepath.Join(wireFolder, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("generated file is missing: %v", err)
		} else if !bytes.Equal(content, files[name]) {
			t.Errorf("%s differs from what the generator writes: run go generate ./shared/wire", name)
		}
	}
}

func TestGenerationIsDeterministic(t *testing.T) {
	first, err := generateAll()
	if err != nil {
		t.Fatal(err)
	}
	second, err := generateAll()
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(first, second, bytes.Equal) {
		t.Error("two runs gave different files")
	}
}

// TestRunReplacesFiles writes into an empty folder, then once more over a file that no model gives.
func TestRunReplacesFiles(t *testing.T) {
	out := t.TempDir()
	if err := run(out); err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(out, "apigateway", "old_gen.go")
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("the stale file is still there: %v", err)
	}
	files, err := generatedFiles(out)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := generatedFiles(wireFolder)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(files, committed) {
		t.Errorf("wrote %v, committed are %v", files, committed)
	}
}
