package v2

import "github.com/postern-gateway/postern/shared/wire"

// errNoAPI is the answer of operations on an API that does not exist, or on something in it.
func (s *Service) errNoAPI(apiID string) *wire.Error {
	return missing("Invalid API identifier specified %s:%s", s.cfg.Account, apiID)
}

// missing is a NotFoundException.
func missing(format string, args ...any) *wire.Error { return wire.NotFound(format, args...) }

func errNoRoute(id string) *wire.Error { return missing("Invalid Route identifier specified %s", id) }
func errNoRouteResponse(id string) *wire.Error {
	return missing("Invalid RouteResponse identifier specified %s", id)
}
func errNoIntegration(id string) *wire.Error {
	return missing("Invalid Integration identifier specified %s", id)
}
func errNoIntegrationResponse(id string) *wire.Error {
	return missing("Invalid IntegrationResponse identifier specified %s", id)
}
func errNoAuthorizer(id string) *wire.Error {
	return missing("Invalid Authorizer identifier specified %s", id)
}
func errNoModel(id string) *wire.Error { return missing("Invalid Model identifier specified %s", id) }
func errNoDeployment(id string) *wire.Error {
	return missing("Invalid Deployment identifier specified %s", id)
}
func errNoStage() *wire.Error { return missing("Invalid stage identifier specified") }

func errQuota(what string) *wire.Error {
	return wire.LimitExceeded("Maximum number of %s for this API has been reached. Please contact AWS if you need additional %s", what, what)
}
