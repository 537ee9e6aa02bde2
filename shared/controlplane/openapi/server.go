package openapi

import (
	"net/url"
	"strings"
)

// basePath is the part of the document's base path that goes in front of its paths, as segments (recorded, 14.2).
func (im *importer) basePath() []string {
	if im.opts.BasePath != BasePathPrepend && im.opts.BasePath != BasePathSplit {
		return nil
	}
	var at *place
	var text string
	if im.swagger {
		at = im.doc.top().get("basePath")
		text = im.str(at)
	} else {
		at, text = im.serverPath()
	}
	segments := strings.FieldsFunc(text, func(r rune) bool { return r == '/' })
	for _, segment := range segments {
		if reason := SegmentFault(segment); reason != "" {
			im.fail(at, "Unable to create resource at path '"+text+"'", "%s", reason)
			return nil
		}
	}
	if im.opts.BasePath == BasePathSplit && len(segments) > 0 {
		segments = segments[1:]
	}
	return segments
}

// serverPath is the base path of an OpenAPI 3 document: the first server variable called basePath, even if no URL uses it,
// otherwise the path of the first server's URL (control-plane operations, 2.4).
func (im *importer) serverPath() (*place, string) {
	servers := im.doc.top().get("servers")
	for server := range servers.list() {
		if value := server.get("variables").get("basePath").get("default"); value != nil {
			return value, im.str(value)
		}
	}
	for server := range servers.list() {
		at := server.get("url")
		text := im.str(at)
		for name, variable := range server.get("variables").members() {
			text = strings.ReplaceAll(text, "{"+name+"}", im.str(variable.get("default")))
		}
		return at, urlPath(text)
	}
	return nil, ""
}

// urlPath cuts the path out of a URL, absolute or relative. It does not use the URL parser, as hosts of servers hold
// variables.
func urlPath(text string) string {
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "?")
	if _, rest, absolute := strings.Cut(text, "//"); absolute {
		_, path, _ := strings.Cut(rest, "/")
		text = path
	}
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
