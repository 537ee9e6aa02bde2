package clients

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

var prod = aws.String("prod")

// newStage makes an API with the deployment <deployment> at the stage prod.
func (s *session) newStage() {
	s.Helper()
	s.newMock()
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: prod}, `{"id":"<deployment=id6>","createdDate":"<time>"}`)
}

// Control-plane recorded, 11; control-plane operations, 1.
func deployments(s *session) {
	s.newMock()
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: prod, Description: aws.String("first"), Variables: map[string]string{"a": "1"}},
		`{"id":"<first=id6>","createdDate":"<time>","description":"first"}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: prod}, `{"stageName":"prod","deploymentId":"<first>","variables":{"a":"1"},"createdDate":"<time>","lastUpdatedDate":"<time>",
		"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","methodSettings":{},"tracingEnabled":false}`)
	call(s, s.api.GetDeployment, &gw.GetDeploymentInput{RestApiId: s.ref("api"), DeploymentId: s.ref("first")}, `{"id":"<first>","createdDate":"<time>","description":"first"}`)
	call(s, s.api.GetDeployment, &gw.GetDeploymentInput{RestApiId: s.ref("api"), DeploymentId: s.ref("first"), Embed: []string{"apisummary"}},
		`{"id":"<first>","createdDate":"<time>","description":"first","apiSummary":{"/pets":{"GET":{"authorizationType":"NONE","apiKeyRequired":false}}}}`)
	refused(s, s.api.DeleteDeployment, &gw.DeleteDeploymentInput{RestApiId: s.ref("api"), DeploymentId: s.ref("first")},
		"BadRequestException", "Active stages pointing to this deployment must be moved or deleted")
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: prod}, `{"id":"<second=id6>","createdDate":"<time>"}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: prod}, `{"stageName":"prod","deploymentId":"<second>","...":0}`)
	call(s, s.api.UpdateDeployment, &gw.UpdateDeploymentInput{RestApiId: s.ref("api"), DeploymentId: s.ref("second"), PatchOperations: s.patch("replace /description now")},
		`{"id":"<second>","createdDate":"<time>","description":"now"}`)
	call(s, s.api.GetDeployments, &gw.GetDeploymentsInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<first>","createdDate":"<time>","description":"first"},
		{"id":"<second>","createdDate":"<time>","description":"now"},"~"]}`)
	call(s, s.api.DeleteDeployment, &gw.DeleteDeploymentInput{RestApiId: s.ref("api"), DeploymentId: s.ref("first")}, ``)
	call(s, s.api.GetDeployments, &gw.GetDeploymentsInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<second>","createdDate":"<time>","description":"now"}]}`)
}

