package definition

import (
	"testing"

	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func TestEncodeKeepsEverything(t *testing.T) {
	d := &Document{
		Integrations: []*Integration{{Integration: v2.Integration{IntegrationId: Ptr("i")}, Responses: []*v2.IntegrationResponse{{IntegrationResponseKey: Ptr("$default")}}}},
		Routes:       []*Route{{Route: v2.Route{RouteKey: Ptr("k")}, Responses: []*v2.RouteResponse{{RouteResponseKey: Ptr("$default")}}, Cache: &Cache{TTLSeconds: 1}}},
	}
	b, err := Encode(d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Integrations[0].Responses) != 1 || len(got.Routes[0].Responses) != 1 || got.Routes[0].Cache == nil || *got.Integration("i").IntegrationId != "i" {
		t.Errorf("%+v", got)
	}
}
