package controlplane

import (
	"context"
	"errors"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// The settings of the account are one row, which is missing until they are first changed.
const settingsID = "settings"

var errNoSettings = wire.NotFound("Invalid account identifier specified")

var settingsTable = accountTable[apigateway.Account]{partition: "account", missing: errNoSettings}

func (s *Service) accountSettings() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.GetAccountOperation, s.GetAccount),
		wire.Bind(&apigateway.UpdateAccountOperation, s.UpdateAccount),
	}}
}

// usagePlansFeature cannot be switched off (control-plane operations, 2.3).
const usagePlansFeature = "UsagePlans"

var settingsPatches = patch.Table[apigateway.Account]{
	Paths: []patch.Path[apigateway.Account]{
		{Pattern: "/cloudwatchRoleArn", Replace: replaceRole},
		{Pattern: "/features", Add: patch.Append(accountFeatures), Remove: removeFeature},
	},
	Refusals: patch.Common,
}

func accountFeatures(a *apigateway.Account) *[]string { return &a.Features }

// replaceRole sets the role; no value takes it away.
func replaceRole(a *apigateway.Account, c patch.Change) error {
	if c.Text() != "" && !roleARN.MatchString(c.Text()) {
		return wire.BadRequest("The role ARN is not well formed")
	}
	return patch.Reference(func(a *apigateway.Account) **string { return &a.CloudwatchRoleArn })(a, c)
}

func removeFeature(a *apigateway.Account, c patch.Change) error {
	if c.Text() == usagePlansFeature {
		return wire.BadRequest("Usage Plans cannot be disabled once enabled")
	}
	a.Features = slices.DeleteFunc(a.Features, func(f string) bool { return f == c.Text() })
	return nil
}

// newSettings are those of an account that never changed them.
func newSettings() *apigateway.Account {
	return &apigateway.Account{
		ThrottleSettings: &apigateway.ThrottleSettings{BurstLimit: ptr(int32(5000)), RateLimit: ptr(10000.0)},
		Features:         []string{usagePlansFeature},
		ApiKeyVersion:    ptr("4"),
	}
}

// GetAccount returns the settings of the account.
func (s *Service) GetAccount(ctx context.Context, _ *apigateway.GetAccountRequest) (*apigateway.Account, error) {
	settings, err := settingsTable.get(ctx, s, settingsID)
	if errors.Is(err, errNoSettings) {
		return newSettings(), nil
	}
	return settings, err
}

// UpdateAccount changes the settings of the account by patch operations.
func (s *Service) UpdateAccount(ctx context.Context, in *apigateway.UpdateAccountRequest) (*apigateway.Account, error) {
	change := func(a *apigateway.Account) ([]store.Write, error) {
		return nil, settingsPatches.Apply(a, operations(in.PatchOperations))
	}
	settings, err := settingsTable.edit(ctx, s, settingsID, change)
	if !errors.Is(err, errNoSettings) {
		return settings, err
	}
	settings = newSettings()
	if _, err := change(settings); err != nil {
		return nil, err
	}
	return settings, settingsTable.create(ctx, s, settingsID, settings, errConcurrent)
}
