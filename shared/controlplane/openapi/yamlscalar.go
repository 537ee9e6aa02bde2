package openapi

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// scalar types a plain or quoted value. Numbers are rewritten as JSON writes them; dates stay the strings they look like.
func scalar(n *node, y *yaml.Node) error {
	n.kind, n.text = kindString, y.Value
	switch tag := y.ShortTag(); tag {
	case "!!str", "!!timestamp", "!!binary", "!!merge":
	case "!!null":
		n.kind, n.text = kindNull, "null"
	case "!!bool":
		n.kind, n.text = kindBool, strings.ToLower(y.Value)
		if n.text != "true" && n.text != "false" {
			return malformed(y.Line, y.Column, "%q is not a boolean", y.Value)
		}
	case "!!int", "!!float":
		text, err := yamlNumber(y)
		if err != nil {
			return malformed(y.Line, y.Column, "%v", err)
		}
		n.kind, n.text = kindNumber, text
	default:
		return unknownTag(y, tag)
	}
	return nil
}

func yamlNumber(y *yaml.Node) (string, error) {
	if jsonNumber(y.Value) {
		return y.Value, nil
	}
	var whole int64
	if y.ShortTag() == "!!int" && y.Decode(&whole) == nil {
		return strconv.FormatInt(whole, 10), nil
	}
	var real float64
	if y.Decode(&real) == nil {
		if text := strconv.FormatFloat(real, 'g', -1, 64); jsonNumber(text) {
			return text, nil
		}
	}
	return "", fmt.Errorf("%q is a number that JSON cannot express", y.Value)
}

// unknownTag refuses tags of other tools, most often the intrinsic functions of a CloudFormation template (!Sub, !Ref),
// which mean nothing in a definition that is sent as it is.
func unknownTag(y *yaml.Node, tag string) error {
	return malformed(y.Line, y.Column, "the tag %s is not understood in an API definition", tag)
}
