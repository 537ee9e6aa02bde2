package export

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var full = Extensions{Integrations: true, Authorizers: true, Documentation: true, Postman: true}

// Importing an export gives the same API, in both formats and both texts.
func TestImportOfExport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Extensions: full, Host: "h.example.com", Stage: "s", Region: "us-east-1"}
		o.Type = rapid.SampledFrom([]Type{OAS30, Swagger}).Draw(t, "type")
		o.YAML = rapid.Bool().Draw(t, "yaml")
		g := generator{T: t, swagger: o.Type == Swagger}
		def := g.definition()
		text, back := write(t, def, o)
		if diff := cmp.Diff(plain(t, def), plain(t, back)); diff != "" {
			t.Fatalf("(-exported +imported):\n%s\n%s", diff, text)
		}
		// The import of OpenAPI orders the keywords of schemas; from then on the text stays as it is.
		second, back := write(t, back, o)
		third, _ := write(t, back, o)
		if diff := cmp.Diff(string(second), string(third)); diff != "" {
			t.Fatalf("the export of the import differs (-second +third):\n%s", diff)
		}
	})
}

// generator draws definitions such as imports make them.
type generator struct {
	*rapid.T
	// swagger limits bodies to what the format can say: one model for all types.
	swagger bool

	models, validators, authorizers, pools []string
}

func ptr[T any](v T) *T { return &v }

func (g generator) flip(label string) bool { return rapid.Bool().Draw(g.T, label) }

var words = []string{"a", "200", "on", "null", "1.5", "~", "é", "<&>", "line\nbreak", "${stageVariables.x}", "- x: [", "\"", "'*'", "\u2028", " lead", "#c", "\U0001F600"}

