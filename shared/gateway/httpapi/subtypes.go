package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// subtypes are the actions that integrations can name, with their parameters (HTTP API spec, 9.3).
var subtypes = map[string]*subtype{
	"EventBridge-PutEvents": {service: "events", required: []string{"Detail", "DetailType", "Source"},
		optional: []string{"Time", "EventBusName", "Resources", "TraceHeader"}, request: putEvents},
	"SQS-SendMessage": {service: "sqs", required: []string{"QueueUrl", "MessageBody"},
		optional: []string{"DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId", "MessageSystemAttributes"},
		request:  sqs("SendMessage")},
	"SQS-ReceiveMessage": {service: "sqs", required: []string{"QueueUrl"},
		optional: []string{"AttributeNames", "MaxNumberOfMessages", "MessageAttributeNames", "ReceiveRequestAttemptId", "VisibilityTimeout", "WaitTimeSeconds"},
		request:  sqs("ReceiveMessage")},
	"SQS-DeleteMessage": {service: "sqs", required: []string{"ReceiptHandle", "QueueUrl"}, request: sqs("DeleteMessage")},
	"SQS-PurgeQueue":    {service: "sqs", required: []string{"QueueUrl"}, request: sqs("PurgeQueue")},
	"AppConfig-GetConfiguration": {service: "appconfig", required: []string{"Application", "Environment", "Configuration", "ClientId"},
		optional: []string{"ClientConfigurationVersion"}, request: getConfiguration},
	"Kinesis-PutRecord": {service: "kinesis", required: []string{"StreamName", "Data", "PartitionKey"},
		optional: []string{"SequenceNumberForOrdering", "ExplicitHashKey"}, request: putRecord},
	"StepFunctions-StartExecution": {service: "states", required: []string{"StateMachineArn"},
		optional: []string{"Name", "Input"}, request: stepFunctions("StartExecution")},
	"StepFunctions-StartSyncExecution": {service: "states", hostPrefix: "sync-", required: []string{"StateMachineArn"},
		optional: []string{"Name", "Input", "TraceHeader"}, request: stepFunctions("StartSyncExecution")},
	"StepFunctions-StopExecution": {service: "states", required: []string{"ExecutionArn"},
		optional: []string{"Cause", "Error"}, request: stepFunctions("StopExecution")},
}

// jsonRequest is a request of the JSON-RPC protocols.
func jsonRequest(target, version string, body map[string]any) (serviceRequest, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return serviceRequest{}, err
	}
	return serviceRequest{body: text, header: map[string]string{"X-Amz-Target": target, "Content-Type": "application/x-amz-json-" + version}}, nil
}

// putEvents puts one event.
func putEvents(p map[string]string) (serviceRequest, error) {
	entry := map[string]any{"Detail": p["Detail"], "DetailType": p["DetailType"], "Source": p["Source"]}
	for _, name := range [...]string{"EventBusName", "TraceHeader"} {
		if p[name] != "" {
			entry[name] = p[name]
		}
	}
	if list, err := texts(p["Resources"]); err != nil {
		return serviceRequest{}, fmt.Errorf("parameter Resources: %w", err)
	} else if list != nil {
		entry["Resources"] = list
	}
	if at := p["Time"]; at != "" {
		seconds, err := epochSeconds(at)
		if err != nil {
			return serviceRequest{}, err
		}
		entry["Time"] = seconds
	}
	return jsonRequest("AWSEvents.PutEvents", "1.1", map[string]any{"Entries": []any{entry}})
}

// epochSeconds reads seconds since 1970, or a date of RFC 3339.
func epochSeconds(text string) (json.Number, error) {
	if _, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text, "nNxX_") {
		return json.Number(text), nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return "", fmt.Errorf("parameter Time: %q is neither seconds since 1970 nor a date of RFC 3339", text)
	}
	return json.Number(strconv.FormatInt(at.Unix(), 10)), nil
}

// texts reads a list: a JSON array of strings, or texts separated by commas.
func texts(list string) ([]string, error) {
	list = strings.TrimSpace(list)
	if list == "" {
		return nil, nil
	}
	if strings.HasPrefix(list, "[") {
		var out []string
		if err := json.Unmarshal([]byte(list), &out); err != nil {
			return nil, errors.New("it is not a list of strings")
		}
		return out, nil
	}
	out := strings.Split(list, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out, nil
}

// putRecord puts one record, whose data are the bytes of the value.
func putRecord(p map[string]string) (serviceRequest, error) {
	body := map[string]any{}
	for name, text := range p {
		if name != "Region" {
			body[name] = text
		}
	}
	body["Data"] = base64.StdEncoding.EncodeToString([]byte(p["Data"]))
	return jsonRequest("Kinesis_20131202.PutRecord", "1.1", body)
}

// stepFunctions calls an action of Step Functions, whose members are those of the parameters in
// lower camel case.
func stepFunctions(action string) func(map[string]string) (serviceRequest, error) {
	return func(p map[string]string) (serviceRequest, error) {
		body := map[string]any{}
		for name, text := range p {
			if name != "Region" {
				body[strings.ToLower(name[:1])+name[1:]] = text
			}
		}
		return jsonRequest("AWSStepFunctions."+action, "1.0", body)
	}
}

func getConfiguration(p map[string]string) (serviceRequest, error) {
	query := url.Values{"client_id": {p["ClientId"]}}
	if v := p["ClientConfigurationVersion"]; v != "" {
		query.Set("client_configuration_version", v)
	}
	path := "/applications/" + url.PathEscape(p["Application"]) + "/environments/" + url.PathEscape(p["Environment"]) + "/configurations/" + url.PathEscape(p["Configuration"])
	return serviceRequest{method: http.MethodGet, path: path, query: query.Encode()}, nil
}
