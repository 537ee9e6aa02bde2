package snapshot

// API holds what every request to an API needs. It is decoded when a snapshot is opened.
type API struct {
	ID           string `json:"id"`
	Name         string `json:"name,omitempty"`
	DeploymentID string `json:"deploymentId"`

	// BinaryMediaTypes are the media types whose payloads are bytes rather than text
	// (REST data plane spec, 4.7).
	BinaryMediaTypes []string `json:"binaryMediaTypes,omitempty"`
	// DisableExecuteAPIEndpoint closes the execute-api host; only custom domains remain.
	DisableExecuteAPIEndpoint bool `json:"disableExecuteApiEndpoint,omitempty"`
	// GatewayResponses are the customised ones, by response type (REST data plane spec, 9).
	GatewayResponses map[string]GatewayResponse `json:"gatewayResponses,omitempty"`
	// MinimumCompressionSize is the least length in bytes of a body that is compressed; nil turns
	// compression off, of requests too (REST data plane spec, 3.6).
	MinimumCompressionSize *int `json:"minimumCompressionSize,omitempty"`
	// Policy is the resource policy as JSON with expanded resources; empty for none.
	Policy string `json:"policy,omitempty"`
	// Private says that the API is reached through VPC endpoints only: through those of
	// VPCEndpointIDs, or through any if the list is empty.
	Private        bool     `json:"private,omitempty"`
	VPCEndpointIDs []string `json:"vpcEndpointIds,omitempty"`
	// EndpointType is REGIONAL or EDGE, as $context.endpointType shows it; empty is EDGE. A private
	// API has its own member.
	EndpointType string `json:"endpointType,omitempty"`
	// APIKeySource is HEADER or AUTHORIZER; empty is HEADER.
	APIKeySource string `json:"apiKeySource,omitempty"`
	// Authorizers are those that methods name, by id.
	Authorizers map[string]Authorizer `json:"authorizers,omitempty"`
	// Models are the JSON schemas of those that methods name, and of those they refer to, by name.
	Models map[string]string `json:"models,omitempty"`
}

// GatewayResponse is a customised answer of the gateway itself. A zero StatusCode and empty
// Templates mean that the type's own defaults apply.
type GatewayResponse struct {
	StatusCode int        `json:"statusCode,omitempty"`
	Parameters []Mapping  `json:"parameters,omitempty"`
	Templates  []Template `json:"templates,omitempty"`
}

// Mapping sets Target from Source. Both are written as in a definition, such as
// "integration.request.header.X" and "method.request.querystring.x"; both were parsed
// once, successfully, when the deployment was created.
type Mapping struct {
	Target string `json:"target"`
	Source string `json:"source"`
}

// Template is a mapping template and the media type that selects it.
type Template struct {
	ContentType string `json:"contentType"`
	Text        string `json:"text"`
}

// Method is the record of one route: a method of a resource with all that serving it needs.
type Method struct {
	ResourceID   string `json:"resourceId"`
	ResourcePath string `json:"resourcePath"`
	// HTTPMethod is the method's own name, which may be "ANY".
	HTTPMethod    string `json:"httpMethod"`
	OperationName string `json:"operationName,omitempty"`

	// AuthorizationType is NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS.
	AuthorizationType string `json:"authorizationType"`
	// AuthorizerID names an entry of API.Authorizers, for CUSTOM and COGNITO_USER_POOLS.
	AuthorizerID string `json:"authorizerId,omitempty"`
	// AuthorizationScopes are those of which an access token must hold at least one (REST data
	// plane spec, 11.4).
	AuthorizationScopes []string `json:"authorizationScopes,omitempty"`
	APIKeyRequired      bool     `json:"apiKeyRequired,omitempty"`

	// RequiredParameters are the parameters whose presence a request validator checks, as
	// "method.request.header.X", ordered by that text (REST data plane spec, 10).
	RequiredParameters []string `json:"requiredParameters,omitempty"`
	// RequestModels name, by media type, the entries of API.Models that a request validator
	// checks bodies against; empty if it checks none.
	RequestModels map[string]string `json:"requestModels,omitempty"`

	Integration Integration `json:"integration"`
	// Responses are the declared method responses by status code ("200").
	Responses map[string]MethodResponse `json:"responses,omitempty"`
}

