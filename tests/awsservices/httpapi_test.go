package awsservices

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/controlplane/v2/compile"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// httpAPI collects routes that call actions of services.
type httpAPI struct {
	t        *testing.T
	document definition.Document
}

// action adds POST at a path. parameters are names and sources.
func (a *httpAPI) action(path, subtype string, parameters ...string) {
	a.t.Helper()
	i := &definition.Integration{Integration: apigatewayv2.Integration{
		IntegrationId: ptr(fmt.Sprint("i", len(a.document.Routes))), IntegrationType: ptr("AWS_PROXY"), IntegrationSubtype: &subtype, CredentialsArn: ptr(aRole),
		PayloadFormatVersion: ptr("1.0"), RequestParameters: map[string]string{},
	}}
	for n := 0; n < len(parameters); n += 2 {
		i.RequestParameters[parameters[n]] = parameters[n+1]
	}
	if err := a.document.CompleteIntegration(i); err != nil {
		a.t.Fatalf("%s: %v", path, err)
	}
	a.document.Integrations = append(a.document.Integrations, i)
	r := &definition.Route{Route: apigatewayv2.Route{RouteId: ptr(fmt.Sprint("r", len(a.document.Routes))), RouteKey: ptr("POST " + path), Target: ptr("integrations/" + *i.IntegrationId)}}
	if err := a.document.CompleteRoute(r); err != nil {
		a.t.Fatalf("%s: %v", path, err)
	}
	a.document.Routes = append(a.document.Routes, r)
}

// serve compiles the API, as a deployment does, and serves it with services at an endpoint.
func (a *httpAPI) serve(endpoint string) *httptest.Server {
	a.t.Helper()
	data, err := compile.BuildHTTP(&a.document, "dep123")
	if err != nil {
		a.t.Fatal(err)
	}
	opened, err := snapshot.Open(data)
	if err != nil {
		a.t.Fatal(err)
	}
	stage := httpapi.NewStage(opened, snapshot.Stage{APIID: "a1b2c3d4e5", Name: "$default", DeploymentID: "dep123", AccountID: "123456789012", Variables: map[string]string{"queue": "orders"}}, "us-east-1")
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return own, nil }),
		Region:      "us-east-1",
		Getenv: func(name string) string {
			if name == "AWS_ENDPOINT_URL" {
				return endpoint
			}
			return ""
		},
	})
	pipeline := httpapi.New(httpapi.Config{Services: services, Observe: func(r *exchange.Record) {
		if r.Reason != "" {
			a.t.Logf("%s: %s", r.Path, r.Reason)
		}
	}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		pipeline.Serve(w, r, stage, httpapi.Target{Path: path, ContextPath: path, DomainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"})
	}))
	a.t.Cleanup(server.Close)
	return server
}

var receiptHandle = regexp.MustCompile(`<ReceiptHandle>(.*?)</ReceiptHandle>`)

