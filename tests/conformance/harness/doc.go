// Package harness runs tables of conformance cases. A case is one fact of a specification: a
// request, what the client, the backend or the function must see, and the section that says so.
// Every case runs against functions/local over TCP and against functions/proxy behind the Lambda
// Runtime API, with definitions that the real control plane deployed.
//
// What belongs here: the executables under test and their front doors, the recording backend and
// function, and the comparison. What does not: definitions and cases, which belong to the package
// of their kind of API.
package harness
