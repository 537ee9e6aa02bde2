package patch

import "strings"

// match compares the tokens of a path with a pattern such as "/requestModels/{contentType}" and
// returns what the placeholders stand for. A placeholder "{name...}" takes one token or more;
// every placeholder takes something.
func match(pattern string, tokens []string) (keys []string, ok bool) {
	parts := strings.Split(pattern[1:], "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "...}") {
			return matchMany(keys, parts[i+1:], tokens, i)
		}
		if i >= len(tokens) {
			return nil, false
		}
		if keys, ok = matchOne(keys, part, tokens[i]); !ok {
			return nil, false
		}
	}
	return keys, len(parts) == len(tokens)
}

// matchMany gives the placeholder at position i all tokens that the parts after it do not need.
// Its key is the tokens joined by slashes: a client may write the slashes of a resource path
// escaped or not.
func matchMany(keys, after, tokens []string, i int) ([]string, bool) {
	n := len(tokens) - i - len(after)
	if n < 1 {
		return nil, false
	}
	whole := strings.Join(tokens[i:i+n], "/")
	if whole == "" {
		return nil, false
	}
	keys = append(keys, whole)
	for j, part := range after {
		var ok bool
		if keys, ok = matchOne(keys, part, tokens[i+n+j]); !ok {
			return nil, false
		}
	}
	return keys, true
}

func matchOne(keys []string, part, token string) ([]string, bool) {
	if strings.HasPrefix(part, "{") {
		return append(keys, token), token != ""
	}
	return keys, part == token
}
