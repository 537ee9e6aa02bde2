// Package usageplan finds API keys and their usage plans, and gathers the limits of a request.
//
// What belongs here: the rows of keys, plans and grants as the control plane writes them, how long
// each may be relied on, the periods of quotas, and the order in which limits are asked (REST data
// plane spec, 12). It speaks of API, stage, resource path and method, so that REST, HTTP and
// WebSocket APIs and Lambda authorizers use it alike. What a token or a reservation is, and how it
// is shared, is that of package metering.
//
// Floor 3. Imports metering, store and otter.
//
// # How current it is
//
// A row is relied on for four seconds. After that it is read again in the background while the old
// one serves on, and one that is five seconds old, of an environment that slept, is waited for, so
// that a key that was disabled, a plan that was changed and a quota that was raised are noticed
// within five seconds. Keys that do not exist are remembered in the same way. When the store does
// not answer, what is known serves on for five minutes; a key that is not known then fails with
// ErrUnavailable, since nobody can say that it is wrong.
//
// # Settings of a plan
//
// Two settings that AWS does not have are tags of the usage plan. The control plane refuses values
// other than these:
//
//	postern:quota          exact: each request is reserved by itself, so that exactly the quota is
//	                       admitted; a plan without the tag reserves ahead (package metering says
//	                       how far)
//	postern:quota-failure  open: while the store does not answer, requests are admitted without
//	                       their quota; closed, the default, refuses them
package usageplan
