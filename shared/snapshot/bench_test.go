package snapshot

import (
	"fmt"
	"testing"
)

// manyMethods makes n routes of the size that an imported definition has: a mapping or two,
// several integration responses, declared headers.
func manyMethods(n int) []Method {
	methods := make([]Method, n)
	for i := range methods {
		methods[i] = Method{
			ResourceID: fmt.Sprintf("res%05d", i), ResourcePath: fmt.Sprintf("/v1/group%d/item%d/{id}", i%40, i), HTTPMethod: "GET",
			OperationName: fmt.Sprintf("operation%d", i), AuthorizationType: "NONE",
			Integration: Integration{Type: "HTTP", HTTPMethod: "GET", URI: fmt.Sprintf("https://${stageVariables.host}/items/%d/{id}", i), TimeoutMillis: 29000,
				PassthroughBehavior: "WHEN_NO_MATCH",
				RequestParameters:   []Mapping{{Target: "integration.request.path.id", Source: "method.request.path.id"}, {Target: "integration.request.header.X-Tenant", Source: "method.request.header.X-Tenant"}},
				Responses:           []IntegrationResponse{{StatusCode: "200"}, {StatusCode: "404", SelectionPattern: "404"}, {StatusCode: "500", SelectionPattern: "5\\d{2}"}}},
			Responses: map[string]MethodResponse{"200": {Headers: []string{"ETag"}}, "404": {}, "500": {}},
		}
	}
	return methods
}

func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{10, 2000, 20000} {
		data, err := Build(API{ID: "abcdefghij", DeploymentID: "d"}, manyMethods(n))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("routes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.ReportMetric(float64(len(data)), "bytes")
			for b.Loop() {
				if _, err := Open(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFirstUseOfARoute(b *testing.B) {
	data, err := Build(API{}, manyMethods(2000))
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(data)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Method(1234); err != nil {
			b.Fatal(err)
		}
	}
}
