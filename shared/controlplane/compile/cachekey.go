package compile

import (
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// cacheKey reads what makes the key of the stage cache (REST data plane spec, 13). The namespace is
// the resource's unless the definition names another.
func cacheKey(at place, i *apigateway.Integration, out *snapshot.Integration) {
	out.CacheNamespace = text(i.CacheNamespace)
	for _, name := range i.CacheKeyParameters {
		if err := checkKeyParameter(name); err != nil {
			at.invalid("cacheKeyParameters", err)
			continue
		}
		out.CacheKeyParameters = append(out.CacheKeyParameters, name)
	}
}

func checkKeyParameter(name string) error {
	e, err := mapping.Parse(name)
	if err != nil {
		return err
	}
	switch e.Kind {
	case mapping.RequestPath, mapping.RequestQuery, mapping.RequestMultiQuery, mapping.RequestHeader, mapping.RequestMultiHeader,
		mapping.TargetPath, mapping.TargetQuery, mapping.TargetHeader:
		return nil
	}
	return &mapping.Error{Expression: name, Detail: "it is no path, query or header parameter of method.request or integration.request"}
}
