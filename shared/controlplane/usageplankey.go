package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxPlansPerKey is a quota of the service (control-plane operations, 2.10 and 2.12).
const maxPlansPerKey = 10

// planKeyRow says that an API key is in a usage plan. It is found from the plan; the way from the
// key is keyRow.Plans. Both are always written in one transaction.
type planKeyRow struct {
	// Key has no value: that is read from the key itself.
	Key   apigateway.UsagePlanKey `json:"key"`
	Added int64                   `json:"added"` // nanoseconds since 1970, for the order of lists
}

// planKeyTable holds the keys of one plan. A key that exists but is not in the plan is answered as
// an unknown plan, like in the live service.
func planKeyTable(planID string) accountTable[planKeyRow] {
	return accountTable[planKeyRow]{partition: "usageplankeys#" + planID, missing: errNoUsagePlan}
}

func (s *Service) usagePlanKeys() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateUsagePlanKeyOperation, s.CreateUsagePlanKey),
		wire.Bind(&apigateway.GetUsagePlanKeyOperation, s.GetUsagePlanKey),
		wire.Bind(&apigateway.GetUsagePlanKeysOperation, s.GetUsagePlanKeys),
		wire.Bind(&apigateway.DeleteUsagePlanKeyOperation, s.DeleteUsagePlanKey),
	}}
}

// CreateUsagePlanKey puts an API key, enabled or not, into a usage plan. A key can be in at most
// ten plans, and in one plan only for each stage.
func (s *Service) CreateUsagePlanKey(ctx context.Context, in *apigateway.CreateUsagePlanKeyRequest) (*apigateway.UsagePlanKey, error) {
	if *in.KeyType != usagePlanKeyTypeName {
		return nil, wire.BadRequest("Invalid key type specified. Must be one of: [%s]", usagePlanKeyTypeName)
	}
	return s.joinPlan(ctx, *in.UsagePlanId, *in.KeyId)
}

// joinPlan writes the new version of the plan's row although nothing in it changes: a concurrent
// change of the plan's stages, which looks at the keys of the plan, then fails and looks again.
func (s *Service) joinPlan(ctx context.Context, planID, keyID string) (*apigateway.UsagePlanKey, error) {
	// Plans are locked before keys, here and in DeleteUsagePlan.
	release, err := s.locks.acquire(ctx, usagePlanTable.partition+"/"+planID)
	if err != nil {
		return nil, fmt.Errorf("wait for usage plan %s: %w", planID, err)
	}
	defer release()
	if _, err := usagePlanTable.get(ctx, s, planID); err != nil {
		return nil, err
	}
	var joined *planKeyRow
	row, err := apiKeyTable.edit(ctx, s, keyID, func(row *keyRow) ([]store.Write, error) {
		plan, version, err := usagePlanTable.read(ctx, s, planID)
		if err != nil {
			return nil, err
		}
		if slices.Contains(row.Plans, planID) {
			return nil, wire.Conflict("API Key %s is already in Usage Plan %s", keyID, planID)
		}
		others, err := s.otherPlans(ctx, row, plan)
		if err != nil {
			return nil, err
		}
		row.Plans = append(row.Plans, planID)
		joined = &planKeyRow{
			Key:   apigateway.UsagePlanKey{Id: row.Key.Id, Type: ptr(usagePlanKeyTypeName), Name: row.Key.Name},
			Added: s.cfg.Now().UnixNano(),
		}
		items, err := encodeItems(
			func() (store.Item, error) { return encodeRow(usagePlanTable.key(planID), plan) },
			func() (store.Item, error) { return encodeRow(planKeyTable(planID).key(keyID), joined) },
			row.valueItem,
		)
		if err != nil {
			return nil, err
		}
		return append(others, store.Replace(items[0], version), store.Create(items[1]), store.Put(items[2])), nil
	})
	if err != nil {
		return nil, err
	}
	joined.Key.Value = row.Key.Value
	return &joined.Key, nil
}

