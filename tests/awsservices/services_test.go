package awsservices

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

const (
	// nothing is a template that renders the empty payload.
	nothing = "#set($none = '')"
	form    = "'application/x-www-form-urlencoded'"
	json11  = "'application/x-amz-json-1.1'"
	aRole   = "arn:aws:iam::123456789012:role/gateway"
	machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders"
)

func TestServices(t *testing.T) {
	m := startMoto(t)
	r := record(t, m)

	orders := m.queue("orders")
	m.queue("from-topic")
	m.queue("from-bus")
	m.query("sns", "2010-03-31", "Action", "CreateTopic", "Name", "orders")
	m.query("sns", "2010-03-31", "Action", "Subscribe", "TopicArn", "arn:aws:sns:us-east-1:123456789012:orders", "Protocol", "sqs", "Endpoint", "arn:aws:sqs:us-east-1:123456789012:from-topic")
	m.json("events", "AWSEvents.PutRule", "1.1", obj{"Name": "all", "EventPattern": `{"source":["shop"]}`})
	m.json("events", "AWSEvents.PutTargets", "1.1", obj{"Rule": "all", "Targets": []obj{{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:from-bus"}}})
	m.json("kinesis", "Kinesis_20131202.CreateStream", "1.1", obj{"StreamName": "orders", "ShardCount": 1})
	m.json("dynamodb", "DynamoDB_20120810.CreateTable", "1.0", obj{"TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": []obj{{"AttributeName": "id", "KeyType": "HASH"}}, "AttributeDefinitions": []obj{{"AttributeName": "id", "AttributeType": "S"}}})
	m.ask("s3", "PUT", "/orders", "")
	m.json("ssm", "AmazonSSM.PutParameter", "1.1", obj{"Name": "/shop/limit", "Value": "42", "Type": "String"})
	m.json("secretsmanager", "secretsmanager.CreateSecret", "1.1", obj{"Name": "shop", "SecretString": "hush"})
	m.json("states", "AWSStepFunctions.CreateStateMachine", "1.0", obj{"name": "orders", "roleArn": aRole, "definition": `{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`})

	api := &testAPI{t: t}
	// SQS by path, with a stage variable and the body of the query protocol; by action.
	api.method("/sqs-path", "sqs:path/123456789012/${stageVariables.queue}", "Action=SendMessage&MessageBody=$util.urlEncode($input.body)", "header.Content-Type", form)
	api.method("/sqs-action", "sqs:action/SendMessage", nothing, "querystring.QueueUrl", "'"+m.base+"/123456789012/orders'", "querystring.MessageBody", "method.request.body.text", "header.Content-Type", form)
	api.method("/sns", "sns:action/Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Aorders", nothing, "querystring.Message", "method.request.body.text", "header.Content-Type", form)
	api.method("/events", "events:action/PutEvents", `{"Entries":[{"Source":"shop","DetailType":"order","Detail":"$util.escapeJavaScript($input.body)"}]}`,
		"header.X-Amz-Target", "'AWSEvents.PutEvents'", "header.Content-Type", json11)
	api.method("/kinesis", "kinesis:action/PutRecord", `{"StreamName":"orders","PartitionKey":"1","Data":"$util.base64Encode($input.body)"}`)
	api.method("/dynamodb", "dynamodb:action/PutItem", `{"TableName":"orders","Item":{"id":{"S":$input.json('$.id')},"text":{"S":$input.json('$.text')}}}`)
	put := api.method("/s3", "s3:path/orders/{key}", "", "path.key", "method.request.body.key")
	put.HttpMethod = ptr("PUT")
	api.method("/s3-missing", "s3:path/orders/nothing", "").HttpMethod = ptr("GET")
	api.method("/s3-host", "orders.s3:path/{key}", "", "path.key", "method.request.body.key").HttpMethod = ptr("PUT")
	api.method("/ssm", "ssm:action/GetParameter", `{"Name":"/shop/limit"}`)
	api.method("/secret", "secretsmanager:action/GetSecretValue", `{"SecretId":"shop"}`)
	api.method("/states", "states:action/StartExecution", `{"stateMachineArn":"`+machine+`","name":"first","input":"$util.escapeJavaScript($input.body)"}`)
	api.method("/role", "sqs:path/123456789012/orders", "Action=SendMessage&MessageBody=byrole", "header.Content-Type", form).Credentials = ptr(aRole)
	gateway := api.serve(r.URL)

	ok := func(t *testing.T, path, body string) (string, call) {
		t.Helper()
		status, answer := post(t, gateway.URL+path, body)
		if status != 200 {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
		c := r.last()
		if c.request.Header.Get("User-Agent") != "AmazonAPIGateway_a1b2c3d4e5" || !strings.HasSuffix(c.request.Header.Get("X-Amz-Source-Arn"), ":a1b2c3d4e5/prod/POST"+path) {
			t.Errorf("%s: headers %v", path, c.request.Header)
		}
		return answer, c
	}
	signed := func(t *testing.T, c call, service, accessKey string) {
		t.Helper()
		if c.signature.Service != service || c.signature.Region != "us-east-1" || c.signature.AccessKeyID != accessKey {
			t.Errorf("signed for %s in %s by %s", c.signature.Service, c.signature.Region, c.signature.AccessKeyID)
		}
	}

	t.Run("SQS", func(t *testing.T) {
		_, c := ok(t, "/sqs-path", `{"n": 1}`)
		signed(t, c, "sqs", own.AccessKeyID)
		if got := m.receive("orders"); c.request.URL.Path != "/123456789012/orders" || got != `{"n": 1}` {
			t.Errorf("%s brought %q", c.request.RequestURI, got)
		}
		_, c = ok(t, "/sqs-action", `{"text":"a b+c/é"}`)
		if got := m.receive("orders"); c.request.URL.Query().Get("Action") != "SendMessage" || got != "a b+c/é" {
			t.Errorf("%s brought %q", c.request.RequestURI, got)
		}
	})
	t.Run("SNS", func(t *testing.T) {
		_, c := ok(t, "/sns", `{"text":"hello there"}`)
		signed(t, c, "sns", own.AccessKeyID)
		if got := m.receive("from-topic"); !strings.Contains(got, `"hello there"`) {
			t.Errorf("brought %q", got)
		}
	})
	t.Run("EventBridge", func(t *testing.T) {
		answer, c := ok(t, "/events", `{"n":2}`)
		signed(t, c, "events", own.AccessKeyID)
		if got := m.receive("from-bus"); !strings.Contains(answer, `"FailedEntryCount"`) || !strings.Contains(got, `"detail-type"`) || !strings.Contains(got, `"n"`) {
			t.Errorf("%s brought %q", answer, got)
		}
	})
	t.Run("Kinesis", func(t *testing.T) {
		_, c := ok(t, "/kinesis", `{"n":3}`)
		signed(t, c, "kinesis", own.AccessKeyID)
		iterator := m.json("kinesis", "Kinesis_20131202.GetShardIterator", "1.1", obj{"StreamName": "orders", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"})
		got, _ := json.Marshal(m.json("kinesis", "Kinesis_20131202.GetRecords", "1.1", obj{"ShardIterator": iterator["ShardIterator"]}))
		if want := base64.StdEncoding.EncodeToString([]byte(`{"n":3}`)); !strings.Contains(string(got), want) || c.request.Header.Get("X-Amz-Target") != "Kinesis_20131202.PutRecord" {
			t.Errorf("brought %s", got)
		}
	})
	t.Run("DynamoDB", func(t *testing.T) {
		_, c := ok(t, "/dynamodb", `{"id":"o1","text":"four"}`)
		signed(t, c, "dynamodb", own.AccessKeyID)
		got, _ := json.Marshal(m.json("dynamodb", "DynamoDB_20120810.GetItem", "1.0", obj{"TableName": "orders", "Key": obj{"id": obj{"S": "o1"}}}))
		if !strings.Contains(string(got), `"four"`) || c.request.Header.Get("Content-Type") != "application/x-amz-json-1.0" {
			t.Errorf("brought %s", got)
		}
	})
	t.Run("S3", func(t *testing.T) {
		const body = `{"key":"folder/a b+ü(1)"}`
		_, c := ok(t, "/s3", body)
		signed(t, c, "s3", own.AccessKeyID)
		if got := m.ask("s3", "GET", "/orders/folder/a%20b%2B%C3%BC%281%29", ""); string(got) != body || c.request.Header.Get("X-Amz-Content-Sha256") == "" {
			t.Errorf("%s brought %s", c.request.RequestURI, got)
		}
		status, answer := post(t, gateway.URL+"/s3-missing", "")
		if status != 400 || !strings.Contains(answer, "<Code>NoSuchKey</Code>") {
			t.Errorf("a missing key: %d %s", status, answer)
		}
		_, c = ok(t, "/s3-host", `{"key":"by-host"}`)
		if got := m.ask("s3", "GET", "/orders/by-host", ""); string(got) != `{"key":"by-host"}` || c.request.Host != "orders.s3.us-east-1.amazonaws.com" {
			t.Errorf("%s brought %s", c.request.Host, got)
		}
	})
	t.Run("SSM", func(t *testing.T) {
		answer, c := ok(t, "/ssm", `{}`)
		signed(t, c, "ssm", own.AccessKeyID)
		if !strings.Contains(answer, `"42"`) || c.request.Header.Get("X-Amz-Target") != "AmazonSSM.GetParameter" {
			t.Errorf("answered %s", answer)
		}
	})
	t.Run("Secrets Manager", func(t *testing.T) {
		answer, c := ok(t, "/secret", `{}`)
		signed(t, c, "secretsmanager", own.AccessKeyID)
		if !strings.Contains(answer, `"hush"`) {
			t.Errorf("answered %s", answer)
		}
	})
	t.Run("Step Functions", func(t *testing.T) {
		_, c := ok(t, "/states", `{"n":"five"}`)
		signed(t, c, "states", own.AccessKeyID)
		got := m.json("states", "AWSStepFunctions.DescribeExecution", "1.0", obj{"executionArn": "arn:aws:states:us-east-1:123456789012:execution:orders:first"})
		if got["input"] != `{"n":"five"}` {
			t.Errorf("started with %v", got["input"])
		}
	})
	t.Run("role", func(t *testing.T) {
		for range 2 {
			_, c := ok(t, "/role", `{}`)
			if c.signature.AccessKeyID == own.AccessKeyID || c.request.Header.Get("X-Amz-Security-Token") == "" {
				t.Errorf("signed by %s", c.signature.AccessKeyID)
			}
			if got := m.receive("orders"); got != "byrole" {
				t.Errorf("%s holds %q", orders, got)
			}
		}
		if n := r.count("sts"); n != 1 {
			t.Errorf("the role was assumed %d times", n)
		}
	})
}
