package rest

import "strings"

const applicationJSON = "application/json"

// firstMediaType returns the first media type of a Content-Type or Accept header, without
// parameters.
func firstMediaType(header string) string {
	if i := strings.IndexAny(header, ",;"); i >= 0 {
		header = header[:i]
	}
	return strings.TrimSpace(header)
}

// binaryTypes are the binaryMediaTypes of an API.
type binaryTypes []string

// match tells whether a payload with the given Content-Type, or for a client with the given
// Accept header, is binary: its first media type equals an entry, or an entry type/* has the
// same type, or there is an entry */* (REST data plane spec, 4.7).
func (t binaryTypes) match(header string) bool {
	if len(t) == 0 {
		return false
	}
	media := firstMediaType(header)
	for _, entry := range t {
		if entry == "*/*" || strings.EqualFold(entry, media) {
			return true
		}
		if kind, ok := strings.CutSuffix(entry, "/*"); ok && len(media) > len(kind) && media[len(kind)] == '/' && strings.EqualFold(kind, media[:len(kind)]) {
			return true
		}
	}
	return false
}

// templates are the templates of an integration request or response, in the order of their
// definition.
type templates []template

// find returns the template for a media type.
func (t templates) find(mediaType string) (*template, bool) {
	for i := range t {
		if strings.EqualFold(t[i].mediaType, mediaType) {
			return &t[i], true
		}
	}
	return nil, false
}

// forRequest selects by Content-Type; "$default" is what no other matches (REST data plane
// spec, 4.6).
func (t templates) forRequest(contentType string) (*template, bool) {
	media := firstMediaType(contentType)
	if media == "" {
		media = applicationJSON
	}
	if found, ok := t.find(media); ok {
		return found, true
	}
	return t.find("$default")
}

// forResponse selects by Accept, then application/json, then the first one defined (REST data
// plane spec, 4.6). An empty template is none.
func (t templates) forResponse(accept string) (*template, bool) {
	if len(t) == 0 {
		return nil, false
	}
	media := firstMediaType(accept)
	if media == "" {
		media = applicationJSON
	}
	found, ok := t.find(media)
	if !ok {
		if found, ok = t.find(applicationJSON); !ok {
			found = &t[0]
		}
	}
	return found, found.text != ""
}
