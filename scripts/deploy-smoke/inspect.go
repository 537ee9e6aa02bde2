package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// inspect compares what is deployed with what the stacks declare.
func inspect(ctx context.Context, moto *emulator) error {
	table, err := inspectTable(ctx, moto)
	if err != nil {
		return err
	}
	return errors.Join(inspectFunctions(ctx, moto, table), inspectLogs(ctx, moto))
}

// inspectTable returns the name of the only table.
func inspectTable(ctx context.Context, moto *emulator) (string, error) {
	var list struct{ TableNames []string }
	if err := moto.call(ctx, "dynamodb", http.MethodPost, "/", "DynamoDB_20120810.ListTables", "{}", &list); err != nil {
		return "", err
	}
	if len(list.TableNames) != 1 {
		return "", fmt.Errorf("tables %q, want one", list.TableNames)
	}
	var answer struct {
		Table struct {
			KeySchema          []struct{ AttributeName, KeyType string }
			BillingModeSummary struct{ BillingMode string }
		}
	}
	body := fmt.Sprintf(`{"TableName": %q}`, list.TableNames[0])
	if err := moto.call(ctx, "dynamodb", http.MethodPost, "/", "DynamoDB_20120810.DescribeTable", body, &answer); err != nil {
		return "", err
	}
	const want = "[{pk HASH} {sk RANGE}] {PAY_PER_REQUEST}"
	if got := fmt.Sprint(answer.Table.KeySchema, answer.Table.BillingModeSummary); got != want {
		return "", fmt.Errorf("table %s: %s, want %s", list.TableNames[0], got, want)
	}
	fmt.Printf("ok  table %s\n", list.TableNames[0])
	return list.TableNames[0], nil
}

func inspectFunctions(ctx context.Context, moto *emulator, table string) error {
	var list struct {
		Functions []struct {
			FunctionName, Runtime, Handler, Role string
			CodeSize                             int64
			Environment                          struct{ Variables map[string]string }
		}
	}
	if err := moto.call(ctx, "lambda", http.MethodGet, "/2015-03-31/functions/", "", "", &list); err != nil {
		return err
	}
	var faults []error
	missing := map[string]bool{"postern-gateway-": true, "postern-controlplane-": true}
	for _, function := range list.Functions {
		for stack := range missing {
			if strings.HasPrefix(function.FunctionName, stack) && strings.Contains(function.Role, ":role/"+stack) {
				delete(missing, stack)
			}
		}
		if function.Runtime != "provided.al2023" || function.Handler != "bootstrap" || function.CodeSize == 0 {
			faults = append(faults, fmt.Errorf("function %+v", function))
		}
		if got := function.Environment.Variables["POSTERN_TABLE"]; got != table {
			faults = append(faults, fmt.Errorf("function %s: POSTERN_TABLE %q, want %q", function.FunctionName, got, table))
		}
		fmt.Printf("ok  function %s (%d bytes zipped)\n", function.FunctionName, function.CodeSize)
	}
	for stack := range missing {
		faults = append(faults, fmt.Errorf("no function %s* with a role of its own stack", stack))
	}
	return errors.Join(faults...)
}

func inspectLogs(ctx context.Context, moto *emulator) error {
	var list struct {
		LogGroups []struct {
			LogGroupName    string
			RetentionInDays int
		}
	}
	if err := moto.call(ctx, "logs", http.MethodPost, "/", "Logs_20140328.DescribeLogGroups", "{}", &list); err != nil {
		return err
	}
	days := map[int]bool{}
	for _, group := range list.LogGroups {
		days[group.RetentionInDays] = true
		fmt.Printf("ok  log group %s (%d days)\n", group.LogGroupName, group.RetentionInDays)
	}
	if len(list.LogGroups) != 2 || !days[30] || !days[90] {
		return fmt.Errorf("log groups %v, want one of 30 and one of 90 days", list.LogGroups)
	}
	return nil
}
