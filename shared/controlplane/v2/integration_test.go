package v2_test

import "testing"

func TestIntegration(t *testing.T) {
	h := newHarness(t).http()
	h.integration(`{"integrationType":"AWS_PROXY","integrationUri":"` + invocation + `","payloadFormatVersion":"2.0"}`)
	const want = `{"connectionType":"INTERNET","integrationId":"{integration}","integrationMethod":"POST","integrationType":"AWS_PROXY",
		"integrationUri":"` + invocation + `","payloadFormatVersion":"2.0","timeoutInMillis":%s}`
	h.is(200, "GET", "/v2/apis/{api}/integrations/{integration}", "", replaceFirst(want, "%s", "30000"))
	h.is(200, "PATCH", "/v2/apis/{api}/integrations/{integration}", `{"timeoutInMillis":50}`, replaceFirst(want, "%s", "50"))
	// An empty value takes a mapping away.
	h.integration(httpProxy)
	h.ok(200, "PATCH", "/v2/apis/{api}/integrations/{integration}", `{"requestParameters":{"append:header.a":"$request.header.b","overwrite:path":"$request.path"},"responseParameters":{"404":{"overwrite:statuscode":"403","remove:header.x":"''"}}}`)
	got := h.ok(200, "PATCH", "/v2/apis/{api}/integrations/{integration}", `{"requestParameters":{"append:header.a":""},"responseParameters":{"404":{"overwrite:statuscode":"","remove:header.x":""}}}`)
	if parameters := got["requestParameters"].(map[string]any); len(parameters) != 1 || parameters["overwrite:path"] != "$request.path" {
		t.Errorf("parameters %v", parameters)
	}
	if r, ok := got["responseParameters"].(map[string]any); ok && len(r) > 0 {
		t.Errorf("response parameters %v", r)
	}
}

func TestIntegrationRefusals(t *testing.T) {
	h := newHarness(t).http()
	const mapping = "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: "
	proxy := func(rest string) string {
		return `{"integrationType":"HTTP_PROXY","integrationMethod":"GET","integrationUri":"https://example.com",` + rest + `}`
	}
	subtype := func(name, parameters string) string {
		return `{"integrationType":"AWS_PROXY","integrationSubtype":"` + name + `","credentialsArn":"arn:aws:iam::123456789012:role/r","requestParameters":{` + parameters + `}}`
	}
	for _, c := range []struct{ message, body string }{
		{"Invalid integration type specified: MOCK. HTTP APIs support only AWS_PROXY and HTTP_PROXY integrations", `{"integrationType":"MOCK"}`},
		{"PayloadFormatVersion is a required parameter for integration type AWS_PROXY", `{"integrationType":"AWS_PROXY","integrationUri":"` + function + `"}`},
		{"HttpMethod must be specified for the integration type HTTP_PROXY", `{"integrationType":"HTTP_PROXY","integrationUri":"https://example.com"}`},
		{"Invalid HTTP endpoint specified for URI", `{"integrationType":"HTTP_PROXY","integrationMethod":"GET","integrationUri":"ftp://example.com"}`},
		{"The payload format version must be 1.0 for the integration type HTTP_PROXY", proxy(`"payloadFormatVersion":"2.0"`)},
		{"Operations on header authorization are restricted", proxy(`"requestParameters":{"append:header.Authorization":"x"}`)},
		{"Operations on header x-amz-date are restricted", proxy(`"requestParameters":{"remove:header.X-Amz-Date":"''"}`)},
		{"Operations on header access-control-allow-origin are restricted", proxy(`"responseParameters":{"200":{"overwrite:header.Access-Control-Allow-Origin":"*"}}`)},
		{mapping + "set:header.a]", proxy(`"requestParameters":{"set:header.a":"x"}`)},
		{mapping + "append:path]", proxy(`"requestParameters":{"append:path":"x"}`)},
		{mapping + "$request.body..a]", proxy(`"requestParameters":{"append:header.a":"$request.body..a"}`)},
		{mapping + "$request.cookie.a]", proxy(`"requestParameters":{"append:header.a":"$request.cookie.a"}`)},
		{mapping + "a${request.header.b]", proxy(`"requestParameters":{"append:header.a":"a${request.header.b"}`)},
		{mapping + "$request.header.a-$request.header.b]", proxy(`"requestParameters":{"append:header.a":"$request.header.a-$request.header.b"}`)},
		{"Invalid response parameter key: 2xx. Response parameter key must be a valid status code between 200 and 599", proxy(`"responseParameters":{"2xx":{}}`)},
		{"connectionId must be specified for the connection type VPC_LINK", proxy(`"connectionType":"VPC_LINK"`)},
		{"tlsConfig is supported for the connection type VPC_LINK only", proxy(`"tlsConfig":{"serverNameToVerify":"a"}`)},
		{"Parameter: MessageBody does not fit schema for Operation: SQS-SendMessage. It is required", subtype("SQS-SendMessage", `"QueueUrl":"u"`)},
		{"Parameter: Nothing does not fit schema for Operation: SQS-PurgeQueue.", subtype("SQS-PurgeQueue", `"QueueUrl":"u","Nothing":"x"`)},
		{"requestTemplates is supported for WebSocket APIs only", proxy(`"requestTemplates":{"a":"b"}`)},
	} {
		h.badRequest(c.message, "POST", "/v2/apis/{api}/integrations", c.body)
	}
	for name, parameters := range map[string]string{
		"EventBridge-PutEvents":            `"Detail":"$request.body","DetailType":"t","Source":"s","Region":"eu-west-1"`,
		"SQS-SendMessage":                  `"QueueUrl":"u","MessageBody":"$request.body.message"`,
		"SQS-ReceiveMessage":               `"QueueUrl":"u"`,
		"SQS-DeleteMessage":                `"QueueUrl":"u","ReceiptHandle":"$request.querystring.h"`,
		"SQS-PurgeQueue":                   `"QueueUrl":"u"`,
		"AppConfig-GetConfiguration":       `"Application":"a","Environment":"e","Configuration":"c","ClientId":"$context.requestId"`,
		"Kinesis-PutRecord":                `"StreamName":"s","Data":"$request.body","PartitionKey":"${request.path.id}"`,
		"StepFunctions-StartExecution":     `"StateMachineArn":"$stageVariables.machine","Input":"$request.body"`,
		"StepFunctions-StartSyncExecution": `"StateMachineArn":"a","Name":"n"`,
		"StepFunctions-StopExecution":      `"ExecutionArn":"a","Cause":"c"`,
	} {
		h.ok(201, "POST", "/v2/apis/{api}/integrations", subtype(name, parameters))
	}
}

