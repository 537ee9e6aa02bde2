package controlplane

import (
	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// operations turns the patch operations of a request into those of package patch.
func operations(list []apigateway.PatchOperation) []patch.Operation {
	ops := make([]patch.Operation, len(list))
	for i, o := range list {
		ops[i] = patch.Operation{Op: value(o.Op), Path: value(o.Path), Value: o.Value, From: o.From}
	}
	return ops
}
