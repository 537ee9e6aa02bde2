// Package photos is the demo's HTTP backend: it keeps the photos that are posted to it, in
// memory, and gives them back.
package photos

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// maxPhoto bounds one photo, in bytes; maxPhotos how many are kept.
const (
	maxPhoto  = 10 << 20
	maxPhotos = 100
)

type photo struct {
	contentType string
	bytes       []byte
}

// Handler returns the backend: POST /photos keeps a photo, GET /photos/{name} returns it.
func Handler() http.Handler {
	var mu sync.Mutex
	var kept []photo
	mux := http.NewServeMux()
	mux.HandleFunc("POST /photos", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPhoto))
		if err != nil {
			http.Error(w, fmt.Sprintf("read photo: %v", err), http.StatusRequestEntityTooLarge)
			return
		}
		mu.Lock()
		full := len(kept) >= maxPhotos
		if !full {
			kept = append(kept, photo{r.Header.Get("Content-Type"), b})
		}
		name := fmt.Sprint(len(kept))
		mu.Unlock()
		if full {
			http.Error(w, "the demo keeps no more photos", http.StatusInsufficientStorage)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/photos/"+name)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"name": name, "type": r.Header.Get("Content-Type"), "bytes": len(b)})
	})
	mux.HandleFunc("GET /photos/{name}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, err := fmt.Sscanf(r.PathValue("name"), "%d", &n)
		mu.Lock()
		defer mu.Unlock()
		if err != nil || n < 1 || n > len(kept) {
			http.Error(w, "no such photo", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", kept[n-1].contentType)
		_, _ = w.Write(kept[n-1].bytes)
	})
	return mux
}
