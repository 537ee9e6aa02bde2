package sam

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// function is one of the functions of an assembly, as sam finds it.
type function struct {
	template  string // path of the template to invoke it in
	logicalID string
	asset     string // folder of its code
}

// prepare writes a copy of a stack's template beside it, in which the function of a construct has more
// environment variables: those that lead to what stands for AWS's services, and the name of the
// table, which the template imports from another stack. Nothing else is changed.
func prepare(assembly, stack, construct string, variables map[string]string) (function, error) {
	data, err := os.ReadFile(filepath.Join(assembly, stack+".template.json"))
	if err != nil {
		return function{}, err
	}
	var template map[string]any
	if err := json.Unmarshal(data, &template); err != nil {
		return function{}, fmt.Errorf("template of %s: %w", stack, err)
	}
	id, resource, err := find(template, stack+"/"+construct+"/Function/Resource")
	if err != nil {
		return function{}, fmt.Errorf("template of %s: %w", stack, err)
	}
	properties, _ := resource["Properties"].(map[string]any)
	environment, _ := properties["Environment"].(map[string]any)
	present, _ := environment["Variables"].(map[string]any)
	if present == nil {
		return function{}, fmt.Errorf("template of %s: %s has no environment variables", stack, id)
	}
	for name, value := range variables {
		present[name] = value
	}
	if data, err = json.MarshalIndent(template, "", " "); err != nil {
		return function{}, err
	}
	metadata, _ := resource["Metadata"].(map[string]any)
	asset, _ := metadata["aws:asset:path"].(string)
	out := function{template: filepath.Join(assembly, stack+"-"+construct+".sam.json"), logicalID: id, asset: filepath.Join(assembly, asset)}
	return out, os.WriteFile(out.template, data, 0o644)
}

// find returns the function whose construct has a path.
func find(template map[string]any, path string) (string, map[string]any, error) {
	resources, _ := template["Resources"].(map[string]any)
	for id, r := range resources {
		resource, _ := r.(map[string]any)
		metadata, _ := resource["Metadata"].(map[string]any)
		if resource["Type"] == "AWS::Lambda::Function" && metadata["aws:cdk:path"] == path {
			return id, resource, nil
		}
	}
	return "", nil, errors.New("no function at " + path)
}

// answer is an answer of any function: those of the proxy and the control plane are HTTP responses.
type answer struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`
	raw               string
}

func (a *answer) header(name string) string {
	if values := a.MultiValueHeaders[name]; len(values) > 0 {
		return strings.Join(values, ", ")
	}
	return a.Headers[name]
}

// parse reads what sam prints. A function that streams answers with a JSON object, eight NUL
// bytes and the body, and sam passes that on as it is.
func parse(printed string) (answer, error) {
	a := answer{raw: printed}
	head, body, streamed := strings.Cut(printed, strings.Repeat("\x00", 8))
	if err := json.Unmarshal([]byte(head), &a); err != nil {
		return a, fmt.Errorf("the answer is no JSON: %q", printed)
	}
	if streamed {
		a.Body = body
	}
	a.Body = strings.TrimSpace(a.Body)
	return a, nil
}

func TestPrepare(t *testing.T) {
	folder := t.TempDir()
	template := `{"Resources": {
		"Other": {"Type": "AWS::Lambda::Alias", "Metadata": {"aws:cdk:path": "s/Proxy/Function/Resource"}},
		"Fn1": {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 512, "Environment": {"Variables": {"POSTERN_TABLE": {"Fn::ImportValue": "x"}, "KEPT": "1"}}},
			"Metadata": {"aws:cdk:path": "s/Proxy/Function/Resource", "aws:asset:path": "asset.1"}}}}`
	if err := os.WriteFile(filepath.Join(folder, "s.template.json"), []byte(template), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := prepare(folder, "s", "Proxy", map[string]string{"POSTERN_TABLE": "postern", "NEW": "2"})
	if err != nil || f.logicalID != "Fn1" || f.asset != filepath.Join(folder, "asset.1") {
		t.Fatalf("%+v, %v", f, err)
	}
	data, err := os.ReadFile(f.template)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Resources map[string]struct {
			Properties struct {
				MemorySize  int
				Environment struct{ Variables map[string]string }
			}
		}
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"POSTERN_TABLE": "postern", "KEPT": "1", "NEW": "2"}
	if p := got.Resources["Fn1"].Properties; p.MemorySize != 512 || !maps.Equal(p.Environment.Variables, want) {
		t.Errorf("%+v", p)
	}
	if _, err := prepare(folder, "s", "Absent", nil); err == nil {
		t.Error("a function that is not there was found")
	}
}

func TestParse(t *testing.T) {
	streamed, err := parse(`{"statusCode":201,"headers":{"Location":"/photos/1"}}` + strings.Repeat("\x00", 8) + "body\n")
	if err != nil || streamed.StatusCode != 201 || streamed.Body != "body" || streamed.header("Location") != "/photos/1" {
		t.Errorf("%+v, %v", streamed, err)
	}
	buffered, err := parse(`{"statusCode":200,"multiValueHeaders":{"A":["b"]},"body":"x"}` + "\n")
	if err != nil || buffered.Body != "x" || buffered.header("A") != "b" {
		t.Errorf("%+v, %v", buffered, err)
	}
	if _, err := parse("Error: no"); err == nil {
		t.Error("a message of sam passed for an answer")
	}
}
