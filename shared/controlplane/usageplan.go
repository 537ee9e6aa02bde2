package controlplane

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var errNoUsagePlan = wire.NotFound("Invalid Usage Plan ID specified")

// planRow is the row of a usage plan, which the data plane reads as well:
//
//	partition  "usageplans"
//	sort key   the identifier of the plan
//	value      {"plan":{...},"quotaSince":"2023-11-14"}
//
// The plan is the UsagePlan of the service model by its wire names: apiStages names the stages it
// covers with their method throttles by "/pets/GET", throttle and quota are its limits for each
// key.
type planRow struct {
	Plan apigateway.UsagePlan `json:"plan"`
	// QuotaSince is the UTC day on which the quota got its period and offset, empty without a
	// quota. The offset counts in the period of that day (see allowance).
	QuotaSince string `json:"quotaSince,omitempty"`
}

var usagePlanTable = accountTable[planRow]{partition: "usageplans", missing: errNoUsagePlan}

func (s *Service) usagePlans() kind {
	tagged := tagRows(s, usagePlanTable, "/usageplans/{}", func(r *planRow) *map[string]string { return &r.Plan.Tags })
	for i := range tagged {
		edit := tagged[i].edit
		tagged[i].edit = func(ctx context.Context, ids []string, fn func(*map[string]string) error) error {
			return edit(ctx, ids, func(tags *map[string]string) error {
				if err := fn(tags); err != nil {
					return err
				}
				return checkPlanSettings(*tags)
			})
		}
	}
	return kind{tagged: tagged, endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateUsagePlanOperation, s.CreateUsagePlan),
		wire.Bind(&apigateway.GetUsagePlanOperation, s.GetUsagePlan),
		wire.Bind(&apigateway.GetUsagePlansOperation, s.GetUsagePlans),
		wire.Bind(&apigateway.UpdateUsagePlanOperation, s.UpdateUsagePlan),
		wire.Bind(&apigateway.DeleteUsagePlanOperation, s.DeleteUsagePlan),
	}}
}

// CreateUsagePlan creates a usage plan of existing API stages.
func (s *Service) CreateUsagePlan(ctx context.Context, in *apigateway.CreateUsagePlanRequest) (*apigateway.UsagePlan, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	id, err := usagePlanTable.freeID(ctx, s, idLength)
	if err != nil {
		return nil, err
	}
	row := &planRow{Plan: apigateway.UsagePlan{
		Id:          &id,
		Name:        in.Name,
		Description: in.Description,
		Throttle:    in.Throttle,
		Quota:       in.Quota,
		Tags:        in.Tags,
	}}
	if len(row.Plan.Tags) == 0 {
		row.Plan.Tags = nil
	}
	for _, stage := range in.ApiStages {
		if value(stage.ApiId) == "" || value(stage.Stage) == "" {
			// Not a format: the live service answers these very words.
			return nil, wire.BadRequest("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s")
		}
		if row.stage(apiStageName(stage)) != nil {
			return nil, wire.BadRequest("Duplicate API Stage specified: %s", apiStageName(stage))
		}
		if len(stage.Throttle) == 0 {
			stage.Throttle = nil
		}
		row.Plan.ApiStages = append(row.Plan.ApiStages, stage)
	}
	if err := s.completePlan(row, nil); err != nil {
		return nil, err
	}
	for range editAttempts {
		writes, err := s.planStageWrites(ctx, row, nil)
		if err != nil {
			return nil, err
		}
		if err = usagePlanTable.create(ctx, s, id, row, errConcurrent, writes...); err == nil {
			return printPlan(row), nil
		}
		if !errors.Is(err, errConcurrent) {
			return nil, err
		}
	}
	return nil, errConcurrent
}

// completePlan fills in what a plan does not say and refuses what no plan can have. before is the
// quota as it was.
func (s *Service) completePlan(row *planRow, before *apigateway.QuotaSettings) error {
	if quota := row.Plan.Quota; quota != nil {
		quota.Offset = valueOr(quota.Offset, 0)
	}
	if err := checkPlan(row); err != nil {
		return err
	}
	switch quota := row.Plan.Quota; {
	case quota == nil:
		row.QuotaSince = ""
	case before == nil || *before.Period != *quota.Period || *before.Offset != *quota.Offset:
		row.QuotaSince = s.cfg.Now().UTC().Format(dayFormat)
	}
	return nil
}

