package mapping

import (
	"fmt"
	"testing"
)

func TestSubstitution(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"message":$context.error.messageString}`, `{"message":<11:error.messageString>}`},
		{`"$context.stage".`, `"<11:stage>".`},
		{`at $context.stage.`, `at <11:stage>.`},
		{`$stageVariables.a-b`, `<10:a>-b`},
		{`${context.requestId}x`, `<11:requestId>x`},
		{`$context.authorizer.claims['a:b']!`, `<11:authorizer.claims['a:b']>!`},
		{`"$method.request.header.X-Tenant"`, `"<4:X-Tenant>"`},
		{`method.request.querystring.q,method.request.path.p`, `<2:q>,<1:p>`},
		{`$context $contextual.x $ ${ ${x} $input.body method.request.body`, `$context $contextual.x $ ${ ${x} $input.body method.request.body`},
		{``, ``},
	} {
		got := string(CompileSubstitution(c.text).Append(nil, func(e *Expr) string { return fmt.Sprintf("<%d:%s>", e.Kind-1, e.Name) }))
		if got != c.want {
			t.Errorf("%s\n gives %s\n want  %s", c.text, got, c.want)
		}
	}
}

func FuzzSubstitution(f *testing.F) {
	f.Add(`{"m":$context.error.messageString,"x":"${stageVariables.y}"}`)
	f.Fuzz(func(_ *testing.T, s string) {
		CompileSubstitution(s).Append(nil, func(*Expr) string { return "" })
	})
}
