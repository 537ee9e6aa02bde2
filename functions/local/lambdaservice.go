package main

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// localInvocation reads what a request says to the Lambda service in headers.
func localInvocation(r integration.LambdaRequest) runtimeapi.Invocation {
	in := runtimeapi.Invocation{
		Function: r.FunctionARN, Qualifier: r.Qualifier, Payload: r.Payload, Type: runtimeapi.InvocationType(r.InvocationType),
		LogType: runtimeapi.LogType(r.Header.Get("X-Amz-Log-Type")), TraceID: r.Header.Get("X-Amzn-Trace-Id"),
	}
	if c := r.Header.Get("X-Amz-Client-Context"); c != "" {
		// What is no base64 is no context either; the check of the text refuses it.
		if text, err := base64.StdEncoding.DecodeString(c); err == nil {
			in.ClientContext = string(text)
		} else {
			in.ClientContext = c
		}
	}
	return in
}

// localHeader is what the Lambda service would say about a result beside the payload.
func localHeader(res *runtimeapi.Result) http.Header {
	h := http.Header{"X-Amzn-Requestid": {res.RequestID}}
	if res.Status == http.StatusOK {
		h["X-Amz-Executed-Version"] = []string{res.ExecutedVersion}
		h["Content-Type"] = []string{res.ContentType}
	}
	if res.FunctionError != "" {
		h["X-Amz-Function-Error"] = []string{res.FunctionError}
	}
	if res.LogTail != nil {
		h["X-Amz-Log-Result"] = []string{base64.StdEncoding.EncodeToString(res.LogTail)}
	}
	return h
}

// localRefusal gives a refusal of the local service the form of one of Lambda's.
func localRefusal(r integration.LambdaRequest, err error) error {
	var refusal *runtimeapi.Error
	if !errors.As(err, &refusal) {
		return err
	}
	body := jsontext.AppendString([]byte(`{"Type":"User","message":`), refusal.Message)
	return &integration.LambdaServiceError{
		Function: r.QualifiedARN(), StatusCode: refusal.Status, Code: refusal.Code, Message: refusal.Message, Body: append(body, '}'),
	}
}
