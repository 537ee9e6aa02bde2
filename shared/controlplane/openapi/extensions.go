package openapi

import "strings"

// extensionPrefix begins the extensions that mean something to API Gateway. Other extensions are nobody's business here.
const extensionPrefix = "x-amazon-apigateway-"

// level is a kind of object in a document that may carry extensions.
type level string

const (
	levelRoot       level = "the root of the document"
	levelInfo       level = "the info object"
	levelServer     level = "a server"
	levelTag        level = "a tag"
	levelComponents level = "the components"
	levelScheme     level = "a security scheme"
	levelPaths      level = "the paths object"
	levelPathItem   level = "a path item"
	levelOperation  level = "an operation"
	levelResponse   level = "a response"
	levelParameter  level = "a parameter"
)

// extensionLevels lists where each extension of REST APIs belongs (control-plane operations, 2.5).
var extensionLevels = map[string][]level{
	"any-method":               {levelPathItem},
	"api-key-source":           {levelRoot},
	"auth":                     {levelOperation},
	"authorizer":               {levelScheme},
	"authtype":                 {levelScheme},
	"binary-media-types":       {levelRoot},
	"documentation":            {levelRoot},
	"endpoint-access-mode":     {levelRoot},
	"endpoint-configuration":   {levelRoot, levelServer},
	"gateway-responses":        {levelRoot},
	"integration":              {levelOperation},
	"minimum-compression-size": {levelRoot},
	"policy":                   {levelRoot},
	"request-validator":        {levelRoot, levelOperation},
	"request-validators":       {levelRoot},
	"security-policy":          {levelRoot},
}

// httpExtensions belong to HTTP APIs; a REST API ignores them.
var httpExtensions = map[string]bool{
	"cors": true, "importexport-version": true, "integrations": true, "tag-value": true,
}

// checkExtensions refuses extensions that nobody knows, since what they ask for would silently not happen, and warns of
// those that have no effect where they stand.
func (im *importer) checkExtensions(p *place, at level) {
	for name, value := range p.members() {
		short, ours := strings.CutPrefix(name, extensionPrefix)
		if !ours {
			continue
		}
		levels, known := extensionLevels[short]
		switch {
		case httpExtensions[short]:
			im.warnAt(value, "The extension %s belongs to HTTP APIs. Ignoring.", name)
		case !known:
			im.fail(value, "", "the extension %s is not known", clip(name, 120))
		case !contains(levels, at):
			im.warnAt(value, "The extension %s has no effect on %s; it belongs to %s. Ignoring.", name, at, join(levels))
		}
	}
}

func contains(levels []level, at level) bool {
	for _, l := range levels {
		if l == at {
			return true
		}
	}
	return false
}

func join(levels []level) string {
	var words []string
	for _, l := range levels {
		words = append(words, string(l))
	}
	return strings.Join(words, " or ")
}
