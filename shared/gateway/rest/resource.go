package rest

// matchResource finds the method that serves the request (REST data plane spec, 1.4).
func (inv *Invocation) matchResource() error {
	if inv.testing() {
		return inv.testResource()
	}
	res := &inv.Resource
	res.HTTPMethod = inv.Request.Method
	if o := inv.Arrival.MethodOverride; o != "" {
		res.HTTPMethod = o
	}
	path := matchedPath(inv.Target.Path)
	record, ok := match(&inv.Stage.snapshot.Index, res.HTTPMethod, path)
	if !ok {
		return inv.noResource()
	}
	m, err := inv.Stage.method(record)
	if err != nil {
		return configurationError("the deployment cannot be read", err)
	}
	res.method = m
	res.PathParams = pathValues(m.params, path)
	inv.openLog(logInfo)
	return nil
}

// noResource is the answer to a path or a method that no resource has. A client that tried to
// sign is told what is wrong with its signature instead.
func (inv *Invocation) noResource() error {
	const reason = "no resource and method match the request"
	if complaint := sigV4Complaint(inv.Request.Header); complaint != "" {
		return &Error{Type: Default4XX, Status: 403, ErrorType: "IncompleteSignatureException", Message: complaint, Reason: reason}
	}
	return &Error{Type: MissingAuthenticationToken, Reason: reason}
}
