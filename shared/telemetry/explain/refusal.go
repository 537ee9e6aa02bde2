package explain

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Refusal is a request that the gateway answered in place of the backend, and why. Members
// without a value are left out of its JSON.
type Refusal struct {
	RequestID         string    `json:"requestId"`
	ExtendedRequestID string    `json:"extendedRequestId,omitempty"`
	Time              time.Time `json:"time"`
	// API and Stage are empty for a request that named no stage.
	API        string `json:"api,omitempty"`
	Stage      string `json:"stage,omitempty"`
	Deployment string `json:"deployment,omitempty"`
	Method     string `json:"method"`
	// Path is without query, since its values may be secrets.
	Path string `json:"path"`
	// ResourcePath is that of the resource that matched.
	ResourcePath string `json:"resourcePath,omitempty"`
	SourceIP     string `json:"sourceIp,omitempty"`
	// Status is what the client got; 0 if it went away before.
	Status int `json:"status"`
	// ResponseType is the gateway response type (REST data plane spec, 9.1).
	ResponseType string `json:"responseType,omitempty"`
	// Phase is the step of the request's life that refused it, and Reason why.
	Phase  string `json:"phase,omitempty"`
	Reason string `json:"reason"`
	// ValidationErrors are those of request validation.
	ValidationErrors string `json:"validationErrors,omitempty"`
	// Statement is the statement of a policy, or its absence, that decided.
	Statement string `json:"statement,omitempty"`
	// Principal is who asked, as far as access control found out.
	Principal string `json:"principal,omitempty"`
	// APIKeyID identifies the API key; its value is never kept.
	APIKeyID string `json:"apiKeyId,omitempty"`
}

// maxText bounds each text of a refusal, in bytes: what a client chose must not fill the memory.
const maxText = 1024

// bounded returns a copy that holds on to no more than its own texts.
func (r Refusal) bounded() Refusal {
	r.Path, _, _ = strings.Cut(r.Path, "?")
	for _, text := range [...]*string{
		&r.RequestID, &r.ExtendedRequestID, &r.API, &r.Stage, &r.Deployment, &r.Method, &r.Path, &r.ResourcePath,
		&r.SourceIP, &r.ResponseType, &r.Phase, &r.Reason, &r.ValidationErrors, &r.Statement, &r.Principal, &r.APIKeyID,
	} {
		*text = shorten(*text)
	}
	return r
}

func shorten(s string) string {
	if len(s) <= maxText {
		return s
	}
	at := maxText
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return strings.Clone(s[:at]) + "…"
}
