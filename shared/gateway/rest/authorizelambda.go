package rest

// authorizeLambda stays closed: nothing is configured that could open it.
func (inv *Invocation) authorizeLambda() error {
	return configurationError("authorization type \"CUSTOM\" is not supported", nil)
}
