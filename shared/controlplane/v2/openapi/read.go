package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Error says, in the words of an answer, why a document cannot be read.
type Error string

func (e Error) Error() string { return string(e) }

// Options are the query parameters of an import and the place it happens in.
type Options struct {
	// BasePath is ignore, prepend or split; empty means ignore.
	BasePath string
	// Account and Partition replace ${AWS::AccountId} and ${AWS::Partition}, Region ${AWS::Region}.
	Account, Partition, Region string
}

// API is what a document says. Nothing in it has an identifier; routes name their authorizers and
// share integrations by pointers.
type API struct {
	// Document has the properties of the API and its policy, nothing else.
	definition.Document
	Authorizers []*v2.Authorizer
	Models      []*v2.Model
	Routes      []*Route

	// Info are sentences about what is ignored, Warnings about what is rejected.
	Info, Warnings []string
}

// Route is a route with its integration, which may be nil, and the name of its authorizer.
type Route struct {
	definition.Route
	Backend        *definition.Integration
	AuthorizerName string
}

// reader takes a document apart.
type reader struct {
	document
	out    *API
	shared map[string]*definition.Integration
	prefix string
}

// Read reads an OpenAPI 3.0 document, JSON or YAML. The error says what keeps it from being one.
func Read(body []byte, o Options) (*API, error) {
	if !slices.Contains([]string{"", openapi.BasePathIgnore, openapi.BasePathPrepend, openapi.BasePathSplit}, o.BasePath) {
		return nil, Error("Invalid basepath parameter specified. Must be one of: [ignore, prepend, split]")
	}
	variables := strings.NewReplacer("${AWS::AccountId}", o.Account, "${AWS::Partition}", o.Partition, "${AWS::Region}", o.Region)
	text, err := openapi.Normalize(body, variables.Replace)
	if err != nil {
		return nil, err
	}
	r := &reader{out: &API{}, shared: map[string]*definition.Integration{}}
	if err := json.Unmarshal(text, &r.document); err != nil {
		return nil, Error("Invalid OpenAPI input.\n\t" + err.Error())
	}
	switch {
	case r.Swagger != "":
		return nil, Error("Invalid OpenAPI input.\n\tOnly OpenAPI 3.0 is supported for HTTP APIs. Swagger 2.0 documents cannot be imported.")
	case r.OpenAPI != "3.0" && !strings.HasPrefix(r.OpenAPI, "3.0."):
		return nil, Error(fmt.Sprintf("Invalid OpenAPI input.\n\tOnly OpenAPI 3.0 is supported for HTTP APIs, and the version of this document is %q.", r.OpenAPI))
	case r.Info.Title == "":
		return nil, Error("Invalid OpenAPI input.\n\tinfo.title is missing.")
	}
	r.prefix = basePath(r.Servers, o.BasePath)
	r.properties()
	r.authorizers()
	for _, path := range slices.Sorted(maps.Keys(r.Paths)) {
		r.path(path, r.Paths[path])
	}
	r.models()
	return r.out, nil
}

func (r *reader) warn(format string, args ...any) {
	r.out.Warnings = append(r.out.Warnings, fmt.Sprintf(format, args...))
}

func (r *reader) inform(format string, args ...any) {
	if sentence := fmt.Sprintf(format, args...); !slices.Contains(r.out.Info, sentence) {
		r.out.Info = append(r.out.Info, sentence)
	}
}

// properties reads what concerns the whole API.
func (r *reader) properties() {
	a := &r.out.API
	a.Name, a.ProtocolType = &r.Info.Title, definition.Ptr(v2.ProtocolTypeHttp)
	a.Description, a.Version = textOrNil(r.Info.Description), textOrNil(scalar(r.Info.Version))
	if v := scalar(r.document.Version); v != "" && v != "1.0" {
		r.warn("Unsupported version of x-amazon-apigateway-importexport-version: %s", v)
	}
	if c := r.CORS; c != nil {
		a.CorsConfiguration = &v2.Cors{AllowCredentials: c.AllowCredentials, AllowHeaders: c.AllowHeaders, AllowMethods: c.AllowMethods,
			AllowOrigins: c.AllowOrigins, ExposeHeaders: c.ExposeHeaders, MaxAge: c.MaxAge}
		if err := definition.CheckCORS(a.CorsConfiguration); err != nil {
			r.warn("Unable to set the CORS configuration: %s", message(err))
			a.CorsConfiguration = nil
		}
	}
	for _, s := range r.Servers {
		if s.Endpoint != nil {
			a.DisableExecuteApiEndpoint, a.IpAddressType = s.Endpoint.DisableExecuteAPIEndpoint, s.Endpoint.IPAddressType
		}
	}
	for _, t := range r.Tags {
		if a.Tags == nil {
			a.Tags = map[string]string{}
		}
		a.Tags[t.Name] = t.Value
	}
	if len(r.Policy) > 0 && string(r.Policy) != "null" {
		r.out.Policy = string(r.Policy)
	}
}

// basePath is what goes in front of the paths: that of the first server (control-plane operations,
// 2.4).
func basePath(servers []server, mode string) string {
	if mode != openapi.BasePathPrepend && mode != openapi.BasePathSplit {
		return ""
	}
	text := ""
	for _, s := range slices.Backward(servers) {
		url := s.URL
		for name, v := range s.Variables {
			url = strings.ReplaceAll(url, "{"+name+"}", strings.Trim(scalar(v.Default), "/"))
		}
		if _, rest, absolute := strings.Cut(url, "//"); absolute {
			_, url, _ = strings.Cut(rest, "/")
		}
		text = url
	}
	for _, s := range slices.Backward(servers) {
		if v, ok := s.Variables["basePath"]; ok {
			text = scalar(v.Default)
		}
	}
	segments := strings.FieldsFunc(text, func(c rune) bool { return c == '/' })
	if mode == openapi.BasePathSplit && len(segments) > 0 {
		segments = segments[1:]
	}
	if len(segments) == 0 {
		return ""
	}
	return "/" + strings.Join(segments, "/")
}

// scalar is a text or a number as text.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	if s := string(raw); s != "null" {
		return s
	}
	return ""
}

func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// message is a refusal without its code.
func message(err error) string {
	_, text, ok := strings.Cut(err.Error(), ": ")
	if !ok {
		return err.Error()
	}
	return text
}
