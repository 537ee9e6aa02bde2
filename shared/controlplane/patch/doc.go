// Package patch applies patch operations to definitions by one mechanism: a table of patchable
// paths per resource kind, which says what each operation does at each path, and the kind's own
// words for refusing the rest (control-plane operations, 2.3; recorded answers, 1.6).
//
// What belongs here: JSON pointers, the matching of paths, conversion of the values, which are
// always strings, and the setters that tables are made of. What a kind allows belongs to the
// file of that kind.
//
// Floor 4, part of the control plane. Imports shared/wire for the errors.
package patch
