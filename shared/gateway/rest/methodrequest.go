package rest

// readMethodRequest finds out what the request says about its payload and the answer that the
// client wants: what selects templates and decides between text and bytes.
func (inv *Invocation) readMethodRequest() error {
	m := &inv.Method
	m.ContentType = inv.Arrival.Headers.First("Content-Type")
	if m.ContentType == "" {
		m.ContentType = applicationJSON
	}
	m.Accept = inv.Arrival.Headers.First("Accept")
	m.Binary = inv.Stage.binary.match(m.ContentType)
	return nil
}