// word is a text that is not empty.
func (g generator) word(label string) string {
	if g.flip(label + " is special") {
		return rapid.SampledFrom(words).Draw(g.T, label)
	}
	return rapid.StringN(1, 12, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(g.T, label)
}

func (g generator) optional(label string) *string {
	if g.flip("has " + label) {
		return ptr(g.word(label))
	}
	return nil
}

func (g generator) one(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(g.T, label)
}

// some draws a set, in the order of the choices.
func (g generator) some(label string, of ...string) []string {
	var chosen []string
	for _, item := range of {
		if g.flip(label + " " + item) {
			chosen = append(chosen, item)
		}
	}
	return chosen
}

func (g generator) definition() *openapi.Definition {
	def := &openapi.Definition{Name: g.word("name"), Version: ptr(g.word("version")), Description: g.optional("description")}
	def.APIKeySource = g.one("api key source", "", "HEADER", "AUTHORIZER")
	def.BinaryMediaTypes = g.some("binary", "image/png", "*/*", "application/*")
	if g.flip("compresses") {
		def.MinimumCompressionSize = ptr(rapid.Int32Range(0, 10485760).Draw(g.T, "compression"))
	}
	if g.flip("has policy") {
		def.Policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke",` +
			`"Resource":["execute-api:/*"],"Condition":{"NumericLessThan":{"x":[1,2.50,1e3,true,null]}}}]}`
	}
	if g.flip("sets endpoint") {
		def.DisableExecuteAPIEndpoint = ptr(g.flip("disables endpoint"))
	}
	def.VPCEndpointIDs = g.some("vpce", "vpce-1", "vpce-2")
	if g.flip("has security policy") {
		def.SecurityPolicy, def.EndpointAccessMode = ptr("SecurityPolicy_TLS13_1_3_2025_09"), ptr("STRICT")
	}
	g.named(def)
	g.gatewayResponses(def)
	for _, path := range append([]string{"/"}, g.some("path", "/a", "/a/{x}", "/a/{x}/b", "/a-b", "/{proxy+}")...) {
		if path == "/a/{x}" || path == "/a/{x}/b" {
			def.Resources = g.resource(def.Resources, "/a")
		}
		if path == "/a/{x}/b" {
			def.Resources = g.resource(def.Resources, "/a/{x}")
		}
		def.Resources = g.resource(def.Resources, path)
	}
	slices.SortFunc(def.Resources, func(a, b openapi.Resource) int { return strings.Compare(a.Path, b.Path) })
	g.documentation(def)
	return def
}

// named draws what others refer to by name.
func (g *generator) named(def *openapi.Definition) {
	for _, name := range g.some("model", "Pet", "Error", "MODEL0abc12") {
		schema := newObject()
		description := g.optional("description of " + name)
		schema.set("type", g.one("type of "+name, "object", "array", "string"))
		if def.Models != nil && g.flip(name+" refers") {
			schema.set("items", newObject().set("$ref", "#/components/schemas/"+g.models[0]))
		}
		if g.flip(name + " is large") {
			schema.set("properties", newObject().set("properties", newObject().set("enum", []any{"x", true, nil, json.Number("-1.50")})))
			schema.set("required", []any{g.word("required of " + name)})
		}
		schema.setText("description", description)
		m := apigateway.Model{Name: ptr(name), ContentType: ptr("application/json"), Description: description, Schema: ptr(compact(schema))}
		def.Models, g.models = append(def.Models, m), append(g.models, name)
	}
	for range rapid.IntRange(0, 2).Draw(g.T, "validators") {
		name := g.word("validator")
		if slices.Contains(g.validators, name) {
			continue
		}
		g.validators = append(g.validators, name)
		def.Validators = append(def.Validators, apigateway.RequestValidator{
			Name: ptr(name), ValidateRequestBody: ptr(g.flip("body")), ValidateRequestParameters: ptr(g.flip("parameters")),
		})
	}
	for _, name := range g.some("authorizer", "token", "api_key", "sigv4", "pool", "on") {
		def.Authorizers = append(def.Authorizers, g.authorizer(name))
		if name == "pool" {
			g.pools = append(g.pools, name)
		} else {
			g.authorizers = append(g.authorizers, name)
		}
	}
}

func compact(o *object) string {
	var out strings.Builder
	writeCompact(&out, o)
	return out.String()
}

func writeCompact(out *strings.Builder, value any) {
	switch v := value.(type) {
	case *object:
		out.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				out.WriteByte(',')
			}
			name, _ := json.Marshal(m.name)
			out.Write(append(name, ':'))
			writeCompact(out, m.value)
		}
		out.WriteByte('}')
	default:
		if items, ok := value.([]any); ok {
			out.WriteByte('[')
			for i, item := range items {
				if i > 0 {
					out.WriteByte(',')
				}
				writeCompact(out, item)
			}
			out.WriteByte(']')
			return
		}
		text, _ := json.Marshal(value)
		out.Write(text)
	}
}

func (g generator) authorizer(name string) apigateway.Authorizer {
	a := apigateway.Authorizer{Name: ptr(name), AuthType: ptr("custom")}
	if g.flip("caches " + name) {
		a.AuthorizerResultTtlInSeconds = ptr(rapid.Int32Range(0, 3600).Draw(g.T, "ttl"))
	}
	a.Type = ptr(g.one("type of "+name, "TOKEN", "REQUEST"))
	sources := []string{"method.request.header.Authorization", "method.request.header.X", "method.request.querystring.t", "method.request.header.A, context.stage"}
	a.IdentitySource = ptr(g.one("source of "+name, sources...))
	if name == "pool" {
		a.Type, a.AuthType = ptr("COGNITO_USER_POOLS"), ptr("cognito_user_pools")
		a.ProviderARNs = []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/p"}
		return a
	}
	a.AuthorizerUri, a.AuthorizerCredentials = ptr(g.word("uri")), g.optional("credentials")
	a.IdentityValidationExpression = g.optional("validation")
	if *a.Type == "REQUEST" && g.flip("no source") {
		a.IdentitySource = nil
	}
	return a
}

