package snapshot

import (
	"net/http"
	"time"
)

// Test asks the data plane to run one method of a definition that is not deployed, as
// TestInvokeMethod does (REST data plane spec, 15).
type Test struct {
	// Snapshot holds the method to run as its only record.
	Snapshot []byte
	// Stage stands in for the stage that the method would be deployed to.
	Stage Stage
	// HTTPMethod is the client's.
	HTTPMethod string
	// Path is what the client asks for, with its query, raw. It need not fit the resource: the
	// method then runs without path parameters.
	Path   string
	Header http.Header
	Body   []byte
}

// TestResult is the answer that the method's client would get, and how it came about.
type TestResult struct {
	Status int
	// Header holds the names as they would be on the wire.
	Header  map[string][]string
	Body    []byte
	Latency time.Duration
	// Log is the execution log in the format of API Gateway.
	Log string
}

// AuthorizerTest asks the data plane to call an authorizer that is not deployed, as
// TestInvokeAuthorizer does.
type AuthorizerTest struct {
	Authorizer Authorizer
	Stage      Stage
	// Path is what the client asks for, with its query, raw.
	Path   string
	Header http.Header
}

// AuthorizerResult is what an authorizer said.
type AuthorizerResult struct {
	// ClientStatus is the status that a client would get, 401 or 500; 0 if the authorizer
	// succeeded, whatever its policy says.
	ClientStatus int
	PrincipalID  string
	// Policy is the policy document as the function wrote it.
	Policy string
	// Claims are those of a user pool's token.
	Claims  map[string]string
	Latency time.Duration
	// Log is the execution log in the format of API Gateway.
	Log string
}
