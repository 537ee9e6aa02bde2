package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed models/*.json
var modelFiles embed.FS

// model is a service model in the AWS API JSON format, without its documentation.
type model struct {
	service    service
	Metadata   struct{ EndpointPrefix, SigningName, Protocol string }
	Operations map[string]*operation
	Shapes     map[string]*shape
}

type operation struct {
	Name string
	HTTP struct {
		Method, RequestURI string
		ResponseCode       int
	}
	Input, Output *ref
	Errors        []ref
	Idempotent    bool
}

type shape struct {
	Type             string
	Members          members
	Required         []string
	Payload          string
	Member           *ref // of a list
	Key, Value       *ref // of a map
	Enum             []string
	Pattern          string
	Min, Max         *int
	TimestampFormat  string
	Exception, Fault bool
	Error            *struct{ HTTPStatusCode int }
}

// ref is the use of a shape, with the binding of a structure's member.
type ref struct {
	Shape                  string
	Location, LocationName string
	Enum                   []string
}

// member is a named ref in a structure.
type member struct {
	Name string
	ref
}

// members keeps the order of the model, which is the order of fields and of violations.
type members []member

// UnmarshalJSON reads an object in its written order.
func (m *members) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		one := member{Name: name.(string)}
		if err := d.Decode(&one.ref); err != nil {
			return fmt.Errorf("member %s: %w", one.Name, err)
		}
		*m = append(*m, one)
	}
	return nil
}

// loadModel reads a model and refuses traits that the generator does not know.
func loadModel(s service) (*model, error) {
	data, err := modelFiles.ReadFile("models/" + s.name + ".json")
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	var raw struct {
		Version    string
		Metadata   json.RawMessage
		Operations json.RawMessage
		Shapes     json.RawMessage
	}
	m := &model{service: s}
	if err := strict(data, &raw); err != nil {
		return nil, fmt.Errorf("read model %s: %w", s.name, err)
	}
	if err := json.Unmarshal(raw.Metadata, &m.Metadata); err != nil {
		return nil, fmt.Errorf("read metadata of %s: %w", s.name, err)
	}
	if err := strict(raw.Operations, &m.Operations); err != nil {
		return nil, fmt.Errorf("read operations of %s: %w", s.name, err)
	}
	if err := strict(raw.Shapes, &m.Shapes); err != nil {
		return nil, fmt.Errorf("read shapes of %s: %w", s.name, err)
	}
	if m.Metadata.Protocol != "rest-json" {
		return nil, fmt.Errorf("model %s: protocol %q is not rest-json", s.name, m.Metadata.Protocol)
	}
	return m, nil
}

func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

func (m *model) signingName() string {
	if m.Metadata.SigningName != "" {
		return m.Metadata.SigningName
	}
	return m.Metadata.EndpointPrefix
}

// wireName is the name of a member where it travels.
func (m member) wireName() string {
	if m.LocationName != "" {
		return m.LocationName
	}
	return m.Name
}

func (s *shape) required(name string) bool {
	for _, r := range s.Required {
		if r == name {
			return true
		}
	}
	return false
}

// inBody reports whether a member of s is a member of the JSON document.
func (s *shape) inBody(m member) bool { return m.Location == "" && m.Name != s.Payload }

// bound reports whether s has members outside the JSON document.
func (s *shape) bound() bool {
	for _, m := range s.Members {
		if !s.inBody(m) {
			return true
		}
	}
	return false
}

// hasBody reports whether s has members in the JSON document.
func (s *shape) hasBody() bool {
	for _, m := range s.Members {
		if s.inBody(m) {
			return true
		}
	}
	return false
}
