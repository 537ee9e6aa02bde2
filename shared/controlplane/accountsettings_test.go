package controlplane_test

import "testing"

func TestAccountSettings(t *testing.T) {
	h := newHarness(t)
	const defaults = `"throttleSettings":{"burstLimit":5000,"rateLimit":10000.0},"apiKeyVersion":"4"`
	const role = "arn:aws:iam::123456789012:role/logs"
	h.is(200, "GET", "/account", "", `{"features":["UsagePlans"],`+defaults+`}`)
	h.badRequest("The role ARN is not well formed", "PATCH", "/account", patch("replace", "/cloudwatchRoleArn", "logs"))
	h.is(200, "GET", "/account", "", `{"features":["UsagePlans"],`+defaults+`}`)
	h.is(200, "PATCH", "/account", patch("replace", "/cloudwatchRoleArn", role, "add", "/features", "BlockedForRoutingRules"),
		`{"cloudwatchRoleArn":"`+role+`","features":["UsagePlans","BlockedForRoutingRules"],`+defaults+`}`)
	h.is(200, "PATCH", "/account", patch("remove", "/features", "BlockedForRoutingRules"), `{"cloudwatchRoleArn":"`+role+`","features":["UsagePlans"],`+defaults+`}`)
	h.badRequest("Usage Plans cannot be disabled once enabled", "PATCH", "/account", patch("remove", "/features", "UsagePlans"))
	h.badRequest("Invalid patch path  '/throttleSettings/rateLimit' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn]", "PATCH", "/account", patch("replace", "/throttleSettings/rateLimit", "1"))
	h.is(200, "PATCH", "/account", patch("replace", "/cloudwatchRoleArn", ""), `{"features":["UsagePlans"],`+defaults+`}`)
	h.is(200, "GET", "/account", "", `{"features":["UsagePlans"],`+defaults+`}`)
}