// MethodResponse is a declared answer of a method.
type MethodResponse struct {
	// Headers are the declared response header names, without the "method.response.header."
	// prefix.
	Headers []string `json:"headers,omitempty"`
}

// Integration is the backend of a method.
type Integration struct {
	// Type is HTTP, HTTP_PROXY, AWS, AWS_PROXY or MOCK.
	Type string `json:"type"`
	// HTTPMethod is the method sent to the backend; empty or "ANY" sends the client's.
	HTTPMethod string `json:"httpMethod,omitempty"`
	// URI is the backend's address, with {placeholders} and ${stageVariables.x}.
	URI string `json:"uri,omitempty"`
	// TimeoutMillis bounds the backend's answer, in milliseconds.
	TimeoutMillis int `json:"timeoutInMillis"`
	// PassthroughBehavior is WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER.
	PassthroughBehavior string `json:"passthroughBehavior,omitempty"`
	// InsecureSkipVerification turns off the issuer check of an HTTPS backend, and only
	// that one (REST data plane spec, 4.3).
	InsecureSkipVerification bool `json:"insecureSkipVerification,omitempty"`
	// Credentials is the ARN of a role to assume, "arn:aws:iam::*:user/*" for the caller's own, or
	// empty (REST data plane spec, 4.1). Stage variables are allowed.
	Credentials string `json:"credentials,omitempty"`
	// ConnectionType is VPC_LINK for a private backend; ConnectionID then names the link, and
	// IntegrationTarget the load balancer behind it.
	ConnectionType    string `json:"connectionType,omitempty"`
	ConnectionID      string `json:"connectionId,omitempty"`
	IntegrationTarget string `json:"integrationTarget,omitempty"`
	// ResponseTransferMode is STREAM for answers that stream; empty or BUFFERED otherwise.
	ResponseTransferMode string `json:"responseTransferMode,omitempty"`
	// StreamIdleMillis bounds the pauses of an answer that streams, in milliseconds; 0 is 5 minutes
	// (domains and edge spec, 12.1).
	StreamIdleMillis int `json:"streamIdleInMillis,omitempty"`
	// CacheNamespace and CacheKeyParameters make the key of the stage cache (REST data plane spec,
	// 13).
	CacheNamespace     string   `json:"cacheNamespace,omitempty"`
	CacheKeyParameters []string `json:"cacheKeyParameters,omitempty"`

	// ContentHandling is empty, CONVERT_TO_TEXT or CONVERT_TO_BINARY, for the request's
	// payload (REST data plane spec, 4.7).
	ContentHandling string `json:"contentHandling,omitempty"`

	RequestParameters []Mapping             `json:"requestParameters,omitempty"`
	RequestTemplates  []Template            `json:"requestTemplates,omitempty"`
	Responses         []IntegrationResponse `json:"responses,omitempty"`
}

// IntegrationResponse turns a backend's answer into a method response.
type IntegrationResponse struct {
	StatusCode string `json:"statusCode"`
	// SelectionPattern is a regular expression over the whole selection value; empty marks
	// the default response.
	SelectionPattern string `json:"selectionPattern,omitempty"`
	// ContentHandling is empty, CONVERT_TO_TEXT or CONVERT_TO_BINARY, for the response's
	// payload (REST data plane spec, 4.7).
	ContentHandling string     `json:"contentHandling,omitempty"`
	Parameters      []Mapping  `json:"parameters,omitempty"`
	Templates       []Template `json:"templates,omitempty"`
}
