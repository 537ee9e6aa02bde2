// Package rest holds the facts of the REST data plane specification as cases, one file per section
// of it: the numbers in the names of the files and in each case are the sections'. Every fact
// brings its own method, whose resource is named after the case.
package rest
