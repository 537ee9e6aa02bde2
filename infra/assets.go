package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Assets finds the built functions that scripts/package wrote.
type Assets struct {
	// Folder holds one folder per function with its executable, "bootstrap".
	Folder string
	// Root is the folder of cdk.json, which paths of definitions are relative to.
	Root string
	// Architecture is arm64 or x86_64; the executables must have been built for it.
	Architecture string
}

// Function returns the asset folder of a function. A missing executable is an error here
// because the CDK would report it as an unknown path deep in its own stack; one built for
// another machine is an error here because Lambda would report it only when invoked.
func (a Assets) Function(name string) (string, error) {
	folder := filepath.Join(a.Folder, name)
	path := filepath.Join(folder, "bootstrap")
	file, err := os.Open(path)
	if os.IsNotExist(err) {
		return "", fmt.Errorf("function %s is not built: %s does not exist; run make package", name, path)
	}
	if err != nil {
		return "", fmt.Errorf("open the executable of function %s: %w", name, err)
	}
	defer file.Close()
	architecture, err := elfArchitecture(file)
	if err != nil {
		return "", fmt.Errorf("function %s: %s: %w; run make package", name, path, err)
	}
	if architecture != a.Architecture {
		return "", fmt.Errorf("function %s: %s is built for %s, but context postern:architecture is %s; build it for %[4]s with make package or change the context",
			name, path, architecture, a.Architecture)
	}
	return folder, nil
}

// elfArchitecture reads Lambda's name of the machine from an ELF header: the magic number
// at offset 0 and e_machine, little-endian, at offset 18.
func elfArchitecture(file io.Reader) (string, error) {
	var header [20]byte
	if _, err := io.ReadFull(file, header[:]); err != nil || string(header[:4]) != "\x7fELF" {
		return "", fmt.Errorf("not a Linux executable")
	}
	switch machine := binary.LittleEndian.Uint16(header[18:]); machine {
	case 62:
		return "x86_64", nil
	case 183:
		return "arm64", nil
	default:
		return "", fmt.Errorf("an executable for ELF machine %d, which Lambda does not have", machine)
	}
}
