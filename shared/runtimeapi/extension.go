package runtimeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// registerExtension admits a runtime that registers itself as an extension
// without events, which is how runtimes ask Lambda for SIGTERM before SIGKILL
// (aws-lambda-go does, with its option WithEnableSIGTERM). Here SIGTERM is
// always sent. Events are not delivered to extensions and are refused.
func (e *environment) registerExtension(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Lambda-Extension-Name") == "" {
		refuse(w, http.StatusForbidden, "Extension.InvalidExtensionName", "Empty extension name")
		return
	}
	var registration struct {
		Events []string `json:"events"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &registration)
	}
	if err != nil {
		refuse(w, http.StatusForbidden, "InvalidRequestFormat", err.Error())
		return
	}
	if len(registration.Events) > 0 {
		refuse(w, http.StatusForbidden, "Extension.InvalidEventType",
			strings.Join(registration.Events, ", ")+": the local Runtime API delivers no events to extensions")
		return
	}
	e.mu.Lock()
	first := e.extension == ""
	if first {
		e.extension = uuid.NewString()
	}
	identifier := e.extension
	e.mu.Unlock()
	if !first {
		refuse(w, http.StatusForbidden, "Extension.InvalidExtensionState", "Extension with this name already registered")
		return
	}
	w.Header().Set("Lambda-Extension-Identifier", identifier)
	w.Header().Set("Content-Type", "application/json")
	// Three strings always marshal; a runtime that went away is noticed by its process's end.
	document, _ := json.Marshal(map[string]string{
		"functionName":    e.function.Name,
		"functionVersion": latest,
		"handler":         handlerName(e.function),
	})
	_, _ = w.Write(document)
}

// nextExtensionEvent waits, since there are no events, for the environment to end.
func (e *environment) nextExtensionEvent(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	identifier := e.extension
	e.mu.Unlock()
	if identifier == "" || r.Header.Get("Lambda-Extension-Identifier") != identifier {
		refuse(w, http.StatusForbidden, "Extension.UnknownExtensionIdentifier", "Unknown extension")
		return
	}
	select {
	case <-r.Context().Done():
	case <-e.exited:
	}
}
