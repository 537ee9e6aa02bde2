package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// testdata/permissions.txt is the review copy of who may do what. It is changed by hand,
// together with the stack: a permission that only the code has fails here, and so does
// one that only the table has.
//
// A line begins with the installations of main_test.go that grant it, "all" if all do.
func TestPermissions(t *testing.T) {
	page, err := os.ReadFile("testdata/permissions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(page)) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	granted := map[string][]string{}
	for _, from := range installations {
		installation, err := from()
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(*installation.Data.Stack.StackName(), "-data")
		for stack, template := range installation.templates {
			for _, permission := range slices.Compact(permissions(*template.ToJSON())) {
				line := strings.TrimPrefix(stack, name+"-") + " " + permission
				line = strings.ReplaceAll(line, "${"+name+"-", "${")
				line = strings.ReplaceAll(line, ":"+name+"-backend-", ":{name}-backend-")
				granted[line] = append(granted[line], name)
			}
		}
	}
	var got []string
	for line, by := range granted {
		who := "all"
		if len(by) < len(installations) {
			who = strings.Join(by, ",")
		}
		got = append(got, who+" "+line)
	}
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(afterWord(a), afterWord(b)) })
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("the stacks grant, the table does not:\n  %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("the table grants, the stacks do not:\n  %s", line)
		}
	}
}

func afterWord(s string) string {
	_, rest, _ := strings.Cut(s, " ")
	return rest
}

// permissions lists what a template grants, one action on one resource a line: the
// policies and the trust of roles, managed policies, policies that are resources of
// their own, and the resource policies of functions and tables.
func permissions(template object) []string {
	var lines []string
	for id, value := range member[object](template, "Resources") {
		resource := value.(object)
		properties := member[object](resource, "Properties")
		holder := logicalID(id)
		switch resource["Type"] {
		case "AWS::Lambda::Permission":
			lines = append(lines, functionPermission(properties))
			continue
		case "AWS::IAM::Role":
			lines = append(lines, statements(properties["AssumeRolePolicyDocument"], holder)...)
		}
		for _, arn := range entries(properties["ManagedPolicyArns"]) {
			lines = append(lines, fmt.Sprintf("%s managed policy %s", holder, text(arn)))
		}
		for _, policy := range entries(properties["Policies"]) {
			lines = append(lines, statements(policy.(object)["PolicyDocument"], holder)...)
		}
		for _, document := range []string{"PolicyDocument", "ResourcePolicy", "KeyPolicy"} {
			if properties[document] != nil {
				lines = append(lines, statements(properties[document], holder)...)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// functionPermission renders a statement of a function's resource policy.
func functionPermission(properties object) string {
	line := fmt.Sprintf("%s Allow %s to %s", strings.Trim(text(properties["FunctionName"]), "${}"), properties["Action"], text(properties["Principal"]))
	for _, condition := range []string{"FunctionUrlAuthType", "InvokedViaFunctionUrl", "PrincipalOrgID", "SourceAccount", "SourceArn"} {
		if properties[condition] != nil {
			line += fmt.Sprintf(" if %s = %s", condition, text(properties[condition]))
		}
	}
	return line
}

// statements renders a policy document.
func statements(document any, holder string) []string {
	var lines []string
	for _, value := range entries(document.(object)["Statement"]) {
		statement := value.(object)
		condition := ""
		if statement["Condition"] != nil {
			condition = " if " + text(statement["Condition"])
		}
		subjects := entries(statement["Resource"])
		if principal, found := statement["Principal"]; found {
			subjects = []any{"to " + text(principal)}
		}
		for _, action := range entries(statement["Action"]) {
			for _, subject := range subjects {
				lines = append(lines, fmt.Sprintf("%s %s %s %s%s", holder, statement["Effect"], text(action), text(subject), condition))
			}
		}
	}
	return lines
}

// text renders a value; the intrinsic functions that make references become ${Name.Attr}
// and ${stack:Name.Attr}.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case object:
		if name, found := value["Ref"].(string); found {
			return "${" + logicalID(name) + "}"
		}
		if export, found := value["Fn::ImportValue"].(string); found {
			return exportPattern.ReplaceAllStringFunc(export, importedName)
		}
		if path, found := value["Fn::GetAtt"].([]any); found {
			return fmt.Sprintf("${%s.%s}", logicalID(path[0].(string)), path[1])
		}
		if join, found := value["Fn::Join"].([]any); found {
			parts := make([]string, 0, 8)
			for _, part := range join[1].([]any) {
				parts = append(parts, text(part))
			}
			return strings.Join(parts, join[0].(string))
		}
	}
	encoded, err := json.Marshal(value)
	return cmp.Or(string(encoded), fmt.Sprint(err))
}

var (
	// The CDK ends a logical id with eight digits that depend on its path.
	hashPattern   = regexp.MustCompile(`^(\w+)[0-9A-F]{8}$`)
	exportPattern = regexp.MustCompile(`^([\w-]+):ExportsOutput(FnGetAtt|Ref)(\w+?)[0-9A-F]{8}(\w*)[0-9A-F]{8}$`)
)

// logicalID is a logical id without its hash.
func logicalID(id string) string {
	return hashPattern.ReplaceAllString(id, "$1")
}

func importedName(export string) string {
	parts := exportPattern.FindStringSubmatch(export)
	if parts[2] == "Ref" {
		return fmt.Sprintf("${%s:%s}", parts[1], parts[3])
	}
	return fmt.Sprintf("${%s:%s.%s}", parts[1], parts[3], parts[4])
}

// entries gives a member that JSON policies hold as one value or as a list.
func entries(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		return []any{value}
	}
}

func member[T any](from object, key string) T {
	value, _ := from[key].(T)
	return value
}
