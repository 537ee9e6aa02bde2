package controlplane

import "github.com/postern-gateway/postern/shared/wire"

// Texts of refusals that more than one kind gives (control-plane operations, 2.1; recorded
// answers, 1.2 and 1.5). wire.Error values are not changed by those who pass them on.
var (
	errNoResource       = wire.NotFound("Invalid Resource identifier specified")
	errNoMethod         = wire.NotFound("Invalid Method identifier specified")
	errNoIntegration    = wire.NotFound("Invalid Integration identifier specified")
	errNoStatusCode     = wire.NotFound("Invalid Response status code specified")
	errNoValidator      = wire.NotFound("Invalid Request Validator identifier specified")
	errNoDeployment     = wire.NotFound("Invalid Deployment identifier specified")
	errNoStage          = wire.NotFound("Invalid stage identifier specified")
	errNoParameter      = wire.NotFound("Invalid parameter name specified")
	errNoContentType    = wire.NotFound("Content-Type specified was not found")
	errNoGatewayDefined = wire.NotFound("Gateway response type not defined on api")
)

// errNoSuchAPI is the answer of operations on an API or on one of its collections.
func (s *Service) errNoSuchAPI(apiID string) *wire.Error {
	return wire.NotFound("Invalid API identifier specified %s:%s", s.cfg.Account, apiID)
}

func errNoModel(name string) *wire.Error {
	return wire.NotFound("Invalid model name specified: %s", name)
}

// errUnknownModel is the answer when a method or response names a model that does not exist.
func errUnknownModel(name string) *wire.Error {
	return wire.BadRequest("Invalid model identifier specified: %s", name)
}

// errValidation is the wrapped form of findings about mappings and templates.
func errValidation(finding string) *wire.Error {
	return wire.BadRequest("Validation Result: warnings : [], errors : [%s]", finding)
}

func errMapping(expression string) *wire.Error {
	return wire.BadRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: %s]", expression)
}

// errMappingParameter is the answer to a mapping from or to a parameter that the method does not
// declare.
func errMappingParameter(expression string) *wire.Error {
	return wire.BadRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: %s]", expression)
}

// unsupported is the refusal of what the data plane cannot do yet.
func unsupported(what string) *wire.Error {
	return wire.BadRequest("%s is not supported yet", what)
}
