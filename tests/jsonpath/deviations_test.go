package jsonpath

// deviations are the paths for which another answer than Jayway's is meant, with the reason.
var deviations = map[string]string{
	`$.rows[?(@..*.sum() > 2)]`: wildcardIsLost,
	`$.rows[?(@..*.keys())]`:    wildcardIsLost,
	`$.n.append(5).sum($.n)`:    appendChangesDocument,
}

const (
	wildcardIsLost = "Jayway takes a wildcard off a function's first argument after the first call, so that the next " +
		"call, and the next evaluation of a cached path, mean something else"
	appendChangesDocument = "Jayway's append() changes the document for whatever reads it later"
)
