package controlplane

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// importedKey is one line of an API key file (control-plane operations, 2.10).
type importedKey struct {
	line        int
	name, value string
	description string
	enabled     string // as written; absent is ""
	plans       []string
}

// Columns of an API key file, in lower case.
const (
	columnName        = "name"
	columnKey         = "key"
	columnDescription = "description"
	columnEnabled     = "enabled"
	columnPlans       = "usageplanids"
)

// ImportApiKeys creates or overwrites API keys from a CSV file. A line that cannot be imported is
// left out with a warning; with failonwarnings it ends the import, and what was imported before is
// taken back.
func (s *Service) ImportApiKeys(ctx context.Context, in *apigateway.ImportApiKeysRequest) (*apigateway.ApiKeyIds, error) {
	keys, err := parseKeyFile(in.Body)
	if err != nil {
		return nil, err
	}
	out := &apigateway.ApiKeyIds{Ids: []string{}, Warnings: []string{}}
	var undo []func(context.Context) error
	for _, key := range keys {
		id, back, err := s.importKey(ctx, key)
		undo = append(undo, back...)
		if id != "" && !slices.Contains(out.Ids, id) {
			out.Ids = append(out.Ids, id)
		}
		if err == nil {
			continue
		}
		var refusal *wire.Error
		isRefusal := errors.As(err, &refusal)
		if isRefusal && !value(in.FailOnWarnings) {
			out.Warnings = append(out.Warnings, fmt.Sprintf("Line %d: %s", key.line, refusal.Message))
			continue
		}
		if undoErr := takeBack(ctx, undo); undoErr != nil {
			return nil, fmt.Errorf("take back the import after line %d (%w): %w", key.line, err, undoErr)
		}
		if isRefusal {
			return nil, wire.BadRequest("Failed to import API keys. Line %d: %s", key.line, refusal.Message)
		}
		return nil, fmt.Errorf("import API key of line %d: %w", key.line, err)
	}
	return out, nil
}

// takeBack undoes the steps of an import, the last first, even if the client has gone.
func takeBack(ctx context.Context, undo []func(context.Context) error) error {
	ctx = context.WithoutCancel(ctx)
	var failed error
	for _, fn := range slices.Backward(undo) {
		failed = errors.Join(failed, fn(ctx))
	}
	return failed
}

// importKey creates the key of a line, or overwrites the one with the same value, and puts it into
// the plans of the line. It returns the identifier, "" if there is no key, and how to undo what it
// did, which is something even if it fails half-way.
func (s *Service) importKey(ctx context.Context, key importedKey) (id string, undo []func(context.Context) error, err error) {
	enabled := true
	switch strings.ToLower(key.enabled) {
	case "", "true":
	case "false":
		enabled = false
	default:
		return "", nil, wire.BadRequest("Invalid Enabled value specified: %s. Must be one of: [true, false]", key.enabled)
	}
	if err := checkKeyValue(key.value); err != nil {
		return "", nil, err
	}
	for _, plan := range key.plans {
		if _, err := usagePlanTable.get(ctx, s, plan); errors.Is(err, errNoUsagePlan) {
			return "", nil, wire.NotFound("%s: %s", errNoUsagePlan.Message, plan)
		} else if err != nil {
			return "", nil, err
		}
	}
	write := func(row *keyRow) error {
		row.Key.Name, row.Key.Description, row.Key.Enabled = optional(key.name), optional(key.description), &enabled
		return nil
	}
	if id, err = s.keyByValue(ctx, key.value); err != nil {
		return "", nil, err
	}
	if id == "" {
		row := &keyRow{Key: apigateway.ApiKey{Value: &key.value}}
		if err := write(row); err != nil {
			return "", nil, err
		}
		if err := s.createKey(ctx, row); err != nil {
			return "", nil, err
		}
		id = *row.Key.Id
		undo = append(undo, func(ctx context.Context) error {
			_, err := s.DeleteApiKey(ctx, &apigateway.DeleteApiKeyRequest{ApiKey: &id})
			return err
		})
	} else {
		var before keyRow
		_, err := s.editKey(ctx, id, func(row *keyRow) error {
			before = *row
			return write(row)
		})
		if err != nil {
			return "", nil, err
		}
		undo = append(undo, func(ctx context.Context) error {
			_, err := s.editKey(ctx, id, func(row *keyRow) error {
				row.Key.Name, row.Key.Description, row.Key.Enabled = before.Key.Name, before.Key.Description, before.Key.Enabled
				return nil
			})
			return err
		})
	}
	back, err := s.importIntoPlans(ctx, id, key.plans)
	return id, append(undo, back...), err
}

