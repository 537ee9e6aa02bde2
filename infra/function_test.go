package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestFunctions(t *testing.T) {
	imported, own := object{"Fn::ImportValue": assertions.Match_AnyValue()}, object{"Ref": assertions.Match_AnyValue()}
	controlPlaneVariables := object{"POSTERN_TABLE": imported, "POSTERN_ACCOUNT": object{"Ref": "AWS::AccountId"}}
	for _, test := range []struct {
		stack           string
		from            func() (*installation, error)
		architecture    string
		memory, timeout float64
		auth            string
		logProperties   any
		removal         string
		variables       object
	}{
		{"postern-gateway", defaults, "arm64", 512, 30, "NONE", object{"RetentionInDays": 30}, "Retain", object{"POSTERN_TABLE": imported, "POSTERN_CACHE_MEMORY": "64"}},
		{"postern-controlplane", defaults, "arm64", 512, 30, "AWS_IAM", object{"RetentionInDays": 90}, "Retain", controlPlaneVariables},
		{"edge-gateway", changed, "x86_64", 1024, 900, "AWS_IAM", assertions.Match_Absent(), "Delete", object{
			"POSTERN_TABLE": imported, "POSTERN_CACHE_MEMORY": "128", "POSTERN_SECRET_KEY": imported, "POSTERN_VPC_LINKS": "abc123=10.0.0.1:8080",
		}},
		{"edge-controlplane", changed, "x86_64", 256, 60, "NONE", object{"RetentionInDays": 3653}, "Delete", object{
			"POSTERN_TABLE": imported, "POSTERN_ACCOUNT": object{"Ref": "AWS::AccountId"}, "POSTERN_SECRET_KEY": imported,
			"POSTERN_CONTROL_AUTH": "signature", "POSTERN_ADMIN_ACCESS_KEY": "admin", "POSTERN_ADMIN_SECRET_ARN": own,
		}},
	} {
		t.Run(test.stack, func(t *testing.T) {
			expect(t, test.from, test.stack, func(template assertions.Template) {
				template.HasResourceProperties(jsii.String("AWS::Lambda::Function"), object{
					"Runtime":       "provided.al2023",
					"Handler":       "bootstrap",
					"Architectures": []string{test.architecture},
					"MemorySize":    test.memory,
					"Timeout":       test.timeout,
					"Environment":   object{"Variables": test.variables},
					"LoggingConfig": object{"LogGroup": object{"Ref": assertions.Match_AnyValue()}},
				})
				template.HasResource(jsii.String("AWS::Logs::LogGroup"), object{
					"DeletionPolicy": test.removal,
					"Properties":     test.logProperties,
				})
				template.HasResourceProperties(jsii.String("AWS::Lambda::Alias"), object{
					"Name":            "live",
					"FunctionVersion": object{"Fn::GetAtt": []any{assertions.Match_AnyValue(), "Version"}},
				})
				template.HasResourceProperties(jsii.String("AWS::Lambda::Url"), object{
					"AuthType":   test.auth,
					"InvokeMode": "RESPONSE_STREAM",
					"Qualifier":  "live",
				})
			})
		})
	}
}
