package jsonpath

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkFind(b *testing.B) {
	var items []string
	for i := range 200 {
		items = append(items, fmt.Sprintf(`{"id":%d,"name":"item %d","price":%d.5,"tags":["a","b"]}`, i, i, i))
	}
	doc := decode(b, `{"user":{"name":"Rex"},"items":[`+strings.Join(items, ",")+`]}`)
	for _, path := range []string{"$.user.name", "$.items[*].price", "$..name", "$.items[?(@.price > 100 && 'a' in @.tags)].id", "$..price.sum()"} {
		p := compile(b, path)
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Find(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile("$.items[?(@.price > 100 && @.name =~ 'x')].id"); err != nil {
			b.Fatal(err)
		}
	}
}
