package controlplane

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Sizes of an API key in characters (control-plane operations, 2.7 and 2.10; recorded answers, 15).
const (
	keyIDLength          = 10
	maxKeyName           = 1024
	maxKeyDescription    = 125000
	stageKeySeparator    = "/"
	usagePlanKeyTypeName = "API_KEY"
)

// keyRow is the row of an API key. It holds the secret, which GetApiKey must be able to show; the
// data plane reads the valueRow instead. The two are written in one transaction.
type keyRow struct {
	Key apigateway.ApiKey `json:"key"`
	// Labels can be patched, but no answer shows them.
	Labels []string `json:"labels,omitempty"`
	// Plans are the usage plans of the key, in the order in which it joined them. A plan that is
	// just being deleted may still be named.
	Plans   []string `json:"plans,omitempty"`
	Created int64    `json:"created"` // nanoseconds since 1970, for the order of lists
}

var apiKeyTable = accountTable[keyRow]{partition: "apikeys", missing: wire.NotFound("Invalid API Key identifier specified")}

func (s *Service) apiKeys() kind {
	tagged := tagRows(s, apiKeyTable, "/apikeys/{}", func(r *keyRow) *map[string]string { return &r.Key.Tags })
	return kind{tagged: tagged, endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateApiKeyOperation, s.CreateApiKey),
		wire.Bind(&apigateway.GetApiKeyOperation, s.GetApiKey),
		wire.Bind(&apigateway.GetApiKeysOperation, s.GetApiKeys),
		wire.Bind(&apigateway.UpdateApiKeyOperation, s.UpdateApiKey),
		wire.Bind(&apigateway.DeleteApiKeyOperation, s.DeleteApiKey),
		wire.Bind(&apigateway.ImportApiKeysOperation, s.ImportApiKeys),
	}}
}

var apiKeyPatches = patch.Table[keyRow]{
	Paths: []patch.Path[keyRow]{
		{Pattern: "/name", Replace: patch.Text(func(r *keyRow) **string { return &r.Key.Name })},
		{Pattern: "/description", Replace: patch.Text(func(r *keyRow) **string { return &r.Key.Description })},
		{Pattern: "/customerId", Replace: patch.Text(func(r *keyRow) **string { return &r.Key.CustomerId })},
		{Pattern: "/enabled", Replace: patch.Bool(func(r *keyRow) **bool { return &r.Key.Enabled })},
		{Pattern: "/labels", Add: patch.Append(keyLabels), Remove: patch.DropValue(keyLabels)},
		{Pattern: "/stages", Add: patch.Append(keyStages), Remove: patch.DropValue(keyStages)},
	},
	Refusals: patch.Common,
}

func keyLabels(r *keyRow) *[]string { return &r.Labels }
func keyStages(r *keyRow) *[]string { return &r.Key.StageKeys }

// CreateApiKey creates an API key, which is disabled unless the request says otherwise. The
// identifier is distinct from the value whatever generateDistinctId says: the live service
// deprecated that member, and an identifier that is the secret would show it in every list.
func (s *Service) CreateApiKey(ctx context.Context, in *apigateway.CreateApiKeyRequest) (*apigateway.ApiKey, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	row := &keyRow{Key: apigateway.ApiKey{
		Value:       in.Value,
		Name:        in.Name,
		CustomerId:  in.CustomerId,
		Description: in.Description,
		Enabled:     valueOr(in.Enabled, false),
		Tags:        in.Tags,
	}}
	for _, stage := range in.StageKeys {
		row.Key.StageKeys = append(row.Key.StageKeys, value(stage.RestApiId)+stageKeySeparator+value(stage.StageName))
	}
	if err := s.checkStageKeys(ctx, row.Key.StageKeys); err != nil {
		return nil, err
	}
	if err := s.createKey(ctx, row); err != nil {
		return nil, err
	}
	return printKey(row, true), nil
}

// createKey completes, checks and stores a new row.
func (s *Service) createKey(ctx context.Context, row *keyRow) error {
	if value(row.Key.Value) == "" {
		row.Key.Value = ptr(newKeyValue())
	}
	if err := checkKeyValue(*row.Key.Value); err != nil {
		return err
	}
	if err := checkKey(&row.Key); err != nil {
		return err
	}
	if len(row.Key.Tags) == 0 {
		row.Key.Tags = nil
	}
	taken, err := s.keyByValue(ctx, *row.Key.Value)
	if err != nil {
		return err
	}
	if taken != "" {
		return errKeyExists
	}
	id, err := apiKeyTable.freeID(ctx, s, keyIDLength)
	if err != nil {
		return err
	}
	row.Key.Id = &id
	row.Key.CreatedDate, row.Key.LastUpdatedDate = s.now(), s.now()
	row.Created = s.cfg.Now().UnixNano()
	lookup, err := row.valueItem()
	if err != nil {
		return err
	}
	err = apiKeyTable.create(ctx, s, id, row, errConcurrent, store.Create(lookup))
	if errors.Is(err, errConcurrent) {
		// Somebody else took the value since it was looked up.
		if taken, lookErr := s.keyByValue(ctx, *row.Key.Value); lookErr == nil && taken != "" {
			return errKeyExists
		}
	}
	return err
}

