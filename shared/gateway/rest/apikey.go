package rest

// checkAPIKey lets requests to methods pass that need no key. A method that needs one stays
// closed, since this build knows no keys.
func (inv *Invocation) checkAPIKey() error {
	if inv.Resource.method.doc.APIKeyRequired {
		return configurationError("API keys are not supported", nil)
	}
	return nil
}
