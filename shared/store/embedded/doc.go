// Package embedded keeps Postern's state in one file of one process, with the
// semantics of package store: guarded transactions, versions, atomic counts,
// expiry. A second form keeps everything in memory and leaves nothing behind.
//
// The file survives the death of the process at any moment: a call returns
// only after its writes are synchronised to the disk, and writers that wait
// at the same time share one synchronisation. The operations are written once
// over the small engine interface; the engines are a bbolt file and a map.
//
// Floor 2: it imports package store and bbolt.
package embedded
