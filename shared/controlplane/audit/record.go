package audit

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/wire"
)

// Record is an event in CloudTrail's format (AWS CloudTrail user guide, "Record contents"; security
// and operations spec, 9).
type Record struct {
	EventVersion      string          `json:"eventVersion"`
	UserIdentity      UserIdentity    `json:"userIdentity"`
	EventTime         string          `json:"eventTime"` // UTC, whole seconds
	EventSource       string          `json:"eventSource"`
	EventName         string          `json:"eventName"`
	AWSRegion         string          `json:"awsRegion"`
	SourceIPAddress   string          `json:"sourceIPAddress"`
	UserAgent         string          `json:"userAgent"`
	ErrorCode         string          `json:"errorCode,omitempty"`
	ErrorMessage      string          `json:"errorMessage,omitempty"`
	RequestParameters json.RawMessage `json:"requestParameters"` // null if the request could not be decoded
	ResponseElements  json.RawMessage `json:"responseElements"`  // null for refusals and empty answers
	// AdditionalEventData is what changed, and from which revision to which.
	AdditionalEventData *AdditionalEventData `json:"additionalEventData,omitempty"`
	RequestID           string               `json:"requestID"`
	EventID             string               `json:"eventID"`
	ReadOnly            bool                 `json:"readOnly"`
	Resources           []Resource           `json:"resources,omitempty"`
	EventType           string               `json:"eventType"`
	ManagementEvent     bool                 `json:"managementEvent"`
	RecipientAccountID  string               `json:"recipientAccountId"`
	EventCategory       string               `json:"eventCategory"`
}

// AdditionalEventData is the part of a record that is Postern's own.
type AdditionalEventData struct {
	Revisions []change.Revision `json:"revisions"`
}

// Resource is what an operation was about.
type Resource struct {
	ARN       string `json:"ARN"`
	AccountID string `json:"accountId"`
	Type      string `json:"type,omitempty"` // like "AWS::ApiGateway::RestApi"
}

const (
	eventVersion = "1.11"
	eventSource  = "apigateway.amazonaws.com"

	// maxFieldBytes is the most of requestParameters and of responseElements that CloudTrail
	// keeps; what is larger is left out.
	maxFieldBytes = 100 << 10
)

// event is an operation that was called, with all that a record is made of.
type event struct {
	service             string
	operation           *wire.Descriptor
	path                string // of the request, decoded
	requestID           string
	identity            UserIdentity
	sourceIP, userAgent string
	parameters          map[string]any // as the client sent them
	output              any            // pointer to the output structure, or nil
	refusal             *wire.Error
	revisions           []change.Revision
}

func (t *Trail) recordOf(e event, at time.Time) Record {
	output := treeOf(e.output)
	r := Record{
		EventVersion:       eventVersion,
		UserIdentity:       e.identity,
		EventTime:          at.Format(time.RFC3339),
		EventSource:        eventSource,
		EventName:          e.operation.Name,
		AWSRegion:          t.cfg.Region,
		SourceIPAddress:    e.sourceIP,
		UserAgent:          e.userAgent,
		RequestID:          e.requestID,
		EventID:            uuid.NewString(),
		Resources:          t.resourcesOf(e, output),
		EventType:          "AwsApiCall",
		ManagementEvent:    true,
		RecipientAccountID: t.cfg.Account,
		EventCategory:      "Management",
	}
	var h hider
	r.RequestParameters = field("requestParameters", h.tree(e.parameters))
	r.ResponseElements = field("responseElements", h.tree(output))
	if e.refusal != nil {
		r.ErrorCode, r.ErrorMessage = e.refusal.Code, h.text(e.refusal.Message)
	}
	if len(e.revisions) > 0 {
		r.AdditionalEventData = &AdditionalEventData{Revisions: e.revisions}
	}
	return r
}

// field encodes one of the two large fields of a record.
func field(name string, tree map[string]any) json.RawMessage {
	if len(tree) == 0 {
		return json.RawMessage("null")
	}
	b, err := json.Marshal(tree)
	switch {
	case err != nil: // a tree came from JSON, so that this cannot be; a record without it is better than none
		b = omitted(0, err.Error())
	case len(b) > maxFieldBytes:
		b = omitted(len(b), name+" too large")
	}
	return b
}

func omitted(size int, reason string) json.RawMessage {
	return fmt.Appendf(nil, `{"omitted":true,"originalSize":%d,"reason":%q}`, size, reason)
}
