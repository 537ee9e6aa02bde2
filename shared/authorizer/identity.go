package authorizer

import (
	"fmt"
	"strings"

	"github.com/dlclark/regexp2"
	"time"
)

// Identity is a compiled identity source of a Lambda authorizer: what has to be in a request
// before the function is asked at all (REST data plane spec, 11.2).
type Identity struct {
	// Sources are mapping expressions such as "method.request.header.Authorization".
	Sources []string
	pattern *regexp2.Regexp
}

// matchTimeout bounds a validation expression that backtracks.
const matchTimeout = 100 * time.Millisecond

// NewIdentity compiles the identity source and the validation expression of an authorizer. An
// empty validation accepts everything.
func NewIdentity(source, validation string) (*Identity, error) {
	id := &Identity{}
	for s := range strings.SplitSeq(source, ",") {
		if s = strings.TrimSpace(s); s != "" {
			id.Sources = append(id.Sources, s)
		}
	}
	if validation == "" {
		return id, nil
	}
	p, err := regexp2.Compile(`\A(?:`+validation+`)\z`, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("identityValidationExpression: %w", err)
	}
	p.MatchTimeout = matchTimeout
	id.pattern = p
	return id, nil
}

// Admits tells whether values, one for each source, let the function be asked: none may be
// empty, and the validation expression must match the whole of the first.
func (id *Identity) Admits(values []string) bool {
	for _, v := range values {
		if v == "" {
			return false
		}
	}
	if id.pattern == nil || len(values) == 0 {
		return true
	}
	ok, err := id.pattern.MatchString(values[0])
	return ok && err == nil
}
