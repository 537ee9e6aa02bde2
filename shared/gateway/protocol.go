package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

// ProtocolSource tells the types of APIs, for requests that no stage answers. Sources that hold HTTP
// or WebSocket APIs whose stages come and go implement it.
type ProtocolSource interface {
	// Protocol returns snapshot.ProtocolHTTP or ProtocolWebSocket, or "" for a REST API and for none.
	Protocol(ctx context.Context, apiID string) (string, error)
}

// Protocol reads the type of an API.
func (s StoreSource) Protocol(ctx context.Context, apiID string) (string, error) {
	partition, sort := snapshot.ProtocolKey(apiID)
	item, err := s.Reader.Get(ctx, store.Key{Partition: partition, Sort: sort})
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the protocol of API %s: %w", apiID, err)
	}
	return string(item.Value), nil
}

// Protocol returns what the first source that tells types says of the API.
func (l Layered) Protocol(ctx context.Context, apiID string) (string, error) {
	for _, s := range l {
		if p, ok := s.(ProtocolSource); ok {
			if protocol, err := p.Protocol(ctx, apiID); err != nil || protocol != "" {
				return protocol, err
			}
		}
	}
	return "", nil
}

// protocols keeps what was read of the types of APIs, for as long as a stage is served without a look
// and within the bound of stages. It is safe for concurrent use.
type protocols struct {
	mu    sync.Mutex
	known map[string]protocol
}

type protocol struct {
	name string
	at   time.Time
}

// protocol returns the type of an API, "" if it is a REST API, none, or cannot be read.
func (s *Stages) protocol(ctx context.Context, apiID string) string {
	source, ok := s.source.(ProtocolSource)
	if !ok {
		return ""
	}
	now := s.now()
	s.protocols.mu.Lock()
	known, ok := s.protocols.known[apiID]
	s.protocols.mu.Unlock()
	if ok && now.Sub(known.at) < freshFor {
		return known.name
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	name, err := source.Protocol(ctx, apiID)
	if err != nil {
		s.log.Warn("protocol not readable", "api", apiID, "error", err)
		return known.name
	}
	s.protocols.mu.Lock()
	defer s.protocols.mu.Unlock()
	if s.protocols.known == nil || len(s.protocols.known) >= maxStages {
		s.protocols.known = map[string]protocol{}
	}
	s.protocols.known[apiID] = protocol{name, now}
	return name
}

// forgetProtocol makes the next question read the type again.
func (s *Stages) forgetProtocol(apiID string) {
	s.protocols.mu.Lock()
	delete(s.protocols.known, apiID)
	s.protocols.mu.Unlock()
}