// Control-plane recorded, 12 and 1.6.
func stages(s *session) {
	s.newStage()
	call(s, s.api.CreateStage, &gw.CreateStageInput{RestApiId: s.ref("api"), StageName: aws.String("test"), DeploymentId: s.ref("deployment"), Description: aws.String("for tests"),
		Variables: map[string]string{"a": "1"}, TracingEnabled: true, Tags: map[string]string{"k": "v"}},
		`{"stageName":"test","deploymentId":"<deployment>","description":"for tests","variables":{"a":"1"},"tracingEnabled":true,"tags":{"k":"v"},
		"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","methodSettings":{},"createdDate":"<time>","lastUpdatedDate":"<time>"}`)
	update := func(patches ...string) *gw.UpdateStageInput {
		return &gw.UpdateStageInput{RestApiId: s.ref("api"), StageName: prod, PatchOperations: s.patch(patches...)}
	}
	const always = `"stageName":"prod","deploymentId":"<deployment>","createdDate":"<time>","lastUpdatedDate":"<time>","cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE"`
	const settings = `"cacheDataEncrypted":false,"cacheTtlInSeconds":300,"dataTraceEnabled":false,"metricsEnabled":false,"requireAuthorizationForCacheControl":true,
		"throttlingBurstLimit":5000,"unauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"`
	call(s, s.api.UpdateStage, update("replace /description live", "replace /tracingEnabled true", "replace /variables/b 2", "add /accessLogSettings/format $context.requestId",
		"add /accessLogSettings/destinationArn arn:aws:logs:us-east-1:123456789012:log-group:access"),
		`{`+always+`,"description":"live","tracingEnabled":true,"variables":{"b":"2"},"methodSettings":{},
		"accessLogSettings":{"format":"$context.requestId","destinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:access"}}`)
	call(s, s.api.UpdateStage, update("remove /accessLogSettings", "replace /*/*/caching/enabled true", "replace /~1pets/GET/throttling/rateLimit 10", "replace /~1pets/GET/logging/loglevel ERROR"),
		`{`+always+`,"description":"live","tracingEnabled":true,"variables":{"b":"2"},"methodSettings":{
		"*/*":{`+settings+`,"cachingEnabled":true,"throttlingRateLimit":10000.0},
		"pets/GET":{`+settings+`,"cachingEnabled":true,"throttlingRateLimit":10.0,"loggingLevel":"ERROR"}}}`)
	call(s, s.api.UpdateStage, update("remove /*/*", "remove /variables/b"),
		`{`+always+`,"description":"live","tracingEnabled":true,"methodSettings":{"pets/GET":{`+settings+`,"cachingEnabled":true,"throttlingRateLimit":10.0,"loggingLevel":"ERROR"}}}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: aws.String("test")},
		`{"stageName":"test","deploymentId":"<deployment>","description":"for tests","variables":{"a":"1"},"tracingEnabled":true,"tags":{"k":"v"},
		"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","methodSettings":{},"createdDate":"<time>","lastUpdatedDate":"<time>"}`)
	call(s, s.api.GetStages, &gw.GetStagesInput{RestApiId: s.ref("api"), DeploymentId: s.ref("deployment")}, `{"item":[{"stageName":"prod","...":0},{"stageName":"test","tags":{"k":"v"},"...":0},"~"]}`)
	refused(s, s.api.UpdateStage, update("remove /*/*"), "BadRequestException", "Cannot remove method setting */* because there is no method setting for this method ")
	for _, path := range []string{"/documentation_version", "/tags/k"} {
		refused(s, s.api.UpdateStage, update("replace "+path+" x"), "BadRequestException", "Invalid method setting path: "+path+". Must be one of: ["+settingPaths+"]")
	}
	call(s, s.api.DeleteStage, &gw.DeleteStageInput{RestApiId: s.ref("api"), StageName: aws.String("test")}, ``)
	call(s, s.api.GetStages, &gw.GetStagesInput{RestApiId: s.ref("api")}, `{"item":[{"stageName":"prod","...":0}]}`)
}

// The commas that are missing and the lone blanks are part of the text.
const settingPaths = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, " +
	"/accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, " +
	"/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, " +
	"/{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
	"/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, " +
	"/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, " +
	"/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled"

// Control-plane recorded, 13.
func canaries(s *session) {
	s.newStage()
	update := func(patches ...string) *gw.UpdateStageInput {
		return &gw.UpdateStageInput{RestApiId: s.ref("api"), StageName: prod, PatchOperations: s.patch(patches...)}
	}
	refused(s, s.api.UpdateStage, update("copy /deploymentId /canarySettings/deploymentId"), "BadRequestException", "Promotion not available. Canary does not exist.")
	refused(s, s.api.UpdateStage, update("copy /canarySettings/deploymentId /deploymentId"), "BadRequestException", "Invalid copy operation with path: /canarySettings/deploymentId and from "+
		"/deploymentId. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]")
	call(s, s.api.UpdateStage, update("replace /canarySettings/percentTraffic 50"),
		`{"deploymentId":"<deployment>","canarySettings":{"deploymentId":"<deployment>","percentTraffic":50.0,"useStageCache":false},"...":0}`)
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: prod,
		CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 10, StageVariableOverrides: map[string]string{"a": "canary"}}}, `{"id":"<canary=id6>","createdDate":"<time>"}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: prod}, `{"deploymentId":"<deployment>",
		"canarySettings":{"deploymentId":"<canary>","percentTraffic":10.0,"useStageCache":false,"stageVariableOverrides":{"a":"canary"}},"...":0}`)
	call(s, s.api.UpdateStage, update("copy /deploymentId /canarySettings/deploymentId", "copy /variables /canarySettings/stageVariableOverrides", "remove /canarySettings"),
		`{"stageName":"prod","deploymentId":"<canary>","variables":{"a":"canary"},"createdDate":"<time>","lastUpdatedDate":"<time>","cacheClusterEnabled":false,
		"cacheClusterStatus":"NOT_AVAILABLE","methodSettings":{},"tracingEnabled":false}`)
	call(s, s.api.CreateStage, &gw.CreateStageInput{RestApiId: s.ref("api"), StageName: aws.String("next"), DeploymentId: s.ref("canary"),
		CanarySettings: &types.CanarySettings{DeploymentId: s.ref("deployment"), PercentTraffic: 1, UseStageCache: true}},
		`{"stageName":"next","deploymentId":"<canary>","canarySettings":{"deploymentId":"<deployment>","percentTraffic":1.0,"useStageCache":true},"...":0}`)
}

