// Package jsontext reads JSON where it lies, without building values, and appends JSON
// strings. It serves the request path, where encoding/json's reflection and allocation, and
// its loss of member order and of the text of numbers, would be in the way.
//
// Floor 1. Imports the standard library only.
package jsontext
