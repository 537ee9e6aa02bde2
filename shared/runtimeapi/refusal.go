package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
)

// accept answers what the Runtime API has taken.
func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	// A runtime that went away is noticed by its process's end.
	_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
}

// refuse answers a call that the protocol does not allow.
func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(errorDocument(errorType, message))
}

func refuseTransition(w http.ResponseWriter, from, to state) {
	refuse(w, http.StatusForbidden, refusalTransition,
		fmt.Sprintf("State transition from %s to %s failed for runtime. Error: State transition is not allowed", from, to))
}

func refuseTooLarge(w http.ResponseWriter, limit int64) {
	refuse(w, http.StatusRequestEntityTooLarge, refusalTooLarge,
		fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", limit))
}

// drain reads the rest of a body that is not wanted: a sender that is still
// writing sees the answer then, and not a reset connection.
func drain(r *http.Request) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, drainLimit))
}
