package wire_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testModel is a service model read independently of the generator, as the reference of the oracle tests.
type testModel struct {
	Operations map[string]struct {
		Input, Output *testRef
		Errors        []testRef
	}
	Shapes map[string]*testShape
}

type testRef struct {
	Shape, Location, LocationName string
	Enum                          []string
}

type testShape struct {
	Type               string
	Members            map[string]testRef
	Payload            string
	Required           []string
	Member, Key, Value *testRef
	Enum               []string
	Pattern            string
	Min, Max           *int
	Exception          bool
	Error              struct{ HTTPStatusCode int }
}

func readModel(t testing.TB, service string) *testModel {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "scripts", "wiregen", "models", service+".json"))
	if err != nil {
		t.Fatal(err)
	}
	m := new(testModel)
	if err := json.Unmarshal(data, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// member finds a member by its Go field name.
func (s *testShape) member(fieldName string) (testRef, bool) {
	for name, ref := range s.Members {
		if field(name) == fieldName {
			return ref, true
		}
	}
	return testRef{}, false
}

func field(member string) string { return strings.ToUpper(member[:1]) + member[1:] }
