// Package change carries word of what an operation changed, and from which revision to which, to
// whoever started the operation, through the context: the control plane reports, the audit trail
// listens, and neither knows the other.
//
// Floor 4, in the tree of shared/controlplane. Imports the standard library only.
package change
