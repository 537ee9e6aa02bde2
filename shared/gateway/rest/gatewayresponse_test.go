package rest

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// render lets the gateway response answer an error of the phase with the given name.
func render(t *testing.T, f fixture, e *Error, phaseName string, headers ...string) (answer, *Invocation) {
	t.Helper()
	r := httptest.NewRequest("GET", "/a?q=query", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	inv := &Invocation{Request: r, Stage: f.stage(t), pipeline: f.pipeline(t), Target: target("/a"), writer: w}
	if err := inv.arrive(); err != nil {
		t.Fatal(err)
	}
	for i := range phases {
		if phases[i].name == phaseName {
			inv.phase = &phases[i]
		}
	}
	inv.gatewayResponse(e)
	return answer{status: w.Code, header: w.Header(), body: w.Body.String()}, inv
}

func TestEveryResponseType(t *testing.T) {
	for kind, want := range map[ResponseType]struct {
		status    int
		errorType string
		body      string
	}{
		AccessDenied:                 {403, "AccessDeniedException", `{"Message":"User is not authorized to access this resource"}`},
		APIConfigurationError:        {500, "InternalServerErrorException", `{"message":"Internal server error"}`},
		AuthorizerConfigurationError: {500, "AuthorizerConfigurationException", `{"message":null}`},
		AuthorizerFailure:            {500, "AuthorizerFailureException", `{"message":null}`},
		BadRequestParameters:         {400, "BadRequestException", `{"message":null}`},
		BadRequestBody:               {400, "BadRequestException", `{"message":"Invalid request body"}`},
		Default4XX:                   {400, "BadRequestException", `{"message":"Bad Request"}`},
		Default5XX:                   {500, "InternalServerErrorException", `{"message":"Internal server error"}`},
		ExpiredToken:                 {403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`},
		IntegrationFailure:           {500, "InternalServerErrorException", `{"message":"Internal server error"}`},
		IntegrationTimeout:           {504, "InternalServerErrorException", `{"message":"Endpoint request timed out"}`},
		InvalidAPIKey:                {403, "ForbiddenException", `{"message":"Forbidden"}`},
		InvalidSignature:             {403, "InvalidSignatureException", `{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}`},
		MissingAuthenticationToken:   {403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
		QuotaExceeded:                {429, "LimitExceededException", `{"message":"Limit Exceeded"}`},
		RequestTooLarge:              {413, "RequestEntityTooLargeException", `{"message":"Request Too Long"}`},
		ResourceNotFound:             {404, "NotFoundException", `{"message":null}`},
		Throttled:                    {429, "TooManyRequestsException", `{"message":"Too Many Requests"}`},
		Unauthorized:                 {401, "UnauthorizedException", `{"message":"Unauthorized"}`},
		UnsupportedMediaType:         {415, "BadRequestException", `{"message":"Unsupported Media Type"}`},
		WAFFiltered:                  {403, "ForbiddenException", `{"message":"Forbidden"}`},
	} {
		got, _ := render(t, fixture{}, &Error{Type: kind}, "arrival")
		if got.status != want.status || got.get("x-amzn-ErrorType") != want.errorType || got.body != want.body || got.get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s %s %s", kind, got.status, got.get("x-amzn-ErrorType"), got.body, got.get("Content-Type"))
		}
		if got.get("x-amzn-RequestId") != testRequestID || got.get("x-amz-apigw-id") == "" || got.get("X-Amzn-Trace-Id") != "" {
			t.Errorf("%s: %v", kind, got.header)
		}
	}
	if len(builtIns) != 21 {
		t.Errorf("%d types, want 21", len(builtIns))
	}
}

func TestSpaceAfterTheColon(t *testing.T) {
	got, _ := render(t, fixture{}, &Error{Type: APIConfigurationError}, "integration")
	if got.body != `{"message": "Internal server error"}` || got.get("Content-Length") != "36" {
		t.Errorf("%q, length %s", got.body, got.get("Content-Length"))
	}
	for kind, length := range map[ResponseType]string{MissingAuthenticationToken: "42", WAFFiltered: "23", Unauthorized: "26"} {
		if got, _ := render(t, fixture{}, &Error{Type: kind}, "authorization"); got.get("Content-Length") != length {
			t.Errorf("%s: %q, length %s, want %s", kind, got.body, got.get("Content-Length"), length)
		}
	}
}

func TestCustomisedResponses(t *testing.T) {
	custom := map[string]snapshot.GatewayResponse{
		"THROTTLED":           {StatusCode: 420},
		"DEFAULT_5XX":         {StatusCode: 599, Templates: []snapshot.Template{{ContentType: "application/json", Text: `{"all":$context.error.messageString,"type":"$context.error.responseType"}`}}},
		"INTEGRATION_FAILURE": {Parameters: []snapshot.Mapping{{Target: "gatewayresponse.header.X-P", Source: "'p'"}}},
		"REQUEST_TOO_LARGE":   {StatusCode: 499},
		"UNAUTHORIZED": {Parameters: []snapshot.Mapping{
			{Target: "gatewayresponse.header.Access-Control-Allow-Origin", Source: "'*'"},
			{Target: "gatewayresponse.header.X-Header", Source: "method.request.header.X-In"},
			{Target: "gatewayresponse.header.X-Query", Source: "method.request.querystring.q"},
			{Target: "gatewayresponse.header.X-Context", Source: "context.requestId"},
			{Target: "gatewayresponse.header.X-Variable", Source: "stageVariables.env"},
			{Target: "gatewayresponse.header.X-Absent", Source: "method.request.header.None"}},
			Templates: []snapshot.Template{
				{ContentType: "text/html", Text: `<p>$stageVariables.env $method.request.header.X-In $context.none.</p>`},
				{ContentType: "application/json", Text: `{"m":"$context.error.message"}`}}},
	}
	f := fixture{api: snapshot.API{GatewayResponses: custom}, vars: map[string]string{"env": "blue"}}
	for _, c := range []struct {
		name, accept string
		e            *Error
		status       int
		body         string
		applied      ResponseType
	}{
		{"status alone keeps the template", "", &Error{Type: Throttled}, 420, `{"message": "Too Many Requests"}`, Throttled},
		{"class stands in", "", &Error{Type: IntegrationTimeout}, 599, `{"all":"Endpoint request timed out","type":"INTEGRATION_TIMEOUT"}`, Default5XX},
		{"class stands in for the null message", "", &Error{Type: AuthorizerFailure}, 599, `{"all":null,"type":"AUTHORIZER_FAILURE"}`, Default5XX},
		{"integration failure without a status stays 502", "", &Error{Type: IntegrationFailure, Status: 502}, 502, `{"message": "Internal server error"}`, IntegrationFailure},
		{"too large cannot be changed", "", &Error{Type: RequestTooLarge}, 413, `{"message":"Request Too Long"}`, RequestTooLarge},
		{"template by default", "", &Error{Type: Unauthorized}, 401, `{"m":"Unauthorized"}`, Unauthorized},
		{"template by Accept", "text/html", &Error{Type: Unauthorized}, 401, `<p>blue in .</p>`, Unauthorized},
		{"not customised", "", &Error{Type: InvalidAPIKey}, 403, `{"message": "Forbidden"}`, InvalidAPIKey},
	} {
		got, inv := render(t, f, c.e, "integration", "X-In", "in", "Accept", c.accept)
		if got.status != c.status || got.body != c.body || inv.Refusal.Type != c.applied {
			t.Errorf("%s: %d %s, %s", c.name, got.status, got.body, inv.Refusal.Type)
		}
		if got.get("x-amzn-ErrorType") == "" {
			t.Errorf("%s: no x-amzn-ErrorType", c.name)
		}
	}
	got, _ := render(t, f, &Error{Type: Unauthorized}, "authorization", "X-In", "in", "Accept", "text/html")
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "X-Header": "in", "X-Query": "query", "X-Context": testRequestID,
		"X-Variable": "blue", "X-Absent": "", "Content-Type": "text/html"} {
		if got.get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.get(name), want)
		}
	}
}

func TestUnusableDefinitionFallsBack(t *testing.T) {
	f := fixture{api: snapshot.API{GatewayResponses: map[string]snapshot.GatewayResponse{
		"THROTTLED": {StatusCode: 420, Parameters: []snapshot.Mapping{{Target: "x", Source: "y"}}}}}}
	got, inv := render(t, f, &Error{Type: Throttled}, "throttling")
	if got.status != 429 || inv.Refusal.definitionErr == nil {
		t.Errorf("%d, %v", got.status, inv.Refusal.definitionErr)
	}
}

func TestForbidden(t *testing.T) {
	var rec *Record
	p := fixture{observe: func(r *Record) { rec = r }}.pipeline(t)
	w := httptest.NewRecorder()
	p.Forbidden(w, httptest.NewRequest("GET", "http://unknown.example/x", nil), "no mapping for the domain")
	if w.Code != 403 || w.Body.String() != `{"message":"Forbidden"}` || exact(w.Header(), "x-amzn-ErrorType") != "ForbiddenException" || exact(w.Header(), "x-amzn-RequestId") != testRequestID {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if rec == nil || rec.Status != 403 || rec.Reason != "no mapping for the domain" || rec.APIID != "" {
		t.Errorf("%+v", rec)
	}
}

func TestInternalError(t *testing.T) {
	var rec *Record
	p := fixture{observe: func(r *Record) { rec = r }}.pipeline(t)
	w := httptest.NewRecorder()
	cause := errors.New("store unreachable")
	p.InternalError(w, httptest.NewRequest("GET", "/x", nil), "the stage cannot be loaded", cause)
	if w.Code != 500 || exact(w.Header(), "x-amzn-ErrorType") != "InternalServerErrorException" || !errors.Is(rec.Err, cause) || rec.Reason != "the stage cannot be loaded" {
		t.Errorf("%d %v %+v", w.Code, w.Header(), rec)
	}
}

func TestErrorsOtherThanOursAreConfigurationErrors(t *testing.T) {
	w := httptest.NewRecorder()
	f := fixture{}
	inv := &Invocation{Request: httptest.NewRequest("GET", "/a", nil), Stage: f.stage(t), pipeline: f.pipeline(t), writer: w}
	inv.refuse(errors.New("surprise"))
	var body map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 500 || body["message"] != "Internal server error" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
