package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// installation is a synthesised app: its stacks and their templates by stack name.
type installation struct {
	*Stacks
	templates map[string]assertions.Template
}

// defaults is the installation without any option, synthesised once for all tests.
var defaults = sync.OnceValues(func() (*installation, error) {
	return newInstallation(nil)
})

// changed is an installation with every option away from its default.
var changed = sync.OnceValues(func() (*installation, error) {
	return newInstallation(map[string]any{
		"postern:name":                      "edge",
		"postern:architecture":              "x86_64",
		"postern:removal":                   "destroy",
		"postern:data.recoveryDays":         "7",
		"postern:invoke":                    "arn:aws:lambda:eu-west-1:123456789012:function:pets, arn:aws:lambda:eu-west-1:123456789012:function:pets:live",
		"postern:gateway.auth":              "AWS_IAM",
		"postern:gateway.memory":            1024.0,
		"postern:gateway.timeout":           900.0,
		"postern:gateway.logRetention":      0.0,
		"postern:controlplane.memory":       "256",
		"postern:controlplane.timeout":      "60",
		"postern:controlplane.logRetention": "3653",
	})
})

// newInstallation synthesises the app with the context of cdk.json and the given one,
// over functions that consist of an ELF header.
func newInstallation(values map[string]any) (_ *installation, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("synthesis panicked: %v", problem)
		}
	}()
	folder, err := os.MkdirTemp("", "postern-infra-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	all, err := fileContext("../cdk.json")
	if err != nil {
		return nil, err
	}
	maps.Copy(all, values)
	all["postern:assets"] = "functions"
	options, err := ReadOptions(all)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"proxy", "controlplane"} {
		if err := writeExecutable(filepath.Join(folder, "functions", name), options.Architecture); err != nil {
			return nil, err
		}
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &all, Outdir: jsii.String(filepath.Join(folder, "cdk.out"))})
	stacks, err := NewStacks(app, folder, options)
	if err != nil {
		return nil, err
	}
	templates := map[string]assertions.Template{}
	for _, stack := range []awscdk.Stack{stacks.Data.Stack, stacks.Gateway.Stack, stacks.ControlPlane.Stack} {
		templates[*stack.StackName()] = assertions.Template_FromStack(stack, nil)
	}
	return &installation{Stacks: stacks, templates: templates}, nil
}

// fileContext reads the context of a cdk.json, so that tests see the same feature flags.
func fileContext(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	return file.Context, nil
}

// expect runs assertions on one template; a mismatch is a panic with a readable
// difference, and fails this test alone.
func expect(t *testing.T, from func() (*installation, error), stack string, assert func(assertions.Template)) {
	t.Helper()
	installation, err := from()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if problem := recover(); problem != nil {
			t.Errorf("stack %s: %v", stack, problem)
		}
	}()
	assert(installation.templates[stack])
}

// object is a JSON object, as assertions take it.
type object = map[string]any
