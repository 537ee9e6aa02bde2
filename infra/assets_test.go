package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeExecutable writes the start of a Linux executable for an architecture into a
// function's asset folder. ELF: magic number, 64 bits, little-endian, e_machine at 18.
func writeExecutable(folder, architecture string) error {
	machine := map[string]uint16{"x86_64": 0x3e, "arm64": 0xb7, "riscv64": 0xf3}[architecture]
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01")
	binary.LittleEndian.PutUint16(header[18:], machine)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "bootstrap"), header, 0o755)
}

func TestFunctionAssets(t *testing.T) {
	folder := t.TempDir()
	for _, architecture := range []string{"arm64", "x86_64", "riscv64"} {
		if err := writeExecutable(filepath.Join(folder, architecture), architecture); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "script"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "script", "bootstrap"), []byte("#!/bin/sh\nexec /var/task/server\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, architecture, want string }{
		{"arm64", "arm64", ""},
		{"x86_64", "x86_64", ""},
		{"proxy", "arm64", "run make package"},
		{"x86_64", "arm64", "is built for x86_64, but context postern:architecture is arm64; build it for arm64"},
		{"riscv64", "arm64", "ELF machine 243"},
		{"script", "arm64", "not a Linux executable"},
	} {
		t.Run(test.name+" for "+test.architecture, func(t *testing.T) {
			got, err := Assets{Folder: folder, Architecture: test.architecture}.Function(test.name)
			if test.want == "" {
				if err != nil || got != filepath.Join(folder, test.name) {
					t.Errorf("folder %q, error %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.name) {
				t.Errorf("error %v, want the function's name and %q", err, test.want)
			}
		})
	}
}
