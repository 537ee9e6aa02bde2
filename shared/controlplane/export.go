package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi/export"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) exports() kind {
	return kind{endpoints: []wire.Endpoint{wire.Bind(&apigateway.GetExportOperation, s.GetExport)}}
}

// exportTypes are the formats by their names in the path (control-plane operations, 2.4).
var exportTypes = []string{string(export.OAS30), string(export.Swagger)}

// GetExport writes what a stage serves as an OpenAPI document: the definition of its deployment
// and the documentation version of the stage. The API as it is now does not count.
func (s *Service) GetExport(ctx context.Context, in *apigateway.GetExportRequest) (*apigateway.ExportResponse, error) {
	options, err := s.exportOptions(in)
	if err != nil {
		return nil, err
	}
	return viewing(ctx, s, *in.RestApiId, errNoStage, func(v *view) (*apigateway.ExportResponse, error) {
		stage, err := v.stage(*in.StageName)
		if err != nil {
			return nil, err
		}
		deployed, err := v.readDeployedDefinition(value(stage.DeploymentId))
		if err != nil {
			return nil, err
		}
		def := describeDeployed(deployed)
		if name := value(stage.DocumentationVersion); name != "" {
			version, err := v.documentationVersion(name)
			if err != nil {
				return nil, err
			}
			if def.DocumentationParts, err = v.documentationOf(name); err != nil {
				return nil, err
			}
			def.DocumentationVersion, options.DocumentationDate = name, value(version.CreatedDate)
		}
		options.CreatedDate = value(deployed.API.CreatedDate)
		body, err := export.Write(def, options)
		var models *export.ModelError
		if errors.As(err, &models) {
			return nil, wire.BadRequest("%s", models.Error())
		}
		if err != nil {
			return nil, fmt.Errorf("export stage %s of API %s: %w", *in.StageName, v.id, err)
		}
		extension := "json"
		if options.YAML {
			extension = "yaml"
		}
		return &apigateway.ExportResponse{
			// API Gateway sends either format as bytes, although its reference promises the accepted type.
			ContentType:        ptr("application/octet-stream"),
			ContentDisposition: ptr(fmt.Sprintf("attachment; filename=%q", exportName(options.Type, options.Version(def), extension))),
			Body:               body,
		}, nil
	})
}

// exportName is the name of the file, such as swagger_2022-02-15T22:13:09Z.json. Characters that
// end the name in a header or lead out of a folder are replaced.
func exportName(kind export.Type, version, extension string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/`, r) {
			return '_'
		}
		return r
	}, version)
	return string(kind) + "_" + clean + "." + extension
}

func (s *Service) exportOptions(in *apigateway.GetExportRequest) (export.Options, error) {
	o := export.Options{
		Type: export.Type(*in.ExportType), Region: s.cfg.Region, Stage: *in.StageName,
		Host: *in.RestApiId + ".execute-api." + s.cfg.Region + "." + domainSuffix(s.cfg.Region),
	}
	if !slices.Contains(exportTypes, *in.ExportType) {
		return o, wire.BadRequest("Invalid export type specified: %s. Must be one of: [%s]", *in.ExportType, strings.Join(exportTypes, ", "))
	}
	var err error
	if o.YAML, err = acceptsYAML(value(in.Accepts)); err != nil {
		return o, err
	}
	if o.Extensions, err = export.ParseExtensions(in.Parameters["extensions"]); err != nil {
		return o, wire.BadRequest("%s", "I"+strings.TrimPrefix(err.Error(), "i"))
	}
	return o, nil
}

// domainSuffix is the domain of a region's endpoints.
func domainSuffix(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// acceptsYAML chooses the format by the first type of an Accept header that there is a format for;
// without a header it is JSON.
func acceptsYAML(accept string) (bool, error) {
	if strings.TrimSpace(accept) == "" {
		return false, nil
	}
	for item := range strings.SplitSeq(accept, ",") {
		mediaType, _, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(mediaType)) {
		case "application/json", "application/*", "*/*":
			return false, nil
		case "application/yaml":
			return true, nil
		}
	}
	return false, wire.BadRequest("Invalid accept type specified: %s. Must be one of: [application/json, application/yaml]", accept)
}
