package vtl

import "time"

// Mode selects the rules by which values become text and templates meet null.
type Mode uint8

const (
	// Velocity follows Apache Velocity 2: an unresolved reference is its own text.
	Velocity Mode = iota
	// APIGateway follows REST data plane spec, 8.2: null is the empty text and equals it,
	// lists are compact JSON wherever they stand, $velocityCount counts the turns of #foreach,
	// and $foreach.stop() ends a loop.
	APIGateway
)

// Gobbling selects what happens to the white space around directives.
type Gobbling uint8

const (
	// GobbleLines removes a line that holds only a directive (Velocity 2's default).
	GobbleLines Gobbling = iota
	// GobbleBC removes the newline after every directive, and keeps the indentation before it,
	// except before #set (Velocity 1's behaviour).
	GobbleBC
	// GobbleNone removes nothing.
	GobbleNone
)

// Options are the choices made at compilation.
type Options struct {
	// Name appears in error messages if it is not empty.
	Name     string
	Mode     Mode
	Gobbling Gobbling
	// HyphensInNames lets identifiers contain hyphens, as Velocity 1 did.
	HyphensInNames bool
	// EmptyIsTrue makes #if true for empty texts, lists and maps and for zero, as in
	// Velocity 1; only null and false are then false.
	EmptyIsTrue bool
	Limits      Limits
}

// Limits bound what a template may cost. A zero field means the default.
type Limits struct {
	// TemplateBytes bounds the text of a template; 300 KB by default (spec 8).
	TemplateBytes int
	// Turns bounds one run of a #foreach, which ends there without an error, as Velocity's
	// own setting makes it; 1,000 by default (spec 8).
	Turns int
	// OutputBytes bounds the rendered text, and each text or list on the way to it; 10 MB by
	// default.
	OutputBytes int
	// Nesting bounds blocks, brackets and interpolated texts inside each other; 200 by default.
	Nesting int
	// MacroDepth bounds macros that call each other; 20 by default, as in Velocity.
	MacroDepth int
	// Steps bounds the evaluated nodes of one rendering; 5,000,000 by default.
	Steps int
	// MemoryBytes bounds what one rendering may allocate for texts, lists and maps, freed or
	// not; 256 MB by default.
	MemoryBytes int
	// MatchTime bounds what the regular expressions of one rendering may take together; 500 ms
	// by default.
	MatchTime time.Duration
	// CallTime bounds what the methods of objects such as $input and $util may take together in one
	// rendering; 5 s by default.
	CallTime time.Duration
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	set(&l.TemplateBytes, 300<<10)
	set(&l.Turns, 1000)
	set(&l.OutputBytes, 10<<20)
	set(&l.Nesting, 200)
	set(&l.MacroDepth, 20)
	set(&l.Steps, 5_000_000)
	set(&l.MemoryBytes, 256<<20)
	if l.MatchTime <= 0 {
		l.MatchTime = 500 * time.Millisecond
	}
	if l.CallTime <= 0 {
		l.CallTime = 5 * time.Second
	}
	return l
}
