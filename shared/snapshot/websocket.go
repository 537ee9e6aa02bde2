package snapshot

// WebSocketAPI holds what every connection to a WebSocket API needs.
type WebSocketAPI struct {
	ID           string `json:"id"`
	Name         string `json:"name,omitempty"`
	DeploymentID string `json:"deploymentId"`
	// DisableExecuteAPIEndpoint closes the execute-api host; only custom domains remain.
	DisableExecuteAPIEndpoint bool `json:"disableExecuteApiEndpoint,omitempty"`
	// RouteSelectionExpression finds the key of a message's route (WebSocket API spec, 2).
	RouteSelectionExpression string `json:"routeSelectionExpression"`
	// APIKeySelectionExpression is "$request.header.x-api-key" or
	// "$context.authorizer.usageIdentifierKey"; empty is the former.
	APIKeySelectionExpression string `json:"apiKeySelectionExpression,omitempty"`
	// DisableSchemaValidation turns the validation of models off.
	DisableSchemaValidation bool `json:"disableSchemaValidation,omitempty"`
	// Authorizers are those that routes name, by id.
	Authorizers map[string]RouteAuthorizer `json:"authorizers,omitempty"`
	// Models are the JSON schemas that routes name, by name.
	Models map[string]string `json:"models,omitempty"`
	// Routes are the numbers of the records by route key ("$connect", "$default", "join").
	Routes map[string]int `json:"routes"`
}

// WebSocketRoute is the record of one route of a WebSocket API.
type WebSocketRoute struct {
	ID            string `json:"id"`
	Key           string `json:"key"`
	OperationName string `json:"operationName,omitempty"`

	// AuthorizationType is NONE, AWS_IAM or CUSTOM, and concerns $connect alone.
	AuthorizationType string `json:"authorizationType"`
	AuthorizerID      string `json:"authorizerId,omitempty"`
	APIKeyRequired    bool   `json:"apiKeyRequired,omitempty"`

	// ModelSelectionExpression finds the entry of RequestModels that a message is checked
	// against; empty checks none (WebSocket API spec, 6).
	ModelSelectionExpression string            `json:"modelSelectionExpression,omitempty"`
	RequestModels            map[string]string `json:"requestModels,omitempty"`
	// RequestParameters are those that mappings may read, as "route.request.header.X"; the value
	// tells whether one is required.
	RequestParameters map[string]bool `json:"requestParameters,omitempty"`

	// Integration is nil for a route without one.
	Integration *WebSocketIntegration `json:"integration,omitempty"`
	// Replies tells that the route has a route response, so that what the integration answers
	// goes to the client (WebSocket API spec, 5).
	Replies bool `json:"replies,omitempty"`
}

// WebSocketIntegration is the backend of a route of a WebSocket API (WebSocket API spec, 4).
type WebSocketIntegration struct {
	ID string `json:"id"`
	// Type is AWS_PROXY, AWS, HTTP_PROXY, HTTP or MOCK.
	Type          string `json:"type"`
	Method        string `json:"method,omitempty"`
	URI           string `json:"uri,omitempty"`
	TimeoutMillis int    `json:"timeoutInMillis"`
	Credentials   string `json:"credentials,omitempty"`
	// ConnectionType is VPC_LINK for a private backend, ConnectionID the link.
	ConnectionType string `json:"connectionType,omitempty"`
	ConnectionID   string `json:"connectionId,omitempty"`
	// InsecureSkipVerification turns off the issuer check of an HTTPS backend.
	InsecureSkipVerification bool `json:"insecureSkipVerification,omitempty"`

	TemplateSelectionExpression string `json:"templateSelectionExpression,omitempty"`
	// RequestTemplates have the template's key in place of a media type.
	RequestTemplates    []Template `json:"requestTemplates,omitempty"`
	PassthroughBehavior string     `json:"passthroughBehavior,omitempty"`
	// ContentHandling is empty, CONVERT_TO_BINARY or CONVERT_TO_TEXT.
	ContentHandling   string    `json:"contentHandling,omitempty"`
	RequestParameters []Mapping `json:"requestParameters,omitempty"`

	Responses []WebSocketIntegrationResponse `json:"responses,omitempty"`
}

// WebSocketIntegrationResponse turns a backend's answer into a message.
type WebSocketIntegrationResponse struct {
	// Key is "$default" or a regular expression between slashes.
	Key                         string     `json:"key"`
	TemplateSelectionExpression string     `json:"templateSelectionExpression,omitempty"`
	Templates                   []Template `json:"templates,omitempty"`
	Parameters                  []Mapping  `json:"parameters,omitempty"`
	ContentHandling             string     `json:"contentHandling,omitempty"`
}
