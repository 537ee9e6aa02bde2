package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// treatment is what a record shows in place of a secret.
type treatment int

const (
	hide       treatment = iota + 1 // hiddenText
	hideValues                      // of a map: its keys, with hiddenText for each value
	digest                          // {"size": bytes, "sha256": hex}: enough to recognise a document
)

// hiddenText is what CloudTrail writes in place of a secret (security and operations spec, 9).
const hiddenText = "HIDDEN_DUE_TO_SECURITY_REASONS"

// secrets are the members of inputs and outputs whose values must not be in a record, by name,
// at any depth. The operations of a patch are secret if their path goes through such a name.
var secrets = map[string]treatment{
	"value":                    hide, // of an API key
	"certificatePrivateKey":    hide,
	"credentials":              hide, // of an integration
	"credentialsArn":           hide,
	"authorizerCredentials":    hide,
	"authorizerCredentialsArn": hide,

	// Backends' keys are often passed in stage variables.
	"variables":              hideValues,
	"stageVariables":         hideValues,
	"stageVariableOverrides": hideValues,

	"body": digest, // OpenAPI documents, API keys as CSV
}

// hider removes secrets from the trees of one record and remembers them, since the text of a
// refusal may repeat what the client sent.
type hider struct {
	values []string
}

// minRepeated is the length of the shortest secret that is looked for in texts: shorter ones
// occur in them by chance.
const minRepeated = 4

// text is a text without the secrets that were removed before.
func (h *hider) text(s string) string {
	for _, v := range h.values {
		s = strings.ReplaceAll(s, v, hiddenText)
	}
	return s
}

// tree removes the secrets of a structure in place and returns it.
func (h *hider) tree(members map[string]any) map[string]any {
	for name, v := range members {
		members[name] = h.member(name, v)
	}
	return members
}

func (h *hider) member(name string, v any) any {
	if v == nil {
		return nil
	}
	switch secrets[name] {
	case hide:
		return h.hidden(v)
	case hideValues:
		entries, ok := v.(map[string]any)
		if !ok {
			return h.hidden(v)
		}
		for key, value := range entries {
			entries[key] = h.hidden(value)
		}
		return entries
	case digest:
		return digestOf(v)
	}
	if name == "patchOperations" {
		return h.patch(v)
	}
	return h.any(v)
}

func (h *hider) any(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return h.tree(v)
	case []any:
		for i := range v {
			v[i] = h.any(v[i])
		}
	}
	return v
}

// patch removes secrets from patch operations. Their value has a name of its own that says
// nothing: the path tells what it is.
func (h *hider) patch(v any) any {
	list, _ := v.([]any)
	for _, element := range list {
		operation, _ := element.(map[string]any)
		path, _ := operation["path"].(string)
		if value := operation["value"]; value != nil && secretPath(path) {
			operation["value"] = h.hidden(value)
		}
	}
	return v
}

// secretPath tells whether a patch path goes through the name of a secret. Case does not count: a
// path that is refused for its case came with the same secret.
func secretPath(path string) bool {
	for token := range strings.SplitSeq(path, "/") {
		for name := range secrets {
			if strings.EqualFold(token, name) {
				return true
			}
		}
	}
	return false
}

func (h *hider) hidden(v any) string {
	if s, ok := v.(string); ok && len(s) >= minRepeated {
		h.values = append(h.values, s)
	}
	return hiddenText
}

// digestOf describes a document that is text or bytes.
func digestOf(v any) any {
	var content []byte
	switch v := v.(type) {
	case []byte:
		content = v
	case string:
		content = []byte(v)
	default:
		return hiddenText
	}
	sum := sha256.Sum256(content)
	return map[string]any{"size": len(content), "sha256": hex.EncodeToString(sum[:])}
}
