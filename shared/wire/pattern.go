package wire

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression of a model. It is compiled when it is first needed, so that declaring one at package
// level costs no start-up time.
type Pattern struct {
	Source string // as violations print it

	once   sync.Once
	regexp *regexp.Regexp
}

// match reports whether the pattern matches all of s. Source comes from a model, and the generator has compiled it.
func (p *Pattern) match(s string) bool {
	p.once.Do(func() { p.regexp = regexp.MustCompile(anchored(p.Source)) })
	return p.regexp.MatchString(s)
}

func anchored(source string) string { return `\A(?:` + source + `)\z` }
