package integration

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// PrivateBackend is where a private integration's request is to go (domains and edge spec, 11).
type PrivateBackend struct {
	// ConnectionID is the id of the VPC link.
	ConnectionID string
	// Target is the ARN of a load balancer or of a listener, or empty.
	Target string
	// Scheme and Host are those of the integration's URI; Host may have a port.
	Scheme, Host string
}

// port is the URI's, or that of its scheme.
func (b *PrivateBackend) port() string {
	if _, port, err := net.SplitHostPort(b.Host); err == nil && port != "" {
		return port
	}
	if b.Scheme == "https" {
		return "443"
	}
	return "80"
}

// VPCLinks finds the network addresses of private backends. It is safe for concurrent use.
//
// A VPC link changes only the network path, and what this process can reach is decided by the
// network that it runs in. An address that was configured for a link or a target counts first. A
// target is looked up with Elastic Load Balancing. Without either the backend is at its URI's host:
// the name of a Network Load Balancer, or one that the VPC resolves.
type VPCLinks struct {
	configured map[string]string
	services   *ServiceAPI
	now        func() time.Time

	mu    sync.Mutex
	found map[string]*target
}

// target is a load balancer or a listener that was looked up.
type target struct {
	mu      sync.Mutex
	name    string // DNS name of the load balancer
	port    string // of the listener; empty for a load balancer
	expires time.Time
}

// targetLifetime is how long a target's address is kept; it seldom changes, if ever.
const targetLifetime = time.Minute

// NewVPCLinks returns VPCLinks. configured maps ids of links and ARNs of targets to addresses of
// the form of ParseVPCLinks. services looks targets up; nil can look up none.
func NewVPCLinks(configured map[string]string, services *ServiceAPI, now func() time.Time) *VPCLinks {
	if now == nil {
		now = time.Now
	}
	return &VPCLinks{configured: configured, services: services, now: now, found: map[string]*target{}}
}

// ParseVPCLinks reads pairs of the form {link id or target ARN}={host}[:{port}], separated by
// commas. Without a port that of the integration's URI counts.
func ParseVPCLinks(text string) (map[string]string, error) {
	links := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		id, address, ok := strings.Cut(pair, "=")
		if !ok || id == "" || address == "" || strings.ContainsAny(address, "/@ ") {
			return nil, fmt.Errorf("VPC link %q: it must be {link id or target ARN}={host}[:{port}]", pair)
		}
		links[id] = address
	}
	return links, nil
}

// Address returns the host and port to connect to, or "" where the URI's own serve.
func (l *VPCLinks) Address(ctx context.Context, b PrivateBackend) (string, error) {
	for _, key := range [...]string{b.ConnectionID, b.Target} {
		if address := l.configured[key]; key != "" && address != "" {
			if _, _, err := net.SplitHostPort(address); err != nil {
				address = net.JoinHostPort(strings.Trim(address, "[]"), b.port())
			}
			return address, nil
		}
	}
	if b.Target == "" {
		return "", nil
	}
	l.mu.Lock()
	t := l.found[b.Target]
	if t == nil {
		t = &target{}
		l.found[b.Target] = t
	}
	l.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := l.now(); now.After(t.expires) {
		if err := l.lookUp(ctx, b.Target, t); err != nil && t.name == "" {
			return "", fmt.Errorf("find %s, target of VPC link %s: %w", b.Target, b.ConnectionID, err)
		}
		t.expires = now.Add(targetLifetime)
	}
	if t.port != "" {
		return net.JoinHostPort(t.name, t.port), nil
	}
	return net.JoinHostPort(t.name, b.port()), nil
}

// lookUp asks Elastic Load Balancing for a load balancer's name and, for a listener, its port.
func (l *VPCLinks) lookUp(ctx context.Context, arn string, t *target) error {
	if l.services == nil {
		return errors.New("no address is configured for it")
	}
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 || part[2] != "elasticloadbalancing" {
		return errors.New("this is not the ARN of a load balancer or a listener")
	}
	port, balancer := "", arn
	if strings.HasPrefix(part[5], "listener/") {
		var answer struct {
			Listeners []struct {
				Port            string `xml:"Port"`
				LoadBalancerArn string `xml:"LoadBalancerArn"`
			} `xml:"DescribeListenersResult>Listeners>member"`
		}
		if err := l.services.query(ctx, part[1], part[3], part[2], "DescribeListeners", url.Values{"ListenerArns.member.1": {arn}}, &answer); err != nil {
			return err
		}
		if len(answer.Listeners) != 1 {
			return errors.New("there is no such listener")
		}
		port, balancer = answer.Listeners[0].Port, answer.Listeners[0].LoadBalancerArn
	}
	var answer struct {
		Names []string `xml:"DescribeLoadBalancersResult>LoadBalancers>member>DNSName"`
	}
	if err := l.services.query(ctx, part[1], part[3], part[2], "DescribeLoadBalancers", url.Values{"LoadBalancerArns.member.1": {balancer}}, &answer); err != nil {
		return err
	}
	if len(answer.Names) != 1 || answer.Names[0] == "" {
		return errors.New("there is no such load balancer")
	}
	t.name, t.port = answer.Names[0], port
	return nil
}
