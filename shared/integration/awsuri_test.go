package integration

import (
	"errors"
	"testing"

	"github.com/postern-gateway/postern/shared/mapping"
)

func TestParseServiceURI(t *testing.T) {
	type want struct {
		address, signing, region, variable string
	}
	cases := []struct {
		uri  string
		want want
	}{
		// REST data plane spec, 4.4; endpoints and signing names of the service models.
		{"arn:aws:apigateway:eu-west-1:sqs:path/123456789012/queue", want{"https://sqs.eu-west-1.amazonaws.com/123456789012/queue", "sqs", "eu-west-1", "AWS_ENDPOINT_URL_SQS"}},
		{"arn:aws:apigateway:us-east-1:s3:path/{bucket}/{key}", want{"https://s3.us-east-1.amazonaws.com/b/k%20x/y", "s3", "us-east-1", "AWS_ENDPOINT_URL_S3"}},
		{"arn:aws:apigateway:us-east-1:s3:path//{bucket}", want{"https://s3.us-east-1.amazonaws.com/b", "s3", "us-east-1", "AWS_ENDPOINT_URL_S3"}},
		{"arn:aws:apigateway:us-east-1:my-bucket.s3:path/{key}", want{"https://my-bucket.s3.us-east-1.amazonaws.com/k%20x/y", "s3", "us-east-1", "AWS_ENDPOINT_URL_S3"}},
		{"arn:aws:apigateway:us-west-2:abcdefgh.appsync-api:path/graphql", want{"https://abcdefgh.appsync-api.us-west-2.amazonaws.com/graphql", "appsync", "us-west-2", "AWS_ENDPOINT_URL_APPSYNC"}},
		{"arn:aws:apigateway:us-east-1:a1b2c3-ats.iot:path/topics/t?qos=1", want{"https://a1b2c3-ats.iot.us-east-1.amazonaws.com/topics/t?qos=1", "iotdata", "us-east-1", "AWS_ENDPOINT_URL_IOT_DATA_PLANE"}},
		{"arn:aws:apigateway:us-east-1:runtime.sagemaker:path/endpoints/e/invocations", want{"https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/e/invocations", "sagemaker", "us-east-1", "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"}},
		{"arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/m/invoke", want{"https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke", "bedrock", "us-east-1", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"}},
		{"arn:aws:apigateway:us-east-1:email:action/SendEmail", want{"https://email.us-east-1.amazonaws.com/?Action=SendEmail", "ses", "us-east-1", "AWS_ENDPOINT_URL_SES"}},
		{"arn:aws:apigateway:us-east-1:states:action/StartExecution", want{"https://states.us-east-1.amazonaws.com/?Action=StartExecution", "states", "us-east-1", "AWS_ENDPOINT_URL_SFN"}},
		{"arn:aws:apigateway:us-east-1:events:action/PutEvents", want{"https://events.us-east-1.amazonaws.com/?Action=PutEvents", "events", "us-east-1", "AWS_ENDPOINT_URL_EVENTBRIDGE"}},
		{"arn:aws:apigateway:us-east-1:secretsmanager:action/GetSecretValue", want{"https://secretsmanager.us-east-1.amazonaws.com/?Action=GetSecretValue", "secretsmanager", "us-east-1", "AWS_ENDPOINT_URL_SECRETS_MANAGER"}},
		{"arn:aws:apigateway:us-east-1:sns:action/Publish&TopicArn=t", want{"https://sns.us-east-1.amazonaws.com/?Action=Publish&TopicArn=t", "sns", "us-east-1", "AWS_ENDPOINT_URL_SNS"}},
		{"arn:aws:apigateway:eu-west-1:iam:action/ListUsers", want{"https://iam.amazonaws.com/?Action=ListUsers", "iam", "us-east-1", "AWS_ENDPOINT_URL_IAM"}},
		{"arn:aws:apigateway:us-east-1:streams.dynamodb:action/ListStreams", want{"https://streams.dynamodb.us-east-1.amazonaws.com/?Action=ListStreams", "dynamodb", "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"}},
		{"arn:aws:apigateway:us-east-1:ecr:action/ListImages", want{"https://api.ecr.us-east-1.amazonaws.com/?Action=ListImages", "ecr", "us-east-1", "AWS_ENDPOINT_URL_ECR"}},
		{"arn:aws-cn:apigateway:cn-north-1:sqs:path/x", want{"https://sqs.cn-north-1.amazonaws.com.cn/x", "sqs", "cn-north-1", "AWS_ENDPOINT_URL_SQS"}},
		{"arn:aws:apigateway:us-east-1:dynamodb:action/${stageVariables.operation}", want{"https://dynamodb.us-east-1.amazonaws.com/?Action=Scan", "dynamodb", "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB"}},
		{"arn:aws:apigateway:us-east-1:future-service:path/x", want{"https://future-service.us-east-1.amazonaws.com/x", "future-service", "us-east-1", "AWS_ENDPOINT_URL_FUTURE_SERVICE"}},
	}
	values := []mapping.PathValue{{Name: "bucket", Value: "b"}, {Name: "key", Value: "k x/y"}}
	variables := map[string]string{"operation": "Scan"}
	for _, c := range cases {
		u, err := ParseServiceURI(c.uri)
		if err != nil {
			t.Errorf("%s: %v", c.uri, err)
			continue
		}
		got := want{string(u.Address().Append(nil, values, variables)), u.SigningName, u.SigningRegion, u.variable}
		if got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.uri, got, c.want)
		}
	}
}

