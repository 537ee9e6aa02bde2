package snapshot

// HTTPAPI holds what every request to an HTTP API needs.
type HTTPAPI struct {
	ID           string `json:"id"`
	Name         string `json:"name,omitempty"`
	DeploymentID string `json:"deploymentId"`
	// DisableExecuteAPIEndpoint closes the execute-api host; only custom domains remain.
	DisableExecuteAPIEndpoint bool `json:"disableExecuteApiEndpoint,omitempty"`
	// CORS is nil for an API that leaves CORS to its integrations (HTTP API spec, 14).
	CORS *CORS `json:"cors,omitempty"`
	// Authorizers are those that routes name, by id.
	Authorizers map[string]RouteAuthorizer `json:"authorizers,omitempty"`
	// DefaultRoute is one more than the record of the route "$default"; 0 if there is none.
	DefaultRoute int `json:"defaultRoute,omitempty"`

	// Policy is the resource policy as JSON, an extension of Postern; empty for none.
	Policy string `json:"policy,omitempty"`
	// Models are the JSON schemas that routes name, by name, an extension of Postern.
	Models map[string]string `json:"models,omitempty"`
}

// CORS is the configuration that API Gateway answers preflights from (HTTP API spec, 14).
type CORS struct {
	AllowOrigins  []string `json:"allowOrigins,omitempty"`
	AllowMethods  []string `json:"allowMethods,omitempty"`
	AllowHeaders  []string `json:"allowHeaders,omitempty"`
	ExposeHeaders []string `json:"exposeHeaders,omitempty"`
	// MaxAgeSeconds is nil if the header is not sent.
	MaxAgeSeconds    *int `json:"maxAge,omitempty"`
	AllowCredentials bool `json:"allowCredentials,omitempty"`
}

// RouteAuthorizer is an authorizer of an HTTP or WebSocket API (HTTP API spec, 11 and 12;
// WebSocket API spec, 7).
type RouteAuthorizer struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Type is JWT or REQUEST.
	Type string `json:"type"`
	// IdentitySource are selection expressions such as "$request.header.Authorization".
	IdentitySource []string `json:"identitySource,omitempty"`

	// Issuer and Audience are those of a JWT authorizer.
	Issuer   string   `json:"issuer,omitempty"`
	Audience []string `json:"audience,omitempty"`

	// URI is that of the function of a REQUEST authorizer; stage variables are allowed.
	URI         string `json:"uri,omitempty"`
	Credentials string `json:"credentials,omitempty"`
	// PayloadFormatVersion is "1.0" or "2.0"; empty for a WebSocket API.
	PayloadFormatVersion string `json:"payloadFormatVersion,omitempty"`
	SimpleResponses      bool   `json:"simpleResponses,omitempty"`
	// TTLSeconds is how long a result is kept; 0 keeps none.
	TTLSeconds int `json:"ttlSeconds,omitempty"`
}

// Route is the record of one route of an HTTP API.
type Route struct {
	ID string `json:"id"`
	// Key is "GET /pets/{id}", "ANY /{proxy+}" or "$default".
	Key           string `json:"key"`
	OperationName string `json:"operationName,omitempty"`

	// AuthorizationType is NONE, AWS_IAM, CUSTOM or JWT.
	AuthorizationType   string   `json:"authorizationType"`
	AuthorizerID        string   `json:"authorizerId,omitempty"`
	AuthorizationScopes []string `json:"authorizationScopes,omitempty"`

	Integration RouteIntegration `json:"integration"`

	// Extensions of Postern, which AWS does not offer for HTTP APIs.
	APIKeyRequired bool `json:"apiKeyRequired,omitempty"`
	// RequestModels name, by media type, the entries of HTTPAPI.Models that bodies are checked
	// against.
	RequestModels map[string]string `json:"requestModels,omitempty"`
	// RequiredParameters are checked for presence, as "request.header.X" or
	// "request.querystring.x".
	RequiredParameters []string    `json:"requiredParameters,omitempty"`
	Cache              *RouteCache `json:"cache,omitempty"`
}

// RouteCache keeps the answers of a route for some time.
type RouteCache struct {
	TTLSeconds int `json:"ttlSeconds"`
	// KeyParameters are "request.header.X", "request.querystring.x" or "request.path.x".
	KeyParameters []string `json:"keyParameters,omitempty"`
}

// RouteIntegration is the backend of a route of an HTTP API (HTTP API spec, 9).
type RouteIntegration struct {
	ID string `json:"id"`
	// Type is AWS_PROXY or HTTP_PROXY; Subtype names the action of an AWS service, such as
	// "SQS-SendMessage".
	Type    string `json:"type"`
	Subtype string `json:"subtype,omitempty"`
	// Method is the method sent to the backend; empty or "ANY" sends the client's.
	Method string `json:"method,omitempty"`
	// URI is an address with {placeholders} and ${stageVariables.x}, a function's ARN or URI, or
	// the ARN of a load balancer's listener or a Cloud Map service.
	URI string `json:"uri,omitempty"`
	// PayloadFormatVersion is "1.0" or "2.0".
	PayloadFormatVersion string `json:"payloadFormatVersion,omitempty"`
	TimeoutMillis        int    `json:"timeoutInMillis"`
	Credentials          string `json:"credentials,omitempty"`
	// ConnectionType is VPC_LINK for a private backend, ConnectionID the link.
	ConnectionType string `json:"connectionType,omitempty"`
	ConnectionID   string `json:"connectionId,omitempty"`
	// ServerNameToVerify turns HTTPS on for a private backend and is the name it must prove.
	ServerNameToVerify string `json:"serverNameToVerify,omitempty"`
	// RequestParameters are the mappings in the order of their keys, or the parameters of an AWS
	// service's action.
	RequestParameters []Mapping `json:"requestParameters,omitempty"`
	// ResponseParameters are mappings by the integration's status code ("404").
	ResponseParameters map[string][]Mapping `json:"responseParameters,omitempty"`
	// ResponseTransferMode is STREAM for a function whose answer streams, an extension of Postern.
	ResponseTransferMode string `json:"responseTransferMode,omitempty"`
}
