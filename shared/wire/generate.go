package wire

//go:generate go run ../../scripts/wiregen -out .
