// Package accesslog is the access log of a stage: a format with $context variables, which becomes
// one line per request (REST data plane spec, 8.5; security and operations spec, 6).
//
// What belongs here: what a format may be, its compiled form and the writing of a line. Where the
// values come from is the API type's business, where lines go is that of main.
//
// Floor 2. Imports shared/mapping/jsontext and the standard library.
package accesslog
