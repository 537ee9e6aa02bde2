package runtimeapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"
)

// Handler is the part of the Lambda service API that invokes functions, for AWS
// clients whose endpoint is set to it (AWS_ENDPOINT_URL_LAMBDA): Invoke and
// InvokeWithResponseStream. Signatures are not checked, so it belongs on
// loopback only. A request waits at most 30 s for an environment.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", s.serveInvoke)
	mux.HandleFunc("POST /2021-11-15/functions/{name}/response-streaming-invocations", s.serveInvokeStream)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, uuid.NewString(), &Error{
			Status:  http.StatusNotFound,
			Code:    "UnknownOperationException",
			Message: r.Method + " " + r.URL.Path + " is not an operation of the local Lambda service",
		})
	})
	return mux
}

func (s *Server) serveInvoke(w http.ResponseWriter, r *http.Request) {
	in, err := readInvocation(r)
	if err != nil {
		writeError(w, uuid.NewString(), err)
		return
	}
	result, err := s.invoke(r.Context(), in, s.queueTimeout)
	if err != nil {
		writeError(w, uuid.NewString(), err)
		return
	}
	h := w.Header()
	h.Set("X-Amzn-Requestid", result.RequestID)
	if result.Status == http.StatusOK {
		h.Set("X-Amz-Executed-Version", result.ExecutedVersion)
		// The service answers JSON whatever the runtime declared.
		h.Set("Content-Type", "application/json")
	}
	if result.FunctionError != "" {
		h.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if result.LogTail != nil {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.LogTail))
	}
	w.WriteHeader(result.Status)
	// A client that went away needs no answer.
	_, _ = w.Write(result.Payload)
}

// readInvocation reads what Invoke and InvokeWithResponseStream have in common.
func readInvocation(r *http.Request) (Invocation, error) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err != nil {
		return Invocation{}, invalidContent("Could not read the request body: %s", err)
	}
	if len(payload) > MaxPayload {
		drain(r)
		return Invocation{}, requestTooLarge(MaxPayload)
	}
	clientContext, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Amz-Client-Context"))
	if err != nil {
		return Invocation{}, invalidContent("Client context must be a valid Base64-encoded JSON object.")
	}
	return Invocation{
		Function:      r.PathValue("name"),
		Qualifier:     r.URL.Query().Get("Qualifier"),
		Payload:       payload,
		ClientContext: string(clientContext),
		TraceID:       r.Header.Get("X-Amzn-Trace-Id"),
		Type:          InvocationType(r.Header.Get("X-Amz-Invocation-Type")),
		LogType:       LogType(r.Header.Get("X-Amz-Log-Type")),
	}, nil
}

// writeError renders a refusal as the Lambda service does. Its model spells the
// message's name in two ways, depending on the exception.
func writeError(w http.ResponseWriter, requestID string, err error) {
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = &Error{Status: http.StatusInternalServerError, Code: "ServiceException", Message: err.Error()}
	}
	document := map[string]string{"Type": "User"}
	switch refusal.Code {
	case "ResourceNotFoundException":
		document["Message"] = refusal.Message
	case "ServiceException":
		document["Type"], document["Message"] = "Service", refusal.Message
	default:
		document["message"] = refusal.Message
	}
	if refusal.Reason != "" {
		document["Reason"] = refusal.Reason
	}
	body, _ := json.Marshal(document) // strings always marshal
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amzn-Requestid", requestID)
	h.Set("X-Amzn-Errortype", refusal.Code)
	w.WriteHeader(refusal.Status)
	_, _ = w.Write(body)
}
