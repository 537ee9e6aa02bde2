package websocket

import (
	"context"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// instant is a Lambda service that answers at once.
type instant struct{}

func (instant) Invoke(context.Context, integration.LambdaRequest) (integration.LambdaResponse, error) {
	return integration.LambdaResponse{StatusCode: 200, Payload: []byte(`{"statusCode":200,"body":"hello"}`)}, nil
}

func benchmarkMessage(b *testing.B, in snapshot.WebSocketIntegration) {
	data, err := snapshot.BuildWebSocket(snapshot.WebSocketAPI{ID: "a", DeploymentID: "d", RouteSelectionExpression: "$request.body.action"},
		[]snapshot.WebSocketRoute{{Key: "echo", Integration: &in, Replies: true}})
	if err != nil {
		b.Fatal(err)
	}
	s, err := snapshot.Open(data)
	if err != nil {
		b.Fatal(err)
	}
	stage := NewStage(s, snapshot.Stage{APIID: "a", Name: "s", AccountID: "123456789012"}, "us-east-1")
	p := New(Config{Lambda: instant{}})
	c := &Connection{Ref: Ref{APIID: "a", Stage: "s", ID: newID()}}
	text := []byte(`{"action":"echo","data":"hello"}`)
	b.ReportAllocs()
	for b.Loop() {
		if got := p.Message(context.Background(), stage, c, text); string(got) != "hello" {
			b.Fatalf("got %s", got)
		}
	}
}

func BenchmarkMock(b *testing.B) {
	benchmarkMessage(b, snapshot.WebSocketIntegration{Type: "MOCK", RequestTemplates: []snapshot.Template{{ContentType: "$default", Text: `{"statusCode":200}`}},
		Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default", Templates: []snapshot.Template{{ContentType: "$default", Text: "hello"}}}}})
}

func BenchmarkLambda(b *testing.B) {
	benchmarkMessage(b, snapshot.WebSocketIntegration{Type: "AWS_PROXY", URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"})
}
