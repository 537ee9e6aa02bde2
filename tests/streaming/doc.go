// Package streaming proves that answers stream from end to end: through real executables and every
// event source that can stream, a client sees what a backend has written while the backend has not
// written more. Nothing sleeps: a backend writes its next kilobyte when the test has seen the one
// before, so that anything which waits for more hangs the test instead of slowing it down.
package streaming