func (g generator) gatewayResponses(def *openapi.Definition) {
	for _, kind := range g.some("gateway response", "DEFAULT_4XX", "THROTTLED") {
		r := apigateway.GatewayResponse{ResponseType: ptr(kind), DefaultResponse: ptr(false)}
		if g.flip("status of " + kind) {
			r.StatusCode = ptr("418")
		}
		r.ResponseParameters = g.mappings("gateway parameter", "gatewayresponse.header.X", "gatewayresponse.path.y")
		r.ResponseTemplates = g.mappings("gateway template", "application/json", "text/html")
		def.GatewayResponses = append(def.GatewayResponses, r)
	}
}

func (g generator) mappings(label string, names ...string) map[string]string {
	var m map[string]string
	for _, name := range g.some(label, names...) {
		if m == nil {
			m = map[string]string{}
		}
		m[name] = g.word(label)
	}
	return m
}

func (g generator) resource(all []openapi.Resource, path string) []openapi.Resource {
	if slices.ContainsFunc(all, func(r openapi.Resource) bool { return r.Path == path }) {
		return all
	}
	r := openapi.Resource{Path: path}
	for _, verb := range g.some("method of "+path, "ANY", "GET", "OPTIONS", "POST") {
		r.Methods = append(r.Methods, g.method(path, verb))
	}
	return append(all, r)
}

func (g generator) method(path, verb string) openapi.Method {
	m := openapi.Method{Method: apigateway.Method{
		HttpMethod: ptr(verb), AuthorizationType: ptr("NONE"), ApiKeyRequired: ptr(g.flip("key")), OperationName: g.optional("operation"),
	}}
	if len(g.validators) > 0 && g.flip("validated") {
		m.ValidatorName = g.one("validator", g.validators...)
	}
	switch kind := g.one("authorization", "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"); {
	case kind == "AWS_IAM":
		m.AuthorizationType = ptr(kind)
	case kind == "CUSTOM" && len(g.authorizers) > 0:
		m.AuthorizationType, m.AuthorizerName = ptr(kind), g.one("authorizer", g.authorizers...)
	case kind == "COGNITO_USER_POOLS" && len(g.pools) > 0:
		m.AuthorizationType, m.AuthorizerName = ptr(kind), g.pools[0]
		m.AuthorizationScopes = g.some("scope", "a/read", "a/write")
	}
	for _, p := range g.some("parameter", "querystring.q", "header.X-H", "path.x", "path.other") {
		if m.RequestParameters == nil {
			m.RequestParameters = map[string]bool{}
		}
		m.RequestParameters["method.request."+p] = p == "path.x" && strings.Contains(path, "{x}") || g.flip("required")
	}
	m.RequestModels = g.bodyModels("request")
	for _, code := range g.some("response", "200", "404") {
		r := apigateway.MethodResponse{StatusCode: ptr(code)}
		for _, h := range g.some("header", "X", "Location") {
			if r.ResponseParameters == nil {
				r.ResponseParameters = map[string]bool{}
			}
			r.ResponseParameters["method.response.header."+h] = false
		}
		r.ResponseModels = g.bodyModels("response")
		if m.MethodResponses == nil {
			m.MethodResponses = map[string]apigateway.MethodResponse{}
		}
		m.MethodResponses[code] = r
	}
	if g.flip("integrated") {
		m.MethodIntegration = g.integration()
	}
	return m
}

// bodyModels of a Swagger document are of one type, since responses share the types of their operation.
func (g generator) bodyModels(label string) map[string]string {
	var m map[string]string
	types := []string{"application/json", "application/xml", "text/x; charset=utf-8"}
	if g.swagger {
		types = types[:1]
	}
	for _, contentType := range g.some(label, types...) {
		if len(g.models) == 0 {
			return nil
		}
		if m == nil {
			m = map[string]string{}
		}
		m[contentType] = g.one(label+" model", g.models...)
	}
	return m
}

