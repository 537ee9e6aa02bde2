// Package explain answers why a request was refused: it keeps what is known of the latest refusals
// of each stage and serves it to operators.
//
// What belongs here: the bounded memory of refusals and its endpoint. What a refusal is comes from
// the data plane, through whoever wires both. Neither secrets nor payloads nor query values are
// kept, and nothing outlives the process.
//
// Floor 2. Imports the standard library only.
package explain
