package controlplane

import (
	"errors"
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var (
	stageName          = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	stageVariableName  = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)
	stageVariableValue = regexp.MustCompile(`^[A-Za-z0-9 \-._~:/?#&=,]{0,512}$`)
	// logDestination is a log group or a delivery stream, of whatever account and region.
	logDestination = regexp.MustCompile(`^arn:[a-z0-9-]+:(logs:[a-z0-9-]*:[0-9]*:log-group:[A-Za-z0-9_\-./#]{1,512}(:\*)?|firehose:[a-z0-9-]*:[0-9]*:deliverystream/amazon-apigateway-[A-Za-z0-9_\-.]+)$`)
)

const maxStageVariables = 100

// checkStage refuses what no stage can have (REST data plane spec, 14).
func checkStage(stage *apigateway.Stage) error {
	if !stageName.MatchString(*stage.StageName) {
		return wire.BadRequest("Stage name only allows a-zA-Z0-9_-")
	}
	if err := checkVariables(stage.Variables); err != nil {
		return err
	}
	if err := checkTags(stage.Tags); err != nil {
		return err
	}
	if c := stage.CanarySettings; c != nil {
		if percent := value(c.PercentTraffic); !(percent >= 0 && percent <= 100) {
			return wire.BadRequest("Invalid canary percentTraffic: %v. Must be between 0.0 and 100.0", percent)
		}
		if err := checkVariables(c.StageVariableOverrides); err != nil {
			return err
		}
	}
	return checkAccessLog(stage.AccessLogSettings)
}

func checkVariables(variables map[string]string) error {
	if len(variables) > maxStageVariables {
		return wire.LimitExceeded("Maximum number of stage variables for this stage has been reached. Please contact AWS if you need additional stage variables")
	}
	for name, v := range variables {
		if !stageVariableName.MatchString(name) {
			return wire.BadRequest("Invalid stage variable name: %s. Please use names with up to 64 alphanumeric characters and underscores.", name)
		}
		if !stageVariableValue.MatchString(v) {
			return wire.BadRequest("Invalid stage variable value: %s. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.", v)
		}
	}
	return nil
}

// checkAccessLog checks what is set: destination and format may come one after the other
// (recorded answers, 12).
func checkAccessLog(s *apigateway.AccessLogSettings) error {
	if s == nil {
		return nil
	}
	if arn := value(s.DestinationArn); arn != "" {
		if !strings.HasPrefix(arn, "arn:") {
			return wire.BadRequest("Invalid ARN specified in the request. ARNs must start with 'arn:': %s", arn)
		}
		if !logDestination.MatchString(arn) {
			return wire.BadRequest("Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream ARN.")
		}
	}
	if format := value(s.Format); format != "" {
		if err := accesslog.Check(format); err != nil {
			return wire.BadRequest("%s", err.Error())
		}
	}
	return nil
}

// errUnknownDeployment is the answer when a patch names a deployment that does not exist.
var errUnknownDeployment = wire.BadRequest("Deployment id does not exist")

// checkReferences refuses identifiers of things that do not exist, as far as they changed.
func (e *edit) checkReferences(stage, before *apigateway.Stage) error {
	ids := []*string{stage.DeploymentId}
	if stage.CanarySettings != nil {
		ids = append(ids, stage.CanarySettings.DeploymentId)
	}
	for _, id := range ids {
		if _, err := e.deployment(value(id)); errors.Is(err, errNoDeployment) {
			return errUnknownDeployment
		} else if err != nil {
			return err
		}
	}
	if version := value(stage.DocumentationVersion); version != "" && version != value(before.DocumentationVersion) {
		if _, err := e.documentationVersion(version); err != nil {
			return err
		}
	}
	if id := value(stage.ClientCertificateId); id != "" && id != value(before.ClientCertificateId) {
		if _, err := certificateTable.get(e.ctx, e.s, id); err != nil {
			return err
		}
	}
	return nil
}
