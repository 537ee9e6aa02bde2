package rest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// overrides are $context.requestOverride and $context.responseOverride. Templates write them,
// and what a request template wrote is still there for the response (REST data plane spec, 7).
type overrides struct {
	request, response *vtl.Map
}

func (inv *Invocation) override() *overrides {
	if inv.overrides == nil {
		o := &overrides{request: vtl.NewMap().Opaque(), response: vtl.NewMap().Opaque()}
		for _, part := range []string{"path", "header", "querystring"} {
			o.request.Put(part, vtl.NewMap().Opaque())
		}
		o.response.Put("header", vtl.NewMap().Opaque())
		inv.overrides = o
	}
	return inv.overrides
}

// overrideRequest lets what templates wrote win over the parameter mappings.
func (inv *Invocation) overrideRequest() error {
	if inv.overrides == nil {
		return nil
	}
	req := &inv.IntegrationRequest
	return inv.overrides.each(inv.overrides.request, map[string]func(name string, values []string) error{
		"path": func(name string, values []string) error {
			req.paths = slices.DeleteFunc(req.paths, func(p mapping.PathValue) bool { return p.Name == name })
			req.paths = append(req.paths, mapping.PathValue{Name: name, Value: strings.Join(values, ",")})
			return nil
		},
		"querystring": func(name string, values []string) error {
			req.query = slices.DeleteFunc(req.query, func(q exchange.QueryParam) bool { return q.Name == name })
			for _, v := range values {
				req.query = append(req.query, exchange.QueryParam{Name: name, Value: v})
			}
			return nil
		},
		"header": func(name string, values []string) error {
			target := mapping.Expr{Kind: mapping.TargetHeader, Name: name, Canonical: canonicalHeader(name)}
			switch inv.Resource.method.backend.mappedHeaders()[target.Canonical].action {
			case fatalHeader:
				return configurationError("header "+name+" must not be overridden", nil)
			case dropHeader:
				return nil
			}
			if !exchange.ValidHeaderName(name) {
				return configurationError(fmt.Sprintf("%q is not the name of a header", name), nil)
			}
			req.setMappedHeader(&target, exchange.CleanHeaderValue(strings.Join(values, ",")))
			return nil
		},
	})
}

// overrideResponse replaces the status and headers of the answer. A status that is none is
// ignored, and so is an informational one, which could not end an exchange.
func (inv *Invocation) overrideResponse() error {
	if inv.overrides == nil {
		return nil
	}
	out := &inv.IntegrationResponse
	if v, ok := inv.overrides.response.GetString("status"); ok {
		if status, ok := v.(int32); ok && status >= 200 && status <= 599 {
			out.Status = int(status)
		}
	}
	return inv.overrides.each(inv.overrides.response, map[string]func(name string, values []string) error{
		"header": func(name string, values []string) error {
			if !exchange.ValidHeaderName(name) {
				return configurationError(fmt.Sprintf("%q is not the name of a header", name), nil)
			}
			if to, ok := mappedToClient.rename(name, canonicalHeader(name)); ok {
				out.Headers.set(to, exchange.CleanHeaderValue(strings.Join(values, ",")))
			}
			return nil
		},
	})
}

// each calls set for every member of the named parts of a map. A list has several values; null
// has none and is left out.
func (o *overrides) each(of *vtl.Map, set map[string]func(name string, values []string) error) error {
	for i := range of.Len() {
		part, members := of.At(i)
		partName, _ := part.(string)
		m, ok := members.(*vtl.Map)
		if !ok || set[partName] == nil {
			continue
		}
		for j := range m.Len() {
			key, value := m.At(j)
			values, err := overrideValues(value)
			if err != nil {
				return configurationError("an override cannot be written as text", err)
			}
			if values == nil {
				continue
			}
			if err := set[partName](fmt.Sprint(key), values); err != nil {
				return err
			}
		}
	}
	return nil
}

func overrideValues(v vtl.Value) ([]string, error) {
	items := []vtl.Value{v}
	if l, ok := v.(*vtl.List); ok {
		items = l.Items
	}
	var values []string
	for _, item := range items {
		if item == nil {
			continue
		}
		text, err := vtl.Text(item)
		if err != nil {
			return nil, err
		}
		values = append(values, text)
	}
	return values, nil
}
