// Package integration reaches backends: HTTP endpoints and Lambda functions. It knows how to
// call and how to tell failures apart; what API Gateway makes of them is the gateways' matter.
//
// Floor 3. Imports mapping and the AWS signer; it does not import the Lambda client, which
// would make every proxy carry it.
package integration
