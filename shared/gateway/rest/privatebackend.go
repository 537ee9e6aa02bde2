package rest

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// VPCLinks finds the network addresses of private backends.
type VPCLinks interface {
	// Address returns the host and port to connect to, or "" where the URI's own serve.
	Address(context.Context, integration.PrivateBackend) (string, error)
}

// ClientCertificates gives the certificates that stages show to HTTPS backends.
type ClientCertificates interface {
	// ClientCertificate returns the same pointer for the same certificate each time.
	ClientCertificate(ctx context.Context, id string) (*tls.Certificate, error)
}

// privateBackend is the connection of an integration through a VPC link.
type privateBackend struct {
	connection *mapping.URITemplate // nil without a link
	target     *mapping.URITemplate
}

const vpcLink = "VPC_LINK"

func (b *backend) compileConnection(in *snapshot.Integration) error {
	switch in.ConnectionType {
	case "", "INTERNET":
		return nil
	case vpcLink:
	default:
		return fmt.Errorf("connection type %q is unknown", in.ConnectionType)
	}
	if b.kind != httpIntegration && b.kind != httpProxyIntegration {
		return fmt.Errorf("an integration of type %s has no VPC link", in.Type)
	}
	var err error
	if b.private.connection, err = mapping.CompileURI(in.ConnectionID); err != nil {
		return err
	}
	if in.IntegrationTarget != "" {
		b.private.target, err = mapping.CompileURI(in.IntegrationTarget)
	}
	return err
}

// addStage puts the stage in front of the path, as backends behind an integrationTarget get it
// (domains and edge spec, 11). A template that sets $context.requestOverride.path to a text
// replaces the whole path.
func (inv *Invocation) addStage() {
	if inv.Resource.method.backend.private.target == nil {
		return
	}
	req := &inv.IntegrationRequest
	scheme, rest, _ := strings.Cut(req.URI, "://")
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if whole, ok := inv.overriddenPath(); ok {
		query := ""
		if i := strings.IndexByte(path, '?'); i >= 0 {
			query = path[i:]
		}
		req.URI = scheme + "://" + host + "/" + strings.TrimLeft(whole, "/") + query
		return
	}
	req.URI = scheme + "://" + host + "/" + inv.Stage.doc.Name + path
}

// overriddenPath returns the path that a template has written in place of the map of path
// parameters.
func (inv *Invocation) overriddenPath() (string, bool) {
	if inv.overrides == nil {
		return "", false
	}
	v, ok := inv.overrides.request.GetString("path")
	if !ok {
		return "", false
	}
	if _, parameters := v.(*vtl.Map); parameters || v == nil {
		return "", false
	}
	text, err := vtl.Text(v)
	return text, err == nil
}

// httpOptions completes what the definition says about the call by what the stage does: its
// variables and its client certificate.
func (inv *Invocation) httpOptions() (integration.HTTPOptions, error) {
	p, b := inv.pipeline, &inv.Resource.method.backend
	options := b.options
	scheme, rest, _ := strings.Cut(inv.IntegrationRequest.URI, "://")
	if b.private.connection != nil && p.c.VPCLinks != nil {
		host := rest
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host = rest[:i]
		}
		to := integration.PrivateBackend{ConnectionID: string(b.private.connection.Append(nil, nil, inv.Stage.doc.Variables)), Scheme: scheme, Host: host}
		if b.private.target != nil {
			to.Target = string(b.private.target.Append(nil, nil, inv.Stage.doc.Variables))
		}
		if to.ConnectionID == "" {
			return options, configurationError("Invalid VPC link: the connection id is empty", nil)
		}
		var err error
		if options.Address, err = p.c.VPCLinks.Address(inv.call.Context(), to); err != nil {
			if inv.call.Expired() {
				return options, timedOut(err)
			}
			return options, configurationError("VPC link "+to.ConnectionID+" leads nowhere", err)
		}
	}
	if id := inv.Stage.doc.ClientCertificateID; id != "" && scheme == "https" {
		if p.c.ClientCertificates == nil {
			return options, configurationError("client certificate "+id+" cannot be read: this gateway has no store", nil)
		}
		var err error
		if options.Certificate, err = p.c.ClientCertificates.ClientCertificate(inv.call.Context(), id); err != nil {
			return options, configurationError("client certificate "+id+" cannot be used", err)
		}
	}
	return options, nil
}
