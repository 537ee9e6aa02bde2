package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// dropOutputs removes outputs that read a function URL from the templates of an assembly:
// moto does not know the resource and fails on its attribute. What is removed is printed,
// because it remains unproven. It also removes the check of the bootstrap stack's version, which the
// emulator cannot update.
func dropOutputs(assembly string) error {
	paths, err := filepath.Glob(filepath.Join(assembly, "*.template.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var template map[string]any
		if err := json.Unmarshal(data, &template); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		outputs, _ := template["Outputs"].(map[string]any)
		resources, _ := template["Resources"].(map[string]any)
		for name, value := range outputs {
			output, _ := value.(map[string]any)
			source, _ := output["Value"].(map[string]any)
			reference, _ := source["Fn::GetAtt"].([]any)
			if len(reference) == 0 {
				continue
			}
			id, _ := reference[0].(string)
			resource, _ := resources[id].(map[string]any)
			if resource["Type"] == "AWS::Lambda::Url" {
				delete(outputs, name)
				fmt.Printf("not shown: output %s\n", name)
			}
		}
		// In an update the emulator knows no previous value of a parameter with a default.
		if parameters, _ := template["Parameters"].(map[string]any); parameters != nil {
			delete(parameters, "BootstrapVersion")
			if len(parameters) == 0 {
				delete(template, "Parameters")
			}
		}
		delete(template, "Rules")
		if len(outputs) == 0 {
			delete(template, "Outputs")
		}
		if data, err = json.Marshal(template); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
