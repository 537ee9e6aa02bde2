package rest

// Metering is what the API key phase found out: $context and the Lambda proxy event show it.
type Metering struct {
	// APIKey and APIKeyID are the key of a request to a method that requires one, its value and
	// its identifier; empty for other methods (REST data plane spec, 5.1).
	APIKey, APIKeyID string
}
