package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// serve starts the deployed assets behind a Runtime API, with the deployed environment, and sends
// them requests: to the baked demo, and to an API that the control plane provisions in the table.
func (s *smoke) serve(ctx context.Context, assembly, table, status string) (err error) {
	functions, err := listFunctions(ctx, s.moto)
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.folder, "functions.log"))
	if err != nil {
		return err
	}
	defer func() {
		log.Close()
		if err != nil {
			said, _ := os.ReadFile(log.Name())
			err = fmt.Errorf("%w\nthe functions said:\n%s", err, said)
		}
	}()
	var run []runtimeapi.Function
	for _, f := range []struct{ name, stack string }{{"proxy", "postern-gateway"}, {"controlplane", "postern-controlplane"}} {
		folder, err := s.unpack(ctx, assembly, f.stack, f.name)
		if err != nil {
			return err
		}
		deployed, err := find(functions, f.stack)
		if err != nil {
			return err
		}
		run = append(run, runtimeapi.Function{
			Name: f.name, Command: []string{filepath.Join(folder, "bootstrap")}, Timeout: 30 * time.Second,
			Environment: s.environment(deployed.Environment.Variables),
		})
	}
	server, err := runtimeapi.New(runtimeapi.Config{Log: log, Environ: os.Environ()}, run...)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, server.Close(end))
	}()
	if err := expectAnswer(ctx, server, request("GET", "", "/health"), http.StatusOK, `{"status": "`+status+`"}`); err != nil {
		return fmt.Errorf("the baked demo: %w", err)
	}
	return s.provision(ctx, server, table)
}

// environment is the deployed one, and what Lambda adds to it.
func (s *smoke) environment(deployed map[string]string) map[string]string {
	variables := maps.Clone(deployed)
	maps.Copy(variables, map[string]string{
		"AWS_ENDPOINT_URL": s.moto.url, "AWS_REGION": region, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_EC2_METADATA_DISABLED": "true",
	})
	return variables
}

// provision lets CloudFormation's custom resource make an API, asks the proxy for it until its
// throttle refuses, and removes it.
func (s *smoke) provision(ctx context.Context, server *runtimeapi.Server, table string) error {
	bucket := "cdk-localhost-assets-" + account + "-" + region
	const definition = "smoke-definition.json"
	mock := `{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},"responses":{"default":{"statusCode":"200","responseTemplates":{"application/json":"from the table"}}}}`
	body := `{"openapi":"3.0.1","info":{"title":"smoke","version":"1"},"paths":{"/smoke":{"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":` + mock + `}}}}`
	if _, err := s.moto.object(ctx, http.MethodPut, bucket, definition, []byte(body)); err != nil {
		return err
	}
	properties := map[string]any{
		"ServiceToken": "arn", "Stage": "prod", "RateLimit": "1", "BurstLimit": "2",
		"Definition": map[string]string{"Bucket": bucket, "Key": definition},
	}
	id, err := cloudFormation(ctx, server, "Create", "", properties)
	if err != nil {
		return err
	}
	host := id + ".execute-api." + region + ".amazonaws.com"
	if err := expectAnswer(ctx, server, request("GET", host, "/prod/smoke"), http.StatusOK, "from the table"); err != nil {
		return fmt.Errorf("the provisioned API: %w", err)
	}
	if err := s.countersAppear(ctx, server, host, table); err != nil {
		return err
	}
	properties["Stage"] = "next"
	if again, err := cloudFormation(ctx, server, "Update", id, properties); err != nil || again != id {
		return fmt.Errorf("update: API %s became %s: %w", id, again, err)
	}
	if err := expectAnswer(ctx, server, request("GET", host, "/next/smoke"), http.StatusOK, "from the table"); err != nil {
		return fmt.Errorf("the updated API: %w", err)
	}
	if _, err := cloudFormation(ctx, server, "Delete", id, properties); err != nil {
		return err
	}
	fmt.Println("ok  an API of the custom resource was created, served, updated and deleted")
	return nil
}

