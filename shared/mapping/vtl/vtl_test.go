package vtl

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func vars(t testing.TB, document string) Vars {
	t.Helper()
	v, err := DecodeJSON([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	m := v.(*Map)
	all := Vars{"util": NewUtil()}
	for i := range m.Len() {
		name, value := m.At(i)
		all[name.(string)] = value
	}
	return all
}

func run(t testing.TB, text string, o Options, document string) (string, error) {
	t.Helper()
	template, err := Compile(text, o)
	if err != nil {
		return "", err
	}
	out, err := template.Render(context.Background(), nil, vars(t, document))
	return string(out), err
}

// The expected values are those of the REST data plane spec, 8.2 and 8.3. What agrees with
// Apache Velocity is in tests/velocity.
func TestAPIGatewayRendering(t *testing.T) {
	const document = `{"foo":{"foo":"bar"},"ab":{"a":1,"b":2},"list":[{"foo":"bar"}],"k":{"k":[{"n":"v"}]},"nil":null,"empty":"","el":[],"s":"text","num":[1.50,1e3,12345678901234567890]}`
	for _, c := range []struct{ text, want string }{
		{"$foo", "{foo=bar}"},
		{"$ab", "{a=1, b=2}"},
		{"$ab.toString()", "{a=1, b=2}"},
		{"$list", `[{"foo":"bar"}]`},
		{"$k", `{k=[{"n":"v"}]}`},
		{"$list[0]", "{foo=bar}"},
		{"[$nil][$ab.nope][$undefined][${undefined}][$undefined.x.y]", "[][][][][]"},
		{"[$nil.x][$s.x][$s.length]", "[][][]"},
		{"#if($undefined == $nil)yes#end #if($ab.nope == $nil)yes#end", "yes yes"},
		{`#if($nil == "")yes#end #if($undefined == "")yes#end #if("" == $nil)yes#end`, "yes yes yes"},
		{`#if($el == "")yes#{else}no#end #if($el == $nil)yes#{else}no#end $el`, "no no []"},
		{"#foreach($i in $list)$velocityCount#end[$velocityCount]", "1[]"},
		{"#foreach($i in [1..9])#if($i == 3)$foreach.stop()#end$i#end|", "12|"},
		{"#macro(m $x)[$x]#end#m($nil)", "[]"},
		{"$num", "[1.50,1e3,12345678901234567890]"},
		{"$num[0] $num[1]", "1.5 1000.0"},
		{"#set($m = {})#set($m.size = 9)$m.size $m.size()", "9 1"},
		{`$util.escapeJavaScript('it''s "q" \ /')`, `it\'s \"q\" \\ \/`},
		{`$util.escapeJavaScript($util.parseJson('"a\u0001\n\u00e9"'))`, `a\u0001\n\u00E9`},
		{`$util.parseJson('{"key1":"v","key2":{"arr":["x","y"]}}').key2.arr[0]`, "x"},
		{`$util.urlEncode('{"a": "b"}')`, "%7B%22a%22%3A+%22b%22%7D"},
		{"[$util.urlEncode($nil)]", "[]"},
		{"$util.urlDecode('a+b%20c%C3%A9')", "a b cé"},
		{"$util.base64Encode('héllo')", "aMOpbGxv"},
		{"$util.base64Decode('aMOpbGxv')", "héllo"},
		{"[$util.nope('x')]", "[]"},
	} {
		got, err := run(t, c.text, Options{Mode: APIGateway}, document)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}

func TestOldTruth(t *testing.T) {
	const text = `#if("")1#end#if([])2#end#if({})3#end#if($e)4#end#if($z)5#end#if($n)6#end#if($f)7#end#if($u)8#end`
	got, err := run(t, text, Options{EmptyIsTrue: true}, `{"e":"","z":0,"n":null,"f":false}`)
	if err != nil || got != "12345" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestHyphensInNames(t *testing.T) {
	got, err := run(t, "$a-b $m.x-y", Options{HyphensInNames: true}, `{"a-b":1,"m":{"x-y":2}}`)
	if err != nil || got != "1 2" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		text, want string
		kind       ErrorKind
	}{
		{"a\n  $s.substring(99)", "t:2:5: $s.substring(99): java.lang.StringIndexOutOfBoundsException: begin 99, end 4, length 4", Evaluation},
		{"$l.get(7)", "t:1:3: $l.get(7): java.lang.IndexOutOfBoundsException: Index 7 out of bounds for length 1", Evaluation},
		{"x\n#if($s", `t:2:7: #if: expected ")", found the end of the template`, Syntax},
		{"#set($x = \"a\n $s.charAt(9)\")", "t:2:4: $s.charAt(9): java.lang.StringIndexOutOfBoundsException: index 9, length 4", Evaluation},
		{"#parse('x')", "t:1:1: #parse: this directive is not available in mapping templates", Syntax},
		{"#end", "t:1:1: #end: there is nothing that this directive could belong to", Syntax},
	} {
		_, err := run(t, c.text, Options{Name: "t"}, `{"s":"text","l":[1]}`)
		var e *Error
		if !errors.As(err, &e) || err.Error() != c.want || e.Kind != c.kind {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		limits Limits
	}{
		"template":       {strings.Repeat("x", 301<<10), Limits{}},
		"output":         {"#foreach($i in [1..1000])#foreach($j in [1..1000])0123456789abcdef#end#end", Limits{}},
		"steps":          {"#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])$!x#end#end#end", Limits{}},
		"doubling":       {"#set($x = 'x')#foreach($i in [1..60])#set($x = $x + $x)#end", Limits{}},
		"interpolation":  {"#set($x = 'x')#foreach($i in [1..60])#set($x = \"$x$x\")#end", Limits{}},
		"replace":        {"#set($x = 'xx')#foreach($i in [1..60])#set($x = $x.replace('x', 'xx'))#end", Limits{}},
		"replaceAll":     {"#set($x = 'xx')#foreach($i in [1..60])#set($x = $x.replaceAll('x|y', '$0$0'))#end", Limits{}},
		"repeat":         {"$s.repeat(2000000000)", Limits{}},
		"lists":          {"#set($l = [1])#foreach($i in [1..60])#set($q = $l.addAll($l))#end", Limits{}},
		"big numbers":    {"#set($x = 99999999999)#foreach($i in [1..60])#set($x = $x * $x)#end", Limits{}},
		"decimals":       {"#set($x = '1e99999999' - 1)", Limits{}},
		"range":          {"#set($x = [1..2000000000])$x", Limits{}},
		"macro":          {"#macro(m)#m()#end#m()", Limits{}},
		"self":           {"#set($m = {})#set($n = {'m': $m})#set($m.n = $n)$m", Limits{}},
		"parentheses":    {"#if(" + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000) + ")#end", Limits{}},
		"blocks":         {strings.Repeat("#if(true)", 5000) + strings.Repeat("#end", 5000), Limits{}},
		"nots":           {"#if(" + strings.Repeat("!", 5000) + "true)#end", Limits{}},
		"operators":      {"#set($x = 1" + strings.Repeat(" + 1", 5000) + ")", Limits{}},
		"quotes":         {nestedQuotes(9), Limits{Nesting: 5}},
		"regexp":         {"$s.repeat(40).matches('(x+x+)+y')", Limits{}},
		"many regexps":   {"#foreach($i in [1..1000])#foreach($j in [1..1000])$!s.repeat(20).replaceAll('(x+x+)+y', '')#end#end", Limits{MatchTime: 50 * time.Millisecond}},
		"sets of a loop": {"#set($s = 'abcdefgh')#foreach($i in [1..1000])#foreach($j in [1..1000])#set($s = $s + 'abcdefgh')#end#end", Limits{}},
	} {
		_, err := run(t, c.text, Options{Limits: c.limits}, `{"s":"x"}`)
		var e *Error
		if !errors.As(err, &e) || e.Kind != Limit {
			t.Errorf("%s: got %v, want a limit error", name, err)
		}
	}
}

func nestedQuotes(levels int) string {
	text := "$x"
	for range levels {
		text = `#set($x = "` + strings.ReplaceAll(text, `"`, `""`) + `")`
	}
	return text
}

func TestAnEndedContextEndsTheRendering(t *testing.T) {
	template, err := Compile("#foreach($i in [1..1000])#foreach($j in [1..1000])$!x#end#end", Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := template.Render(ctx, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentRenderings(t *testing.T) {
	template, err := Compile("#macro(m $x)<$x>#end#foreach($i in $l)#m($i)$s.replaceAll('[ab]', \"$i\")#end", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				out, err := template.Render(context.Background(), nil, Vars{"l": NewList("1", "2"), "s": "cab"})
				if err != nil || string(out) != "<1>c11<2>c22" {
					t.Errorf("got %q, %v", out, err)
					return
				}
			}
		})
	}
	group.Wait()
}

// counter is an Object that remembers what templates do to it.
type counter struct{ values map[string]Value }

func (c *counter) Property(name string) (Value, error) { return c.values[name], nil }

func (c *counter) SetProperty(name string, v Value) error {
	c.values[name] = v
	return nil
}

func (c *counter) Call(method string, args []Value) (Value, error) {
	switch method {
	case "join":
		return args[0].(string) + "-" + args[1].(string), nil
	case "fail":
		return nil, errors.New("as asked")
	}
	return nil, ErrNoMethod
}

func TestObjects(t *testing.T) {
	o := &counter{values: map[string]Value{"a": "x", "m": NewMap().Opaque()}}
	const text = `$o.a $o['a'] $o.join('p', "q$o.a") [$!o.nope()] [$o]#set($o.b = 1)#set($o["c"] = 2)#set($o.m.k = 'v')[$o.m]$o.m.k`
	template, err := Compile(text, Options{Mode: APIGateway})
	if err != nil {
		t.Fatal(err)
	}
	out, err := template.Render(context.Background(), []byte("> "), Vars{"o": o})
	if want := "> x x p-qx [] [][]v"; err != nil || string(out) != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
	if o.values["b"] != int32(1) || o.values["c"] != int32(2) {
		t.Errorf("set to %v", o.values)
	}
	if !template.Uses("o") || template.Uses("input") {
		t.Error("Uses is wrong")
	}
	_, err = run(t, "x", Options{}, "{}")
	if err != nil {
		t.Fatal(err)
	}
	failing, err := Compile("\n$o.fail()", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = failing.Render(context.Background(), nil, Vars{"o": o}); err == nil || err.Error() != "2:3: $o.fail(): as asked" {
		t.Errorf("got %v", err)
	}
}
