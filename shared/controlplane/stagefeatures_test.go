package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

const logGroup = "arn:aws:logs:us-east-1:123456789012:log-group:pets"

// The access log's two members come one after the other, and only together they act.
func TestAccessLogSettings(t *testing.T) {
	h, id := stageHarness(t)
	const format = `$context.requestId $context.status`
	is := func(operations, members string, served *snapshot.AccessLog) {
		t.Helper()
		h.is(200, "PATCH", prod, operations, stageJSON(id, members))
		pointer, _ := h.served("prod")
		if diff := cmp.Diff(served, pointer.AccessLog); diff != "" {
			t.Errorf("served (-want +got):\n%s", diff)
		}
	}
	is(patch("add", "/accessLogSettings/destinationArn", logGroup), `,"accessLogSettings":{"destinationArn":"`+logGroup+`"}`, nil)
	is(patch("add", "/accessLogSettings/format", format), `,"accessLogSettings":{"destinationArn":"`+logGroup+`","format":"`+format+`"}`, &snapshot.AccessLog{Format: format, DestinationARN: logGroup})
	const stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-pets"
	is(patch("replace", "/accessLogSettings/destinationArn", stream), `,"accessLogSettings":{"destinationArn":"`+stream+`","format":"`+format+`"}`, &snapshot.AccessLog{Format: format, DestinationARN: stream})
	is(patch("remove", "/accessLogSettings/destinationArn", "-"), `,"accessLogSettings":{"format":"`+format+`"}`, nil)
	is(patch("remove", "/accessLogSettings", "-"), ``, nil)

	for _, c := range []struct{ path, value, message string }{
		{"destinationArn", "pets", "Invalid ARN specified in the request. ARNs must start with 'arn:': pets"},
		{"destinationArn", "arn:aws:s3:::bucket", "Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream ARN."},
		{"format", "$context.status", "Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'"},
		{"format", "$context.requestId\nx", "Access Log format must be single line, new line character is allowed only at end of the format: '$context.requestId\nx'"},
	} {
		h.badRequest(c.message, "PATCH", prod, patch("replace", "/accessLogSettings/"+c.path, c.value))
	}
	h.is(200, "GET", prod, "", stageJSON(id, ``))
}

func TestStageCache(t *testing.T) {
	h, id := stageHarness(t)
	cache := func(answer map[string]any) [3]any {
		return [3]any{answer["cacheClusterEnabled"], answer["cacheClusterSize"], answer["cacheClusterStatus"]}
	}
	for _, c := range []struct {
		operations string
		want       [3]any
	}{
		{patch("replace", "/cacheClusterEnabled", "true"), [3]any{true, "0.5", "AVAILABLE"}},
		{patch("replace", "/cacheClusterSize", "6.1"), [3]any{true, "6.1", "AVAILABLE"}},
		{patch("replace", "/cacheClusterEnabled", "false"), [3]any{false, "6.1", "NOT_AVAILABLE"}},
	} {
		if got := cache(h.ok(200, "PATCH", prod, c.operations)); got != c.want {
			t.Errorf("%s: %v, want %v", c.operations, got, c.want)
		}
	}
	if got := cache(h.ok(201, "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+id+`","cacheClusterEnabled":true,"cacheClusterSize":"1.6"}`)); got != [3]any{true, "1.6", "AVAILABLE"} {
		t.Errorf("created with %v", got)
	}
	if status, _, answer := h.do("PATCH", prod, patch("replace", "/cacheClusterSize", "7")); status != 400 {
		t.Errorf("size 7: %d %s", status, answer)
	}
}

func TestDocumentationVersionOfStage(t *testing.T) {
	h, id := stageHarness(t)
	h.notFound("Invalid Documentation version specified", "PATCH", prod, patch("replace", "/documentationVersion", "v1"))
	h.notFound("Invalid Documentation version specified", "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+id+`","documentationVersion":"v1"}`)
	h.ok(201, "POST", "/restapis/{api}/documentation/versions", `{"documentationVersion":"v1"}`)
	h.is(200, "PATCH", prod, patch("replace", "/documentationVersion", "v1"), stageJSON(id, `,"documentationVersion":"v1"`))
}

func TestClientCertificateOfStage(t *testing.T) {
	h, id := stageHarness(t)
	h.notFound("Invalid Client Certificate identifier specified", "PATCH", prod, patch("replace", "/clientCertificateId", "nobody"))
	certificate := h.ok(201, "POST", "/clientcertificates", `{}`)["clientCertificateId"].(string)
	h.is(200, "PATCH", prod, patch("replace", "/clientCertificateId", certificate), stageJSON(id, `,"clientCertificateId":"`+certificate+`"`))
	if len(h.warnings) > 0 {
		t.Errorf("warnings %v about what backends are shown", h.warnings)
	}
	h.is(200, "PATCH", prod, patch("replace", "/clientCertificateId", ""), stageJSON(id, ``))
}

// Everything that is stored without effect is told, when it is set or changed and only then.
func TestWarnings(t *testing.T) {
	h, id := stageHarness(t)
	const stored = ": it is stored but not enforced by this build"
	at := "API " + h.api + ", stage prod: "
	for _, c := range []struct {
		operations string
		want       []string
	}{
		{patch("replace", "/cacheClusterEnabled", "true"), nil},
		{patch("replace", "/description", "d"), nil},
		{patch("replace", "/tracingEnabled", "true"), []string{at + "tracingEnabled is true" + stored}},
		{patch("replace", "/*/*/throttling/rateLimit", "10.5", "replace", "/*/*/throttling/burstLimit", "7"), nil},
		{patch("remove", "/*/*", "-"), nil},
		{patch("replace", "/a/GET/throttling/rateLimit", "10000", "replace", "/a/GET/logging/loglevel", "OFF", "replace", "/a/GET/caching/ttlInSeconds", "5"), nil},
		{patch("replace", "/a/GET/logging/loglevel", "INFO", "replace", "/a/GET/logging/dataTrace", "true"), nil},
		{patch("replace", "/a/GET/metrics/enabled", "true", "replace", "/a/GET/caching/enabled", "true"),
			[]string{at + "methodSettings.a/GET.metricsEnabled is true" + stored}},
		{patch("replace", "/canarySettings/percentTraffic", "5"), nil},
		{patch("replace", "/canarySettings/useStageCache", "true"), nil},
		{patch("replace", "/accessLogSettings/destinationArn", logGroup), []string{at + "accessLogSettings.destinationArn is " + logGroup + ": it is stored, but this build writes access log lines to the output of the data plane's own process"}},
	} {
		h.warnings = nil
		h.ok(200, "PATCH", prod, c.operations)
		if diff := cmp.Diff(c.want, h.warnings); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.operations, diff)
		}
	}
	h.warnings = nil
	h.do("PATCH", prod, patch("replace", "/tracingEnabled", "false", "replace", "/tracingEnabled", "true", "replace", "/a/GET/metrics/enabled", "x"))
	h.do("PATCH", prod, patch("replace", "/*/*/throttling/burstLimit", "3", "replace", "/deploymentId", "nobody"))
	if len(h.warnings) > 0 {
		t.Errorf("a refused change warned: %s", strings.Join(h.warnings, "; "))
	}
	h.ok(201, "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+id+`","tracingEnabled":true}`)
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"new","tracingEnabled":true}`)
	want := []string{"API " + h.api + ", stage dev: tracingEnabled is true" + stored, "API " + h.api + ", stage new: tracingEnabled is true" + stored}
	if diff := cmp.Diff(want, h.warnings); diff != "" {
		t.Errorf("new stages (-want +got):\n%s", diff)
	}
}