func encodeItems(encode ...func() (store.Item, error)) ([]store.Item, error) {
	items := make([]store.Item, len(encode))
	for i, fn := range encode {
		var err error
		if items[i], err = fn(); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// otherPlans compares a plan that a key is to join with those that the key is in, and returns
// checks that these stay as they are. Deleted plans are forgotten.
func (s *Service) otherPlans(ctx context.Context, row *keyRow, plan *planRow) ([]store.Write, error) {
	var checks []store.Write
	var left []string
	for _, id := range row.Plans {
		other, version, err := usagePlanTable.read(ctx, s, id)
		if errors.Is(err, errNoUsagePlan) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, stage := range plan.Plan.ApiStages {
			if other.stage(apiStageName(stage)) != nil {
				return nil, wire.Conflict("Usage Plan %s cannot be added because API Key %s cannot reference multiple Usage Plans with the same API stage: %s",
					*plan.Plan.Id, *row.Key.Id, apiStageName(stage))
			}
		}
		left = append(left, id)
		checks = append(checks, store.Check(usagePlanTable.key(id), store.VersionIs(version)))
	}
	if len(left) >= maxPlansPerKey {
		return nil, wire.LimitExceeded("Maximum number of Usage Plans for API Key %s has been reached: %d", *row.Key.Id, maxPlansPerKey)
	}
	row.Plans = left
	return checks, nil
}

// GetUsagePlanKey returns a key of a usage plan.
func (s *Service) GetUsagePlanKey(ctx context.Context, in *apigateway.GetUsagePlanKeyRequest) (*apigateway.UsagePlanKey, error) {
	if _, err := s.planOfKey(ctx, *in.UsagePlanId, *in.KeyId); err != nil {
		return nil, err
	}
	row, err := planKeyTable(*in.UsagePlanId).get(ctx, s, *in.KeyId)
	if err != nil {
		return nil, err
	}
	return s.printPlanKey(ctx, row)
}

// planOfKey returns a plan if the key is in it. The first of plan, key and membership that is
// missing names the error.
func (s *Service) planOfKey(ctx context.Context, planID, keyID string) (*planRow, error) {
	plan, err := usagePlanTable.get(ctx, s, planID)
	if err != nil {
		return nil, err
	}
	key, err := apiKeyTable.get(ctx, s, keyID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(key.Plans, planID) {
		return nil, errNoUsagePlan
	}
	return plan, nil
}

func (s *Service) printPlanKey(ctx context.Context, row *planKeyRow) (*apigateway.UsagePlanKey, error) {
	key, err := apiKeyTable.get(ctx, s, *row.Key.Id)
	if err != nil {
		return nil, err
	}
	out := row.Key
	out.Value = key.Key.Value
	return &out, nil
}

// GetUsagePlanKeys lists the keys of a usage plan in pages, the last that joined first. An unknown
// plan has none (recorded answers, 16).
func (s *Service) GetUsagePlanKeys(ctx context.Context, in *apigateway.GetUsagePlanKeysRequest) (*apigateway.UsagePlanKeys, error) {
	rows, next, err := s.pagePlanKeys(ctx, *in.UsagePlanId, value(in.NameQuery), in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &apigateway.UsagePlanKeys{Items: []apigateway.UsagePlanKey{}, Position: next}
	for _, row := range rows {
		key, err := s.printPlanKey(ctx, row)
		if errors.Is(err, apiKeyTable.missing) {
			continue // deleted since the list was read
		}
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, *key)
	}
	return out, nil
}

// pagePlanKeys returns one page of the keys of a plan whose names start with a prefix.
func (s *Service) pagePlanKeys(ctx context.Context, planID, name string, position *string, limit *int32) ([]*planKeyRow, *string, error) {
	table := planKeyTable(planID)
	var rows []*planKeyRow
	if table.key("x").Validate() == nil { // or else no plan can have this identifier
		var err error
		if rows, err = table.all(ctx, s, ""); err != nil {
			return nil, nil, err
		}
	}
	rows = slices.DeleteFunc(rows, func(r *planKeyRow) bool { return !strings.HasPrefix(value(r.Key.Name), name) })
	return pageNewest(rows, func(r *planKeyRow) string { return place(r.Added, *r.Key.Id) }, position, limit)
}

// renameInPlans writes the new name of a key wherever its plans list it.
func (s *Service) renameInPlans(ctx context.Context, row *keyRow) ([]store.Write, error) {
	var writes []store.Write
	for _, planID := range row.Plans {
		listed, version, err := planKeyTable(planID).read(ctx, s, *row.Key.Id)
		if errors.Is(err, errNoUsagePlan) {
			continue
		}
		if err != nil {
			return nil, err
		}
		listed.Key.Name = row.Key.Name
		item, err := encodeRow(planKeyTable(planID).key(*row.Key.Id), listed)
		if err != nil {
			return nil, err
		}
		writes = append(writes, store.Replace(item, version))
	}
	return writes, nil
}

// DeleteUsagePlanKey takes a key out of a usage plan.
func (s *Service) DeleteUsagePlanKey(ctx context.Context, in *apigateway.DeleteUsagePlanKeyRequest) (*wire.Empty, error) {
	if _, err := usagePlanTable.get(ctx, s, *in.UsagePlanId); err != nil {
		return nil, err
	}
	if err := s.leavePlan(ctx, *in.UsagePlanId, *in.KeyId); err != nil {
		return nil, err
	}
	return &wire.Empty{}, nil
}

func (s *Service) leavePlan(ctx context.Context, planID, keyID string) error {
	_, err := apiKeyTable.edit(ctx, s, keyID, func(row *keyRow) ([]store.Write, error) {
		i := slices.Index(row.Plans, planID)
		if i < 0 {
			return nil, errNoUsagePlan
		}
		row.Plans = slices.Delete(row.Plans, i, i+1)
		lookup, err := row.valueItem()
		if err != nil {
			return nil, err
		}
		return []store.Write{store.Put(lookup), store.Delete(planKeyTable(planID).key(keyID), store.Any)}, nil
	})
	return err
}
