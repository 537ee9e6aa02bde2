package integration

import (
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
)

// What API Gateway says about integration ARNs (control plane spec, 2.1).
const (
	ErrARN          = mapping.WireError("Invalid ARN specified in the request")
	ErrPathOrAction = mapping.WireError("AWS ARN for integration must contain path or action")
	ErrNoFunction   = mapping.WireError("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
)

// LambdaFunction names a function.
type LambdaFunction struct {
	// FunctionARN is the ARN without a qualifier.
	FunctionARN  string
	Region       string
	AccountID    string
	FunctionName string
	// Qualifier is a version or an alias; empty is the unpublished version.
	Qualifier string
}

// QualifiedARN returns the ARN with its qualifier.
func (f LambdaFunction) QualifiedARN() string {
	if f.Qualifier == "" {
		return f.FunctionARN
	}
	return f.FunctionARN + ":" + f.Qualifier
}

// LambdaURI is the URI of a Lambda integration.
type LambdaURI struct {
	function *mapping.URITemplate
	fixed    *LambdaFunction // if no stage variable takes part
}

// lambdaOperation is an operation of the Lambda service as the path of its URI names it.
type lambdaOperation struct{ prefix, suffix string }

var (
	invokeOperation       = lambdaOperation{"2015-03-31/functions/", "/invocations"}
	invokeStreamOperation = lambdaOperation{"2021-11-15/functions/", "/response-streaming-invocations"}
)

// ParseLambdaURI reads
// arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{functionArn}/invocations,
// in which the function's ARN may hold ${stageVariables.x}. Its errors are ErrARN,
// ErrPathOrAction and ErrNoFunction, wrapped where a detail is worth telling.
func ParseLambdaURI(uri string) (*LambdaURI, error) { return parseLambdaURI(uri, invokeOperation) }

// ParseLambdaStreamURI is ParseLambdaURI for the URI of an integration whose answer streams:
// ...lambda:path/2021-11-15/functions/{functionArn}/response-streaming-invocations (domains and
// edge spec, 12.1).
func ParseLambdaStreamURI(uri string) (*LambdaURI, error) {
	return parseLambdaURI(uri, invokeStreamOperation)
}

func parseLambdaURI(uri string, op lambdaOperation) (*LambdaURI, error) {
	part := strings.SplitN(uri, ":", 6)
	if len(part) < 6 || part[0] != "arn" || part[1] == "" || part[2] != "apigateway" || part[3] == "" || part[4] == "" {
		return nil, ErrARN
	}
	resource, isPath := strings.CutPrefix(part[5], "path/")
	if !isPath && !strings.HasPrefix(part[5], "action/") {
		return nil, ErrPathOrAction
	}
	if !isPath || part[4] != "lambda" {
		return nil, ErrNoFunction
	}
	// path//2015-03-31 is accepted too (REST data plane spec, 4.4).
	resource = strings.TrimPrefix(resource, "/")
	arn, ok := strings.CutPrefix(resource, op.prefix)
	if ok {
		arn, ok = strings.CutSuffix(arn, op.suffix)
	}
	if !ok {
		for _, other := range [...]lambdaOperation{invokeOperation, invokeStreamOperation} {
			if other != op && strings.HasPrefix(resource, other.prefix) && strings.HasSuffix(resource, other.suffix) {
				return nil, fmt.Errorf("%w: %s is not the operation of this transfer mode, which is %s", ErrARN, other.suffix[1:], op.suffix[1:])
			}
		}
		return nil, ErrARN
	}
	t, err := mapping.CompileURI(arn)
	if err != nil {
		return nil, ErrARN
	}
	u := &LambdaURI{function: t}
	if len(t.StageVariables()) == 0 {
		f, err := parseFunctionARN(arn)
		if err != nil {
			return nil, err
		}
		u.fixed = &f
	}
	return u, nil
}

// Function returns the function that the URI names under the given stage variables. It fails
// with ErrARN, wrapped, if they give no ARN of a function.
func (u *LambdaURI) Function(variables map[string]string) (LambdaFunction, error) {
	if u.fixed != nil {
		return *u.fixed, nil
	}
	return parseFunctionARN(string(u.function.Append(nil, nil, variables)))
}

// parseFunctionARN reads arn:{partition}:lambda:{region}:{account}:function:{name}[:{qualifier}].
func parseFunctionARN(arn string) (LambdaFunction, error) {
	part := strings.Split(arn, ":")
	if len(part) < 7 || len(part) > 8 || part[0] != "arn" || part[2] != "lambda" || part[5] != "function" {
		return LambdaFunction{}, fmt.Errorf("%w: %q is not the ARN of a Lambda function", ErrARN, arn)
	}
	for _, p := range part[:7] {
		if p == "" || strings.ContainsAny(p, "/{}? ") {
			return LambdaFunction{}, fmt.Errorf("%w: %q is not the ARN of a Lambda function", ErrARN, arn)
		}
	}
	f := LambdaFunction{FunctionARN: strings.Join(part[:7], ":"), Region: part[3], AccountID: part[4], FunctionName: part[6]}
	if len(part) == 8 {
		f.Qualifier = part[7]
	}
	return f, nil
}
