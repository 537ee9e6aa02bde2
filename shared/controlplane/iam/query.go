package iam

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/wire"
)

// The versions of the two interfaces, which tell them apart.
const (
	versionIAM = "2010-05-08"
	versionSTS = "2011-06-15"
)

// namespaces are those of the answers.
var namespaces = map[string]string{
	signedForIAM: "https://iam.amazonaws.com/doc/2010-05-08/",
	signedForSTS: "https://sts.amazonaws.com/doc/2011-06-15/",
}

// maxForm bounds a request's form in bytes: more than the largest policy document takes.
const maxForm = 256 << 10

// IsQuery tells whether a request is one of the IAM or STS query interfaces, whose requests all go
// to the root of the address.
func IsQuery(r *http.Request) bool {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return r.Method == http.MethodPost && r.URL.Path == "/" && strings.EqualFold(strings.TrimSpace(media), "application/x-www-form-urlencoded")
}

// ServeHTTP answers one request of the query interfaces.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(r.Context())
	service, operation, result, err := s.serve(w, r)
	id := uuid.NewString()
	w.Header().Set("x-amzn-RequestId", id)
	w.Header().Set("Content-Type", "text/xml")
	if err != nil {
		s.writeError(w, r, service, operation, id, err)
		return
	}
	s.write(w, http.StatusOK, answer{
		XMLName: xml.Name{Local: operation + "Response"}, Namespace: namespaces[service], Result: result, Metadata: metadata{RequestID: id},
	})
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) (service, operation string, result any, err error) {
	service = signedForIAM
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if err != nil {
		return service, "", nil, &accesskey.Error{Code: "RequestEntityTooLarge", Message: fmt.Sprintf("The request body could not be read; it may have %d bytes.", maxForm)}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return service, "", nil, &accesskey.Error{Code: "MalformedQueryString", Message: "The request body is not a form."}
	}
	operation = form.Get("Action")
	if form.Get("Version") == versionSTS {
		service = signedForSTS
	}
	p, err := s.gate.identify(r, body, service)
	if err != nil {
		return service, operation, nil, err
	}
	op, ok := operations[operation]
	if !ok || op.service != service || form.Get("Version") != versionIAM && form.Get("Version") != versionSTS {
		return service, operation, nil, &accesskey.Error{Code: "InvalidAction", Message: "Could not find operation " + operation + " for version " + form.Get("Version")}
	}
	c := &call{Service: s, form: form, principal: p, read: map[string]bool{"Action": true, "Version": true}}
	if op.user {
		if c.user, err = c.userName(op.optionalUser); err != nil {
			return service, operation, nil, err
		}
	}
	if !op.free {
		if err := s.gate.authorize(r, p, service+":"+operation, c.resource(r.Context())); err != nil {
			return service, operation, nil, err
		}
	}
	if result, err = op.run(r.Context(), c); err != nil {
		return service, operation, nil, err
	}
	if !op.reads {
		s.c.Log.InfoContext(r.Context(), "access changed", "operation", operation, "user", c.user, "by", p.Caller.UserARN, "accessKey", p.Caller.AccessKey)
	}
	return service, operation, result, nil
}

// answer is the envelope of a result.
type answer struct {
	XMLName   xml.Name
	Namespace string   `xml:"xmlns,attr"`
	Result    any      `xml:",omitempty"`
	Metadata  metadata `xml:"ResponseMetadata"`
}

type metadata struct {
	RequestID string `xml:"RequestId"`
}

// errorAnswer is the envelope of a refusal.
type errorAnswer struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// queryCodes are the codes of authentication in the query interfaces (IAM API reference, common
// errors).
var queryCodes = map[string]string{
	sigv4.CodeMissingToken:  "MissingAuthenticationToken",
	sigv4.CodeIncomplete:    "IncompleteSignature",
	sigv4.CodeInvalid:       "SignatureDoesNotMatch",
	sigv4.CodeUnknownKey:    "InvalidClientTokenId",
	sigv4.CodeExpiredToken:  "ExpiredToken",
	"AccessDeniedException": "AccessDenied",
}

var statuses = map[string]int{
	"NoSuchEntity": http.StatusNotFound, "EntityAlreadyExists": http.StatusConflict, "DeleteConflict": http.StatusConflict,
	"LimitExceeded": http.StatusConflict, "ConcurrentModification": http.StatusConflict, "RequestEntityTooLarge": http.StatusRequestEntityTooLarge,
	"NotImplemented": http.StatusNotImplemented,
}

func (s *Service) writeError(w http.ResponseWriter, r *http.Request, service, operation, id string, err error) {
	e := errorAnswer{Namespace: namespaces[service], Type: "Sender", RequestID: id}
	status := http.StatusBadRequest
	var refused *wire.Error
	var refusal *accesskey.Error
	switch {
	case errors.As(err, &refused):
		e.Code, e.Message, status = refused.Code, refused.Message, refused.Status
		if code, ok := queryCodes[refused.Code]; ok {
			e.Code = code
		}
	case errors.As(err, &refusal):
		e.Code, e.Message = refusal.Code, refusal.Message
		if known, ok := statuses[refusal.Code]; ok {
			status = known
		}
	default:
		s.c.Log.ErrorContext(r.Context(), "operation failed", "operation", operation, "error", err)
		e.Type, e.Code, e.Message, status = "Receiver", "ServiceFailure", "The request processing has failed because of an unknown error, exception or failure.", http.StatusInternalServerError
	}
	s.write(w, status, e)
}

func (s *Service) write(w http.ResponseWriter, status int, v any) {
	b, err := xml.Marshal(v)
	if err != nil {
		s.c.Log.Error("answer not encoded", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(b) // a client that went away has no use for it
}
