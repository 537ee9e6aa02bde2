package postern

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// RestApiProps describe an API and the stage that serves it.
type RestApiProps struct {
	// ControlPlane is the ARN of the installation's control-plane function, or its alias: its stack
	// puts it out as ControlPlaneFunction. Required.
	ControlPlane string
	// Definition is the path of an OpenAPI file with API Gateway's extensions. Required.
	Definition string
	// Stage is the stage's name; "prod" by default. Another name is another stage: the old one is
	// deleted once the new one serves.
	Stage string
	// Variables are the stage's variables.
	Variables map[string]string
	// Throttle bounds every method of the stage; nil leaves that to the account's limits.
	Throttle *Throttle
	// Removal says what becomes of the API when the resource leaves the stack; it is deleted by
	// default.
	Removal awscdk.RemovalPolicy
}

// Throttle is a token bucket.
type Throttle struct {
	// RateLimit is in requests per second.
	RateLimit float64
	// BurstLimit is in requests.
	BurstLimit int
}

// RestApi is a provisioned API. Its members are values that are known at deployment.
type RestApi struct {
	constructs.Construct
	// ID is the API's id, StageName its stage and DeploymentID what the stage serves.
	ID, StageName, DeploymentID *string
}

// ResourceType is the type of the CloudFormation resource.
const ResourceType = "Custom::PosternRestApi"

var stagePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// NewRestApi declares an API. The error tells what is wrong with the properties.
func NewRestApi(scope constructs.Construct, id string, props *RestApiProps) (*RestApi, error) {
	stage := props.Stage
	if stage == "" {
		stage = "prod"
	}
	if err := props.check(stage); err != nil {
		return nil, fmt.Errorf("REST API %s: %w", id, err)
	}
	self := constructs.NewConstruct(scope, jsii.String(id))
	asset := awss3assets.NewAsset(self, jsii.String("Definition"), &awss3assets.AssetProps{Path: jsii.String(props.Definition)})
	properties := map[string]any{
		"Definition": map[string]any{"Bucket": asset.S3BucketName(), "Key": asset.S3ObjectKey()},
		"Stage":      stage,
	}
	if len(props.Variables) > 0 {
		properties["Variables"] = props.Variables
	}
	if t := props.Throttle; t != nil {
		properties["RateLimit"] = strconv.FormatFloat(t.RateLimit, 'f', -1, 64)
		properties["BurstLimit"] = strconv.Itoa(t.BurstLimit)
	}
	resource := awscdk.NewCustomResource(self, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken: jsii.String(props.ControlPlane), ResourceType: jsii.String(ResourceType),
		Properties: &properties, RemovalPolicy: props.Removal,
	})
	return &RestApi{
		Construct: self, ID: resource.Ref(),
		StageName: resource.GetAttString(jsii.String("StageName")), DeploymentID: resource.GetAttString(jsii.String("DeploymentId")),
	}, nil
}

func (p *RestApiProps) check(stage string) error {
	var faults []error
	if p.ControlPlane == "" {
		faults = append(faults, errors.New("ControlPlane is not set: it is the ARN of the control-plane function"))
	}
	if info, err := os.Stat(p.Definition); err != nil {
		faults = append(faults, fmt.Errorf("Definition: %w", err))
	} else if info.IsDir() {
		faults = append(faults, fmt.Errorf("Definition: %s is a folder", p.Definition))
	}
	if !stagePattern.MatchString(stage) {
		faults = append(faults, fmt.Errorf("Stage is %q: letters, digits, hyphens and underscores", stage))
	}
	if t := p.Throttle; t != nil && (t.RateLimit < 0 || t.BurstLimit < 0) {
		faults = append(faults, errors.New("Throttle: neither limit may be negative"))
	}
	return errors.Join(faults...)
}
