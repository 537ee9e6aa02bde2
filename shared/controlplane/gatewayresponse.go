package controlplane

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// A row exists only for a response that was customised.
const gatewayResponsePrefix = "gatewayresponse#"

func (s *Service) gatewayResponses() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.PutGatewayResponseOperation, s.PutGatewayResponse),
			wire.Bind(&apigateway.GetGatewayResponseOperation, s.GetGatewayResponse),
			wire.Bind(&apigateway.GetGatewayResponsesOperation, s.GetGatewayResponses),
			wire.Bind(&apigateway.UpdateGatewayResponseOperation, s.UpdateGatewayResponse),
			wire.Bind(&apigateway.DeleteGatewayResponseOperation, s.DeleteGatewayResponse),
		},
		adopt: adoptGatewayResponses,
	}
}

var gatewayResponsePatches = patch.Table[apigateway.GatewayResponse]{
	Paths: []patch.Path[apigateway.GatewayResponse]{
		{
			Pattern: "/responseParameters/{name}",
			Add:     patch.Entry(gatewayParameters), Replace: patch.Entry(gatewayParameters),
			Remove: patch.Existing(gatewayParameters, errNoParameter, patch.Delete(gatewayParameters)),
		},
		{
			Pattern: "/responseTemplates/{contentType}",
			Add:     patch.Entry(gatewayTemplates), Replace: patch.Entry(gatewayTemplates),
			Remove: patch.Existing(gatewayTemplates, errNoContentType, patch.Delete(gatewayTemplates)),
		},
		{Pattern: "/statusCode", Replace: patch.Reference(func(r *apigateway.GatewayResponse) **string { return &r.StatusCode })},
	},
	Refusals: patch.Common,
}

func gatewayParameters(r *apigateway.GatewayResponse) *map[string]string {
	return &r.ResponseParameters
}

func gatewayTemplates(r *apigateway.GatewayResponse) *map[string]string { return &r.ResponseTemplates }

// gatewayDefaults are the declared statuses by type (REST data plane spec, 9.1); empty is none.
var gatewayDefaults = map[string]string{
	"ACCESS_DENIED":                  "403",
	"API_CONFIGURATION_ERROR":        "500",
	"AUTHORIZER_CONFIGURATION_ERROR": "500",
	"AUTHORIZER_FAILURE":             "500",
	"BAD_REQUEST_BODY":               "400",
	"BAD_REQUEST_PARAMETERS":         "400",
	"DEFAULT_4XX":                    "",
	"DEFAULT_5XX":                    "",
	"EXPIRED_TOKEN":                  "403",
	"INTEGRATION_FAILURE":            "504",
	"INTEGRATION_TIMEOUT":            "504",
	"INVALID_API_KEY":                "403",
	"INVALID_SIGNATURE":              "403",
	"MISSING_AUTHENTICATION_TOKEN":   "403",
	"QUOTA_EXCEEDED":                 "429",
	"REQUEST_TOO_LARGE":              "413",
	"RESOURCE_NOT_FOUND":             "404",
	"THROTTLED":                      "429",
	"UNAUTHORIZED":                   "401",
	"UNSUPPORTED_MEDIA_TYPE":         "415",
	"WAF_FILTERED":                   "403",
}

const defaultGatewayTemplate = `{"message":$context.error.messageString}`

// printGatewayResponse is a response as answers show it: a customised one with the defaults for
// what it leaves out, any other from the customised DEFAULT_4XX or DEFAULT_5XX of its class, or
// from the built-in values (REST data plane spec, 9.2).
func printGatewayResponse(customised map[string]*apigateway.GatewayResponse, responseType string) *apigateway.GatewayResponse {
	own, isOwn := customised[responseType]
	out := apigateway.GatewayResponse{}
	if isOwn {
		out = *own
	} else if class, ok := customised[gatewayClass(responseType)]; ok {
		out = *class
	}
	out.ResponseType = &responseType
	out.DefaultResponse = ptr(!isOwn)
	if out.StatusCode == nil && gatewayDefaults[responseType] != "" {
		out.StatusCode = ptr(gatewayDefaults[responseType])
	}
	if out.ResponseParameters == nil {
		out.ResponseParameters = map[string]string{}
	}
	if len(out.ResponseTemplates) == 0 {
		out.ResponseTemplates = map[string]string{"application/json": defaultGatewayTemplate}
	}
	return &out
}

func gatewayClass(responseType string) string {
	if responseType == "DEFAULT_5XX" || strings.HasPrefix(gatewayDefaults[responseType], "5") {
		return "DEFAULT_5XX"
	}
	return "DEFAULT_4XX"
}