// countersAppear asks until the stage's throttle of one request per second refuses, and looks for the
// token bucket in the table.
func (s *smoke) countersAppear(ctx context.Context, server *runtimeapi.Server, host, table string) error {
	refused := false
	for range 5 {
		status, _, err := ask(ctx, server, request("GET", host, "/prod/smoke"))
		if err != nil {
			return err
		}
		refused = refused || status == http.StatusTooManyRequests
	}
	var answer struct{ Count int }
	query := fmt.Sprintf(`{"TableName":%q,"Select":"COUNT","FilterExpression":"begins_with(pk, :p)","ExpressionAttributeValues":{":p":{"S":"counter#"}}}`, table)
	if err := s.moto.call(ctx, "dynamodb", http.MethodPost, "/", "DynamoDB_20120810.Scan", query, &answer); err != nil {
		return err
	}
	if !refused || answer.Count == 0 {
		return fmt.Errorf("a stage of one request per second: refused %v, %d counters in the table", refused, answer.Count)
	}
	fmt.Printf("ok  the stage's throttle refuses, and has %d counters in the table\n", answer.Count)
	return nil
}

var cloudFormationRequests atomic.Int64

// cloudFormation invokes the control plane as CloudFormation does and waits for what it puts to the
// response URL. It returns the physical id.
func cloudFormation(ctx context.Context, server *runtimeapi.Server, kind, physicalID string, properties map[string]any) (string, error) {
	answers := make(chan []byte, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	bucket := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answers <- body
	})}
	go func() { _ = bucket.Serve(listener) }()
	defer bucket.Close()
	event := map[string]any{
		"RequestType": kind, "ResponseURL": "http://" + listener.Addr().String() + "/answer", "StackId": "arn:aws:cloudformation:" + region + ":" + account + ":stack/smoke/1",
		"RequestId": fmt.Sprint("request-", cloudFormationRequests.Add(1)), "LogicalResourceId": "Api", "ResourceType": "Custom::PosternRestApi", "ResourceProperties": properties,
	}
	if physicalID != "" {
		event["PhysicalResourceId"] = physicalID
		event["OldResourceProperties"] = properties
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return "", err
	}
	if _, err := server.Invoke(ctx, runtimeapi.Invocation{Function: "controlplane", Payload: payload}); err != nil {
		return "", err
	}
	var answer struct{ Status, Reason, PhysicalResourceId string }
	select {
	case body := <-answers:
		if err := json.Unmarshal(body, &answer); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("%s: the function ended without an answer to CloudFormation", kind)
	}
	if answer.Status != "SUCCESS" {
		return "", fmt.Errorf("%s: %s: %s", kind, answer.Status, answer.Reason)
	}
	return answer.PhysicalResourceId, nil
}

// request is an event of a function URL; host takes the place of the URL's own.
func request(method, host, path string) []byte {
	const door = "abc.lambda-url." + region + ".on.aws"
	if host == "" {
		host = door
	}
	event, _ := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": map[string]string{"host": host},
		"requestContext": map[string]any{
			"accountId": "anonymous", "apiId": "abc", "domainName": door, "requestId": "0b1c2d3e-4f50-4161-8273-8495a6b7c8d9", "stage": "$default",
			"http": map[string]string{"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "smoke"}, "timeEpoch": 1756479710123,
		},
		"isBase64Encoded": false,
	})
	return event
}

func ask(ctx context.Context, server *runtimeapi.Server, event []byte) (int, string, error) {
	stream, err := server.InvokeStream(ctx, runtimeapi.Invocation{Function: "proxy", Payload: event})
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = stream.Body.Close() }()
	body, err := io.ReadAll(stream.Body)
	if err != nil {
		return 0, "", err
	}
	if stream.Prelude == nil {
		return 0, "", fmt.Errorf("the function did not stream: %.200s", body)
	}
	return stream.Prelude.StatusCode, string(body), nil
}

func expectAnswer(ctx context.Context, server *runtimeapi.Server, event []byte, status int, body string) error {
	gotStatus, gotBody, err := ask(ctx, server, event)
	if err == nil && (gotStatus != status || strings.TrimSpace(gotBody) != body) {
		err = fmt.Errorf("answered %d %q, want %d %q", gotStatus, gotBody, status, body)
	}
	if err == nil {
		fmt.Printf("ok  request answered: %d %s\n", gotStatus, body)
	}
	return err
}
