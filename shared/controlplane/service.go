package controlplane

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/wire"
)

// Config is what a Service is made of. Store, Account and Region are required.
type Config struct {
	Store   Store
	Account string // 12 digits
	Region  string // like "us-east-1"

	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// NewID makes an identifier of so many lower-case letters and digits (control-plane
	// operations, 2.7); random if nil.
	NewID func(length int) string
	// StageChanged is called after a stage was created, changed, moved or deleted, in the
	// goroutine of the request. It may be nil.
	StageChanged func(apiID, stage string)
	// DomainChanged is called after a public custom domain name or a mapping of it was created,
	// changed or deleted, in the goroutine of the request. It may be nil.
	DomainChanged func(domain string)
	// Warn is told, in one sentence, of every stage setting that is stored but has no effect on
	// what is served, once it was set. It may be nil.
	Warn func(message string)
	// Tester runs test invocations; without one TestInvokeMethod is refused.
	Tester Tester
}

// Service implements the operations of the management API, as methods of their names. A method
// called in the process needs what the wire checks: required members are set, enums are valid. A
// refusal is a *wire.Error, any other error is a failure of the store. Service is safe for
// concurrent use, also by several processes on one store.
type Service struct {
	cfg   Config
	locks locks
}

// New makes a Service.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = randomID
	}
	if cfg.StageChanged == nil {
		cfg.StageChanged = func(string, string) {}
	}
	if cfg.DomainChanged == nil {
		cfg.DomainChanged = func(string) {}
	}
	if cfg.Warn == nil {
		cfg.Warn = func(string) {}
	}
	return &Service{cfg: cfg}
}

// kind is what one kind of resource contributes to the service.
type kind struct {
	endpoints []wire.Endpoint
	// adopt writes what an OpenAPI document says about this kind; nil if documents say nothing.
	adopt func(*importing) error
	// tagged lists the ARNs under which resources of this kind are tagged.
	tagged []taggable
}

// kinds is the list of all kinds of resources. The order counts for imports alone: a kind comes
// after those that its rows refer to.
func (s *Service) kinds() []kind {
	return []kind{
		s.restAPIs(),
		s.models(),
		s.requestValidators(),
		s.authorizers(),
		s.gatewayResponses(),
		s.documentationParts(),
		s.documentationVersions(),
		s.resources(),
		s.methods(),
		s.methodResponses(),
		s.integrations(),
		s.integrationResponses(),
		s.deployments(),
		s.stages(),
		s.domainNames(),
		s.basePathMappings(),
		s.accessAssociations(),
		s.vpcLinks(),
		s.accountSettings(),
		s.clientCertificates(),
		s.tags(),
		s.exports(),
		s.apiKeys(),
		s.usagePlans(),
		s.usagePlanKeys(),
		s.usages(),
		s.flushes(),
		s.modelTemplates(),
		s.sdks(),
		s.testInvocations(),
	}
}

// Endpoints returns every operation that the service implements.
func (s *Service) Endpoints() []wire.Endpoint {
	var all []wire.Endpoint
	for _, k := range s.kinds() {
		all = append(all, k.endpoints...)
	}
	return slices.Clip(all)
}

// now is the time as answers give it: whole seconds.
func (s *Service) now() *time.Time {
	t := s.cfg.Now().UTC().Truncate(time.Second)
	return &t
}

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

func randomID(length int) string {
	id := make([]byte, 0, length)
	for len(id) < length {
		var buf [32]byte
		// Read never fails (crypto/rand).
		_, _ = rand.Read(buf[:])
		for _, b := range buf {
			// 252 is the largest multiple of 36 in a byte: beyond it letters would not be
			// equally likely.
			if b < 252 && len(id) < length {
				id = append(id, idAlphabet[b%36])
			}
		}
	}
	return string(id)
}
