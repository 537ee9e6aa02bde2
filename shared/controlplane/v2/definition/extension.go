package definition

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// Tags of an API that are settings of Postern.
const (
	extensionPrefix = "postern:"
	// cacheTag and the identifier of a route: the cache of the route as "ttl=60", and after blanks
	// the parameters of its key, such as "request.querystring.page".
	cacheTag = extensionPrefix + "cache:"
)

// CacheOf is the cache of a route: that of its tag, or else that of an OpenAPI document.
func (d *Document) CacheOf(r *Route) *Cache {
	if text, ok := d.API.Tags[cacheTag+Value(r.RouteId)]; ok {
		if c, err := parseCache(text); err == nil {
			return c
		}
	}
	return r.Cache
}

// CheckExtensionTags refuses tags that look like settings of Postern and are none.
func (d *Document) CheckExtensionTags(tags map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		rest, ok := strings.CutPrefix(key, extensionPrefix)
		if !ok {
			continue
		}
		if _, ok := strings.CutPrefix(key, cacheTag); !ok || !d.HTTP() {
			return wire.BadRequest("Invalid tag key: %s. There is no setting %s", key, rest)
		}
		if _, err := parseCache(tags[key]); err != nil {
			return err
		}
	}
	return nil
}

func parseCache(text string) (*Cache, error) {
	c := &Cache{}
	for _, word := range strings.Fields(text) {
		if ttl, ok := strings.CutPrefix(word, "ttl="); ok {
			seconds, err := strconv.Atoi(ttl)
			if err != nil {
				return nil, wire.BadRequest("Invalid time to live of a cache specified: %s", ttl)
			}
			c.TTLSeconds = seconds
			continue
		}
		c.KeyParameters = append(c.KeyParameters, word)
	}
	return c, CheckCache(c)
}

// ExtensionTags are those of the tags that are settings of Postern.
func ExtensionTags(tags map[string]string) map[string]string {
	out := map[string]string{}
	for key, v := range tags {
		if strings.HasPrefix(key, extensionPrefix) {
			out[key] = v
		}
	}
	return out
}
