package wire

import (
	"mime"
	"strings"
)

// checkContentType accepts the content types of a JSON document: none, application/json and the numbered
// application/x-amz-json types of older clients, each with any parameters.
func checkContentType(value string) error {
	if value == "" {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(value)
	if err == nil && (mediaType == "application/json" || strings.HasPrefix(mediaType, "application/x-amz-json-1.")) {
		return nil
	}
	return unsupportedMediaType(value)
}
