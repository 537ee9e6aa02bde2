package jsonpath

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// maxCached bounds what a Cache keeps.
const maxCached = 256

// Cache keeps the paths that a template uses, compiled. Those are few and the same each time; a
// template that makes them up does not fill the memory. It is safe for concurrent use, and its zero
// value is empty.
type Cache struct {
	compiled sync.Map // text -> *Path
	count    atomic.Int32
}

// Get returns the path that text is.
func (c *Cache) Get(text string) (*Path, error) {
	if p, ok := c.compiled.Load(text); ok {
		return p.(*Path), nil
	}
	p, err := Compile(text)
	if err != nil {
		return nil, fmt.Errorf("compile JSONPath: %w", err)
	}
	if c.count.Load() < maxCached {
		c.compiled.Store(text, p)
		c.count.Add(1)
	}
	return p, nil
}
