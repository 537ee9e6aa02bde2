package controlplane

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// The paths below one API stage of a plan, in the words in which refusals print them.
const (
	stageThrottle       = "/apiStages/{apidId:stageName}/throttle"
	shownStageThrottle  = "/apiStages/<apidId:stageName>/throttle"
	methodThrottle      = stageThrottle + "/{resourcePath...}/{httpMethod}"
	shownMethodThrottle = shownStageThrottle + "/<resourcePath>/<httpMethod>"
)

// usagePlanPatches lists its paths in the order in which the live service prints those of remove.
var usagePlanPatches = patch.Table[planRow]{
	Paths: []patch.Path[planRow]{
		{Pattern: "/apiStages", Add: addPlanStage, Remove: removePlanStage},
		{Pattern: "/quota", Remove: patch.Clear(planQuota)},
		{Pattern: "/throttle", Remove: patch.Clear(planThrottle)},
		{
			Pattern: "/productCode",
			Add:     patch.Text(func(r *planRow) **string { return &r.Plan.ProductCode }),
			Replace: patch.Text(func(r *planRow) **string { return &r.Plan.ProductCode }),
			Remove:  patch.Clear(func(r *planRow) **string { return &r.Plan.ProductCode }),
		},
		{Pattern: methodThrottle, Shown: shownMethodThrottle, Only: isThrottledMethod, Remove: removeMethodThrottle},
		{Pattern: stageThrottle, Shown: shownStageThrottle, Add: addStageThrottle, Replace: replaceStageThrottle, Remove: removeStageThrottle},
		methodLimit("rateLimit", rateLimit),
		methodLimit("burstLimit", burstLimit),
		inQuota("limit", patch.Int32(func(q *apigateway.QuotaSettings) **int32 { return &q.Limit }, 0, math.MaxInt32)),
		inQuota("offset", patch.Int32(func(q *apigateway.QuotaSettings) **int32 { return &q.Offset }, 0, math.MaxInt32)),
		inQuota("period", patch.Choice(func(q *apigateway.QuotaSettings) **string { return &q.Period }, apigateway.QuotaPeriodTypeValues...)),
		inThrottle("burstLimit", burstLimit),
		inThrottle("rateLimit", rateLimit),
		{Pattern: "/description", Replace: patch.Text(func(r *planRow) **string { return &r.Plan.Description })},
		{Pattern: "/name", Replace: patch.Text(func(r *planRow) **string { return &r.Plan.Name })},
	},
	Refusals: patch.Common,
}

func planQuota(r *planRow) **apigateway.QuotaSettings       { return &r.Plan.Quota }
func planThrottle(r *planRow) **apigateway.ThrottleSettings { return &r.Plan.Throttle }

func rateLimit(t *apigateway.ThrottleSettings, c patch.Change) error {
	rate, err := strconv.ParseFloat(strings.TrimSpace(c.Text()), 64)
	if err != nil || math.IsInf(rate, 0) || !(rate >= 0) {
		return wire.BadRequest("Invalid patch value '%s' specified for path '%s'. Must be a number greater than or equal to 0", c.Text(), c.Path)
	}
	t.RateLimit = &rate
	return nil
}

func burstLimit(t *apigateway.ThrottleSettings, c patch.Change) error {
	return patch.Int32(func(t *apigateway.ThrottleSettings) **int32 { return &t.BurstLimit }, 0, math.MaxInt32)(t, c)
}

// inQuota is the path of a member of the quota, which appears with its first member.
func inQuota(member string, set patch.Set[apigateway.QuotaSettings]) patch.Path[planRow] {
	both := func(r *planRow, c patch.Change) error {
		if r.Plan.Quota == nil {
			r.Plan.Quota = &apigateway.QuotaSettings{}
		}
		return set(r.Plan.Quota, c)
	}
	return patch.Path[planRow]{Pattern: "/quota/" + member, Add: both, Replace: both}
}

// inThrottle is the path of a member of the plan's throttle, which appears with its first member.
func inThrottle(member string, set patch.Set[apigateway.ThrottleSettings]) patch.Path[planRow] {
	both := func(r *planRow, c patch.Change) error {
		if r.Plan.Throttle == nil {
			r.Plan.Throttle = &apigateway.ThrottleSettings{}
		}
		return set(r.Plan.Throttle, c)
	}
	return patch.Path[planRow]{Pattern: "/throttle/" + member, Add: both, Replace: both}
}

