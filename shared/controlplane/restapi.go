package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Lengths of identifiers (control-plane operations, 2.7).
const (
	apiIDLength        = 10
	rootIDLength       = 10
	idLength           = 6
	generationIDLength = 12
)

func (s *Service) restAPIs() kind {
	return kind{tagged: s.tagAPIs(), endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateRestApiOperation, s.CreateRestApi),
		wire.Bind(&apigateway.GetRestApiOperation, s.GetRestApi),
		wire.Bind(&apigateway.GetRestApisOperation, s.GetRestApis),
		wire.Bind(&apigateway.UpdateRestApiOperation, s.UpdateRestApi),
		wire.Bind(&apigateway.DeleteRestApiOperation, s.DeleteRestApi),
		wire.Bind(&apigateway.ImportRestApiOperation, s.ImportRestApi),
		wire.Bind(&apigateway.PutRestApiOperation, s.PutRestApi),
	}}
}

// CreateRestApi creates an API with the default models and the root resource.
func (s *Service) CreateRestApi(ctx context.Context, in *apigateway.CreateRestApiRequest) (*apigateway.RestApi, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	api := apigateway.RestApi{
		Name:                      in.Name,
		Description:               in.Description,
		Version:                   in.Version,
		BinaryMediaTypes:          in.BinaryMediaTypes,
		MinimumCompressionSize:    in.MinimumCompressionSize,
		ApiKeySource:              in.ApiKeySource,
		EndpointConfiguration:     in.EndpointConfiguration,
		Policy:                    in.Policy,
		Tags:                      in.Tags,
		DisableExecuteApiEndpoint: in.DisableExecuteApiEndpoint,
		SecurityPolicy:            in.SecurityPolicy,
		EndpointAccessMode:        in.EndpointAccessMode,
	}
	if value(in.CloneFrom) != "" {
		return s.clone(ctx, api, *in.CloneFrom)
	}
	return s.creating(ctx, api, func(e *edit) error {
		for _, m := range defaultModels() {
			if _, err := e.addModel(m); err != nil {
				return err
			}
		}
		return e.putResource(&apigateway.Resource{Id: e.row.API.RootResourceId, Path: ptr("/")})
	})
}

// creating stores a new API with what fn adds to its definition.
func (s *Service) creating(ctx context.Context, api apigateway.RestApi, fn func(*edit) error) (*apigateway.RestApi, error) {
	if err := completeAPI(&api); err != nil {
		return nil, err
	}
	api.CreatedDate = s.now()
	given := api.Policy
	for range editAttempts {
		api.Policy = given
		api.Id = ptr(s.cfg.NewID(apiIDLength))
		api.RootResourceId = ptr(s.cfg.NewID(rootIDLength))
		if err := s.expandPolicy(&api); err != nil {
			return nil, err
		}
		row := apiRow{API: api, Generation: s.cfg.NewID(generationIDLength)}
		e := &edit{view: &view{ctx: ctx, s: s, id: *api.Id, row: row, pending: map[store.Key]store.Write{}}}
		err := fn(e)
		if err == nil {
			err = e.commit()
		}
		if err == nil {
			return printAPI(&e.row.API), nil
		}
		for _, f := range e.undo {
			f()
		}
		// The identifier is taken: another one.
		if !errors.Is(err, store.ErrConditionFailed) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("no free identifier for an API after %d attempts", editAttempts)
}

// completeAPI fills in defaults and refuses what no API can be (recorded answers, 2).
func completeAPI(api *apigateway.RestApi) error {
	if value(api.Name) == "" {
		return wire.BadRequest("API name must be non-empty")
	}
	api.ApiKeySource = valueOr(api.ApiKeySource, apigateway.ApiKeySourceTypeHeader)
	api.DisableExecuteApiEndpoint = valueOr(api.DisableExecuteApiEndpoint, false)
	if api.EndpointConfiguration == nil {
		api.EndpointConfiguration = &apigateway.EndpointConfiguration{}
	}
	endpoint := api.EndpointConfiguration
	if len(endpoint.Types) == 0 {
		endpoint.Types = []string{apigateway.EndpointTypeEdge}
	}
	if len(endpoint.Types) > 1 {
		return wire.BadRequest("Cannot create an api with multiple Endpoint Types.")
	}
	private := endpoint.Types[0] == apigateway.EndpointTypePrivate
	if len(endpoint.VpcEndpointIds) > 0 && !private {
		return wire.BadRequest("VPCEndpoints can only be specified with PRIVATE apis.")
	}
	if endpoint.IpAddressType == nil {
		endpoint.IpAddressType = ptr(apigateway.IpAddressTypeIpv4)
		if private {
			endpoint.IpAddressType = ptr(apigateway.IpAddressTypeDualstack)
		}
	}
	if n := api.MinimumCompressionSize; n != nil && (*n < 0 || *n > maxCompressionSize) {
		return errCompressionSize
	}
	return nil
}

// expandPolicy writes out the short resources of an API's policy, once the API has an
// identifier, and checks the policy.
func (s *Service) expandPolicy(api *apigateway.RestApi) error {
	if api.Policy == nil {
		return nil
	}
	arn := "arn:" + partition(s.cfg.Region) + ":execute-api:" + s.cfg.Region + ":" + s.cfg.Account + ":" + *api.Id
	full, err := policy.Expand(*api.Policy, arn)
	if err != nil {
		return errPolicy
	}
	if _, err := policy.Parse(full, policy.ResourcePolicy); err != nil {
		return errPolicy
	}
	api.Policy = &full
	return nil
}

const maxCompressionSize = 10485760

var (
	errCompressionSize = wire.BadRequest("Invalid minimum compression size, must be between 0 and %d", maxCompressionSize)
	errPolicy          = wire.BadRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
)

// printAPI is an API as answers show it. The policy is escaped once more, as the content of a
// JSON string: clients of the live service unescape it before they parse it.
func printAPI(api *apigateway.RestApi) *apigateway.RestApi {
	out := *api
	if out.Policy != nil {
		quoted, err := json.Marshal(*out.Policy)
		if err == nil {
			out.Policy = ptr(string(quoted[1 : len(quoted)-1]))
		}
	}
	return &out
}

// printUpdated is an API as updates show it: with tags even if there are none (recorded
// answers, 1.1).
func printUpdated(api *apigateway.RestApi) *apigateway.RestApi {
	out := printAPI(api)
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	return out
}

// GetRestApi returns an API.
func (s *Service) GetRestApi(ctx context.Context, in *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.RestApi, error) {
		return printAPI(&v.row.API), nil
	})
}

