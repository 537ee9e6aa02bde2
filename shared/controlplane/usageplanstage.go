package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// stagePlansRow names the usage plans of one API stage. A stage is added to a plan, taken out of
// it and deleted by transactions that all write this row under its version (or check that it is
// absent), so that no plan ever names a stage that does not exist.
type stagePlansRow struct {
	Plans []string `json:"plans"`
}

// stagePlansKey takes the name of an API stage as plans write it, "api:stage".
func stagePlansKey(apiStage string) store.Key {
	return store.Key{Partition: "usageplanstages", Sort: apiStage}
}

const apiStageSeparator = ":"

func apiStageName(stage apigateway.ApiStage) string {
	return value(stage.ApiId) + apiStageSeparator + value(stage.Stage)
}

// stage returns the API stage of a plan with the name "api:stage", or nil.
func (r *planRow) stage(name string) *apigateway.ApiStage {
	for i := range r.Plan.ApiStages {
		if apiStageName(r.Plan.ApiStages[i]) == name {
			return &r.Plan.ApiStages[i]
		}
	}
	return nil
}

func (r *planRow) stageNames() []string {
	var names []string
	for _, stage := range r.Plan.ApiStages {
		names = append(names, apiStageName(stage))
	}
	return names
}

func (r *planRow) dropStage(name string) {
	r.Plan.ApiStages = slices.DeleteFunc(r.Plan.ApiStages, func(s apigateway.ApiStage) bool { return apiStageName(s) == name })
}

func errNoAPIStage(stage apigateway.ApiStage, planID string) *wire.Error {
	return wire.NotFound("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", value(stage.ApiId), value(stage.Stage), planID)
}

func stageKey(apiID, stage string) store.Key {
	return store.Key{Partition: livePartition(apiID), Sort: stagePrefix + stage}
}

// planStageWrites returns what belongs to a plan's row in the transaction that changes its stages
// from those named before. A stage that joins must exist, and no key of the plan may be in
// another plan of that stage.
func (s *Service) planStageWrites(ctx context.Context, row *planRow, before []string) ([]store.Write, error) {
	planID := *row.Plan.Id
	var writes []store.Write
	others := map[string]bool{}
	for _, stage := range row.Plan.ApiStages {
		name := apiStageName(stage)
		if slices.Contains(before, name) {
			continue
		}
		row, exists, err := s.stageRow(ctx, *stage.ApiId, *stage.Stage)
		if err != nil {
			return nil, err
		}
		if !exists {
			return nil, errNoAPIStage(stage, planID)
		}
		write, plans, err := s.changeStagePlans(ctx, name, func(plans []string) []string { return append(plans, planID) })
		if err != nil {
			return nil, err
		}
		writes = append(writes, store.Check(row, store.Present), write)
		for _, other := range plans {
			if other == planID {
				continue
			}
			check, err := s.checkDisjoint(ctx, planID, other, name)
			if err != nil {
				return nil, err
			}
			if !others[other] {
				others[other] = true
				writes = append(writes, check)
			}
		}
	}
	for _, name := range before {
		if row.stage(name) != nil {
			continue
		}
		write, _, err := s.changeStagePlans(ctx, name, func(plans []string) []string {
			return slices.DeleteFunc(plans, func(id string) bool { return id == planID })
		})
		if err != nil {
			return nil, err
		}
		writes = append(writes, write)
	}
	if len(writes) >= store.MaxWrites { // the plan's own row is one more
		return nil, wire.BadRequest("apiStages: too many API stages change at once; change fewer of them in one call")
	}
	return writes, nil
}

// changeStagePlans returns the write that changes the row of a stage, and the plans as they are.
func (s *Service) changeStagePlans(ctx context.Context, name string, change func([]string) []string) (store.Write, []string, error) {
	row, version, err := s.stagePlans(ctx, name)
	if err != nil {
		return store.Write{}, nil, err
	}
	item, err := encodeRow(stagePlansKey(name), stagePlansRow{Plans: change(slices.Clone(row.Plans))})
	if err != nil {
		return store.Write{}, nil, err
	}
	if version == 0 {
		return store.Create(item), nil, nil
	}
	return store.Replace(item, version), row.Plans, nil
}

