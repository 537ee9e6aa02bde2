package compile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func TestCacheKey(t *testing.T) {
	parameters := []string{"method.request.path.id", "method.request.multivaluequerystring.q", "integration.request.header.X"}
	for _, c := range []struct{ namespace, want string }{{"n1", "n1"}, {"r", ""}, {"", ""}} { // r is the resource
		_, methods := compiled(t, one(func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration.CacheKeyParameters = parameters
			if c.namespace != "" {
				m.MethodIntegration.CacheNamespace = &c.namespace
			}
		}))
		in := methods[0].Integration
		if diff := cmp.Diff(parameters, in.CacheKeyParameters); diff != "" || in.CacheNamespace != c.want {
			t.Errorf("namespace %q, want %q; parameters (-want +got):\n%s", in.CacheNamespace, c.want, diff)
		}
	}
	for _, p := range []string{"method.request.body", "context.identity.sourceIp", "stageVariables.x", "'static'", "method.response.header.X", "type"} {
		_, err := compile.Compile(one(func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration.CacheKeyParameters = []string{p}
		}), "dep001")
		if err == nil || !strings.Contains(err.Error(), "integration: cacheKeyParameters") || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
}