func printPlan(row *planRow) *apigateway.UsagePlan {
	out := row.Plan
	if out.ApiStages == nil {
		out.ApiStages = []apigateway.ApiStage{}
	}
	return &out
}

// GetUsagePlan returns a usage plan.
func (s *Service) GetUsagePlan(ctx context.Context, in *apigateway.GetUsagePlanRequest) (*apigateway.UsagePlan, error) {
	row, err := usagePlanTable.get(ctx, s, *in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	return printPlan(row), nil
}

// GetUsagePlans lists the usage plans, or those of one API key, in pages.
func (s *Service) GetUsagePlans(ctx context.Context, in *apigateway.GetUsagePlansRequest) (*apigateway.UsagePlans, error) {
	var rows []*planRow
	var next *string
	var err error
	if in.KeyId != nil {
		if rows, err = s.plansOfKey(ctx, *in.KeyId); err == nil {
			rows, next, err = pageList(rows, func(r *planRow) string { return *r.Plan.Id }, in.Position, in.Limit)
		}
	} else {
		rows, next, err = usagePlanTable.page(ctx, s, "", in.Position, in.Limit)
	}
	if err != nil {
		return nil, err
	}
	out := &apigateway.UsagePlans{Items: []apigateway.UsagePlan{}, Position: next}
	for _, row := range rows {
		out.Items = append(out.Items, *printPlan(row))
	}
	return out, nil
}

// plansOfKey returns the plans that a key is in, none if there is no such key.
func (s *Service) plansOfKey(ctx context.Context, keyID string) ([]*planRow, error) {
	key, err := apiKeyTable.get(ctx, s, keyID)
	if errors.Is(err, apiKeyTable.missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []*planRow
	for _, id := range key.Plans {
		row, err := usagePlanTable.get(ctx, s, id)
		if errors.Is(err, errNoUsagePlan) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// UpdateUsagePlan changes a usage plan by patch operations.
func (s *Service) UpdateUsagePlan(ctx context.Context, in *apigateway.UpdateUsagePlanRequest) (*apigateway.UsagePlan, error) {
	row, err := usagePlanTable.edit(ctx, s, *in.UsagePlanId, func(row *planRow) ([]store.Write, error) {
		before := row.stageNames()
		quota := clone(row.Plan.Quota)
		if err := usagePlanPatches.Apply(row, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		if err := s.completePlan(row, quota); err != nil {
			return nil, err
		}
		return s.planStageWrites(ctx, row, before)
	})
	if err != nil {
		return nil, err
	}
	return printPlan(row), nil
}

// clone copies a structure that is about to be changed in place.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	copied := *p
	return &copied
}

// DeleteUsagePlan deletes a usage plan that covers no API stage. Its keys leave it first, each in
// a transaction of its own; after a failure on the way the deletion can be repeated. A key that
// joins meanwhile changes the version of the plan, and the deletion starts again.
func (s *Service) DeleteUsagePlan(ctx context.Context, in *apigateway.DeleteUsagePlanRequest) (*wire.Empty, error) {
	id := *in.UsagePlanId
	_, err := usagePlanTable.remove(ctx, s, id, func(row *planRow) ([]store.Write, error) {
		if len(row.Plan.ApiStages) > 0 {
			return nil, wire.BadRequest("Cannot delete Usage Plan %s because there are API Stages associated with it, including %s",
				id, apiStageName(row.Plan.ApiStages[0]))
		}
		keys, err := planKeyTable(id).all(ctx, s, "")
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			err := s.leavePlan(ctx, id, *key.Key.Id)
			if err != nil && !errors.Is(err, errNoUsagePlan) && !errors.Is(err, apiKeyTable.missing) {
				return nil, fmt.Errorf("take API key %s out of usage plan %s: %w", *key.Key.Id, id, err)
			}
		}
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	return &wire.Empty{}, nil
}