// checkKey refuses what no API key can have.
func checkKey(key *apigateway.ApiKey) error {
	if utf8.RuneCountInString(value(key.Description)) > maxKeyDescription {
		return wire.BadRequest("Invalid API Key description specified.")
	}
	if utf8.RuneCountInString(value(key.Name)) > maxKeyName {
		return wire.BadRequest("Invalid API Key name specified.")
	}
	return nil
}

// checkStageKeys refuses a reference to a stage that does not exist.
func (s *Service) checkStageKeys(ctx context.Context, stageKeys []string) error {
	for _, key := range stageKeys {
		apiID, stage, _ := strings.Cut(key, stageKeySeparator)
		if _, err := s.open(ctx, apiID); errors.Is(err, errNoAPI) {
			return s.errNoSuchAPI(apiID)
		} else if err != nil {
			return err
		}
		_, exists, err := s.stageRow(ctx, apiID, stage)
		if err != nil {
			return err
		}
		if !exists {
			return errNoStage
		}
	}
	return nil
}

// printKey is a key as answers show it.
func printKey(row *keyRow, includeValue bool) *apigateway.ApiKey {
	out := row.Key
	if !includeValue {
		out.Value = nil
	}
	if out.StageKeys == nil {
		out.StageKeys = []string{}
	}
	return &out
}

// GetApiKey returns an API key, with its value only if asked for.
func (s *Service) GetApiKey(ctx context.Context, in *apigateway.GetApiKeyRequest) (*apigateway.ApiKey, error) {
	row, err := apiKeyTable.get(ctx, s, *in.ApiKey)
	if err != nil {
		return nil, err
	}
	return printKey(row, value(in.IncludeValue)), nil
}

// GetApiKeys lists the keys in pages, the newest first. The query by name takes prefixes.
func (s *Service) GetApiKeys(ctx context.Context, in *apigateway.GetApiKeysRequest) (*apigateway.ApiKeys, error) {
	rows, err := apiKeyTable.all(ctx, s, "")
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r *keyRow) bool {
		return !strings.HasPrefix(value(r.Key.Name), value(in.NameQuery)) ||
			in.CustomerId != nil && *in.CustomerId != value(r.Key.CustomerId)
	})
	rows, next, err := pageNewest(rows, func(r *keyRow) string { return place(r.Created, *r.Key.Id) }, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &apigateway.ApiKeys{Items: []apigateway.ApiKey{}, Position: next}
	for _, row := range rows {
		out.Items = append(out.Items, *printKey(row, value(in.IncludeValues)))
	}
	return out, nil
}

// UpdateApiKey changes an API key by patch operations.
func (s *Service) UpdateApiKey(ctx context.Context, in *apigateway.UpdateApiKeyRequest) (*apigateway.ApiKey, error) {
	row, err := s.editKey(ctx, *in.ApiKey, func(row *keyRow) error {
		before := row.Key.StageKeys
		if err := apiKeyPatches.Apply(row, operations(in.PatchOperations)); err != nil {
			return err
		}
		added := slices.DeleteFunc(slices.Clone(row.Key.StageKeys), func(k string) bool { return slices.Contains(before, k) })
		return s.checkStageKeys(ctx, added)
	})
	if err != nil {
		return nil, err
	}
	return printKey(row, false), nil
}

// editKey changes the row of a key together with the rows that repeat a part of it.
func (s *Service) editKey(ctx context.Context, id string, fn func(row *keyRow) error) (*keyRow, error) {
	return apiKeyTable.edit(ctx, s, id, func(row *keyRow) ([]store.Write, error) {
		name := value(row.Key.Name)
		if err := fn(row); err != nil {
			return nil, err
		}
		if err := checkKey(&row.Key); err != nil {
			return nil, err
		}
		row.Key.LastUpdatedDate = s.now()
		lookup, err := row.valueItem()
		if err != nil {
			return nil, err
		}
		writes := []store.Write{store.Put(lookup)}
		if name != value(row.Key.Name) {
			renamed, err := s.renameInPlans(ctx, row)
			return append(writes, renamed...), err
		}
		return writes, nil
	})
}

// DeleteApiKey deletes an API key and takes it out of its usage plans (recorded answers, 16).
func (s *Service) DeleteApiKey(ctx context.Context, in *apigateway.DeleteApiKeyRequest) (*wire.Empty, error) {
	_, err := apiKeyTable.remove(ctx, s, *in.ApiKey, func(row *keyRow) ([]store.Write, error) {
		writes := []store.Write{store.Delete(valueKey(value(row.Key.Value)), store.Any)}
		for _, plan := range row.Plans {
			writes = append(writes, store.Delete(planKeyTable(plan).key(*row.Key.Id), store.Any))
		}
		return writes, nil
	})
	if err != nil {
		return nil, err
	}
	return &wire.Empty{}, nil
}
