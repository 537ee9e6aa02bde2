// Package compile turns the definition of a REST API into a snapshot, as a deployment does: a
// pure translation from the shapes of the service model to those of package snapshot.
//
// What belongs here: what each member of a definition means to the data plane, and the refusal of
// what the data plane cannot do yet. All findings of a definition come in one answer, each with
// the path of the member and the reason.
//
// Floor 4, part of the control plane. Imports shared/snapshot, shared/mapping, shared/wire and, for
// the URIs of AWS integrations, shared/integration.
package compile
