// Command package builds Lambda functions into asset folders:
//
//	go run ./scripts/package [-arch arm64|amd64] [-out .build/functions] [-baked DIR] [names...]
//
// Each folder of functions/ that holds a command becomes <out>/<name>/bootstrap, the file
// that the runtime provided.al2023 starts. Without names every function is built except
// local, which is a process and no function. -baked copies a folder of definitions to
// <out>/proxy/apis/, so that the proxy starts without reading them from the table. -root
// names another module than the one of the current folder.
//
// The same input and Go version give the same bytes, wherever the checkout lies: an
// unchanged function keeps the hash of its asset and is not deployed again. One line for each function says
// name, architecture, size in bytes and SHA-256.
//
// It imports the standard library only.
package main
