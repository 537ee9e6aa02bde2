package audit

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/postern-gateway/postern/shared/wire"
)

// Path is where the trail is served, beside the operations of the API.
const Path = "/audit"

// Handler answers GET /audit with {"Records": [...], "position": "..."}: the records of this
// moment and before, newest first. The query parameters, all optional, are eventName, resource
// (an ARN or its start, or the identifier of an API), user (name, ARN, access key or principal),
// from and to (RFC 3339, inclusive), limit (default 50, at most 500) and position, which is that of
// the answer before and goes with the same filters. A page may be short, or empty, and have a
// position: then few of many records matched. Errors are {"message": "..."}: 400 for a parameter,
// which it names, and 500. Whoever serves it checks signatures.
func (t *Trail) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.Header().Set("Allow", http.MethodGet)
			refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowedException", "The audit trail can only be read: use GET")
			return
		}
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			refuse(w, http.StatusBadRequest, "BadRequestException", "Could not parse the query string: "+err.Error())
			return
		}
		q, err := parseQuery(values)
		var found page
		if err == nil {
			found, err = t.search(r.Context(), q)
		}
		var refusal *parameterError
		switch {
		case errors.As(err, &refusal):
			refuse(w, http.StatusBadRequest, "BadRequestException", refusal.Error())
		case err != nil:
			t.cfg.Log.ErrorContext(r.Context(), "the audit trail could not be read", "error", err)
			refuse(w, http.StatusInternalServerError, "InternalFailure", "The audit trail could not be read")
		default:
			answer(w, found)
		}
	})
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	(&wire.Error{Status: status, Code: code, Message: message}).Write(w)
}

func answer(w http.ResponseWriter, found page) {
	w.Header().Set("Content-Type", "application/json")
	// A failed write means that the client has gone.
	_ = json.NewEncoder(w).Encode(found)
}
