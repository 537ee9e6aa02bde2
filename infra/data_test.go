package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestTable(t *testing.T) {
	for _, test := range []struct {
		name, stack  string
		from         func() (*installation, error)
		protected    bool
		recoveryDays float64
		removal      string
		encryption   object
	}{
		{"kept by default", "postern-data", defaults, true, 35, "Retain", object{"SSEEnabled": true}},
		{"destroyed on request", "edge-data", changed, false, 7, "Delete", object{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": assertions.Match_AnyValue()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			expect(t, test.from, test.stack, func(template assertions.Template) {
				template.HasResource(jsii.String("AWS::DynamoDB::Table"), object{
					"DeletionPolicy":      test.removal,
					"UpdateReplacePolicy": test.removal,
					"Properties": object{
						"KeySchema": []object{
							{"AttributeName": "pk", "KeyType": "HASH"},
							{"AttributeName": "sk", "KeyType": "RANGE"},
						},
						"AttributeDefinitions": []object{
							{"AttributeName": "pk", "AttributeType": "S"},
							{"AttributeName": "sk", "AttributeType": "S"},
						},
						"BillingMode":               "PAY_PER_REQUEST",
						"TimeToLiveSpecification":   object{"AttributeName": "ttl", "Enabled": true},
						"SSESpecification":          test.encryption,
						"DeletionProtectionEnabled": test.protected,
						"PointInTimeRecoverySpecification": object{
							"PointInTimeRecoveryEnabled": true,
							"RecoveryPeriodInDays":       test.recoveryDays,
						},
					},
				})
			})
		})
	}
}