func (v *view) customisedGatewayResponses() (map[string]*apigateway.GatewayResponse, error) {
	rows, err := definition[apigateway.GatewayResponse](v, gatewayResponsePrefix)
	if err != nil {
		return nil, err
	}
	byType := map[string]*apigateway.GatewayResponse{}
	for _, r := range rows {
		byType[*r.ResponseType] = r
	}
	return byType, nil
}

// PutGatewayResponse customises an answer of the gateway itself, replacing an earlier customisation.
func (s *Service) PutGatewayResponse(ctx context.Context, in *apigateway.PutGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.GatewayResponse, error) {
		r := &apigateway.GatewayResponse{
			ResponseType:       in.ResponseType,
			StatusCode:         in.StatusCode,
			ResponseParameters: in.ResponseParameters,
			ResponseTemplates:  in.ResponseTemplates,
		}
		return e.putGatewayResponse(r)
	})
}

// PutGatewayResponse checks a customised response, stores it and returns it as answers show it.
func (e *edit) putGatewayResponse(r *apigateway.GatewayResponse) (*apigateway.GatewayResponse, error) {
	if err := checkGatewayResponse(r); err != nil {
		return nil, err
	}
	if err := e.put(e.definitionKey(gatewayResponsePrefix+*r.ResponseType), r); err != nil {
		return nil, err
	}
	return printGatewayResponse(map[string]*apigateway.GatewayResponse{*r.ResponseType: r}, *r.ResponseType), nil
}

var statusCode = regexp.MustCompile(`^[1-5]\d\d$`)

func checkGatewayResponse(r *apigateway.GatewayResponse) error {
	if r.StatusCode != nil && !statusCode.MatchString(*r.StatusCode) {
		return wire.BadRequest("Invalid status code specified: %s", *r.StatusCode)
	}
	for _, target := range slices.Sorted(maps.Keys(r.ResponseParameters)) {
		if _, err := mapping.ParseGateway(target, r.ResponseParameters[target]); err != nil {
			return mappingError(err)
		}
	}
	return checkTemplates(r.ResponseTemplates)
}

// GetGatewayResponse returns a gateway response.
func (s *Service) GetGatewayResponse(ctx context.Context, in *apigateway.GetGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.GatewayResponse, error) {
		customised, err := v.customisedGatewayResponses()
		if err != nil {
			return nil, err
		}
		return printGatewayResponse(customised, *in.ResponseType), nil
	})
}

// GetGatewayResponses lists all types, customised or not.
func (s *Service) GetGatewayResponses(ctx context.Context, in *apigateway.GetGatewayResponsesRequest) (*apigateway.GatewayResponses, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.GatewayResponses, error) {
		customised, err := v.customisedGatewayResponses()
		if err != nil {
			return nil, err
		}
		types := slices.Sorted(maps.Keys(gatewayDefaults))
		types, next, err := pageList(types, func(t string) string { return t }, in.Position, in.Limit)
		if err != nil {
			return nil, err
		}
		out := &apigateway.GatewayResponses{Items: []apigateway.GatewayResponse{}, Position: next}
		for _, t := range types {
			out.Items = append(out.Items, *printGatewayResponse(customised, t))
		}
		return out, nil
	})
}

// UpdateGatewayResponse customises a response that was not before, too.
func (s *Service) UpdateGatewayResponse(ctx context.Context, in *apigateway.UpdateGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.GatewayResponse, error) {
		r, err := get[apigateway.GatewayResponse](e.view, e.definitionKey(gatewayResponsePrefix+*in.ResponseType))
		if err != nil {
			return nil, err
		}
		if r == nil {
			r = &apigateway.GatewayResponse{ResponseType: in.ResponseType}
		}
		if err := gatewayResponsePatches.Apply(r, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return e.putGatewayResponse(r)
	})
}

// DeleteGatewayResponse takes a customisation back.
func (s *Service) DeleteGatewayResponse(ctx context.Context, in *apigateway.DeleteGatewayResponseRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) error {
		key := e.definitionKey(gatewayResponsePrefix + *in.ResponseType)
		r, err := get[apigateway.GatewayResponse](e.view, key)
		if err != nil {
			return err
		}
		if r == nil {
			return errNoGatewayDefined
		}
		e.delete(key)
		return nil
	})
}

// adoptGatewayResponses stores the customised responses of a document.
func adoptGatewayResponses(im *importing) error {
	for _, r := range im.doc.GatewayResponses {
		_, err := im.putGatewayResponse(&apigateway.GatewayResponse{
			ResponseType:       r.ResponseType,
			StatusCode:         r.StatusCode,
			ResponseParameters: r.ResponseParameters,
			ResponseTemplates:  r.ResponseTemplates,
		})
		if err := im.report("Unable to put gateway response '"+*r.ResponseType+"'", err); err != nil {
			return err
		}
	}
	return nil
}
