package rest

// authorizeCognito stays closed: nothing is configured that could open it.
func (inv *Invocation) authorizeCognito() error {
	return configurationError("authorization type \"COGNITO_USER_POOLS\" is not supported", nil)
}