// importIntoPlans puts a key into plans. Those that it is in already are left as they are.
func (s *Service) importIntoPlans(ctx context.Context, keyID string, plans []string) (undo []func(context.Context) error, err error) {
	row, err := apiKeyTable.get(ctx, s, keyID)
	if err != nil {
		return nil, err
	}
	for _, plan := range plans {
		if slices.Contains(row.Plans, plan) {
			continue
		}
		if _, err := s.joinPlan(ctx, plan, keyID); err != nil {
			return undo, err
		}
		row.Plans = append(row.Plans, plan)
		undo = append(undo, func(ctx context.Context) error { return s.leavePlan(ctx, plan, keyID) })
	}
	return undo, nil
}

// optional is a member that is absent when empty.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// parseKeyFile reads an API key file: a header whose names count in any letter case and order, of
// which Name and Key are required, then one key a line. Unknown columns are ignored.
func parseKeyFile(body []byte) ([]importedKey, error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	reader.TrimLeadingSpace = true
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, wire.BadRequest("Invalid API key file: it is empty")
	}
	if err != nil {
		return nil, wire.BadRequest("Invalid API key file: %s", err.Error())
	}
	columns := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := columns[name]; twice && isKeyColumn(name) {
			return nil, wire.BadRequest("Invalid API key file: the column %s occurs twice", name)
		}
		columns[name] = i
	}
	for _, required := range []string{columnName, columnKey} {
		if _, ok := columns[required]; !ok {
			return nil, wire.BadRequest("Invalid API key file: the columns Name and Key are required")
		}
	}
	var keys []importedKey
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, wire.BadRequest("Invalid API key file: %s", err.Error())
		}
		line, _ := reader.FieldPos(0)
		if len(record) > len(header) {
			record = joinSingleQuoted(record)
		}
		field := func(column string) string {
			if i, ok := columns[column]; ok && i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		}
		keys = append(keys, importedKey{
			line:        line,
			name:        field(columnName),
			value:       field(columnKey),
			description: field(columnDescription),
			enabled:     field(columnEnabled),
			plans:       planList(field(columnPlans)),
		})
	}
}

func isKeyColumn(name string) bool {
	return slices.Contains([]string{columnName, columnKey, columnDescription, columnEnabled, columnPlans}, name)
}

// joinSingleQuoted puts fields together that were parted inside single quotes, which the format
// admits around lists and CSV does not know.
func joinSingleQuoted(record []string) []string {
	var joined []string
	for i := 0; i < len(record); i++ {
		field := record[i]
		if strings.HasPrefix(field, "'") {
			for j := i; j < len(record); j++ {
				if end := strings.TrimSpace(record[j]); strings.HasSuffix(end, "'") && (j > i || len(end) > 1) {
					field = strings.Join(record[i:j+1], ",")
					i = j
					break
				}
			}
		}
		joined = append(joined, field)
	}
	return joined
}

// planList splits a list of identifiers, with or without single quotes around it.
func planList(text string) []string {
	if len(text) > 1 && strings.HasPrefix(text, "'") && strings.HasSuffix(text, "'") {
		text = text[1 : len(text)-1]
	}
	var plans []string
	for id := range strings.SplitSeq(text, ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(plans, id) {
			plans = append(plans, id)
		}
	}
	return plans
}
