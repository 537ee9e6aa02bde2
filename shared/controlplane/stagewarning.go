package controlplane

import (
	"fmt"
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// idle is a setting of a stage that is stored without effect on what is served.
type idle struct {
	path  string // of the field
	value string
	why   string
}

const notEnforced = "it is stored but not enforced by this build"

// idleSettings lists the settings in force that the data plane does not act upon.
func idleSettings(s *apigateway.Stage) []idle {
	var list []idle
	add := func(is bool, path string, v any) {
		if is {
			list = append(list, idle{path, fmt.Sprint(v), notEnforced})
		}
	}
	add(value(s.TracingEnabled), "tracingEnabled", true)
	add(value(s.WebAclArn) != "", "webAclArn", value(s.WebAclArn))
	for _, key := range slices.Sorted(maps.Keys(s.MethodSettings)) {
		m, at := s.MethodSettings[key], "methodSettings."+key+"."
		add(value(m.MetricsEnabled), at+"metricsEnabled", true)
	}
	if l := s.AccessLogSettings; l != nil && value(l.DestinationArn) != "" {
		list = append(list, idle{"accessLogSettings.destinationArn", *l.DestinationArn, "it is stored, but this build writes access log lines to the output of the data plane's own process"})
	}
	return list
}

// warnAbout tells of the settings without effect that a change brings in, once it is stored.
func (e *edit) warnAbout(stage, before *apigateway.Stage) {
	known := idleSettings(before)
	for _, s := range idleSettings(stage) {
		if slices.Contains(known, s) {
			continue
		}
		message := fmt.Sprintf("API %s, stage %s: %s is %s: %s", e.id, *stage.StageName, s.path, s.value, s.why)
		e.after = append(e.after, func() { e.s.cfg.Warn(message) })
	}
}
