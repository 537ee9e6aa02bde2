package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/jsii-runtime-go"
)

// managedRules are the rule groups of AWS that suit an API: what is bad for every application, what
// is known to attack, and who is known to attack.
var managedRules = []string{"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesAmazonIpReputationList"}

// webACL returns the ARN of the web ACL of a front door, or nil. The scope CLOUDFRONT exists in
// us-east-1 only, so a stack that makes one has to be deployed there.
func webACL(stack awscdk.Stack, options FrontDoorOptions, scope string) *string {
	switch options.WAF {
	case wafNone:
		return nil
	case wafManaged:
	default:
		return jsii.String(options.WAF)
	}
	var rules []any
	for _, name := range managedRules {
		rules = append(rules, &awswafv2.CfnWebACL_RuleProperty{
			Name:           jsii.String(name),
			Priority:       jsii.Number(len(rules)),
			OverrideAction: &awswafv2.CfnWebACL_OverrideActionProperty{None: map[string]any{}},
			Statement: &awswafv2.CfnWebACL_StatementProperty{
				ManagedRuleGroupStatement: &awswafv2.CfnWebACL_ManagedRuleGroupStatementProperty{VendorName: jsii.String("AWS"), Name: jsii.String(name)},
			},
			VisibilityConfig: visibility(name),
		})
	}
	if options.WAFRate >= minWAFRate {
		const name = "RateByAddress"
		rules = append(rules, &awswafv2.CfnWebACL_RuleProperty{
			Name:     jsii.String(name),
			Priority: jsii.Number(len(rules)),
			Action:   &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{}},
			Statement: &awswafv2.CfnWebACL_StatementProperty{
				RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
					AggregateKeyType: jsii.String("IP"), Limit: jsii.Number(options.WAFRate), EvaluationWindowSec: jsii.Number(300),
				},
			},
			VisibilityConfig: visibility(name),
		})
	}
	acl := awswafv2.NewCfnWebACL(stack, jsii.String("WebAcl"), &awswafv2.CfnWebACLProps{
		Scope:            jsii.String(scope),
		Description:      jsii.String("Postern"),
		DefaultAction:    &awswafv2.CfnWebACL_DefaultActionProperty{Allow: &awswafv2.CfnWebACL_AllowActionProperty{}},
		Rules:            rules,
		VisibilityConfig: visibility("Postern"),
	})
	return acl.AttrArn()
}

// minWAFRate is AWS WAF's least limit of a rate rule, in requests.
const minWAFRate = 10

// associate attaches a web ACL to a regional resource.
func associate(stack awscdk.Stack, acl, resourceARN *string) {
	if acl != nil {
		awswafv2.NewCfnWebACLAssociation(stack, jsii.String("WebAclAssociation"), &awswafv2.CfnWebACLAssociationProps{WebAclArn: acl, ResourceArn: resourceARN})
	}
}

func visibility(name string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
	return &awswafv2.CfnWebACL_VisibilityConfigProperty{
		CloudWatchMetricsEnabled: jsii.Bool(true), SampledRequestsEnabled: jsii.Bool(true), MetricName: jsii.String(name),
	}
}
