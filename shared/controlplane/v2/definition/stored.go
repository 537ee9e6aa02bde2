package definition

import (
	"encoding/json"

	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// The shapes of the service model write themselves as JSON, and a structure that embeds one would
// write that part alone: what is beside the shape has a place of its own in the stored form.

type storedRoute struct {
	Route     v2.Route            `json:"route"`
	Responses []*v2.RouteResponse `json:"responses,omitempty"`
	Cache     *Cache              `json:"cache,omitempty"`
}

// MarshalJSON writes the stored form.
func (r Route) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedRoute{r.Route, r.Responses, r.Cache})
}

// UnmarshalJSON reads the stored form.
func (r *Route) UnmarshalJSON(data []byte) error {
	var s storedRoute
	err := json.Unmarshal(data, &s)
	*r = Route{s.Route, s.Responses, s.Cache}
	return err
}

type storedIntegration struct {
	Integration v2.Integration            `json:"integration"`
	Responses   []*v2.IntegrationResponse `json:"responses,omitempty"`
}

// MarshalJSON writes the stored form.
func (i Integration) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedIntegration{i.Integration, i.Responses})
}

// UnmarshalJSON reads the stored form.
func (i *Integration) UnmarshalJSON(data []byte) error {
	var s storedIntegration
	err := json.Unmarshal(data, &s)
	*i = Integration{s.Integration, s.Responses}
	return err
}
