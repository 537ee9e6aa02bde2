package snapshot

// Authorizer is one that methods of an API name (REST data plane spec, 11).
type Authorizer struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Type is TOKEN, REQUEST or COGNITO_USER_POOLS.
	Type string `json:"type"`
	// URI is that of the function of a TOKEN or REQUEST authorizer; stage variables are allowed.
	URI string `json:"uri,omitempty"`
	// Credentials is the ARN of the role that invokes the function, or empty.
	Credentials string `json:"credentials,omitempty"`
	// IdentitySource lists mapping expressions separated by commas.
	IdentitySource string `json:"identitySource,omitempty"`
	// ValidationExpression has to match a token before the function is asked; "" matches all.
	ValidationExpression string `json:"validationExpression,omitempty"`
	// TTLSeconds is how long a result is kept; 0 keeps none.
	TTLSeconds int `json:"ttlSeconds,omitempty"`
	// ProviderARNs are the user pools of a COGNITO_USER_POOLS authorizer.
	ProviderARNs []string `json:"providerArns,omitempty"`
}
