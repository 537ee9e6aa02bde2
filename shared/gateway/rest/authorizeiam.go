package rest

// authorizeIAM stays closed: nothing is configured that could open it.
func (inv *Invocation) authorizeIAM() error {
	return configurationError("authorization type \"AWS_IAM\" is not supported", nil)
}
