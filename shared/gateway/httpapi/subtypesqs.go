package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// sqs calls an action of SQS in the query protocol, whose XML the client gets (HTTP API spec, 9.3).
func sqs(action string) func(map[string]string) (serviceRequest, error) {
	return func(p map[string]string) (serviceRequest, error) {
		form := url.Values{"Action": {action}, "Version": {"2012-11-05"}}
		for name, text := range p {
			var err error
			switch name {
			case "Region":
			case "MessageAttributes":
				err = addAttributes(form, "MessageAttribute", text)
			case "MessageSystemAttributes":
				err = addAttributes(form, "MessageSystemAttribute", text)
			case "AttributeNames":
				err = addTexts(form, "AttributeName", text)
			case "MessageAttributeNames":
				err = addTexts(form, "MessageAttributeName", text)
			default:
				form.Set(name, text)
			}
			if err != nil {
				return serviceRequest{}, fmt.Errorf("%s: %w", name, err)
			}
		}
		queue, err := url.Parse(p["QueueUrl"])
		if err != nil || queue.Path == "" {
			return serviceRequest{}, fmt.Errorf("QueueUrl %q is not the URL of a queue", p["QueueUrl"])
		}
		return serviceRequest{path: queue.EscapedPath(), body: []byte(form.Encode()), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, nil
	}
}

func addTexts(form url.Values, name, list string) error {
	values, err := texts(list)
	for i, text := range values {
		form.Set(name+"."+strconv.Itoa(i+1), text)
	}
	return err
}

// addAttributes reads an object of names to {"DataType", "StringValue" or "BinaryValue"}.
func addAttributes(form url.Values, name, object string) error {
	var attributes map[string]map[string]string
	if err := json.Unmarshal([]byte(object), &attributes); err != nil {
		return errors.New("it is not an object of message attributes")
	}
	for i, key := range slices.Sorted(maps.Keys(attributes)) {
		prefix := name + "." + strconv.Itoa(i+1) + "."
		form.Set(prefix+"Name", key)
		for member, text := range attributes[key] {
			if member != "DataType" && member != "StringValue" && member != "BinaryValue" {
				return fmt.Errorf("attribute %s has the unknown member %s", key, member)
			}
			form.Set(prefix+"Value."+member, text)
		}
	}
	return nil
}
