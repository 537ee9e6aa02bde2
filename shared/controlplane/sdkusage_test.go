package controlplane_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"
)

// callUsagePlans is the part of TestEveryOperationThroughTheSDK about API keys, usage plans and
// usage.
func callUsagePlans(t *testing.T, s *sdk, c *apigateway.Client, api, stage *string) {
	t.Helper()
	key := call(s, "CreateApiKey", c.CreateApiKey, &apigateway.CreateApiKeyInput{Name: aws.String("k"), Enabled: true, Value: aws.String(secret)})
	if got := call(s, "UpdateApiKey", c.UpdateApiKey, &apigateway.UpdateApiKeyInput{ApiKey: key.Id, PatchOperations: replace("/description", "d")}); aws.ToString(got.Description) != "d" {
		t.Errorf("UpdateApiKey: %+v", got)
	}
	if got := call(s, "GetApiKey", c.GetApiKey, &apigateway.GetApiKeyInput{ApiKey: key.Id, IncludeValue: aws.Bool(true)}); aws.ToString(got.Value) != secret || !got.Enabled {
		t.Errorf("GetApiKey: %+v", got)
	}
	if got := call(s, "ImportApiKeys", c.ImportApiKeys, &apigateway.ImportApiKeysInput{Format: types.ApiKeysFormatCsv, Body: []byte("Name,Key\nimported," + secret + "2\n")}); len(got.Ids) != 1 || len(got.Warnings) != 0 {
		t.Errorf("ImportApiKeys: %+v", got)
	}
	if got := call(s, "GetApiKeys", c.GetApiKeys, &apigateway.GetApiKeysInput{NameQuery: aws.String("imp"), IncludeValues: aws.Bool(true)}); len(got.Items) != 1 || aws.ToString(got.Items[0].Value) != secret+"2" {
		t.Errorf("GetApiKeys: %+v", got)
	}

	plan := call(s, "CreateUsagePlan", c.CreateUsagePlan, &apigateway.CreateUsagePlanInput{
		Name:      aws.String("p"),
		ApiStages: []types.ApiStage{{ApiId: api, Stage: stage, Throttle: map[string]types.ThrottleSettings{"/pets/GET": {RateLimit: 1, BurstLimit: 2}}}},
		Throttle:  &types.ThrottleSettings{RateLimit: 10, BurstLimit: 20},
		Quota:     &types.QuotaSettings{Limit: 100, Period: types.QuotaPeriodTypeDay},
	})
	if got := call(s, "UpdateUsagePlan", c.UpdateUsagePlan, &apigateway.UpdateUsagePlanInput{UsagePlanId: plan.Id, PatchOperations: replace("/apiStages/"+*api+":"+*stage+"/throttle/~1pets/GET/rateLimit", "3")}); got.ApiStages[0].Throttle["/pets/GET"].RateLimit != 3 {
		t.Errorf("UpdateUsagePlan: %+v", got)
	}
	if got := call(s, "GetUsagePlan", c.GetUsagePlan, &apigateway.GetUsagePlanInput{UsagePlanId: plan.Id}); got.Quota.Limit != 100 || got.Throttle.BurstLimit != 20 {
		t.Errorf("GetUsagePlan: %+v", got)
	}
	call(s, "CreateUsagePlanKey", c.CreateUsagePlanKey, &apigateway.CreateUsagePlanKeyInput{UsagePlanId: plan.Id, KeyId: key.Id, KeyType: aws.String("API_KEY")})
	if got := call(s, "GetUsagePlanKey", c.GetUsagePlanKey, &apigateway.GetUsagePlanKeyInput{UsagePlanId: plan.Id, KeyId: key.Id}); aws.ToString(got.Value) != secret {
		t.Errorf("GetUsagePlanKey: %+v", got)
	}
	if got := call(s, "GetUsagePlanKeys", c.GetUsagePlanKeys, &apigateway.GetUsagePlanKeysInput{UsagePlanId: plan.Id}); len(got.Items) != 1 {
		t.Errorf("GetUsagePlanKeys: %+v", got)
	}
	if got := call(s, "GetUsagePlans", c.GetUsagePlans, &apigateway.GetUsagePlansInput{KeyId: key.Id}); len(got.Items) != 1 {
		t.Errorf("GetUsagePlans: %+v", got)
	}
	day := aws.String("2023-11-14")
	want := map[string][][]int64{*key.Id: {{0, 100}}}
	if got := call(s, "GetUsage", c.GetUsage, &apigateway.GetUsageInput{UsagePlanId: plan.Id, StartDate: day, EndDate: day}); !cmp.Equal(want, got.Items) {
		t.Errorf("GetUsage: %+v", got)
	}
	if got := call(s, "UpdateUsage", c.UpdateUsage, &apigateway.UpdateUsageInput{UsagePlanId: plan.Id, KeyId: key.Id, PatchOperations: replace("/remaining", "100")}); !cmp.Equal(want, got.Items) {
		t.Errorf("UpdateUsage: %+v", got)
	}

	call(s, "UpdateUsagePlan", c.UpdateUsagePlan, &apigateway.UpdateUsagePlanInput{UsagePlanId: plan.Id, PatchOperations: []types.PatchOperation{{Op: types.OpRemove, Path: aws.String("/apiStages"), Value: aws.String(*api + ":" + *stage)}}})
	call(s, "DeleteUsagePlanKey", c.DeleteUsagePlanKey, &apigateway.DeleteUsagePlanKeyInput{UsagePlanId: plan.Id, KeyId: key.Id})
	call(s, "DeleteUsagePlan", c.DeleteUsagePlan, &apigateway.DeleteUsagePlanInput{UsagePlanId: plan.Id})
	call(s, "DeleteApiKey", c.DeleteApiKey, &apigateway.DeleteApiKeyInput{ApiKey: key.Id})
}
