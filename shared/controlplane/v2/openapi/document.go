package openapi

import "encoding/json"

// document is an OpenAPI document as far as it concerns HTTP APIs.
type document struct {
	OpenAPI    string                `json:"openapi"`
	Swagger    string                `json:"swagger,omitempty"`
	Info       info                  `json:"info"`
	Servers    []server              `json:"servers,omitempty"`
	Tags       []tag                 `json:"tags,omitempty"`
	Paths      map[string]pathItem   `json:"paths"`
	Components *components           `json:"components,omitempty"`
	Security   []map[string][]string `json:"security,omitempty"`
	CORS       *cors                 `json:"x-amazon-apigateway-cors,omitempty"`
	Version    json.RawMessage       `json:"x-amazon-apigateway-importexport-version,omitempty"`
	Policy     json.RawMessage       `json:"x-postern-policy,omitempty"`
	Validation bool                  `json:"x-postern-request-validation,omitempty"`
}

type info struct {
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Version     json.RawMessage `json:"version,omitempty"`
}

type server struct {
	URL       string              `json:"url"`
	Variables map[string]variable `json:"variables,omitempty"`
	Endpoint  *endpoint           `json:"x-amazon-apigateway-endpoint-configuration,omitempty"`
}

type variable struct {
	Default json.RawMessage `json:"default"`
}

type endpoint struct {
	DisableExecuteAPIEndpoint *bool   `json:"disableExecuteApiEndpoint,omitempty"`
	IPAddressType             *string `json:"ipAddressType,omitempty"`
}

type tag struct {
	Name  string `json:"name"`
	Value string `json:"x-amazon-apigateway-tag-value,omitempty"`
}

// pathItem holds operations by method and the rest of a path.
type pathItem map[string]json.RawMessage

const anyMethod = "x-amazon-apigateway-any-method"

type components struct {
	Schemas         map[string]json.RawMessage `json:"schemas,omitempty"`
	Parameters      map[string]parameter       `json:"parameters,omitempty"`
	SecuritySchemes map[string]scheme          `json:"securitySchemes,omitempty"`
	Integrations    map[string]integration     `json:"x-amazon-apigateway-integrations,omitempty"`
}

type operation struct {
	OperationID  string                `json:"operationId,omitempty"`
	Parameters   []parameter           `json:"parameters,omitempty"`
	RequestBody  *requestBody          `json:"requestBody,omitempty"`
	Responses    map[string]response   `json:"responses,omitempty"`
	Security     []map[string][]string `json:"security,omitempty"`
	DefaultRoute bool                  `json:"isDefaultRoute,omitempty"`
	Auth         *auth                 `json:"x-amazon-apigateway-auth,omitempty"`
	Integration  *integration          `json:"x-amazon-apigateway-integration,omitempty"`

	APIKeyRequired bool   `json:"x-postern-api-key-required,omitempty"`
	Validation     *bool  `json:"x-postern-request-validation,omitempty"`
	Cache          *cache `json:"x-postern-cache,omitempty"`
}

type cache struct {
	TTLSeconds    int      `json:"ttlSeconds"`
	KeyParameters []string `json:"keyParameters,omitempty"`
}

type parameter struct {
	Ref         string          `json:"$ref,omitempty"`
	Name        string          `json:"name,omitempty"`
	In          string          `json:"in,omitempty"`
	Description string          `json:"description,omitempty"`
	Required    bool            `json:"required,omitempty"`
	Schema      json.RawMessage `json:"schema,omitempty"`
}

type requestBody struct {
	Content map[string]media `json:"content,omitempty"`
}

type media struct {
	Schema json.RawMessage `json:"schema,omitempty"`
}

type response struct {
	Description string `json:"description"`
}

type auth struct {
	Type string `json:"type"`
}

type scheme struct {
	Type             string          `json:"type"`
	Name             string          `json:"name,omitempty"`
	In               string          `json:"in,omitempty"`
	OpenIDConnectURL string          `json:"openIdConnectUrl,omitempty"`
	Flows            json.RawMessage `json:"flows,omitempty"`
	AuthType         string          `json:"x-amazon-apigateway-authtype,omitempty"`
	Authorizer       *authorizer     `json:"x-amazon-apigateway-authorizer,omitempty"`
}

type authorizer struct {
	Type                 string            `json:"type"`
	URI                  string            `json:"authorizerUri,omitempty"`
	Credentials          string            `json:"authorizerCredentials,omitempty"`
	PayloadFormatVersion string            `json:"authorizerPayloadFormatVersion,omitempty"`
	TTL                  *int32            `json:"authorizerResultTtlInSeconds,omitempty"`
	IdentitySource       string            `json:"identitySource,omitempty"`
	SimpleResponses      *bool             `json:"enableSimpleResponses,omitempty"`
	JWT                  *jwtConfiguration `json:"jwtConfiguration,omitempty"`
}

type jwtConfiguration struct {
	Issuer   string   `json:"issuer,omitempty"`
	Audience []string `json:"audience,omitempty"`
}

type integration struct {
	Ref                  string                       `json:"$ref,omitempty"`
	PayloadFormatVersion string                       `json:"payloadFormatVersion,omitempty"`
	Type                 string                       `json:"type,omitempty"`
	Subtype              string                       `json:"integrationSubtype,omitempty"`
	HTTPMethod           string                       `json:"httpMethod,omitempty"`
	URI                  string                       `json:"uri,omitempty"`
	Description          string                       `json:"description,omitempty"`
	ConnectionType       string                       `json:"connectionType,omitempty"`
	ConnectionID         string                       `json:"connectionId,omitempty"`
	Credentials          string                       `json:"credentials,omitempty"`
	RequestParameters    map[string]string            `json:"requestParameters,omitempty"`
	ResponseParameters   map[string]map[string]string `json:"responseParameters,omitempty"`
	TimeoutInMillis      *int32                       `json:"timeoutInMillis,omitempty"`
	TLSConfig            *tlsConfig                   `json:"tlsConfig,omitempty"`
	ResponseTransferMode string                       `json:"responseTransferMode,omitempty"`
}

type tlsConfig struct {
	ServerNameToVerify string `json:"serverNameToVerify,omitempty"`
}

type cors struct {
	AllowOrigins     []string `json:"allowOrigins,omitempty"`
	AllowCredentials *bool    `json:"allowCredentials,omitempty"`
	ExposeHeaders    []string `json:"exposeHeaders,omitempty"`
	MaxAge           *int32   `json:"maxAge,omitempty"`
	AllowMethods     []string `json:"allowMethods,omitempty"`
	AllowHeaders     []string `json:"allowHeaders,omitempty"`
}
