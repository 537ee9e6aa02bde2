package controlplane

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Authorizers come with documents; the data plane does not call them yet, which deployments of
// methods that need one say.
const authorizerPrefix = "authorizer#"

func (s *Service) authorizers() kind { return kind{adopt: adoptAuthorizers} }

// adoptAuthorizers stores the authorizers of a document. One whose name exists keeps its
// identifier.
func adoptAuthorizers(im *importing) error {
	existing, err := definition[apigateway.Authorizer](im.view, authorizerPrefix)
	if err != nil {
		return err
	}
	for _, a := range existing {
		im.authorizers[*a.Name] = *a.Id
	}
	for _, a := range im.doc.Authorizers {
		id, ok := im.authorizers[*a.Name]
		if !ok {
			if id, err = im.freeID(authorizerPrefix, idLength); err != nil {
				return err
			}
			im.authorizers[*a.Name] = id
		}
		a.Id = &id
		if err := im.put(im.definitionKey(authorizerPrefix+id), &a); err != nil {
			return err
		}
	}
	return nil
}

var authorizationTypes = []string{"NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"}

// checkAuthorization checks a method's authorization type and that the authorizer it needs exists
// and is of the matching type (recorded answers, 4).
func (v *view) checkAuthorization(m *apigateway.Method) error {
	kind := value(m.AuthorizationType)
	if !slices.Contains(authorizationTypes, kind) {
		return wire.BadRequest("Invalid authorization type specified. Valid options are %s", strings.Join(authorizationTypes, ","))
	}
	if kind != "CUSTOM" && kind != "COGNITO_USER_POOLS" {
		return nil
	}
	a, err := get[apigateway.Authorizer](v, v.definitionKey(authorizerPrefix+value(m.AuthorizerId)))
	if err != nil {
		return err
	}
	if a == nil || (value(a.Type) == apigateway.AuthorizerTypeCognitoUserPools) != (kind == "COGNITO_USER_POOLS") {
		return wire.BadRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
	}
	return nil
}
