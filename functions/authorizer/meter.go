package main

import "context"

// Use is one request that counts against a usage plan.
type Use struct {
	Key
	// APIID and Stage are those that the plan names.
	APIID, Stage string
	// HTTPMethod and ResourcePath are those of the definition's method; the path is empty if no
	// definition tells it.
	HTTPMethod, ResourcePath string
}

// Admission is what a usage plan says to one more request.
type Admission uint8

// The admissions.
const (
	Admitted Admission = iota
	Throttled
	QuotaExceeded
)

// Meter decides about throttles and quotas of usage plans, and counts what it admits.
type Meter interface {
	Admit(ctx context.Context, use Use) (Admission, error)
}
