package vtl

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Methods that walk through long texts are paid for by length, so that loops around them end
// before they take minutes.
func TestLongTextsInLoops(t *testing.T) {
	for _, call := range []string{
		"$s.length()", "$s.charAt(9)", "$s.trim()", "$s.hashCode()", "$s.equalsIgnoreCase($s)", "$s.startsWith('a', 9)", "$s.lastIndexOf('x')",
		"$s.isBlank()", "$s.toUpperCase()", "$s.compareTo($s)",
	} {
		text := "#set($s = 'a\u00e9')#set($s = $s.repeat(50000))#foreach($i in [1..1000])#set($x = " + call + ")#end"
		tpl, err := Compile(text, Options{Mode: APIGateway, Limits: Limits{Steps: 50_000}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tpl.Render(t.Context(), nil, Vars{}); err == nil || !strings.Contains(err.Error(), "steps") && !strings.Contains(err.Error(), "memory") {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// slow is an object whose methods take time.
type slow struct{}

func (slow) Property(string) (Value, error) { return nil, nil }

func (slow) Call(string, []Value) (Value, error) {
	start := time.Now()
	for time.Since(start) < time.Millisecond {
		continue
	}
	return "x", nil
}

func TestObjectsThatTakeTime(t *testing.T) {
	tpl, err := Compile("#foreach($i in [1..1000])$o.run()#end", Options{Limits: Limits{CallTime: 3 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tpl.Render(t.Context(), nil, Vars{"o": slow{}})
	if err == nil || !strings.Contains(err.Error(), "the methods of objects took more than 3ms") {
		t.Error(err)
	}
	if errors.Is(err, ErrNoMethod) {
		t.Error("the bound shows as a missing method")
	}
}
