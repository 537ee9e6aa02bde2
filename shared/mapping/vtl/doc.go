// Package vtl is an engine for the Velocity Template Language, as mapping templates use it.
// Compile reads a template once, into a tree of nodes that never changes; Render runs it any
// number of times, also concurrently. Positions are kept, so every error names a line, a
// column and the text that failed.
//
// Two modes exist: Velocity renders as Apache Velocity 2 does; APIGateway renders null as
// nothing, lists as JSON, and has $velocityCount (REST data plane spec, 8.2).
//
// The variables $input, $context and $stageVariables come from the caller, as values of the
// model described at Value, or as an Object. $util is here: NewUtil.
//
// A template cannot loop, recurse or allocate without bound: see Limits. Java methods are
// called from an explicit table by type, so nothing else of Java can be reached.
//
// Floor 1. Imports the standard library, the regular expression library, and jsontext;
// nothing else of the project.
package vtl
