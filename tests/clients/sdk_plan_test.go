package clients

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// newKey makes the API key <key>.
func (s *session) newKey() {
	s.Helper()
	call(s, s.api.CreateApiKey, &gw.CreateApiKeyInput{Name: aws.String("mobile"), Value: aws.String("0123456789abcdefghij"), Enabled: true},
		`{"id":"<key=id10>","name":"mobile","value":"0123456789abcdefghij","enabled":true,"createdDate":"<time>","lastUpdatedDate":"<time>","stageKeys":[]}`)
}

// newPlan makes the usage plan <plan> with a quota of 100 a day.
func (s *session) newPlan() {
	s.Helper()
	call(s, s.api.CreateUsagePlan, &gw.CreateUsagePlanInput{Name: aws.String("basic"), Quota: &types.QuotaSettings{Limit: 100, Period: types.QuotaPeriodTypeDay}},
		`{"id":"<plan=id6>","name":"basic","apiStages":[],"quota":{"limit":100,"offset":0,"period":"DAY"}}`)
}

// newPlanKey puts <key> into <plan>.
func (s *session) newPlanKey() {
	s.Helper()
	s.newKey()
	s.newPlan()
	call(s, s.api.CreateUsagePlanKey, &gw.CreateUsagePlanKeyInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key"), KeyType: aws.String("API_KEY")},
		`{"id":"<key>","name":"mobile","type":"API_KEY","value":"0123456789abcdefghij"}`)
}

// Control-plane recorded, 15; control-plane operations, 2.10.
func apiKeys(s *session) {
	call(s, s.api.GetApiKeys, &gw.GetApiKeysInput{}, `{"item":[]}`)
	call(s, s.api.CreateApiKey, &gw.CreateApiKeyInput{}, `{"id":"<minimal=id10>","value":"<re:[A-Za-z0-9]{40}>","enabled":false,"createdDate":"<time>","lastUpdatedDate":"<time>","stageKeys":[]}`)
	call(s, s.api.CreateApiKey, &gw.CreateApiKeyInput{Name: aws.String("mobile app"), Description: aws.String("phones"), Enabled: true, Value: aws.String("0123456789abcdefghij"),
		CustomerId: aws.String("c1"), Tags: map[string]string{"k": "v"}},
		`{"id":"<key=id10>","value":"0123456789abcdefghij","name":"mobile app","description":"phones","customerId":"c1","enabled":true,"createdDate":"<time>","lastUpdatedDate":"<time>",
		"stageKeys":[],"tags":{"k":"v"}}`)
	const withoutValue = `"id":"<key>","name":"mobile app","description":"phones","customerId":"c1","enabled":true,"createdDate":"<time>","lastUpdatedDate":"<time>","stageKeys":[],"tags":{"k":"v"}`
	call(s, s.api.GetApiKey, &gw.GetApiKeyInput{ApiKey: s.ref("key")}, `{`+withoutValue+`}`)
	call(s, s.api.GetApiKey, &gw.GetApiKeyInput{ApiKey: s.ref("key"), IncludeValue: aws.Bool(true)}, `{`+withoutValue+`,"value":"0123456789abcdefghij"}`)
	call(s, s.api.GetApiKeys, &gw.GetApiKeysInput{NameQuery: aws.String("mobile")}, `{"item":[{`+withoutValue+`}]}`)
	call(s, s.api.GetApiKeys, &gw.GetApiKeysInput{CustomerId: aws.String("c1"), IncludeValues: aws.Bool(true)}, `{"item":[{`+withoutValue+`,"value":"0123456789abcdefghij"}]}`)
	call(s, s.api.GetApiKeys, &gw.GetApiKeysInput{NameQuery: aws.String("Mobile")}, `{"item":[]}`)
	call(s, s.api.UpdateApiKey, &gw.UpdateApiKeyInput{ApiKey: s.ref("key"), PatchOperations: s.patch(
		"replace /name desk", "replace /description desks", "replace /enabled false", "replace /customerId c2")},
		`{"id":"<key>","name":"desk","description":"desks","customerId":"c2","enabled":false,"createdDate":"<time>","lastUpdatedDate":"<time>","stageKeys":[],"tags":{"k":"v"},"...":0}`)
	for value, message := range map[string]string{
		"too short":              "API Key value should be at least 20 characters",
		strings.Repeat("x", 129): "API Key value exceeds maximum size of 128 characters",
	} {
		refused(s, s.api.CreateApiKey, &gw.CreateApiKeyInput{Value: aws.String(value)}, "BadRequestException", message)
	}
	refused(s, s.api.UpdateApiKey, &gw.UpdateApiKeyInput{ApiKey: s.ref("key"), PatchOperations: s.patch("replace /description " + strings.Repeat("x", 125001))},
		"BadRequestException", "Invalid API Key description specified.")
	call(s, s.api.ImportApiKeys, &gw.ImportApiKeysInput{Format: types.ApiKeysFormatCsv, Body: []byte("name,KEY,description,Enabled,usageplanIds\nfrom file,abcdefghij0123456789,imported,TRUE,\n")},
		`{"ids":["<imported=id10>"],"...":0}`)
	call(s, s.api.GetApiKey, &gw.GetApiKeyInput{ApiKey: s.ref("imported"), IncludeValue: aws.Bool(true)},
		`{"id":"<imported>","name":"from file","description":"imported","value":"abcdefghij0123456789","enabled":true,"createdDate":"<time>","lastUpdatedDate":"<time>","stageKeys":[]}`)
	call(s, s.api.DeleteApiKey, &gw.DeleteApiKeyInput{ApiKey: s.ref("imported")}, ``)
	call(s, s.api.GetApiKeys, &gw.GetApiKeysInput{}, `{"item":[{"id":"<key>","...":0},{"id":"<minimal>","...":0}]}`)
}

