package gateway

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// ErrNoDomain says that there is no document of a custom domain name.
var ErrNoDomain = errors.New("no such custom domain name")

// DomainSource is where custom domain names come from.
type DomainSource interface {
	// Domains returns the names of all custom domains.
	Domains(ctx context.Context) ([]string, error)
	// Domain returns the document of a name, or ErrNoDomain.
	Domain(ctx context.Context, name string) (snapshot.Domain, error)
}

// Domains keeps the custom domain names current. It holds the list of all names, so that a host
// that is none of them costs no read, whatever hosts the requests name; and the documents of those
// that are in use, so that what it holds is bounded by the list. It is safe for concurrent use.
type Domains struct {
	source DomainSource
	now    func() time.Time
	log    *slog.Logger

	names     *watched[map[string]bool]
	mu        sync.RWMutex
	documents map[string]*watched[*domain]
}

// NewDomains returns a set that loads from source.
func NewDomains(source DomainSource, now func() time.Time, log *slog.Logger) *Domains {
	d := &Domains{source: source, now: now, log: log, documents: map[string]*watched[*domain]{}}
	d.names = &watched[map[string]bool]{read: d.readNames, now: now, failed: d.failed("")}
	return d
}

// Forget makes the next request look at a domain again: for a control plane in the same process,
// whose changes are then live at once.
func (d *Domains) Forget(name string) {
	d.names.forget()
	d.mu.RLock()
	document := d.documents[name]
	d.mu.RUnlock()
	if document != nil {
		document.forget()
	}
}

// find returns the domain that a host belongs to, or nil. An exact name beats a wildcard (domains
// and edge, 3).
func (d *Domains) find(ctx context.Context, host string) (*domain, error) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !snapshot.CustomDomainName(host) {
		return nil, nil
	}
	names, err := d.names.get(ctx)
	if err != nil {
		return nil, err
	}
	if names[host] {
		return d.document(host).get(ctx)
	}
	_, parent, _ := strings.Cut(host, ".")
	if wildcard := "*." + parent; names[wildcard] {
		return d.document(wildcard).get(ctx)
	}
	return nil, nil
}

// document returns the watched document of a listed name.
func (d *Domains) document(name string) *watched[*domain] {
	d.mu.RLock()
	document := d.documents[name]
	d.mu.RUnlock()
	if document != nil {
		return document
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if document = d.documents[name]; document == nil {
		document = &watched[*domain]{now: d.now, failed: d.failed(name)}
		document.read = func(ctx context.Context) (*domain, error) { return d.readDocument(ctx, name) }
		d.documents[name] = document
	}
	return document
}

// readNames reads the list and drops the documents of names that are gone.
func (d *Domains) readNames(ctx context.Context) (map[string]bool, error) {
	list, err := d.source.Domains(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(list))
	for _, name := range list {
		names[name] = true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for name := range d.documents {
		if !names[name] {
			delete(d.documents, name)
		}
	}
	return names, nil
}

// readDocument returns nil for a domain that was deleted after the list was read.
func (d *Domains) readDocument(ctx context.Context, name string) (*domain, error) {
	doc, err := d.source.Domain(ctx, name)
	if errors.Is(err, ErrNoDomain) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return newDomain(doc), nil
}

func (d *Domains) failed(name string) func(error) {
	return func(err error) {
		d.log.Warn("custom domain names not readable, the last known ones are served", "domain", name, "error", err)
	}
}