// methodLimit is the path of one limit of one method, whose entry appears with its first limit.
func methodLimit(member string, set patch.Set[apigateway.ThrottleSettings]) patch.Path[planRow] {
	both := func(r *planRow, c patch.Change) error {
		stage, err := patchedStage(r, c.Keys[0])
		if err != nil {
			return err
		}
		key, ok := throttleKey(c.Keys[1] + "/" + c.Keys[2])
		if !ok {
			return errThrottleMethod(c.Keys[1] + "/" + c.Keys[2])
		}
		limits := stage.Throttle[key]
		if err := set(&limits, c); err != nil {
			return err
		}
		if stage.Throttle == nil {
			stage.Throttle = map[string]apigateway.ThrottleSettings{}
		}
		stage.Throttle[key] = limits
		return nil
	}
	return patch.Path[planRow]{
		Pattern: methodThrottle + "/" + member, Shown: shownMethodThrottle + "/" + member,
		Add: both, Replace: both,
	}
}

// splitAPIStage reads the value of /apiStages, "api:stage".
func splitAPIStage(name string) (apigateway.ApiStage, error) {
	apiID, stage, ok := strings.Cut(name, apiStageSeparator)
	if !ok || apiID == "" || stage == "" || strings.Contains(stage, apiStageSeparator) {
		return apigateway.ApiStage{}, wire.BadRequest("Invalid API Stage specified")
	}
	return apigateway.ApiStage{ApiId: &apiID, Stage: &stage}, nil
}

func patchedStage(r *planRow, name string) (*apigateway.ApiStage, error) {
	named, err := splitAPIStage(name)
	if err != nil {
		return nil, err
	}
	if stage := r.stage(name); stage != nil {
		return stage, nil
	}
	return nil, errNoAPIStage(named, *r.Plan.Id)
}

// addPlanStage adds a stage once; whether it exists is checked when the plan is stored.
func addPlanStage(r *planRow, c patch.Change) error {
	stage, err := splitAPIStage(c.Text())
	if err == nil && r.stage(c.Text()) == nil {
		r.Plan.ApiStages = append(r.Plan.ApiStages, stage)
	}
	return err
}

func removePlanStage(r *planRow, c patch.Change) error {
	if _, err := patchedStage(r, c.Text()); err != nil {
		return err
	}
	r.dropStage(c.Text())
	return nil
}

// addStageThrottle adds the methods of a JSON document, like {"/pets/GET":{"rateLimit":10}}.
func addStageThrottle(r *planRow, c patch.Change) error {
	stage, err := patchedStage(r, c.Keys[0])
	if err != nil {
		return err
	}
	added, err := parseStageThrottle(c)
	if err != nil {
		return err
	}
	if stage.Throttle == nil {
		stage.Throttle = added
		return nil
	}
	maps.Copy(stage.Throttle, added)
	return nil
}

func replaceStageThrottle(r *planRow, c patch.Change) error {
	stage, err := patchedStage(r, c.Keys[0])
	if err != nil {
		return err
	}
	stage.Throttle, err = parseStageThrottle(c)
	return err
}

func removeStageThrottle(r *planRow, c patch.Change) error {
	stage, err := patchedStage(r, c.Keys[0])
	if err != nil {
		return err
	}
	stage.Throttle = nil
	return nil
}

func removeMethodThrottle(r *planRow, c patch.Change) error {
	stage, err := patchedStage(r, c.Keys[0])
	if err != nil {
		return err
	}
	if key, ok := throttleKey(c.Keys[1] + "/" + c.Keys[2]); ok {
		delete(stage.Throttle, key)
	}
	if len(stage.Throttle) == 0 {
		stage.Throttle = nil
	}
	return nil
}

// parseStageThrottle reads the throttles of a stage, nil if there are none.
func parseStageThrottle(c patch.Change) (map[string]apigateway.ThrottleSettings, error) {
	var document map[string]apigateway.ThrottleSettings
	if err := json.Unmarshal([]byte(c.Text()), &document); err != nil {
		return nil, wire.BadRequest("Invalid patch value '%s' specified for path '%s'. Must be a JSON object of method throttles", c.Text(), c.Path)
	}
	var throttle map[string]apigateway.ThrottleSettings
	for method, limits := range document {
		key, ok := throttleKey(method)
		if !ok {
			return nil, errThrottleMethod(method)
		}
		if throttle == nil {
			throttle = map[string]apigateway.ThrottleSettings{}
		}
		throttle[key] = limits
	}
	return throttle, nil
}

// isThrottledMethod tells the path of a method from that of a limit.
func isThrottledMethod(keys []string) bool { return slices.Contains(verbs, keys[2]) }

// throttleKey is the key of a method's throttle: resource path and method with a slash between
// them, so "/pets/GET", and "//GET" for the root. A missing first slash is added. ok is false
// for what names no method, such as "*/*".
func throttleKey(method string) (key string, ok bool) {
	i := strings.LastIndex(method, "/")
	if i < 1 || !slices.Contains(verbs, method[i+1:]) {
		return "", false
	}
	path := method[:i]
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if strings.ContainsAny(path, "*") {
		return "", false
	}
	return fmt.Sprintf("%s/%s", path, method[i+1:]), true
}

func errThrottleMethod(method string) *wire.Error {
	return wire.BadRequest("Invalid method specified for throttle: %s. Must be like /resource/METHOD", method)
}
