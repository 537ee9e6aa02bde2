package controlplane_test

import (
	"fmt"
	"testing"

	"github.com/postern-gateway/postern/scripts/bench/openapi/routes"
	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// benchService is a service with one API, imported from a document.
func benchService(b *testing.B, document []byte) (*controlplane.Service, *string) {
	b.Helper()
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = memory.Close() })
	s := controlplane.New(controlplane.Config{Store: memory, Account: account, Region: "us-east-1"})
	api, err := s.ImportRestApi(b.Context(), &apigateway.ImportRestApiRequest{Body: document})
	if err != nil {
		b.Fatal(err)
	}
	return s, api.Id
}

// manyRoutes is the document that scripts/bench/openapi writes.
func manyRoutes(b *testing.B) []byte {
	b.Helper()
	document, err := routes.Document(2000)
	if err != nil {
		b.Fatal(err)
	}
	return document
}

func BenchmarkPutRestApi2000Routes(b *testing.B) {
	document := manyRoutes(b)
	s, id := benchService(b, document)
	mode := apigateway.PutModeOverwrite
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.PutRestApi(b.Context(), &apigateway.PutRestApiRequest{RestApiId: id, Mode: &mode, Body: document}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGetResources2000 reads all pages of an API with 2,000 resources.
func BenchmarkGetResources2000(b *testing.B) {
	paths := []string{}
	for i := range 1949 {
		paths = append(paths, fmt.Sprintf("/a%d/b%d", i%50, i))
	}
	s, id := benchService(b, []byte(simple(paths...)))
	for name, embed := range map[string][]string{"plain": nil, "methods": {"methods"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := countResources(b, s, id, embed); n != 2000 {
					b.Fatalf("%d resources", n)
				}
			}
		})
	}
}

func countResources(b *testing.B, s *controlplane.Service, id *string, embed []string) (n int) {
	b.Helper()
	limit := int32(500)
	for position := (*string)(nil); ; {
		page, err := s.GetResources(b.Context(), &apigateway.GetResourcesRequest{RestApiId: id, Embed: embed, Limit: &limit, Position: position})
		if err != nil {
			b.Fatal(err)
		}
		n += len(page.Items)
		if position = page.Position; position == nil {
			return n
		}
	}
}

func BenchmarkGetExport2000Routes(b *testing.B) {
	s, id := benchService(b, manyRoutes(b))
	stage, kind := "prod", "oas30"
	if _, err := s.CreateDeployment(b.Context(), &apigateway.CreateDeploymentRequest{RestApiId: id, StageName: &stage}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		in := &apigateway.GetExportRequest{RestApiId: id, StageName: &stage, ExportType: &kind, Parameters: map[string]string{"extensions": "integrations"}}
		if _, err := s.GetExport(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