// Control-plane recorded, 16; control-plane operations, 2.3.
func usagePlans(s *session) {
	s.newStage()
	call(s, s.api.CreateUsagePlan, &gw.CreateUsagePlanInput{Name: aws.String("minimal")}, `{"id":"<minimal=id6>","name":"minimal","apiStages":[]}`)
	call(s, s.api.CreateUsagePlan, &gw.CreateUsagePlanInput{Name: aws.String("full"), Description: aws.String("all of it"), Tags: map[string]string{"k": "v"},
		ApiStages: []types.ApiStage{{ApiId: s.ref("api"), Stage: prod, Throttle: map[string]types.ThrottleSettings{"/pets/GET": {BurstLimit: 2, RateLimit: 1.5}}}},
		Throttle:  &types.ThrottleSettings{BurstLimit: 20, RateLimit: 10}, Quota: &types.QuotaSettings{Limit: 1000, Offset: 1, Period: types.QuotaPeriodTypeWeek}},
		`{"id":"<plan=id6>","name":"full","description":"all of it","tags":{"k":"v"},"apiStages":[{"apiId":"<api>","stage":"prod","throttle":{"/pets/GET":{"burstLimit":2,"rateLimit":1.5}}}],
		"throttle":{"burstLimit":20,"rateLimit":10.0},"quota":{"limit":1000,"offset":1,"period":"WEEK"}}`)
	call(s, s.api.GetUsagePlan, &gw.GetUsagePlanInput{UsagePlanId: s.ref("plan")}, `{"id":"<plan>","name":"full","description":"all of it","tags":{"k":"v"},
		"apiStages":[{"apiId":"<api>","stage":"prod","throttle":{"/pets/GET":{"burstLimit":2,"rateLimit":1.5}}}],
		"throttle":{"burstLimit":20,"rateLimit":10.0},"quota":{"limit":1000,"offset":1,"period":"WEEK"}}`)
	call(s, s.api.UpdateUsagePlan, &gw.UpdateUsagePlanInput{UsagePlanId: s.ref("plan"), PatchOperations: s.patch("replace /name renamed", "remove /throttle", "replace /quota/limit 5",
		"replace /quota/offset 0", "replace /quota/period DAY", "remove /apiStages <api>:prod", "replace /productCode p1")},
		`{"id":"<plan>","name":"renamed","description":"all of it","productCode":"p1","apiStages":[],"quota":{"limit":5,"offset":0,"period":"DAY"},"...":0}`)
	call(s, s.api.UpdateUsagePlan, &gw.UpdateUsagePlanInput{UsagePlanId: s.ref("minimal"), PatchOperations: s.patch("add /apiStages <api>:prod", "add /throttle/rateLimit 7", "add /throttle/burstLimit 3",
		"add /apiStages/<api>:prod/throttle/~1pets/GET/rateLimit 4", "add /apiStages/<api>:prod/throttle/~1pets/GET/burstLimit 2")},
		`{"id":"<minimal>","name":"minimal","apiStages":[{"apiId":"<api>","stage":"prod","throttle":{"/pets/GET":{"burstLimit":2,"rateLimit":4.0}}}],"throttle":{"burstLimit":3,"rateLimit":7.0},"...":0}`)
	refused(s, s.api.UpdateUsagePlan, &gw.UpdateUsagePlanInput{UsagePlanId: s.ref("minimal"), PatchOperations: s.patch("add /apiStages <api>:nope")},
		"NotFoundException", "Invalid API Stage {api: <api>, stage: nope} specified for usageplan <minimal>")
	call(s, s.api.GetUsagePlans, &gw.GetUsagePlansInput{}, `{"item":[{"id":"<plan>","...":0},{"id":"<minimal>","...":0},"~"]}`)
	call(s, s.api.UpdateUsagePlan, &gw.UpdateUsagePlanInput{UsagePlanId: s.ref("minimal"), PatchOperations: s.patch("remove /apiStages <api>:prod")}, `{"id":"<minimal>","apiStages":[],"...":0}`)
	call(s, s.api.DeleteUsagePlan, &gw.DeleteUsagePlanInput{UsagePlanId: s.ref("minimal")}, ``)
	refused(s, s.api.GetUsagePlan, &gw.GetUsagePlanInput{UsagePlanId: s.ref("minimal")}, "NotFoundException", "Invalid Usage Plan ID specified")
}

