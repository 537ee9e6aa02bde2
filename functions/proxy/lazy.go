package main

import "sync"

// lazy is a value that is made when it is first needed; making it may fail and be tried again.
type lazy[T any] struct {
	mu    sync.Mutex
	value T
	made  bool
}

func (l *lazy[T]) get(makeIt func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.made {
		v, err := makeIt()
		if err != nil {
			return l.value, err
		}
		l.value, l.made = v, true
	}
	return l.value, nil
}
