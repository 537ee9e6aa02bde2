package definition

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// subtype lists the parameters of an action of an AWS service (HTTP API spec, 9.3).
type subtype struct{ required, optional []string }

var subtypes = map[string]subtype{
	"EventBridge-PutEvents": {[]string{"Detail", "DetailType", "Source"}, []string{"Time", "EventBusName", "Resources", "TraceHeader"}},
	"SQS-SendMessage": {[]string{"QueueUrl", "MessageBody"}, []string{
		"DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId", "MessageSystemAttributes"}},
	"SQS-ReceiveMessage": {[]string{"QueueUrl"}, []string{
		"AttributeNames", "MaxNumberOfMessages", "MessageAttributeNames", "ReceiveRequestAttemptId", "VisibilityTimeout", "WaitTimeSeconds"}},
	"SQS-DeleteMessage":                {[]string{"ReceiptHandle", "QueueUrl"}, nil},
	"SQS-PurgeQueue":                   {[]string{"QueueUrl"}, nil},
	"AppConfig-GetConfiguration":       {[]string{"Application", "Environment", "Configuration", "ClientId"}, []string{"ClientConfigurationVersion"}},
	"Kinesis-PutRecord":                {[]string{"StreamName", "Data", "PartitionKey"}, []string{"SequenceNumberForOrdering", "ExplicitHashKey"}},
	"StepFunctions-StartExecution":     {[]string{"StateMachineArn"}, []string{"Name", "Input"}},
	"StepFunctions-StartSyncExecution": {[]string{"StateMachineArn"}, []string{"Name", "Input", "TraceHeader"}},
	"StepFunctions-StopExecution":      {[]string{"ExecutionArn"}, []string{"Cause", "Error"}},
}

// checkSubtype refuses parameters that the action does not have, and wants those that it needs.
func checkSubtype(name string, parameters map[string]string) error {
	s, ok := subtypes[name]
	if !ok {
		return wire.BadRequest("Invalid integration subtype specified: %s. Must be one of: [%s]", name, strings.Join(slices.Sorted(maps.Keys(subtypes)), ", "))
	}
	for _, required := range s.required {
		if parameters[required] == "" {
			return wire.BadRequest("Parameter: %s does not fit schema for Operation: %s. It is required", required, name)
		}
	}
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		if parameter != "Region" && !slices.Contains(s.required, parameter) && !slices.Contains(s.optional, parameter) {
			return wire.BadRequest("Parameter: %s does not fit schema for Operation: %s.", parameter, name)
		}
		if err := CheckValue(parameters[parameter], false); err != nil {
			return err
		}
	}
	return nil
}