// The actions that HTTP APIs name (HTTP API spec, 9.3), each signed by the integration's role.
func TestHTTPAPIServices(t *testing.T) {
	m := startMoto(t)
	r := record(t, m)
	m.queue("orders")
	m.queue("from-bus")
	m.json("events", "AWSEvents.PutRule", "1.1", obj{"Name": "all", "EventPattern": `{"source":["shop"]}`})
	m.json("events", "AWSEvents.PutTargets", "1.1", obj{"Rule": "all", "Targets": []obj{{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:from-bus"}}})
	m.json("kinesis", "Kinesis_20131202.CreateStream", "1.1", obj{"StreamName": "orders", "ShardCount": 1})
	m.json("states", "AWSStepFunctions.CreateStateMachine", "1.0", obj{"name": "orders", "roleArn": aRole, "definition": `{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`})

	queue := m.base + "/123456789012/${stageVariables.queue}"
	api := &httpAPI{t: t, document: definition.Document{API: apigatewayv2.Api{ApiId: ptr("a1b2c3d4e5"), Name: ptr("services"), ProtocolType: ptr("HTTP")}}}
	api.action("/send", "SQS-SendMessage", "QueueUrl", queue, "MessageBody", "$request.body", "MessageAttributes", `{"Colour":{"DataType":"String","StringValue":"${request.header.content-type}"}}`)
	api.action("/send-part", "SQS-SendMessage", "QueueUrl", queue, "MessageBody", "$request.body.text")
	api.action("/send-nowhere", "SQS-SendMessage", "QueueUrl", m.base+"/123456789012/nowhere", "MessageBody", "x")
	api.action("/receive", "SQS-ReceiveMessage", "QueueUrl", queue, "MaxNumberOfMessages", "1", "MessageAttributeNames", "All", "AttributeNames", "All")
	api.action("/delete", "SQS-DeleteMessage", "QueueUrl", queue, "ReceiptHandle", "$request.body.handle")
	api.action("/purge", "SQS-PurgeQueue", "QueueUrl", queue)
	api.action("/events", "EventBridge-PutEvents", "Source", "shop", "DetailType", "order", "Detail", "$request.body", "Time", "2024-05-06T07:08:09Z", "Resources", "arn:aws:s3:::a,arn:aws:s3:::b")
	api.action("/kinesis", "Kinesis-PutRecord", "StreamName", "orders", "Data", "$request.body", "PartitionKey", "$request.header.content-type")
	api.action("/start", "StepFunctions-StartExecution", "StateMachineArn", machine, "Name", "$request.body.name", "Input", "$request.body")
	api.action("/stop", "StepFunctions-StopExecution", "ExecutionArn", "$request.body.arn", "Cause", "enough")
	gateway := api.serve(r.URL)

	call := func(t *testing.T, path, service, body string) string {
		t.Helper()
		status, answer := post(t, gateway.URL+path, body)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
		c := r.last()
		if c.signature.Service != service || c.signature.AccessKeyID == own.AccessKeyID || c.request.Header.Get("X-Amz-Security-Token") == "" {
			t.Errorf("%s: signed for %s by %s", path, c.signature.Service, c.signature.AccessKeyID)
		}
		return answer
	}
	attributes := func(t *testing.T) string {
		t.Helper()
		got, err := json.Marshal(m.json("sqs", "AmazonSQS.GetQueueAttributes", "1.0", obj{"QueueUrl": m.base + "/123456789012/orders", "AttributeNames": []string{"All"}}))
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}

	t.Run("SQS-SendMessage", func(t *testing.T) {
		if answer := call(t, "/send", "sqs", `{"n": 1}`); !strings.Contains(answer, "<SendMessageResponse") {
			t.Errorf("answered %s", answer)
		}
		if got := m.receive("orders"); got != `{"n": 1}` {
			t.Errorf("brought %q", got)
		}
		call(t, "/send-part", "sqs", `{"text":"a b+c/é"}`)
		if got := m.receive("orders"); got != "a b+c/é" {
			t.Errorf("brought %q", got)
		}
	})
	t.Run("a failure", func(t *testing.T) {
		status, answer := post(t, gateway.URL+"/send-nowhere", "{}")
		if status != http.StatusBadRequest || !strings.Contains(answer, "NonExistentQueue") {
			t.Errorf("a missing queue: %d %s", status, answer)
		}
	})
	t.Run("SQS-PurgeQueue", func(t *testing.T) {
		call(t, "/send", "sqs", "x")
		call(t, "/purge", "sqs", "")
		if got := attributes(t); !strings.Contains(got, `"ApproximateNumberOfMessages":"0"`) {
			t.Errorf("the queue has %s", got)
		}
	})
	t.Run("SQS-ReceiveMessage and SQS-DeleteMessage", func(t *testing.T) {
		call(t, "/send", "sqs", "take me")
		answer := call(t, "/receive", "sqs", "")
		handle := receiptHandle.FindStringSubmatch(answer)
		if handle == nil || !strings.Contains(answer, "<Body>take me</Body>") {
			t.Fatalf("received %s", answer)
		}
		call(t, "/delete", "sqs", `{"handle":"`+handle[1]+`"}`)
		if got := attributes(t); !strings.Contains(got, `"ApproximateNumberOfMessagesNotVisible":"0"`) {
			t.Errorf("the queue has %s", got)
		}
	})
	t.Run("EventBridge-PutEvents", func(t *testing.T) {
		answer := call(t, "/events", "events", `{"n":2}`)
		got := m.receive("from-bus")
		for _, part := range []string{`"detail-type"`, `"n"`, "2024-05-06T07:08:09Z", "arn:aws:s3:::b"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s brought %q without %s", answer, got, part)
			}
		}
	})
	t.Run("Kinesis-PutRecord", func(t *testing.T) {
		call(t, "/kinesis", "kinesis", `{"n":3}`)
		iterator := m.json("kinesis", "Kinesis_20131202.GetShardIterator", "1.1", obj{"StreamName": "orders", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"})
		got, _ := json.Marshal(m.json("kinesis", "Kinesis_20131202.GetRecords", "1.1", obj{"ShardIterator": iterator["ShardIterator"]}))
		if want := base64.StdEncoding.EncodeToString([]byte(`{"n":3}`)); !strings.Contains(string(got), want) {
			t.Errorf("brought %s", got)
		}
	})
	t.Run("StepFunctions", func(t *testing.T) {
		call(t, "/start", "states", `{"name":"first"}`)
		const execution = "arn:aws:states:us-east-1:123456789012:execution:orders:first"
		if got := m.json("states", "AWSStepFunctions.DescribeExecution", "1.0", obj{"executionArn": execution}); got["input"] != `{"name":"first"}` {
			t.Errorf("started with %v", got["input"])
		}
		call(t, "/stop", "states", `{"arn":"`+execution+`"}`)
		if got := m.json("states", "AWSStepFunctions.DescribeExecution", "1.0", obj{"executionArn": execution}); got["status"] != "ABORTED" {
			t.Errorf("stopped with %v", got)
		}
	})
}
