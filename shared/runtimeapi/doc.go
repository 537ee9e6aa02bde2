// Package runtimeapi runs Lambda function executables locally. It plays the two
// sides of AWS Lambda that matter to a gateway:
//
//   - towards the executables it is the Lambda Runtime API (2018-06-01): every
//     execution environment is one child process with an endpoint of its own;
//   - towards callers it is the Lambda service: [Server.Invoke] and
//     [Server.InvokeStream] in Go, [Server.Handler] over HTTP for every AWS client.
//
// What belongs here: environments and their life, the Runtime API's states and
// refusals, invocation semantics (timeouts, crashes, init errors, size limits)
// and the file that lists functions. What does not: the meaning of an event or
// of a response, which is the business of the integration that made the event.
//
// The package sits on floor 3 and imports no other package of this module.
package runtimeapi
