package httpapi

import (
	"errors"
	"net"

	"github.com/postern-gateway/postern/shared/integration"
)

// privateAddress returns the address of a private backend (HTTP API spec, 9.4): a load balancer's
// listener or a Cloud Map service, which the VPC links find. The name of the stage stays in the path
// unless a mapping sets that.
func (inv *Invocation) privateAddress() (string, integration.HTTPOptions, error) {
	r, p := inv.Route.route, inv.pipeline
	var options integration.HTTPOptions
	if p.c.VPCLinks == nil {
		return "", options, inv.failed("this gateway finds no private backends", nil)
	}
	variables := inv.Stage.doc.Variables
	scheme, port := "http", "80"
	if r.doc.Integration.ServerNameToVerify != "" {
		scheme, port = "https", "443"
	}
	to := integration.PrivateBackend{
		ConnectionID: string(r.connection.Append(nil, nil, variables)), Target: string(r.target.Append(nil, nil, variables)), Scheme: scheme,
	}
	address, err := p.c.VPCLinks.Address(inv.call.Context(), to)
	if err == nil && address == "" {
		err = errors.New("it has no address")
	}
	if err != nil {
		if inv.call.Expired() {
			return "", options, inv.timedOut(err)
		}
		return "", options, inv.unavailable(integrationFailed, "VPC link "+to.ConnectionID+" leads nowhere", err)
	}
	host := address
	if name := r.doc.Integration.ServerNameToVerify; name != "" {
		// TLS asks for this name and verifies it, wherever the connection goes.
		if _, own, err := net.SplitHostPort(address); err == nil {
			port = own
		}
		host, options.Address = net.JoinHostPort(name, port), address
	}
	path := inv.IntegrationRequest.Path
	if path == "" {
		path = inv.Arrival.Path
		if name := inv.Stage.doc.Name; name != defaultStage {
			path = "/" + name + path
		}
	}
	return scheme + "://" + host + escapePath(path), options, nil
}
