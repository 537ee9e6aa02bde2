// Command openapi writes an OpenAPI file with many routes, to measure imports with:
//
//	go run ./scripts/bench/openapi -routes 2000 > routes.json
//
// The benchmarks of package controlplane import the same document.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/postern-gateway/postern/scripts/bench/openapi/routes"
)

func main() {
	count := flag.Int("routes", 2000, "number of methods")
	flag.Parse()
	if err := write(*count); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func write(count int) error {
	if count < 1 {
		return fmt.Errorf("-routes %d: at least one", count)
	}
	body, err := routes.Document(count)
	if err != nil {
		return err
	}
	if _, err := os.Stdout.Write(body); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	return nil
}
