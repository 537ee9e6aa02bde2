package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// domainSource is a DomainSource in memory that counts what is read of it.
type domainSource struct {
	mu    sync.Mutex
	docs  map[string]snapshot.Domain
	err   error
	reads atomic.Int64
}

func (s *domainSource) Domains(context.Context) ([]string, error) {
	s.reads.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.docs {
		names = append(names, name)
	}
	return names, s.err
}

func (s *domainSource) Domain(_ context.Context, name string) (snapshot.Domain, error) {
	s.reads.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.docs[name]
	if !ok && s.err == nil {
		return d, ErrNoDomain
	}
	return d, s.err
}

func (s *domainSource) set(err error, docs ...snapshot.Domain) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.docs = err, map[string]snapshot.Domain{}
	for _, d := range docs {
		s.docs[d.Name] = d
	}
}

func mappedTo(name, api string) snapshot.Domain {
	return snapshot.Domain{Name: name, Mappings: []snapshot.DomainMapping{{APIID: api, Stage: "prod"}}}
}

func newTestDomains(docs ...snapshot.Domain) (*Domains, *domainSource) {
	s := &domainSource{}
	s.set(nil, docs...)
	return NewDomains(s, time.Now, slog.New(slog.NewTextHandler(io.Discard, nil))), s
}

// api returns the API that a host leads to, "" if it is no custom domain.
func (d *Domains) api(t *testing.T, host string) string {
	t.Helper()
	found, err := d.find(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	if found == nil {
		return ""
	}
	return found.doc.Mappings[0].APIID
}

func TestFindDomain(t *testing.T) {
	d, _ := newTestDomains(mappedTo("api.example.com", "exact"), mappedTo("*.example.com", "wild"))
	for host, want := range map[string]string{
		"api.example.com":   "exact",
		"API.Example.COM":   "exact",
		"api.example.com.":  "exact",
		"www.example.com":   "wild",
		"example.com":       "",
		"a.www.example.com": "",
		"*.example.com":     "wild",
		"127.0.0.1":         "",
		"::1":               "",
		"localhost":         "",
		"":                  "",
	} {
		if got := d.api(t, host); got != want {
			t.Errorf("%q leads to %q, want %q", host, got, want)
		}
	}
}

// Arbitrary hosts cost no reads and are not remembered.
func TestUnknownHostsCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := newTestDomains(mappedTo("api.example.com", "a"))
		d.api(t, "api.example.com")
		before := s.reads.Load()
		for i := range 5000 {
			if got := d.api(t, fmt.Sprintf("host%d.example.org", i)); got != "" {
				t.Fatal(got)
			}
		}
		d.api(t, "api.example.com")
		if got := s.reads.Load() - before; got != 0 || len(d.documents) != 1 {
			t.Errorf("%d reads, %d documents", got, len(d.documents))
		}
	})
}

func TestDomainsStayCurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := newTestDomains(mappedTo("api.example.com", "a"))
		look := func(want string) {
			t.Helper()
			if got := d.api(t, "api.example.com"); got != want {
				t.Errorf("leads to %q, want %q", got, want)
			}
		}
		look("a")
		s.set(nil, mappedTo("api.example.com", "b"))
		time.Sleep(freshFor - time.Millisecond)
		look("a") // fresh
		time.Sleep(time.Millisecond)
		look("a") // stale: looked at in the background
		synctest.Wait()
		look("b")

		time.Sleep(staleAfter)
		s.set(nil, mappedTo("api.example.com", "c"), mappedTo("www.example.com", "d"))
		look("c") // too old to serve without a look
		if got := d.api(t, "www.example.com"); got != "d" {
			t.Errorf("a new domain leads to %q", got)
		}

		time.Sleep(staleAfter)
		s.set(errors.New("store is down"))
		look("c") // an old mapping serves better than none
		s.set(nil, mappedTo("www.example.com", "d"))
		look("")
		if len(d.documents) != 1 {
			t.Errorf("%d documents are kept", len(d.documents))
		}
	})
}

// After Forget the next request sees the change, even if a look that began earlier is under way.
func TestForgetDomain(t *testing.T) {
	d, s := newTestDomains()
	if got := d.api(t, "api.example.com"); got != "" {
		t.Fatal(got)
	}
	for _, api := range []string{"a", "b", ""} {
		if api == "" {
			s.set(nil)
		} else {
			s.set(nil, mappedTo("api.example.com", api))
		}
		d.Forget("api.example.com")
		if got := d.api(t, "api.example.com"); got != api {
			t.Errorf("leads to %q, want %q", got, api)
		}
	}
}

func TestDomainsUnreadable(t *testing.T) {
	d, s := newTestDomains()
	s.set(errors.New("store is down"))
	if _, err := d.find(t.Context(), "api.example.com"); err == nil {
		t.Error("no error although nothing is known")
	}
	if got := d.api(t, "127.0.0.1"); got != "" {
		t.Error(got)
	}
	s.set(nil, mappedTo("api.example.com", "a"))
	if got := d.api(t, "api.example.com"); got != "a" {
		t.Errorf("leads to %q after the store came back", got)
	}
}

// A look that began before Forget does not pass for one after it.
func TestForgetDuringLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		w := &watched[int64]{now: time.Now, failed: func(error) {}, read: func(context.Context) (int64, error) {
			v := n.Add(1)
			if v == 1 {
				time.Sleep(time.Second)
			}
			return v, nil
		}}
		go func() { _, _ = w.get(t.Context()) }()
		synctest.Wait()
		w.forget()
		if v, err := w.get(t.Context()); v != 2 || err != nil {
			t.Errorf("get() = %d, %v", v, err)
		}
		time.Sleep(2 * time.Second) // the first look is stored, if it may be
		if v, err := w.get(t.Context()); v != 2 || err != nil {
			t.Errorf("get() after the old look ended = %d, %v", v, err)
		}
	})
}