// Control-plane recorded, 16.
func usagePlanKeys(s *session) {
	s.newPlanKey()
	const key = `{"id":"<key>","name":"mobile","type":"API_KEY","value":"0123456789abcdefghij"}`
	call(s, s.api.GetUsagePlanKey, &gw.GetUsagePlanKeyInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key")}, key)
	call(s, s.api.GetUsagePlanKeys, &gw.GetUsagePlanKeysInput{UsagePlanId: s.ref("plan"), NameQuery: aws.String("mob")}, `{"item":[`+key+`]}`)
	call(s, s.api.GetUsagePlanKeys, &gw.GetUsagePlanKeysInput{UsagePlanId: s.ref("plan"), NameQuery: aws.String("MOB")}, `{"item":[]}`)
	call(s, s.api.GetUsagePlanKeys, &gw.GetUsagePlanKeysInput{UsagePlanId: aws.String("nosuch")}, `{"item":[]}`)
	call(s, s.api.GetUsagePlans, &gw.GetUsagePlansInput{KeyId: s.ref("key")}, `{"item":[{"id":"<plan>","...":0}]}`)
	call(s, s.api.DeleteUsagePlanKey, &gw.DeleteUsagePlanKeyInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key")}, ``)
	call(s, s.api.GetUsagePlanKeys, &gw.GetUsagePlanKeysInput{UsagePlanId: s.ref("plan")}, `{"item":[]}`)
	call(s, s.api.CreateUsagePlanKey, &gw.CreateUsagePlanKeyInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key"), KeyType: aws.String("API_KEY")}, key)
	call(s, s.api.DeleteApiKey, &gw.DeleteApiKeyInput{ApiKey: s.ref("key")}, ``)
	call(s, s.api.GetUsagePlanKeys, &gw.GetUsagePlanKeysInput{UsagePlanId: s.ref("plan")}, `{"item":[]}`)
}

// Control-plane operations, 2.9.
func usage(s *session) {
	s.newPlanKey()
	today := time.Now().UTC().Format(time.DateOnly)
	s.names["today"] = today
	call(s, s.api.UpdateUsage, &gw.UpdateUsageInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key"), PatchOperations: s.patch("replace /remaining 150")},
		`{"usagePlanId":"<plan>","startDate":"<today>","endDate":"<today>","values":{"<key>":[[0,150]]}}`)
	out := call(s, s.api.GetUsage, &gw.GetUsageInput{UsagePlanId: s.ref("plan"), KeyId: s.ref("key"), StartDate: aws.String(today), EndDate: aws.String(today)},
		`{"usagePlanId":"<plan>","startDate":"<today>","endDate":"<today>","values":{"<key>":[[0,150]]}}`)
	if days := out.Items[s.names["key"]]; len(days) != 1 || len(days[0]) != 2 || days[0][1] != 150 {
		s.Errorf("GetUsage: the SDK read %v", out.Items)
	}
}
