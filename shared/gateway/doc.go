// Package gateway is the entrance of the data plane: from a request's host and path it finds
// the stage that serves it, keeps that stage's snapshot loaded and current, and hands over to
// the phases of the API's type.
//
// Floor 4. Imports lower floors and the packages of the API types below it; never the control
// plane, which it meets only through package snapshot.
package gateway
