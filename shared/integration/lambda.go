package integration

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// MaxLambdaPayload is the greatest size of the payload of a synchronous invocation and of its
// answer, in bytes (REST data plane spec, 3.6).
const MaxLambdaPayload = 6291556

// Invocation types of Lambda.
const (
	RequestResponse = "RequestResponse"
	Event           = "Event"
)

// Lambda invokes functions.
type Lambda interface {
	// Invoke returns what the function answered, which includes its failure (FunctionError).
	// It fails with a *FunctionNotFoundError, with a *LambdaServiceError for any other refusal
	// of the service, with a *CredentialsError, with ctx's error, or with an error of the network.
	Invoke(ctx context.Context, r LambdaRequest) (LambdaResponse, error)
}

// LambdaRequest is one invocation.
type LambdaRequest struct {
	LambdaFunction
	// InvocationType is RequestResponse or Event.
	InvocationType string
	// Credentials is the ARN of a role that invokes the function, or empty for the gateway's
	// own identity. A function that runs in this process is invoked without any.
	Credentials string
	// Caller is the caller's own identity, to invoke the function with; nil does not.
	Caller aws.CredentialsProvider
	// Payload must not be changed, not even after Invoke has returned: a transport may still
	// be sending it.
	Payload []byte
	// Header holds what else is said to the Lambda service, such as X-Amz-Log-Type; it is nil or
	// in canonical form, and not changed afterwards.
	Header http.Header
}

// LambdaResponse is the answer to an invocation.
type LambdaResponse struct {
	// StatusCode is the service's: 200, or 202 for Event.
	StatusCode int
	// FunctionError is "Handled" or "Unhandled" if the function failed, in which case Payload
	// describes the failure; else it is empty.
	FunctionError string
	Payload       []byte
	// RequestID is the invocation's own identifier.
	RequestID string
	// Header is the service's, in canonical form, and must not be changed.
	Header http.Header
}

// FunctionNotFoundError says that nothing is known under the name of a function.
type FunctionNotFoundError struct {
	// Function is the ARN, with its qualifier.
	Function string
	// Err says where was looked; it may be nil.
	Err error
}

func (e *FunctionNotFoundError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("function not found: %s: %v", e.Function, e.Err)
	}
	return "function not found: " + e.Function
}

func (e *FunctionNotFoundError) Unwrap() error { return e.Err }

// LambdaServiceError is a refusal by the Lambda service, as opposed to a failure of the function.
type LambdaServiceError struct {
	Function   string
	StatusCode int
	// Code is the error type, such as "TooManyRequestsException".
	Code      string
	Message   string
	RequestID string
	// Body is the answer as it came.
	Body []byte
}

func (e *LambdaServiceError) Error() string {
	return fmt.Sprintf("invoke %s: Lambda answered %d %s: %s", e.Function, e.StatusCode, e.Code, e.Message)
}
