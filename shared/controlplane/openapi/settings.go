package openapi

import (
	"strconv"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxCompressionSize is the largest value of minimumCompressionSize, in bytes.
const maxCompressionSize = 10485760

// importInfo reads the name, description and version of the API.
func (im *importer) importInfo() {
	top := im.doc.top()
	info := top.get("info")
	if info == nil {
		im.fail(top, "", "the document has no info object, whose title is the name of the API")
		return
	}
	if !im.isKind(info, kindObject) {
		return
	}
	im.checkExtensions(info, levelInfo)
	title := info.get("title")
	if title == nil || title.kind == kindString && title.text == "" {
		im.fail(info, "", "info.title is missing; it is the name of the API")
	}
	im.def.Name = im.str(title)
	im.def.Description = textOrNil(im.str(info.get("description")))
	im.def.Version = textOrNil(im.str(info.get("version")))
}

// importSettings reads what the root of the document says about the API as a whole.
func (im *importer) importSettings() {
	top := im.doc.top()
	im.checkExtensions(top, levelRoot)
	im.checkExtensions(top.get("components"), levelComponents)
	for tag := range top.get("tags").list() {
		im.checkExtensions(tag, levelTag)
	}
	im.def.APIKeySource = im.enum(top.get(extensionPrefix+"api-key-source"), "", apigateway.ApiKeySourceTypeValues)
	im.def.BinaryMediaTypes = im.strs(top.get(extensionPrefix + "binary-media-types"))
	im.def.SecurityPolicy = textOrNil(im.enum(top.get(extensionPrefix+"security-policy"), "", apigateway.SecurityPolicyValues))
	im.def.EndpointAccessMode = textOrNil(im.enum(top.get(extensionPrefix+"endpoint-access-mode"), "", apigateway.EndpointAccessModeValues))
	im.importCompression(top.get(extensionPrefix + "minimum-compression-size"))
	im.importPolicy(top.get(extensionPrefix + "policy"))
	im.importEndpoint(top.get(extensionPrefix + "endpoint-configuration"))
	for server := range top.get("servers").list() {
		im.checkExtensions(server, levelServer)
		im.importEndpoint(server.get(extensionPrefix + "endpoint-configuration"))
	}
	if security := top.get("security"); security != nil && requiresSomething(security) {
		im.warnAt(security, "Security requirements of the whole API are not supported; "+
			"a method without requirements of its own is open. Ignoring.")
	}
}

// requiresSomething reports whether a list of security requirements holds more than empty ones.
func requiresSomething(security *place) bool {
	for requirement := range security.list() {
		if len(requirement.fields) > 0 {
			return true
		}
	}
	return false
}

func (im *importer) importCompression(p *place) {
	if p == nil {
		return
	}
	size, err := strconv.ParseInt(p.text, 10, 64)
	if err != nil || p.kind != kindNumber && p.kind != kindString || size < 0 || size > maxCompressionSize {
		im.fail(p, "", "Invalid minimum compression size, must be between 0 and %d", maxCompressionSize)
		return
	}
	im.def.MinimumCompressionSize = ptr(int32(size))
}

// importEndpoint reads the endpoint configuration extension. When several servers carry one, the first that sets a field
// counts.
func (im *importer) importEndpoint(p *place) {
	if p == nil || !im.isKind(p, kindObject) {
		return
	}
	for name, value := range p.members() {
		if value.kind == kindNull {
			continue
		}
		switch name {
		case "disableExecuteApiEndpoint":
			if flag := im.boolean(value); im.def.DisableExecuteAPIEndpoint == nil {
				im.def.DisableExecuteAPIEndpoint = flag
			}
		case "vpcEndpointIds":
			if ids := im.strs(value); im.def.VPCEndpointIDs == nil {
				im.def.VPCEndpointIDs = ids
			}
		case "ipAddressType":
			im.warnAt(value, "The ipAddressType of a REST API cannot be set by import. Ignoring.")
		default:
			im.warnAt(value, "Unknown field %q of the endpoint configuration. Ignoring.", clip(name, 80))
		}
	}
}

// importValidators reads the request validators and the one that is meant for every method.
func (im *importer) importValidators() {
	top := im.doc.top()
	if all := top.get(extensionPrefix + "request-validators"); all != nil && im.isKind(all, kindObject) {
		for name, p := range all.members() {
			if !im.isKind(p, kindObject) {
				continue
			}
			im.validators[name] = true
			im.def.Validators = append(im.def.Validators, apigateway.RequestValidator{
				Name:                      ptr(name),
				ValidateRequestBody:       orFalse(im.boolean(p.get("validateRequestBody"))),
				ValidateRequestParameters: orFalse(im.boolean(p.get("validateRequestParameters"))),
			})
		}
	}
	im.defaultValidator = im.validatorName(top.get(extensionPrefix+"request-validator"), "")
}

// validatorName reads the name of a validator and checks that the document defines it.
func (im *importer) validatorName(p *place, subject string) string {
	name := im.str(p)
	if name != "" && !im.validators[name] {
		im.fail(p, subject, "Invalid Request Validator identifier specified")
		return ""
	}
	return name
}

func orFalse(flag *bool) *bool {
	if flag == nil {
		return ptr(false)
	}
	return flag
}
