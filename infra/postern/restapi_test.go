package postern

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

func TestRestApi(t *testing.T) {
	definition := filepath.Join(t.TempDir(), "pets.yaml")
	if err := os.WriteFile(definition, []byte("openapi: 3.0.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const function = "arn:aws:lambda:us-east-1:123456789012:function:postern:live"
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := awscdk.NewStack(app, jsii.String("shop"), nil)
	api, err := NewRestApi(stack, "Pets", &RestApiProps{
		ControlPlane: function, Definition: definition, Variables: map[string]string{"backend": "pets"}, Throttle: &Throttle{RateLimit: 0.5, BurstLimit: 2},
	})
	if err != nil || api.ID == nil || api.DeploymentID == nil || api.StageName == nil {
		t.Fatal(api, err)
	}
	template := assertions.Template_FromStack(stack, nil)
	// One resource, however large the API is.
	if n := len((*template.ToJSON())["Resources"].(map[string]any)); n != 1 {
		t.Errorf("%d resources", n)
	}
	template.HasResource(jsii.String(ResourceType), map[string]any{
		"DeletionPolicy": "Delete",
		"Properties": map[string]any{
			"ServiceToken": function, "Stage": "prod", "Variables": map[string]any{"backend": "pets"}, "RateLimit": "0.5", "BurstLimit": "2",
			"Definition": map[string]any{"Bucket": assertions.Match_AnyValue(), "Key": assertions.Match_StringLikeRegexp(jsii.String(`\.yaml$`))},
		},
	})
}

func TestRestApiRefuses(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := awscdk.NewStack(app, jsii.String("shop"), nil)
	_, err := NewRestApi(stack, "Pets", &RestApiProps{Definition: filepath.Join(t.TempDir(), "none.yaml"), Stage: "a b", Throttle: &Throttle{RateLimit: -1}})
	for _, want := range []string{"REST API Pets", "ControlPlane", "no such file", `"a b"`, "negative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to tell about %q", err, want)
		}
	}
}
