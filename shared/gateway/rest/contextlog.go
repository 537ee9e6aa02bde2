package rest

import (
	"crypto/tls"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// logVariable returns one of the variables that only access logs have (REST data plane spec, 8.5;
// security and operations spec, 6). Those of the web application firewall have no value, because
// no stage has a web ACL.
func (inv *Invocation) logVariable(name string) (string, bool) {
	switch name {
	case "status":
		return strconv.Itoa(inv.Delivery.Status), inv.Delivery.Status != 0
	case "responseLength":
		return strconv.FormatInt(inv.Delivery.Bytes, 10), inv.Delivery.Status != 0
	case "responseLatency":
		return milliseconds(inv.Delivery.Latency), inv.Delivery.Status != 0
	case "xrayTraceId":
		return present(inv.Arrival.TraceID)
	case "endpointType":
		return present(inv.Stage.endpointType())
	case "customDomain.basePathMatched":
		return present(inv.Target.BasePath)
	case "tlsVersion", "cipherSuite":
		return inv.tlsVariable(name)
	case "integrationErrorMessage":
		return inv.integrationVariable("error")
	case "integrationLatency":
		return inv.integrationVariable("latency")
	case "integrationStatus":
		return inv.integrationVariable("integrationStatus")
	}
	group, rest, _ := strings.Cut(name, ".")
	switch group {
	case "integration":
		return inv.integrationVariable(rest)
	case "authenticate":
		return inv.authenticateVariable(rest)
	case "authorizer":
		return inv.authorizerVariable(rest)
	case "authorize":
		return inv.authorizeVariable(rest)
	}
	return "", false
}

// integrationVariable returns $context.integration.NAME.
func (inv *Invocation) integrationVariable(name string) (string, bool) {
	in := &inv.Integration
	switch name {
	case "error":
		return inv.integrationError()
	case "latency":
		return milliseconds(in.Latency), in.Latency > 0
	case "integrationStatus":
		status := in.ServiceStatus
		if status == 0 {
			status = in.Status
		}
		return strconv.Itoa(status), status != 0
	case "status":
		return strconv.Itoa(in.Status), in.Status != 0
	case "requestId":
		return inv.endpointRequestID()
	case "responseTransferMode":
		return inv.transferMode(), inv.Resource.method != nil
	case "timeToAllHeaders":
		return milliseconds(in.TimeToAllHeaders), in.TimeToAllHeaders > 0
	case "timeToFirstContent":
		return milliseconds(in.TimeToFirstContent), in.TimeToFirstContent > 0
	}
	return "", false
}

// endpointRequestID is the identifier that the backend gave the call.
func (inv *Invocation) endpointRequestID() (string, bool) {
	in := &inv.Integration
	id := in.FunctionRequestID
	if id == "" {
		id = in.Headers.Get("X-Amzn-Requestid")
	}
	if id == "" {
		id = in.Headers.Get("X-Amz-Request-Id")
	}
	return present(id)
}

// integrationError returns why the backend could not be called or what it failed with.
func (inv *Invocation) integrationError() (string, bool) {
	e := inv.Refusal.Err
	if e == nil || e.Type != IntegrationFailure && e.Type != IntegrationTimeout {
		return "", false
	}
	return present(e.Reason)
}

// endpointType is EDGE, REGIONAL or PRIVATE.
func (s *Stage) endpointType() string {
	api := &s.snapshot.API
	switch {
	case api.Private:
		return "PRIVATE"
	case api.EndpointType != "":
		return api.EndpointType
	}
	return "EDGE"
}

// Headers in which a load balancer tells of the client's TLS session.
const (
	balancerTLSVersion  = "X-Amzn-Tls-Version"
	balancerCipherSuite = "X-Amzn-Tls-Cipher-Suite"
)

// tlsVariable returns what is known of the client's TLS session: from the connection if it ended
// here, or from a load balancer in front. Other front doors do not tell.
func (inv *Invocation) tlsVariable(name string) (string, bool) {
	if s := inv.Request.TLS; s != nil {
		if name == "cipherSuite" {
			return present(tls.CipherSuiteName(s.CipherSuite))
		}
		return strings.Replace(tls.VersionName(s.Version), "TLS ", "TLSv", 1), true
	}
	info := edge.FromContext(inv.Request.Context())
	if info == nil || info.Source != edge.SourceALB {
		return "", false
	}
	if name == "cipherSuite" {
		return present(inv.Request.Header.Get(balancerCipherSuite))
	}
	return present(inv.Request.Header.Get(balancerTLSVersion))
}

// overrideVariable returns what templates have put into $context.requestOverride or
// responseOverride: "status", or a member of "header", "path" or "querystring".
func (inv *Invocation) overrideVariable(group, name string) (string, bool) {
	if inv.overrides == nil {
		return "", false
	}
	of := inv.overrides.request
	if group == "responseOverride" {
		of = inv.overrides.response
	}
	part, member, nested := strings.Cut(name, ".")
	v, ok := of.GetString(part)
	if nested {
		m, isMap := v.(*vtl.Map)
		if !isMap {
			return "", false
		}
		v, ok = m.GetString(member)
	} else if _, isMap := v.(*vtl.Map); isMap {
		return "", false // printed whole, a map is empty
	}
	if !ok {
		return "", false
	}
	values, err := overrideValues(v)
	if err != nil || values == nil {
		return "", false
	}
	return strings.Join(values, ","), true
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