// GetRestApis lists the APIs, in pages.
func (s *Service) GetRestApis(ctx context.Context, in *apigateway.GetRestApisRequest) (*apigateway.RestApis, error) {
	rows, next, err := pageRows[apiRow](&view{ctx: ctx, s: s}, apisPartition, "", in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &apigateway.RestApis{Items: []apigateway.RestApi{}, Position: next}
	for _, row := range rows {
		out.Items = append(out.Items, *printAPI(&row.API))
	}
	return out, nil
}

// UpdateRestApi changes an API by patch operations.
func (s *Service) UpdateRestApi(ctx context.Context, in *apigateway.UpdateRestApiRequest) (*apigateway.RestApi, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.RestApi, error) {
		if err := restAPIPatches.Apply(&e.row.API, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		if err := completeAPI(&e.row.API); err != nil {
			return nil, err
		}
		if err := s.expandPolicy(&e.row.API); err != nil {
			return nil, err
		}
		return printUpdated(&e.row.API), nil
	})
}

// DeleteRestApi ends all stages together with the API, in one transaction; the rows of the
// definition, which nobody can reach any more, follow.
func (s *Service) DeleteRestApi(ctx context.Context, in *apigateway.DeleteRestApiRequest) (*wire.Empty, error) {
	missing := s.errNoSuchAPI(*in.RestApiId)
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	for {
		done, err := editing(ctx, s, *in.RestApiId, missing, func(e *edit) (bool, error) {
			if err := e.refuseWhileMapped(); err != nil {
				return false, err
			}
			stages, err := live[apigateway.Stage](e.view, stagePrefix)
			if err != nil {
				return false, err
			}
			for _, stage := range stages {
				// Three writes a stage and one for each of its usage plans, of which there are
				// rarely many; the API and its marks need a few.
				if len(e.pending) >= store.MaxWrites/2 {
					return false, nil
				}
				if err := e.dropStage(*stage.StageName); err != nil {
					return false, err
				}
			}
			return true, e.dropAPI()
		})
		if err != nil {
			return nil, err
		}
		if done {
			return &wire.Empty{}, nil
		}
	}
}

// dropAPI makes commit delete the row of the API, and everything else of it afterwards.
func (e *edit) dropAPI() error {
	e.dropped = true
	for _, partition := range []string{definitionPartition(e.id, e.row.Generation), livePartition(e.id), snapshotKey(e.id, "x").Partition} {
		l := leftover{Partition: partition, Since: *e.s.now(), Dead: true}
		item, err := l.item()
		if err != nil {
			return err
		}
		if err := e.putItem(item); err != nil {
			return err
		}
		e.after = append(e.after, func() { e.s.discard(e.ctx, l) })
	}
	return nil
}