// stagePlans returns the row of a stage and its version, 0 if there is no row.
func (s *Service) stagePlans(ctx context.Context, name string) (*stagePlansRow, int64, error) {
	item, err := s.cfg.Store.Get(ctx, stagePlansKey(name))
	if errors.Is(err, store.ErrNotFound) {
		return &stagePlansRow{}, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read the usage plans of stage %s: %w", name, err)
	}
	row, err := decodeRow[stagePlansRow](item)
	return row, item.Version, err
}

// checkDisjoint refuses a stage if some key is in both plans. The check that it returns fails when
// a key joins the other plan meanwhile (see joinPlan).
func (s *Service) checkDisjoint(ctx context.Context, planID, otherID, name string) (store.Write, error) {
	_, version, err := usagePlanTable.read(ctx, s, otherID)
	if errors.Is(err, errNoUsagePlan) {
		return store.Check(usagePlanTable.key(otherID), store.Absent), nil
	}
	if err != nil {
		return store.Write{}, err
	}
	mine, err := planKeyTable(planID).all(ctx, s, "")
	if err != nil {
		return store.Write{}, err
	}
	theirs, err := planKeyTable(otherID).all(ctx, s, "")
	if err != nil {
		return store.Write{}, err
	}
	in := map[string]bool{}
	for _, key := range theirs {
		in[*key.Key.Id] = true
	}
	for _, key := range mine {
		if in[*key.Key.Id] {
			return store.Write{}, wire.Conflict("Usage Plan %s cannot be updated because API Key %s cannot reference multiple Usage Plans with the same API stage: %s",
				planID, *key.Key.Id, name)
		}
	}
	return store.Check(usagePlanTable.key(otherID), store.VersionIs(version)), nil
}

// maxPlansAtOnce bounds how many plans lose a stage in the transaction that deletes it. Of a stage
// with more plans the others lose it before.
const maxPlansAtOnce = 40

// leaveStage takes a stage out of one plan.
func (s *Service) leaveStage(ctx context.Context, planID, name string) error {
	_, err := usagePlanTable.edit(ctx, s, planID, func(row *planRow) ([]store.Write, error) {
		before := row.stageNames()
		row.dropStage(name)
		return s.planStageWrites(ctx, row, before)
	})
	return err
}

// leavePlans takes a stage that is being deleted out of its usage plans, as the live service does:
// a stage that is created again under the same name is in none of them.
func (e *edit) leavePlans(stage string) error {
	name := e.id + apiStageSeparator + stage
	row, version, err := e.s.stagePlans(e.ctx, name)
	if err != nil {
		return err
	}
	if version == 0 {
		e.pending[stagePlansKey(name)] = store.Check(stagePlansKey(name), store.Absent)
		return nil
	}
	if len(row.Plans) > maxPlansAtOnce {
		for _, planID := range row.Plans[maxPlansAtOnce:] {
			if err := e.s.leaveStage(e.ctx, planID, name); err != nil {
				return err
			}
		}
		if row, version, err = e.s.stagePlans(e.ctx, name); err != nil {
			return err
		}
	}
	for _, planID := range row.Plans {
		if err := e.editPlan(planID, func(plan *planRow) { plan.dropStage(name) }); err != nil {
			return err
		}
	}
	e.pending[stagePlansKey(name)] = store.Delete(stagePlansKey(name), store.VersionIs(version))
	return nil
}

// editPlan changes the row of a plan in the transaction of an API, again if that has changed it
// already.
func (e *edit) editPlan(planID string, change func(*planRow)) error {
	key := usagePlanTable.key(planID)
	write, changed := e.pending[key]
	if !changed {
		item, err := e.s.cfg.Store.Get(e.ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read usage plan %s: %w", planID, err)
		}
		write = store.Replace(item, item.Version)
	}
	row, err := decodeRow[planRow](write.Item)
	if err != nil {
		return err
	}
	change(row)
	item, err := encodeRow(key, row)
	if err != nil {
		return err
	}
	write.Item = item
	e.pending[key] = write
	return nil
}
