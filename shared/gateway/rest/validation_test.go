package rest

import (
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestRequiredParameters(t *testing.T) {
	m := mock("/pets/{id}", "GET")
	m.RequiredParameters = []string{"method.request.header.h1", "method.request.path.id", "method.request.querystring.q1"}
	f := fixture{methods: []snapshot.Method{m}}
	for _, c := range []struct {
		request string
		headers []string
		message string
	}{
		{"GET /pets/7?q1=x", []string{"h1", "v"}, ""},
		{"GET /pets/7?q1=x", []string{"H1", "v"}, ""},
		{"GET /pets/7", nil, "Missing required request parameters: [h1, q1]"},
		{"GET /pets/7?q1=", []string{"h1", "  "}, "Missing required request parameters: [h1, q1]"},
		{"GET /pets/7?q1=+", []string{"h1", "v"}, "Missing required request parameters: [q1]"},
		{"GET /pets/7?Q1=x", []string{"h1", "v"}, "Missing required request parameters: [q1]"},
	} {
		got := f.do(t, c.request, "", c.headers...)
		if c.message == "" {
			if got.status != 200 {
				t.Errorf("%s %v: %d %s", c.request, c.headers, got.status, got.body)
			}
			continue
		}
		if got.status != 400 || got.body != `{"message": "`+c.message+`"}` || got.get("x-amzn-ErrorType") != "BadRequestException" {
			t.Errorf("%s %v: %d %s", c.request, c.headers, got.status, got.body)
		}
	}
}
