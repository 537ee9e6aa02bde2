// Package metered joins metering to the gateways of REST, HTTP and WebSocket APIs.
//
// What belongs here: one environment's meter, its limits and its statistics with their life from
// start to drain, and the forms in which each gateway asks for them. What is admitted is decided in
// shared/metering.
//
// Floor 4. Imports shared/metering and the gateways.
package metered