// Control-plane operations, 1 and 2.3.
func stageCaches(s *session) {
	s.newStage()
	call(s, s.api.UpdateStage, &gw.UpdateStageInput{RestApiId: s.ref("api"), StageName: prod, PatchOperations: s.patch("replace /cacheClusterEnabled true", "replace /cacheClusterSize 0.5")},
		`{"cacheClusterEnabled":true,"cacheClusterSize":"0.5","cacheClusterStatus":"<re:CREATE_IN_PROGRESS|AVAILABLE>","...":0}`)
	call(s, s.api.FlushStageCache, &gw.FlushStageCacheInput{RestApiId: s.ref("api"), StageName: prod}, ``)
	call(s, s.api.FlushStageAuthorizersCache, &gw.FlushStageAuthorizersCacheInput{RestApiId: s.ref("api"), StageName: prod}, ``)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: prod},
		`{"cacheClusterEnabled":true,"cacheClusterSize":"0.5","cacheClusterStatus":"<re:CREATE_IN_PROGRESS|AVAILABLE|FLUSH_IN_PROGRESS>","...":0}`)
}

// Control-plane operations, 2.8.
func sdks(s *session) {
	s.newStage()
	call(s, s.api.GetSdkTypes, &gw.GetSdkTypesInput{}, `{"item":[{"id":"java","...":0},{"id":"javascript","...":0},{"id":"android","...":0},{"id":"objectivec","...":0},
		{"id":"swift","...":0},{"id":"ruby","...":0},"~"]}`)
	call(s, s.api.GetSdkType, &gw.GetSdkTypeInput{Id: aws.String("ruby")}, `{"id":"ruby","friendlyName":"<any>","description":"<any>",
		"configurationProperties":[{"name":"service.name","required":true,"...":0},{"name":"ruby.gem-name","required":false,"...":0},{"name":"ruby.gem-version","required":false,"...":0},"~"]}`)
	out := send(s, s.api.GetSdk, &gw.GetSdkInput{RestApiId: s.ref("api"), StageName: prod, SdkType: aws.String("javascript")})
	if got := aws.ToString(out.ContentType); got != "application/octet-stream" {
		s.Errorf("GetSdk: Content-Type %q, want application/octet-stream", got)
	}
	if got := aws.ToString(out.ContentDisposition); !strings.HasPrefix(got, "attachment; filename=") {
		s.Errorf("GetSdk: Content-Disposition %q, want attachment; filename=...", got)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Body), int64(len(out.Body)))
	if err != nil {
		s.Fatalf("GetSdk: the answer is no ZIP file: %v", err)
	}
	found := false
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, ".js") {
			r, err := f.Open()
			if err != nil {
				s.Fatal(err)
			}
			text, err := io.ReadAll(io.LimitReader(r, 1<<20))
			if err != nil {
				s.Fatal(err)
			}
			found = found || bytes.Contains(text, []byte("/pets"))
		}
	}
	if !found {
		s.Error("GetSdk: no script in the archive knows the path /pets")
	}
}
