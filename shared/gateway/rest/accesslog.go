package rest

// logAccess writes the stage's access log line, once the request is over. A line that cannot be
// written is lost: nobody waits for it.
func (p *Pipeline) logAccess(inv *Invocation) {
	if p.c.AccessLog == nil || inv.Stage == nil || inv.Stage.accessLog == nil {
		return
	}
	space := getBuffer()
	defer putBuffer(space)
	*space = inv.Stage.accessLog.Append((*space)[:0], inv)
	_, _ = p.c.AccessLog.Write(*space)
}
