package v2

import (
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/wire"
)

// Config is what a Service is made of. Store, Account, Region, NewID and REST are required.
type Config struct {
	Store   controlplane.Store
	Account string // 12 digits
	Region  string // like "us-east-1"
	// REST is the service for REST APIs on the same store, with which this one shares domain names,
	// usage plans and identifiers.
	REST *controlplane.Service

	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// NewID makes an identifier of so many lower-case letters and digits (control-plane
	// operations, 2.7); random if nil.
	NewID func(length int) string
	// StageChanged is called after a stage was created, changed, moved or deleted, in the
	// goroutine of the request. It may be nil.
	StageChanged func(apiID, stage string)
}

// Service implements the operations, as methods of their names. It behaves as
// controlplane.Service does.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = controlplane.RandomID
	}
	if cfg.StageChanged == nil {
		cfg.StageChanged = func(string, string) {}
	}
	return &Service{cfg: cfg}
}

// Endpoints returns every operation that the service implements.
func (s *Service) Endpoints() []wire.Endpoint {
	return slices.Concat(
		s.apis(),
		s.routes(),
		s.routeResponses(),
		s.integrations(),
		s.integrationResponses(),
		s.authorizers(),
		s.models(),
		s.deployments(),
		s.stages(),
		s.domainNames(),
		s.apiMappings(),
		s.vpcLinks(),
		s.tags(),
		s.imports(),
		s.exports(),
	)
}

// now is the time as answers give it: whole seconds.
func (s *Service) now() *time.Time {
	t := s.cfg.Now().UTC().Truncate(time.Second)
	return &t
}

// Lengths of identifiers (control-plane operations, 2.7).
const (
	apiIDLength   = 10
	routeIDLength = 7
	idLength      = 6
)
