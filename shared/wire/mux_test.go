package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func TestUnknownOperation(t *testing.T) {
	for _, c := range []struct{ method, target string }{
		{"GET", "/"}, {"GET", "/nothing"}, {"GET", "/restapis/"}, {"PUT", "/restapis"}, {"GET", "/restapis/a/nothing"},
		{"GET", "/restapis//stages"}, {"HEAD", "/restapis"}, {"GET", "/v2"}, {"GET", "/tags/arn:aws:apigateway:::/restapis/a"},
	} {
		wantError(t, exchange(allServices(t, accept), c.method, c.target, ""), http.StatusNotFound, "UnknownOperationException")
	}
}

func TestUnboundOperation(t *testing.T) {
	mux, err := wire.NewMux([]wire.Service{apigateway.Service})
	if err != nil {
		t.Fatal(err)
	}
	message := wantError(t, exchange(mux, "POST", "/restapis", "{}"), http.StatusNotImplemented, "NotImplementedException")
	if !strings.Contains(message, "CreateRestApi") {
		t.Errorf("message %q does not name the operation", message)
	}
}

func TestNewMuxRefusesWrongBindings(t *testing.T) {
	h := func(context.Context, *apigateway.GetAccountRequest) (*apigateway.Account, error) { return nil, nil }
	account := wire.Bind(&apigateway.GetAccountOperation, h)
	if _, err := wire.NewMux([]wire.Service{apigateway.Service}, account, account); err == nil {
		t.Error("two endpoints for one operation were accepted")
	}
	if _, err := wire.NewMux([]wire.Service{apigatewayv2.Service}, account); err == nil {
		t.Error("an endpoint of a service that is not served was accepted")
	}
}

func TestAnswer(t *testing.T) {
	h := func(ctx context.Context, in *apigateway.GetModelRequest) (*apigateway.Model, error) {
		id, empty := wire.RequestID(ctx), ""
		return &apigateway.Model{Id: &id, Name: in.ModelName, Description: &empty}, nil
	}
	mux, err := wire.NewMux([]wire.Service{apigateway.Service}, wire.Bind(&apigateway.GetModelOperation, h))
	if err != nil {
		t.Fatal(err)
	}
	w := exchange(mux, "GET", "/restapis/a1/models/Pet", "")
	id := w.Header().Get("x-amzn-RequestId")
	if _, err := uuid.Parse(id); err != nil {
		t.Errorf("x-amzn-RequestId: %v", err)
	}
	if want := `{"id":"` + id + `","name":"Pet","description":""}`; w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("answer %d %s, want 200 %s", w.Code, w.Body, want)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	if got := w.Header().Get("x-amz-apigw-id"); len(got) != 16 {
		t.Errorf("x-amz-apigw-id %q", got)
	}
}

func TestAnswerWithoutOutput(t *testing.T) {
	for target, status := range map[string]int{"/restapis/a1": http.StatusAccepted, "/v2/apis/a1": http.StatusNoContent} {
		w := exchange(allServices(t, accept), "DELETE", target, "")
		if w.Code != status || w.Body.Len() != 0 {
			t.Errorf("DELETE %s: answer %d %q, want %d without body", target, w.Code, w.Body, status)
		}
	}
}

func TestAnswerWithPayload(t *testing.T) {
	contentType, disposition := "application/yaml", `attachment; filename="a.yaml"`
	w := exchange(allServices(t, func(string, any) (any, error) {
		return &apigateway.ExportResponse{ContentType: &contentType, ContentDisposition: &disposition, Body: []byte("a: 1\n")}, nil
	}), "GET", "/restapis/a1/stages/s/exports/oas30", "")
	if w.Header().Get("Content-Type") != contentType || w.Header().Get("Content-Disposition") != disposition || w.Body.String() != "a: 1\n" {
		t.Errorf("answer %v %q", w.Header(), w.Body)
	}
}

func TestUnexpectedErrors(t *testing.T) {
	secret := errors.New("read table: secret detail")
	for name, h := range map[string]handler{
		"error": func(string, any) (any, error) { return nil, secret },
		"panic": func(string, any) (any, error) { panic(secret) },
		"number that is not JSON": func(string, any) (any, error) {
			zero := 0.0
			inf := 1 / zero
			return &apigateway.UsagePlan{Throttle: &apigateway.ThrottleSettings{RateLimit: &inf}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			mux := allServices(t, h)
			var operation string
			var reported error
			mux.OnError = func(_ *http.Request, op string, err error) { operation, reported = op, err }
			w := exchange(mux, "GET", "/usageplans/u1", "")
			if message := wantError(t, w, http.StatusInternalServerError, "InternalFailure"); strings.Contains(message, "secret") {
				t.Errorf("message %q tells internals", message)
			}
			if operation != "GetUsagePlan" || reported == nil {
				t.Errorf("OnError heard of %q: %v", operation, reported)
			}
		})
	}
}

