package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be left alone before it is read: editors write in several
// steps. It is most of the time between a save and its being live.
const settle = 40 * time.Millisecond

// watch calls changed with each of the files after it was saved, until ctx ends. It watches
// their folders, since many editors replace a file rather than write to it.
func watch(ctx context.Context, files []string, log *slog.Logger, changed func(file string)) (wait func(), err error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch API files: %w", err)
	}
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f] = true
		if err := w.Add(filepath.Dir(f)); err != nil {
			_ = w.Close()
			return nil, fmt.Errorf("watch the folder of %s: %w", f, err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = w.Close() }()
		pending := map[string]bool{}
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-w.Events:
				if wanted[e.Name] && !e.Has(fsnotify.Remove) && e.Op != fsnotify.Chmod {
					pending[e.Name] = true
					timer.Reset(settle)
				}
			case err := <-w.Errors:
				log.Warn("watching API files", "error", err)
			case <-timer.C:
				for f := range pending {
					changed(f)
				}
				clear(pending)
			}
		}
	}()
	return func() { <-done }, nil
}
