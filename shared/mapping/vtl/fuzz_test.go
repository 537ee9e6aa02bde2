package vtl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// seeds are the hand-written templates of the comparison with Apache Velocity.
func seeds(f *testing.F) {
	files, _ := filepath.Glob("../../../tests/velocity/testdata/cases/*.txt")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "\n=== ") {
			_, template, _ := strings.Cut(block, "\n")
			f.Add(template)
		}
	}
	f.Add("$input.params('x')#foreach($i in [1..3])$i#end")
}

var small = Limits{Turns: 20, OutputBytes: 1 << 16, Steps: 20_000, MemoryBytes: 1 << 22, Nesting: 50, MatchTime: 20 * time.Millisecond}

// FuzzCompile looks for templates that make the parser panic, loop, or err without a place.
func FuzzCompile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Compile(text, Options{Limits: small})
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Kind == Evaluation || e.Line < 1) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// FuzzRender looks for templates that panic, never end, or pass their limits.
func FuzzRender(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, mode := range []Mode{Velocity, APIGateway} {
			template, err := Compile(text, Options{Mode: mode, Limits: small})
			if err != nil {
				return
			}
			document := vars(t, `{"a":"x","s":"Hello World","n":5,"f":1.5,"m":{"k":"v","d":{"e":[1]}},"l":["p","q","r"],"big":12345678901234567890,"nil":null}`)
			out, err := template.Render(context.Background(), nil, document)
			var e *Error
			if err != nil && !errors.As(err, &e) {
				t.Fatalf("%q: %v", text, err)
			}
			if err == nil && len(out) > small.OutputBytes {
				t.Fatalf("%q: %d bytes", text, len(out))
			}
		}
	})
}

// FuzzRegex looks for patterns whose translation the library does not understand in a way
// that panics.
func FuzzRegex(f *testing.F) {
	for _, p := range []string{`[a-c[x-z]&&[^b]]+`, `(?<n>a)\k<n>`, `\p{Alpha}++`, `\Qa.b\E`, `(?i)x$`, `[^\W\d]`, `\x{1F600}`, `a{2,3}+`, `(?s).`} {
		f.Add(p, "abc", "$0")
	}
	f.Fuzz(func(t *testing.T, expression, text, with string) {
		template, err := Compile("$s.replaceAll($p, $w)$s.split($p)$s.matches($p)", Options{Limits: small})
		if err != nil {
			t.Fatal(err)
		}
		_, err = template.Render(context.Background(), nil, Vars{"s": text, "p": expression, "w": with})
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%q: %v", expression, err)
		}
	})
}
