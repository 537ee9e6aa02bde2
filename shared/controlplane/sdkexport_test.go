package controlplane_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
)

func callExport(t *testing.T, s *sdk, c *apigateway.Client, id, stage *string) {
	t.Helper()
	// The client sends Accept: application/json with every operation, whatever Accepts says.
	got := call(s, "GetExport", c.GetExport, &apigateway.GetExportInput{
		RestApiId: id, StageName: stage, ExportType: aws.String("oas30"),
		Parameters: map[string]string{"extensions": "integrations,authorizers"},
	})
	if !strings.HasPrefix(string(got.Body), "{\n  \"openapi\" : \"3.0.1\",\n") || !strings.HasPrefix(aws.ToString(got.ContentDisposition), "attachment; filename=") {
		t.Errorf("GetExport: %s %s", aws.ToString(got.ContentDisposition), got.Body)
	}
}
