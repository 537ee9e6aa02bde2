package rest

// builtIn is what a gateway response type answers unless a definition or the refusing phase
// says otherwise.
type builtIn struct {
	status    int
	errorType string
	message   string // empty is JSON null
	// messageKey is the member that carries the message; empty is "message".
	messageKey string
}

// builtIns is the table of REST data plane spec, 9.1. INTEGRATION_FAILURE answers 500 at
// run time although the control plane reports 504.
var builtIns = map[ResponseType]builtIn{
	AccessDenied:                 {status: 403, errorType: "AccessDeniedException", message: "User is not authorized to access this resource", messageKey: "Message"},
	APIConfigurationError:        {status: 500, errorType: "InternalServerErrorException", message: "Internal server error"},
	AuthorizerConfigurationError: {status: 500, errorType: "AuthorizerConfigurationException"},
	AuthorizerFailure:            {status: 500, errorType: "AuthorizerFailureException"},
	BadRequestBody:               {status: 400, errorType: "BadRequestException", message: "Invalid request body"},
	BadRequestParameters:         {status: 400, errorType: "BadRequestException"},
	Default4XX:                   {status: 400, errorType: "BadRequestException", message: "Bad Request"},
	Default5XX:                   {status: 500, errorType: "InternalServerErrorException", message: "Internal server error"},
	ExpiredToken:                 {status: 403, errorType: "ExpiredTokenException", message: "The security token included in the request is expired"},
	IntegrationFailure:           {status: 500, errorType: "InternalServerErrorException", message: "Internal server error"},
	IntegrationTimeout:           {status: 504, errorType: "InternalServerErrorException", message: "Endpoint request timed out"},
	InvalidAPIKey:                {status: 403, errorType: "ForbiddenException", message: "Forbidden"},
	InvalidSignature:             {status: 403, errorType: "InvalidSignatureException", message: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	MissingAuthenticationToken:   {status: 403, errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token"},
	QuotaExceeded:                {status: 429, errorType: "LimitExceededException", message: "Limit Exceeded"},
	RequestTooLarge:              {status: 413, errorType: "RequestEntityTooLargeException", message: "Request Too Long"},
	ResourceNotFound:             {status: 404, errorType: "NotFoundException"},
	Throttled:                    {status: 429, errorType: "TooManyRequestsException", message: "Too Many Requests"},
	Unauthorized:                 {status: 401, errorType: "UnauthorizedException", message: "Unauthorized"},
	UnsupportedMediaType:         {status: 415, errorType: "BadRequestException", message: "Unsupported Media Type"},
	WAFFiltered:                  {status: 403, errorType: "ForbiddenException", message: "Forbidden"},
}