func TestNilOutputIsAnError(t *testing.T) {
	h := func(context.Context, *apigateway.GetAccountRequest) (*apigateway.Account, error) { return nil, nil }
	mux, err := wire.NewMux([]wire.Service{apigateway.Service}, wire.Bind(&apigateway.GetAccountOperation, h))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, exchange(mux, "GET", "/account", ""), http.StatusInternalServerError, "InternalFailure")
}

func TestAuthenticate(t *testing.T) {
	mux := allServices(t, func(string, any) (any, error) {
		t.Error("the endpoint was called")
		return nil, nil
	})
	var seen string
	mux.Authenticate = func(r *http.Request, body []byte) error {
		seen = r.Method + " " + r.URL.Path + " " + string(body)
		return &wire.Error{Code: "UnrecognizedClientException", Status: http.StatusForbidden, Message: "no"}
	}
	// The body is no JSON: authentication comes before decoding.
	wantError(t, exchange(mux, "POST", "/restapis", "{raw"), http.StatusForbidden, "UnrecognizedClientException")
	if seen != "POST /restapis {raw" {
		t.Errorf("Authenticate saw %q", seen)
	}
}

func TestBodyLimit(t *testing.T) {
	const limit = 10485760
	mux := allServices(t, accept)
	if w := exchange(mux, "POST", "/restapis?mode=import", strings.Repeat("x", limit)); w.Code != http.StatusCreated {
		t.Errorf("body at the limit: answer %d %s", w.Code, w.Body)
	}
	for name, hide := range map[string]bool{"declared": false, "chunked": true} {
		var body io.Reader = strings.NewReader(strings.Repeat("x", limit+1))
		if hide {
			body = io.MultiReader(body)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("POST", "/restapis?mode=import", body))
		t.Log(name)
		wantError(t, w, http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException")
	}
}

func TestContentTypes(t *testing.T) {
	for contentType, status := range map[string]int{
		"":                                  http.StatusCreated,
		"application/json":                  http.StatusCreated,
		"Application/JSON; charset=UTF-8":   http.StatusCreated,
		"application/x-amz-json-1.0":        http.StatusCreated,
		"application/x-amz-json-1.1":        http.StatusCreated,
		"text/plain":                        http.StatusUnsupportedMediaType,
		"application/x-www-form-urlencoded": http.StatusUnsupportedMediaType,
		"application/jsonp":                 http.StatusUnsupportedMediaType,
		"//":                                http.StatusUnsupportedMediaType,
	} {
		r := httptest.NewRequest("POST", "/restapis", strings.NewReader(`{"name":"a"}`))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		allServices(t, accept).ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%q: answer %d %s, want %d", contentType, w.Code, w.Body, status)
		}
		if status == http.StatusUnsupportedMediaType {
			wantError(t, w, status, "UnsupportedMediaTypeException")
		}
	}
}

func TestContentTypeOfPayloadsIsFree(t *testing.T) {
	r := httptest.NewRequest("POST", "/restapis?mode=import", strings.NewReader("openapi: 3.0.1"))
	r.Header.Set("Content-Type", "application/yaml")
	w := httptest.NewRecorder()
	allServices(t, accept).ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		t.Errorf("answer %d %s", w.Code, w.Body)
	}
}

func TestErrorEnvelope(t *testing.T) {
	refusal := wire.TooManyRequests("slow down: %d%%", 100)
	refusal.RetryAfter = "5"
	refusal.Extra = map[string]string{"limitType": "rate"}
	w := exchange(allServices(t, func(string, any) (any, error) { return nil, refusal }), "GET", "/account", "")
	wantError(t, w, http.StatusTooManyRequests, "TooManyRequestsException")
	if want := `{"message":"slow down: 100%","limitType":"rate"}`; w.Body.String() != want || w.Header().Get("Retry-After") != "5" {
		t.Errorf("answer %v %s, want %s", w.Header(), w.Body, want)
	}
}
