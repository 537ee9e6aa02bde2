package mapping

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// CompileTemplate compiles a mapping template by API Gateway's rules (REST data plane spec, 8.2).
// Its name, usually the content type, appears in errors, which are *vtl.Error. Two rules are
// those of Velocity 1, as published templates need them: only null and false are false (they test
// the length of a parameter beside its presence), and names may hold hyphens
// ($context.responseOverride.header.Content-Type).
func CompileTemplate(name, text string) (*vtl.Template, error) {
	return vtl.Compile(text, vtl.Options{Name: name, Mode: vtl.APIGateway, EmptyIsTrue: true, HyphensInNames: true})
}
