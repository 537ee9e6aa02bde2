// Package httpapi holds the facts of the HTTP API specification as cases, one file per section of
// it: the numbers in the names of the files and in each case are the sections'. A fact brings its
// own route, whose path is named after the case, unless it is about routes that several share.
//
// Section 18, mutual TLS, is not here: no front door of the harness ends TLS.
package httpapi
