package policy

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive is the definition of wildcards, as slow as it is plain.
func naive(pattern, s []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(s) == 0
	case pattern[0] == '*':
		return naive(pattern[1:], s) || len(s) > 0 && naive(pattern, s[1:])
	case len(s) == 0:
		return false
	}
	return (pattern[0] == '?' || pattern[0] == s[0]) && naive(pattern[1:], s[1:])
}

func mustPattern(t interface{ Fatal(...any) }, text string) pattern {
	p, err := syntaxOf{wildcards: true}.compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGlobAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aAbé/:**?")), 0, 10, -1).Draw(t, "pattern")
		s := rapid.StringOfN(rapid.SampledFrom([]rune("aAbé/:")), 0, 14, -1).Draw(t, "string")
		p := mustPattern(t, text)
		if got, want := p.match(s, nil) == yes, naive([]rune(text), []rune(s)); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, s, got, want)
		}
		fold := func(s string) []rune { return []rune(strings.ReplaceAll(s, "A", "a")) }
		if got, want := p.matchFold(s), naive(fold(text), fold(s)); got != want {
			t.Fatalf("%q matches %q without case: %v, want %v", text, s, got, want)
		}
	})
}

// A matcher that backtracks over every star would not come back from this.
func TestGlobDoesNotExplode(t *testing.T) {
	p := mustPattern(t, strings.Repeat("*a", 400)+"b")
	if p.match(strings.Repeat("a", 10_000), nil) == yes {
		t.Error("matched without a final b")
	}
	q := mustPattern(t, strings.Repeat("*a?", 100)+"b")
	if q.matchFold(strings.Repeat("A", 2_000)) {
		t.Error("matched without a final b")
	}
}

func TestVariables(t *testing.T) {
	keys := Keys(map[string]Value{
		"aws:username": One("bob"), "aws:PrincipalTag/team": One("red*"), "aws:TagKeys": Many("x"), "empty:key": One(""),
	})
	for _, c := range []struct {
		text, s string
		want    verdict
	}{
		{"${aws:username}", "bob", yes},
		{"${AWS:UserName}", "bob", yes},
		{"${ aws:username }", "bob", yes},
		{"home/${aws:username}/*", "home/bob/x/y", yes},
		{"home/${aws:username}/*", "home/eve/x", no},
		{"a${aws:username}b${aws:username}c", "abobbbobc", yes},
		{"${aws:PrincipalTag/team}", "red*", yes},
		{"${aws:PrincipalTag/team}", "redder", no},
		{"${aws:userid}", "bob", unresolved},
		{"${aws:userid}", "${aws:userid}", unresolved},
		{"${aws:TagKeys}", "x", unresolved},
		{"${aws:userid, 'none'}", "none", yes},
		{"${aws:userid,'none'}", "none", yes},
		{"${aws:username, 'none'}", "none", no},
		{"${aws:userid, 'a}b'}!", "a}b!", yes},
		{"${aws:userid, ''}", "", yes},
		{"${aws:userid, '*'}", "abc", no},
		{"*${empty:key}", "abc", yes},
		{"${*}", "*", yes},
		{"${*}", "a", no},
		{"${?}", "?", yes},
		{"${?}", "a", no},
		{"${$}{aws:username}", "${aws:username}", yes},
		{"$", "$", yes},
		{"{}$x", "{}$x", yes},
	} {
		p, err := syntaxOf{wildcards: true, variables: true}.compile(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := p.match(c.s, keys); got != c.want {
			t.Errorf("%q against %q: %v, want %v", c.text, c.s, got, c.want)
		}
	}
	for _, bad := range []string{"${", "${aws:username", "${}", "${ }", "${a, b}", "${a, 'b}", "${a, 'b' c}", "${${a}}"} {
		if _, err := (syntaxOf{variables: true}).compile(bad); err == nil {
			t.Errorf("%q compiled", bad)
		}
	}
}

func TestARNs(t *testing.T) {
	const pets = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets/7"
	for _, c := range []struct {
		pattern, arn string
		want         bool
	}{
		{"*", pets, true},
		{"**", pets, true},
		{pets, pets, true},
		{"arn:aws:execute-api:*:*:*", pets, true},
		{"arn:*:execute-api:eu-*-1:123456789012:abc/*", pets, true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/*", pets, true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/*/GET/pets/?", pets, true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/*/7", pets, true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/get/*", pets, false},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets", pets, false},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets/??", pets, false},
		{"arn:aws:execute-api:eu-west-?:123456789012:*", pets, true},
		{"arn:aws:execute-api:eu-west-2:123456789012:*", pets, false},
		{"arn:aws:execute-api:*", pets, true},
		{"arn:aws:execute-api:eu-west-1:*", pets, true},
		{"arn:aws:sqs:*", pets, false},
		{"arn:aws:execute-api:*:123456789012:own/*", "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/:123456789012:own/x", false},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/a:*", "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/a:b:c/d", true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*/x", "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/a:b/x", true},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/", "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/", true},
		{"arn:aws:execute-api:eu-west-1:123456789012:*", "arn:aws:execute-api:eu-west-1", false},
	} {
		a, err := syntaxOf{wildcards: true}.compileARN(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.match(c.arn, nil) == yes; got != c.want {
			t.Errorf("%q against %q: %v, want %v", c.pattern, c.arn, got, c.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b?${aws:username, 'x'}${*}", "aabbx*")
	f.Add("arn:aws:execute-api:*:${a:b}:x", "arn:aws:execute-api:r:1:x")
	f.Fuzz(func(t *testing.T, text, s string) {
		keys := Keys(map[string]Value{"aws:username": One(s)})
		x := syntaxOf{wildcards: true, variables: true}
		if p, err := x.compile(text); err == nil {
			p.match(s, keys)
			p.matchFold(s)
			p.text(keys)
		}
		if a, err := x.compileARN(text); err == nil {
			a.match(s, keys)
			a.variableTooEarly()
		}
	})
}
