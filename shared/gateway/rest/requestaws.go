package rest

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
)

// mappedToAWS: REST data plane spec, 3.2, mapped headers on their way to an AWS service.
var mappedToAWS = newHeaderTable(map[headerAction][]string{
	dropHeader: {"Referer", "Via"},
	fatalHeader: {"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id",
		"Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"},
})

// mappedHeaders is the table of the headers that a definition may map to a backend of this kind.
func (b *backend) mappedHeaders() headerTable {
	switch b.kind {
	case lambdaProxyIntegration:
		return mappedToLambdaProxy
	case mockIntegration:
		return mappedToMock
	case awsIntegration, lambdaIntegration:
		return mappedToAWS
	}
	return mappedToHTTP
}

// finishServiceRequest completes a request to an AWS service, once templates have had their say
// (REST data plane spec, 3.2 and 4.4). The signature comes last, and with the call.
func (inv *Invocation) finishServiceRequest() error {
	if err := inv.overrideRequest(); err != nil {
		return err
	}
	// The signature covers the payload, so that it has to be there as a whole.
	if err := inv.bufferText(); err != nil {
		return err
	}
	b, req := &inv.Resource.method.backend, &inv.IntegrationRequest
	if v := b.service.uri.QueryVersion(); v != "" && !req.query.Has("Version") {
		req.query = append(req.query, exchange.QueryParam{Name: "Version", Value: v})
	}
	inv.makeURI(req.paths, req.query)
	if req.HTTPMethod != http.MethodGet && req.HTTPMethod != http.MethodHead {
		_, query, _ := strings.Cut(req.URI, "?")
		if target, contentType := b.service.uri.Operation(query); target != "" {
			req.supply("X-Amz-Target", target)
			req.supply("Content-Type", contentType)
		}
	}
	if len(req.Body) > 0 {
		req.supply("Content-Type", inv.Method.ContentType)
	}
	inv.addServiceHeaders()
	return nil
}

// finishLambdaRequest completes the invocation of a function with a payload of its own (REST data
// plane spec, 6).
func (inv *Invocation) finishLambdaRequest() error {
	if err := inv.overrideRequest(); err != nil {
		return err
	}
	if err := inv.bufferText(); err != nil {
		return err
	}
	b, req := &inv.Resource.method.backend, &inv.IntegrationRequest
	if req.HTTPMethod != http.MethodPost {
		return integrationFailure(500, "the integration's HTTP method must be POST to invoke a Lambda function", nil)
	}
	f, err := b.lambda.Function(inv.Stage.doc.Variables)
	if err != nil {
		return configurationError("Invalid Lambda function", err)
	}
	req.Function, req.Event = f, req.Body
	if len(req.Event) == 0 {
		req.Event = []byte("{}")
	}
	if len(req.Event) > integration.MaxLambdaPayload {
		return &Error{Type: RequestTooLarge, Reason: "the payload exceeds " + strconv.Itoa(integration.MaxLambdaPayload) + " bytes"}
	}
	inv.addServiceHeaders()
	req.Header["X-Amzn-Lambda-Integration-Tag"] = []string{inv.Arrival.RequestID}
	req.Header["X-Amzn-Apigateway-Api-Id"] = []string{inv.Stage.doc.APIID}
	return nil
}

// bufferText reads the payload. Text comes to AWS as valid UTF-8 (REST data plane spec, 4.7).
func (inv *Invocation) bufferText() error {
	req := &inv.IntegrationRequest
	passes := !req.buffered
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	if passes && !inv.Method.Binary {
		req.Body = validText(req.Body)
	}
	return nil
}

// addServiceHeaders adds what AWS gets unless a mapping has set it.
func (inv *Invocation) addServiceHeaders() {
	req := &inv.IntegrationRequest
	req.Header["X-Amzn-Trace-Id"] = []string{inv.Arrival.TraceID}
	req.Header["X-Amz-Source-Arn"] = []string{inv.sourceARN()}
	req.supply("Accept", applicationJSON)
	req.supply("User-Agent", inv.Stage.userAgent)
}

// supply sets a header unless a mapping has.
func (req *IntegrationRequest) supply(name, value string) {
	if !req.has(name) {
		req.Header[name] = []string{value}
	}
}
