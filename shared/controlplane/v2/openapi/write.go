package openapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// WriteOptions say what is written.
type WriteOptions struct {
	YAML bool
	// Extensions adds those of API Gateway and of Postern.
	Extensions bool
	// Host is that of the API, Stage the exported one or empty.
	Host, Stage string
}

// Write writes an HTTP API as an OpenAPI 3.0.1 document.
func Write(d *definition.Document, o WriteOptions) ([]byte, error) {
	w := &writer{d: d, o: o, doc: document{OpenAPI: "3.0.1", Paths: map[string]pathItem{}}}
	if err := w.document(); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(w.doc); err != nil {
		return nil, fmt.Errorf("write OpenAPI: %w", err)
	}
	if !o.YAML {
		return bytes.TrimRight(text.Bytes(), "\n"), nil
	}
	return toYAML(text.Bytes())
}

type writer struct {
	d   *definition.Document
	o   WriteOptions
	doc document
}

func (w *writer) document() error {
	a := &w.d.API
	version := definition.Value(a.Version)
	if version == "" && a.CreatedDate != nil {
		version = a.CreatedDate.UTC().Format(time.RFC3339)
	}
	w.doc.Info = info{Title: definition.Value(a.Name), Description: definition.Value(a.Description), Version: quoted(version)}
	s := server{URL: "https://" + w.o.Host + "/{basePath}", Variables: map[string]variable{"basePath": {Default: quoted(strings.TrimPrefix(w.o.Stage, "$default"))}}}
	if w.o.Extensions {
		if definition.Value(a.DisableExecuteApiEndpoint) || definition.Value(a.IpAddressType) == v2.IpAddressTypeDualstack {
			s.Endpoint = &endpoint{DisableExecuteAPIEndpoint: a.DisableExecuteApiEndpoint, IPAddressType: a.IpAddressType}
		}
		if c := a.CorsConfiguration; c != nil {
			w.doc.CORS = &cors{AllowOrigins: c.AllowOrigins, AllowCredentials: c.AllowCredentials, ExposeHeaders: c.ExposeHeaders,
				MaxAge: c.MaxAge, AllowMethods: c.AllowMethods, AllowHeaders: c.AllowHeaders}
		}
		if w.d.Policy != "" {
			w.doc.Policy = json.RawMessage(w.d.Policy)
		}
		w.doc.Version = quoted("1.0")
	}
	w.doc.Servers = []server{s}
	w.tags()
	w.securitySchemes()
	w.models()
	routes := slices.SortedFunc(slices.Values(w.d.Routes), func(a, b *definition.Route) int { return cmp.Compare(*a.RouteKey, *b.RouteKey) })
	for _, r := range routes {
		if err := w.route(r); err != nil {
			return err
		}
	}
	return nil
}

func quoted(text string) json.RawMessage {
	b, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`)
	}
	return b
}

func (w *writer) tags() {
	for _, name := range sortedKeys(w.d.API.Tags) {
		t := tag{Name: name}
		if w.o.Extensions {
			t.Value = w.d.API.Tags[name]
		}
		w.doc.Tags = append(w.doc.Tags, t)
	}
}

func (w *writer) route(r *definition.Route) error {
	key := *r.RouteKey
	method, path := anyMethod, "/"+definition.DefaultRoute
	o := &operation{
		OperationID: definition.Value(r.OperationName),
		Responses:   map[string]response{"default": {Description: "Default response for " + key}},
	}
	if key == definition.DefaultRoute {
		o.DefaultRoute = w.o.Extensions
	} else {
		verb, rest, _ := strings.Cut(key, " ")
		path = rest
		if verb != "ANY" {
			method = strings.ToLower(verb)
		}
	}
	for _, name := range definition.PathVariables(key) {
		o.Parameters = append(o.Parameters, parameter{Name: name, In: "path", Description: "Generated path parameter for " + name, Required: true, Schema: json.RawMessage(`{"type":"string"}`)})
	}
	w.authorization(r, o)
	w.validation(r, o)
	if w.o.Extensions {
		o.APIKeyRequired = definition.Value(r.ApiKeyRequired)
		if c := w.d.CacheOf(r); c != nil {
			o.Cache = &cache{TTLSeconds: c.TTLSeconds, KeyParameters: c.KeyParameters}
		}
		o.Integration = w.integration(r)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(o); err != nil {
		return fmt.Errorf("write route %s: %w", key, err)
	}
	if w.doc.Paths[path] == nil {
		w.doc.Paths[path] = pathItem{}
	}
	w.doc.Paths[path][method] = text.Bytes()
	return nil
}

// integration writes the integration of a route; one that several routes have is written once, among
// the components.
func (w *writer) integration(r *definition.Route) *integration {
	i := w.d.Integration(definition.TargetOf(&r.Route))
	if i == nil {
		return nil
	}
	out := &integration{
		PayloadFormatVersion: definition.Value(i.PayloadFormatVersion), Type: strings.ToLower(definition.Value(i.IntegrationType)),
		Subtype: definition.Value(i.IntegrationSubtype), HTTPMethod: definition.Value(i.IntegrationMethod), URI: definition.Value(i.IntegrationUri),
		Description: definition.Value(i.Description), ConnectionType: definition.Value(i.ConnectionType), ConnectionID: definition.Value(i.ConnectionId),
		Credentials: definition.Value(i.CredentialsArn), RequestParameters: i.RequestParameters, ResponseParameters: i.ResponseParameters,
		TimeoutInMillis: i.TimeoutInMillis,
	}
	if i.TlsConfig != nil {
		out.TLSConfig = &tlsConfig{ServerNameToVerify: definition.Value(i.TlsConfig.ServerNameToVerify)}
	}
	users := 0
	for _, other := range w.d.Routes {
		if definition.TargetOf(&other.Route) == *i.IntegrationId {
			users++
		}
	}
	if users < 2 {
		return out
	}
	if w.components().Integrations == nil {
		w.components().Integrations = map[string]integration{}
	}
	w.components().Integrations[*i.IntegrationId] = *out
	return &integration{Ref: "#/components/x-amazon-apigateway-integrations/" + *i.IntegrationId}
}

func (w *writer) components() *components {
	if w.doc.Components == nil {
		w.doc.Components = &components{}
	}
	return w.doc.Components
}

// toYAML writes JSON text as YAML, members in the same order.
func toYAML(text []byte) ([]byte, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	blocks(&n)
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&n); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), nil
}

// blocks takes the braces of JSON away; the quotes of values stay, so that texts stay texts.
func blocks(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		n.Style = 0
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			child.Style = 0 // the encoder quotes names that need it
			continue
		}
		blocks(child)
	}
}
