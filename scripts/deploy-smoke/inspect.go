package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// inspect compares what is deployed with what the stacks declare, and returns the table's name.
func inspect(ctx context.Context, moto *emulator) (string, error) {
	table, err := inspectTable(ctx, moto)
	if err != nil {
		return "", err
	}
	return table, errors.Join(inspectFunctions(ctx, moto, table), inspectRoles(ctx, moto), inspectLogs(ctx, moto))
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
	functions, err := listFunctions(ctx, moto)
	if err != nil {
		return err
	}
	var faults []error
	missing := map[string]bool{"postern-gateway-": true, "postern-controlplane-": true}
	for _, function := range functions {
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

// inspectRoles looks for the inline policy of each function's role, and for managed policies, which
// none of them has.
func inspectRoles(ctx context.Context, moto *emulator) error {
	functions, err := listFunctions(ctx, moto)
	if err != nil {
		return err
	}
	var faults []error
	for _, function := range functions {
		name := function.Role[strings.LastIndex(function.Role, "/")+1:]
		inline, err := moto.query(ctx, "iam", "Action=ListRolePolicies&Version=2010-05-08&RoleName="+name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		attached, err := moto.query(ctx, "iam", "Action=ListAttachedRolePolicies&Version=2010-05-08&RoleName="+name)
		if err != nil || !strings.Contains(inline, "<member>permissions</member>") || strings.Contains(attached, "<PolicyArn>") {
			faults = append(faults, fmt.Errorf("role %s: %w; inline %s, attached %s", name, err, inline, attached))
			continue
		}
		fmt.Printf("ok  role %s\n", name)
	}
	return errors.Join(faults...)
}

// inspectNothing looks for stacks that a destroyed installation left behind. The emulator makes some
// resources again while it deletes a stack, by reading what refers to them, so their absence is
// nothing that it could show.
func inspectNothing(ctx context.Context, moto *emulator) error {
	stacks, err := moto.query(ctx, "cloudformation", "Action=DescribeStacks&Version=2010-05-15")
	if err != nil {
		return err
	}
	if strings.Contains(stacks, "<StackName>postern-") {
		return fmt.Errorf("after cdk destroy: %s", stacks)
	}
	fmt.Println("ok  no stack is left")
	return nil
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