func TestPrivateIntegration(t *testing.T) {
	h := newHarness(t).http()
	created := h.ok(201, "POST", "/v2/vpclinks", `{"name":"l","subnetIds":["subnet-1"],"tags":{"a":"b"}}`)
	if created["vpcLinkStatus"] != "PENDING" {
		t.Errorf("created %v", created)
	}
	h.set("link", created["vpcLinkId"])
	h.is(200, "GET", "/v2/vpclinks/{link}", "", `{"createdDate":"`+nowText+`","name":"l","securityGroupIds":[],"subnetIds":["subnet-1"],"tags":{"a":"b"},
		"vpcLinkId":"{link}","vpcLinkStatus":"AVAILABLE","vpcLinkStatusMessage":"VPC link is ready to route traffic","vpcLinkVersion":"V2"}`)
	const listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef"
	h.integration(`{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","connectionType":"VPC_LINK","connectionId":"{link}","integrationUri":"` + listener + `","tlsConfig":{"serverNameToVerify":"example.com"}}`)
	h.badRequest("Invalid VpcLink identifier specified nothere", "POST", "/v2/apis/{api}/integrations",
		`{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","connectionType":"VPC_LINK","connectionId":"nothere","integrationUri":"`+listener+`"}`)
	h.ok(200, "PATCH", "/v2/vpclinks/{link}", `{"name":"other"}`)
	h.ok(201, "POST", "/v2/tags/arn:aws:apigateway:us-east-1::%2Fvpclinks%2F{link}", `{"tags":{"c":"d"}}`)
	h.is(200, "GET", "/v2/tags/arn:aws:apigateway:us-east-1::%2Fvpclinks%2F{link}", "", `{"tags":{"a":"b","c":"d"}}`)
	h.ok(202, "DELETE", "/v2/vpclinks/{link}", "")
	h.notFound("Invalid VpcLink identifier specified {link}", "GET", "/v2/vpclinks/{link}", "")
}
