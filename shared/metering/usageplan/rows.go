package usageplan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/store"
)

// digest stands for the value of an API key, so that memory holds no secrets.
type digest [sha256.Size]byte

// valueKey is where a key is found by its value.
func valueKey(d digest) store.Key {
	return store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(d[:]), Sort: "apikey"}
}

func planKey(id string) store.Key { return store.Key{Partition: "usageplans", Sort: id} }

// valueRow is the row of a key's value.
type valueRow struct {
	ID      string   `json:"id"`
	Enabled bool     `json:"enabled"`
	Plans   []string `json:"plans"`
}

// knownKey is a key with what was found for the stages it was used on.
type knownKey struct {
	valueRow
	uses uses
}

func decodeKey(_ digest, item store.Item) (*knownKey, error) {
	k := &knownKey{}
	if err := json.Unmarshal(item.Value, &k.valueRow); err != nil {
		return nil, fmt.Errorf("decode API key: %w", err)
	}
	return k, nil
}

// planRow is the row of a usage plan, which holds the UsagePlan of the service model.
type planRow struct {
	Plan struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		APIStages []struct {
			APIID    string                 `json:"apiId"`
			Stage    string                 `json:"stage"`
			Throttle map[string]throttleRow `json:"throttle"`
		} `json:"apiStages"`
		Throttle *throttleRow      `json:"throttle"`
		Quota    *quotaRow         `json:"quota"`
		Tags     map[string]string `json:"tags"`
	} `json:"plan"`
	QuotaSince string `json:"quotaSince"`
}

// throttleRow is a ThrottleSettings. A member that is absent is 0, as in AWS's own answers, and 0
// blocks (REST data plane spec, 12).
type throttleRow struct {
	RateLimit  float64 `json:"rateLimit"`
	BurstLimit int64   `json:"burstLimit"`
}

func (t throttleRow) limit() metering.Limit {
	return metering.Limit{Rate: t.RateLimit, Burst: t.BurstLimit}
}

type quotaRow struct {
	Limit  int64  `json:"limit"`
	Offset int64  `json:"offset"`
	Period string `json:"period"`
}

// Tags of a plan (see the package's description).
const (
	tagQuota        = "postern:quota"
	tagQuotaFailure = "postern:quota-failure"
)

// Plan is a usage plan. It does not change; a changed plan is another Plan.
type Plan struct {
	ID, Name string
	// Throttle limits each key over all methods that have no throttle of their own; nil is none.
	Throttle *metering.Limit
	// Quota is nil if there is none.
	Quota *Quota

	stages map[apiStage]map[string]metering.Limit
}

// Quota is how many requests a key has in a period.
type Quota struct {
	Limit, Offset int64
	Period        Period
	// Since is the UTC day on which the quota got its period and offset.
	Since string
	// Exact and Open are the settings of the plan's tags.
	Exact, Open bool
}

type apiStage struct{ apiID, stage string }

func decodePlan(id string, item store.Item) (*Plan, error) {
	var row planRow
	if err := json.Unmarshal(item.Value, &row); err != nil {
		return nil, fmt.Errorf("decode usage plan %s: %w", id, err)
	}
	p := &Plan{ID: id, Name: row.Plan.Name, stages: make(map[apiStage]map[string]metering.Limit, len(row.Plan.APIStages))}
	if t := row.Plan.Throttle; t != nil {
		limit := t.limit()
		p.Throttle = &limit
	}
	if q := row.Plan.Quota; q != nil {
		p.Quota = &Quota{Limit: q.Limit, Offset: q.Offset, Period: Period(q.Period), Since: row.QuotaSince,
			Exact: row.Plan.Tags[tagQuota] == "exact", Open: row.Plan.Tags[tagQuotaFailure] == "open"}
	}
	for _, s := range row.Plan.APIStages {
		var methods map[string]metering.Limit
		if len(s.Throttle) > 0 {
			methods = make(map[string]metering.Limit, len(s.Throttle))
			for method, t := range s.Throttle {
				methods[method] = t.limit()
			}
		}
		p.stages[apiStage{s.APIID, s.Stage}] = methods
	}
	return p, nil
}
