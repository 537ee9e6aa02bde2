package rest

import "github.com/postern-gateway/postern/shared/gateway/exchange"

// logAccess writes the stage's access log line, once the request is over. A line that cannot be
// written is lost: nobody waits for it.
func (p *Pipeline) logAccess(inv *Invocation) {
	if p.c.AccessLog == nil || inv.Stage == nil || inv.Stage.accessLog == nil {
		return
	}
	space := exchange.GetBuffer()
	defer exchange.PutBuffer(space)
	*space = inv.Stage.accessLog.Append((*space)[:0], inv)
	_, _ = p.c.AccessLog.Write(*space)
}
