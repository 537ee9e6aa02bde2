package controlplane_test

import (
	"fmt"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func BenchmarkPutRestApi2000Routes(b *testing.B) {
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	s := controlplane.New(controlplane.Config{Store: memory, Account: account, Region: "us-east-1"})
	var paths []string
	for i := range 2000 {
		paths = append(paths, fmt.Sprintf("/a%d/b%d", i%50, i))
	}
	body := []byte(simple(paths...))
	api, err := s.ImportRestApi(b.Context(), &apigateway.ImportRestApiRequest{Body: body})
	if err != nil {
		b.Fatal(err)
	}
	mode := apigateway.PutModeOverwrite
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.PutRestApi(b.Context(), &apigateway.PutRestApiRequest{RestApiId: api.Id, Mode: &mode, Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}