var integrationURIs = map[string]string{
	"HTTP": "https://example.com/${stageVariables.x}", "HTTP_PROXY": "http://example.com/{proxy}",
	"AWS":       "arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue",
	"AWS_PROXY": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
}

func (g generator) integration() *apigateway.Integration {
	i := &apigateway.Integration{Type: ptr(g.one("integration", "MOCK", "HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY"))}
	if uri := integrationURIs[*i.Type]; uri != "" {
		i.Uri, i.HttpMethod = ptr(uri), ptr(g.one("backend method", "GET", "POST", "ANY"))
	}
	if strings.HasPrefix(*i.Type, "HTTP") {
		if g.flip("private") {
			i.ConnectionType, i.ConnectionId = ptr("VPC_LINK"), ptr("${stageVariables.link}")
		}
		if g.flip("lax") {
			i.TlsConfig = &apigateway.TlsConfig{InsecureSkipVerification: ptr(g.flip("skips"))}
		}
	}
	i.Credentials, i.CacheNamespace = g.optional("role"), g.optional("namespace")
	i.RequestParameters = g.mappings("request mapping", "integration.request.header.X", "integration.request.path.proxy")
	i.RequestTemplates = g.mappings("request template", "application/json", "text/plain")
	i.PassthroughBehavior = ptr(g.one("passthrough", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"))
	i.CacheKeyParameters = append([]string{}, g.some("cache key", "method.request.path.x", "method.request.querystring.q")...)
	i.TimeoutInMillis = ptr(rapid.SampledFrom([]int32{50, 29000, 900000}).Draw(g.T, "timeout"))
	if g.flip("converts") {
		i.ContentHandling = ptr(g.one("handling", "CONVERT_TO_TEXT", "CONVERT_TO_BINARY"))
	}
	if strings.HasSuffix(*i.Type, "_PROXY") && g.flip("sets transfer") {
		i.ResponseTransferMode = ptr(g.one("transfer", "BUFFERED", "STREAM"))
	}
	for n, code := range g.some("integration response", "200", "404", "500") {
		r := apigateway.IntegrationResponse{StatusCode: ptr(code)}
		if n > 0 {
			r.SelectionPattern = ptr(fmt.Sprintf("%s%d.*", g.word("pattern"), n))
		}
		r.ResponseParameters = g.mappings("response mapping", "method.response.header.X")
		r.ResponseTemplates = g.mappings("response template", "application/json")
		if i.IntegrationResponses == nil {
			i.IntegrationResponses = map[string]apigateway.IntegrationResponse{}
		}
		i.IntegrationResponses[code] = r
	}
	openapi.ApplyIntegrationDefaults(i)
	return i
}

func (g generator) documentation(def *openapi.Definition) {
	def.DocumentationVersion = g.one("documentation version", "", "1", "2.0")
	for _, kind := range g.some("documents", "RESOURCE", "METHOD", "REQUEST_HEADER", "RESPONSE", "RESPONSE_BODY") {
		l := &apigateway.DocumentationPartLocation{Type: ptr(kind), Path: ptr(g.one("documented path", "/", "/a", "/a/{x}"))}
		if kind != "RESOURCE" {
			l.Method = ptr(g.one("documented method", "*", "GET"))
		}
		if strings.HasPrefix(kind, "RESPONSE") {
			l.StatusCode = ptr(g.one("documented status", "*", "404"))
		}
		if kind == "REQUEST_HEADER" {
			l.Name = ptr("X-H")
		}
		properties := newObject().set("description", g.word("documentation")).set("x-n", json.Number("1")).set("foo", []any{nil}).
			set("tags", []any{"t"}).set("x-amazon-apigateway-integration", newObject())
		def.DocumentationParts = append(def.DocumentationParts, apigateway.DocumentationPart{Location: l, Properties: ptr(compact(properties))})
	}
}