func TestServiceURIsThatAreNone(t *testing.T) {
	for uri, want := range map[string]error{
		"":                                     ErrARN,
		"arn:aws:sqs:us-east-1:x:path/y":       ErrARN,
		"https://sqs.us-east-1.amazonaws.com/": ErrARN,
		"arn:aws:apigateway:us-east-1:sqs:other/x":             ErrPathOrAction,
		"arn:aws:apigateway:us-east-1:sqs:action/":             ErrPathOrAction,
		"arn:aws:apigateway:us-east-1:sqs@evil.example:path/x": ErrARN,
		"arn:aws:apigateway:evil.example/:sqs:path/x":          ErrARN,
		"arn:aws:apigateway:us-east-1::path/x":                 ErrARN,
		"arn:aws:apigateway:us-east-1:a..b:path/x":             ErrARN,
		"arn:aws:apigateway:us-east-1:s3:path/{bucket":         ErrARN,
	} {
		if _, err := ParseServiceURI(uri); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", uri, err, want)
		}
	}
}

// The JSON-RPC services get target and content type; EventBridge and the query services do not
// (REST data plane spec, 4.4).
func TestOperation(t *testing.T) {
	for _, c := range []struct{ uri, query, target, contentType, version string }{
		{"dynamodb:action/PutItem", "Action=PutItem", "DynamoDB_20120810.PutItem", "application/x-amz-json-1.0", ""},
		{"kinesis:action/PutRecord", "", "Kinesis_20131202.PutRecord", "application/x-amz-json-1.1", ""},
		{"ssm:action/GetParameter", "", "AmazonSSM.GetParameter", "application/x-amz-json-1.1", ""},
		{"states:action/StartExecution", "", "AWSStepFunctions.StartExecution", "application/x-amz-json-1.0", ""},
		{"dynamodb:action/${stageVariables.op}", "Action=Scan&x=y", "DynamoDB_20120810.Scan", "application/x-amz-json-1.0", ""},
		{"dynamodb:action/${stageVariables.op}", "Action=", "", "", ""},
		{"dynamodb:path/", "", "", "", ""},
		{"events:action/PutEvents", "Action=PutEvents", "", "", ""},
		{"sqs:action/SendMessage", "Action=SendMessage", "", "", "2012-11-05"},
		{"sns:action/Publish", "Action=Publish", "", "", "2010-03-31"},
		{"ec2:action/RunInstances&Version=2014-01-01", "", "", "", ""},
		{"sns:path/", "", "", "", ""},
	} {
		u, err := ParseServiceURI("arn:aws:apigateway:us-east-1:" + c.uri)
		if err != nil {
			t.Fatalf("%s: %v", c.uri, err)
		}
		if target, contentType := u.Operation(c.query); target != c.target || contentType != c.contentType || u.QueryVersion() != c.version {
			t.Errorf("%s: %q %q %q", c.uri, target, contentType, u.QueryVersion())
		}
	}
}

func FuzzParseServiceURI(f *testing.F) {
	f.Add("arn:aws:apigateway:us-east-1:s3:path/{bucket}/${stageVariables.x}?a=b")
	f.Add("arn:aws:apigateway:us-east-1:my.bucket.s3:action/Name&k=v")
	f.Fuzz(func(t *testing.T, uri string) {
		u, err := ParseServiceURI(uri)
		if err != nil {
			return
		}
		if !hostLabels.MatchString(u.Host) {
			t.Errorf("%q leads to host %q", uri, u.Host)
		}
		u.Operation("Action=x")
		u.Address().Append(nil, nil, nil)
	})
}
