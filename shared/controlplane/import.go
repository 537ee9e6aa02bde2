package controlplane

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// importing is an edit that takes a document into the definition of an API. Each kind adopts its
// part, in the order of Service.kinds.
type importing struct {
	*edit
	doc *openapi.Definition
	// oldResources are the resources before the import, whose identifiers stay with their paths.
	oldResources []*apigateway.Resource
	// validators and authorizers are identifiers by name.
	validators, authorizers map[string]string
	// errors are what API Gateway says about the parts that it cannot create.
	errors []string
}

// importOptions are the query parameters of an import that are not members of the operation.
type importOptions struct {
	parse         openapi.Options
	endpointTypes []string
}

// importOptions reads the parameters, whose names are matched in any letter case. Unknown ones are
// ignored, as everywhere (control-plane operations, 2.4).
func (s *Service) importOptions(parameters map[string]string) (importOptions, error) {
	o := importOptions{parse: openapi.Options{Account: s.cfg.Account, Partition: partition(s.cfg.Region), Region: s.cfg.Region}}
	for name, v := range parameters {
		switch strings.ToLower(name) {
		case "basepath":
			o.parse.BasePath = v
		case "ignore":
			if v != "documentation" {
				return o, wire.BadRequest("Invalid ignore parameter specified. Must be one of: [documentation]")
			}
			o.parse.IgnoreDocumentation = true
		case "endpointconfigurationtypes":
			if !slices.Contains(apigateway.EndpointTypeValues, v) {
				return o, wire.BadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
			}
			o.endpointTypes = []string{v}
		}
	}
	return o, nil
}

// partition is the ARN partition of a region.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// document reads the body of an import. With failOnWarnings a document that has any is refused.
func (o importOptions) document(body []byte, failOnWarnings bool) (*openapi.Definition, error) {
	doc, err := openapi.Parse(body, o.parse)
	if err != nil {
		return nil, wire.BadRequest("%s", err.Error())
	}
	if failOnWarnings && len(doc.Warnings) > 0 {
		return nil, wire.BadRequest("Warnings found during import:\n\t%s", strings.Join(doc.Warnings, "\n\t"))
	}
	return doc, nil
}

// ImportRestApi creates an API from an OpenAPI document. An API that cannot be created in full is
// not created.
func (s *Service) ImportRestApi(ctx context.Context, in *apigateway.ImportRestApiRequest) (*apigateway.RestApi, error) {
	options, err := s.importOptions(in.Parameters)
	if err != nil {
		return nil, err
	}
	doc, err := options.document(in.Body, value(in.FailOnWarnings))
	if err != nil {
		return nil, err
	}
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	api := apigateway.RestApi{EndpointConfiguration: &apigateway.EndpointConfiguration{Types: options.endpointTypes}}
	describe(&api, doc, true)
	out, err := s.creating(ctx, api, func(e *edit) error {
		return e.adopt(doc)
	})
	if err != nil {
		return nil, err
	}
	out.Warnings = doc.Warnings
	return out, nil
}

// PutRestApi changes an API to what an OpenAPI document says: mode=overwrite replaces the
// definition, mode=merge replaces what the document mentions. After any failure the definition is
// what it was. The body is read before the API is looked up (recorded answers, 1.2). The endpoint
// type is checked and stays as it is: an update never moves an API (control-plane operations, 2.4).
func (s *Service) PutRestApi(ctx context.Context, in *apigateway.PutRestApiRequest) (*apigateway.RestApi, error) {
	options, err := s.importOptions(in.Parameters)
	if err != nil {
		return nil, err
	}
	doc, err := options.document(in.Body, value(in.FailOnWarnings))
	if err != nil {
		return nil, err
	}
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	overwrite := value(in.Mode) == apigateway.PutModeOverwrite
	apiID := value(in.RestApiId)
	return editing(ctx, s, apiID, s.errNoSuchAPI(apiID), func(e *edit) (*apigateway.RestApi, error) {
		e.rewrite = true
		describe(&e.row.API, doc, overwrite)
		if err := completeAPI(&e.row.API); err != nil {
			return nil, err
		}
		old, err := definition[apigateway.Resource](e.view, resourcePrefix)
		if err != nil {
			return nil, err
		}
		e.blank = overwrite
		if err := e.adoptOver(doc, old); err != nil {
			return nil, err
		}
		out := printUpdated(&e.row.API)
		out.Warnings = doc.Warnings
		return out, nil
	})
}

// describe gives an API the properties that a document has. Overwriting, it also takes away those
// that the document does not have; the endpoint type is not a matter of the document.
func describe(api *apigateway.RestApi, doc *openapi.Definition, overwrite bool) {
	api.Name = &doc.Name
	adoptProperty(&api.Description, doc.Description, overwrite)
	adoptProperty(&api.Version, doc.Version, overwrite)
	adoptProperty(&api.MinimumCompressionSize, doc.MinimumCompressionSize, overwrite)
	adoptProperty(&api.Policy, nonEmpty(doc.Policy), overwrite)
	adoptProperty(&api.ApiKeySource, nonEmpty(doc.APIKeySource), overwrite)
	adoptProperty(&api.DisableExecuteApiEndpoint, doc.DisableExecuteAPIEndpoint, overwrite)
	adoptProperty(&api.SecurityPolicy, doc.SecurityPolicy, overwrite)
	adoptProperty(&api.EndpointAccessMode, doc.EndpointAccessMode, overwrite)
	if overwrite {
		api.BinaryMediaTypes = nil
	}
	for _, t := range doc.BinaryMediaTypes {
		if !slices.Contains(api.BinaryMediaTypes, t) {
			api.BinaryMediaTypes = append(api.BinaryMediaTypes, t)
		}
	}
	if len(doc.VPCEndpointIDs) > 0 {
		api.EndpointConfiguration.VpcEndpointIds = doc.VPCEndpointIDs
	}
}

func adoptProperty[T any](to **T, from *T, overwrite bool) {
	if from != nil || overwrite {
		*to = from
	}
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// adopt takes a document into a new API.
func (e *edit) adopt(doc *openapi.Definition) error {
	root := &apigateway.Resource{Id: e.row.API.RootResourceId, Path: ptr("/")}
	return e.adoptOver(doc, []*apigateway.Resource{root})
}

func (e *edit) adoptOver(doc *openapi.Definition, old []*apigateway.Resource) error {
	doc.ResolveModelRefs(e.id)
	if doc.Policy != "" {
		e.row.API.Policy = &doc.Policy
		if err := e.s.expandPolicy(&e.row.API); err != nil {
			return err
		}
	}
	im := &importing{edit: e, doc: doc, oldResources: old, validators: map[string]string{}, authorizers: map[string]string{}}
	for _, k := range e.s.kinds() {
		if k.adopt == nil {
			continue
		}
		if err := k.adopt(im); err != nil {
			return err
		}
	}
	if len(im.errors) > 0 {
		return wire.BadRequest("Errors found during import:\n\t%s", strings.Join(im.errors, "\n\t"))
	}
	return nil
}

// report keeps what is wrong with a part of the document, so that all comes in one answer. Other
// errors than refusals are returned.
func (im *importing) report(subject string, err error) error {
	if err == nil {
		return nil
	}
	var refusal *wire.Error
	if !errors.As(err, &refusal) {
		return err
	}
	im.errors = append(im.errors, subject+": "+refusal.Message)
	return nil
}
