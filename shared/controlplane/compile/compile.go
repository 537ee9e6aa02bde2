package compile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Definition is a REST API with all that a deployment captures. Resources hold their methods with
// integrations and responses.
type Definition struct {
	API              *apigateway.RestApi
	Resources        []*apigateway.Resource
	Validators       []*apigateway.RequestValidator
	Models           []*apigateway.Model
	Authorizers      []*apigateway.Authorizer
	GatewayResponses []*apigateway.GatewayResponse // the customised ones
}

// Compile returns the snapshot of a definition. A definition that cannot be served is a
// BadRequestException: in API Gateway's words where it would refuse as well (no methods, a method
// without integration), otherwise with one finding a line.
func Compile(def Definition, deploymentID string) ([]byte, error) {
	c := &compiler{validators: map[string]*apigateway.RequestValidator{}, binary: len(def.API.BinaryMediaTypes) > 0, streamIdle: streamIdle(def.API)}
	c.models.texts = modelTexts(def.Models)
	c.models.apiID = text(def.API.Id)
	for _, v := range def.Validators {
		c.validators[text(v.Id)] = v
	}
	c.authorizers = make(map[string]*apigateway.Authorizer, len(def.Authorizers))
	for _, a := range def.Authorizers {
		c.authorizers[text(a.Id)] = a
	}
	resources := slices.SortedFunc(slices.Values(def.Resources), func(a, b *apigateway.Resource) int {
		return cmp.Compare(text(a.Path), text(b.Path))
	})
	if err := checkComplete(resources); err != nil {
		return nil, err
	}
	api := c.api(def.API, def.GatewayResponses, deploymentID)
	var methods []snapshot.Method
	for _, r := range resources {
		for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
			m := r.ResourceMethods[verb]
			methods = append(methods, c.method(r, verb, &m))
		}
	}
	api.Authorizers = c.usedAuthorizers
	api.Models = c.models.used
	if len(c.findings) > 0 {
		return nil, wire.BadRequest("%s", strings.Join(c.findings, "\n"))
	}
	data, err := snapshot.Build(api, methods)
	if err != nil {
		return nil, fmt.Errorf("build snapshot of API %s: %w", api.ID, err)
	}
	return data, nil
}

func checkComplete(resources []*apigateway.Resource) error {
	methods := 0
	for _, r := range resources {
		for _, m := range r.ResourceMethods {
			if m.MethodIntegration == nil {
				return wire.BadRequest("No integration defined for method")
			}
			methods++
		}
	}
	if methods == 0 {
		return wire.BadRequest("The REST API doesn't contain any methods")
	}
	return nil
}

// compiler collects what cannot be served.
type compiler struct {
	validators map[string]*apigateway.RequestValidator
	models     models
	// authorizers are all of the definition, usedAuthorizers those that methods name.
	authorizers     map[string]*apigateway.Authorizer
	usedAuthorizers map[string]snapshot.Authorizer
	binary          bool // the API has binary media types
	streamIdle      int  // of its answers that stream, in milliseconds; 0 is the default
	findings        []string
}

// place is where findings are: "/pets GET: " or nothing for the API, and members below it.
type place struct {
	c      *compiler
	prefix string
}

func (p place) in(member string) place { return place{p.c, p.prefix + member + ": "} }

func (p place) found(format string, args ...any) {
	p.c.findings = append(p.c.findings, p.prefix+fmt.Sprintf(format, args...))
}

// unsupported reports a member whose value the data plane cannot honour yet.
func (p place) unsupported(member, value string) {
	p.found("%s: %s is not supported yet", member, value)
}

// invalid reports a member that is wrong in itself.
func (p place) invalid(member string, err error) {
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		p.found("%s: %s", member, refusal.Message)
		return
	}
	p.found("%s: %s", member, err)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func isTrue(b *bool) bool { return b != nil && *b }
