package snapshot

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/s2"
)

// ErrCorrupt says that bytes are not a snapshot, or not all of one.
var ErrCorrupt = errors.New("snapshot is damaged")

// FormatError says that a snapshot was written in a format that this build does not know.
type FormatError struct {
	Format int // the snapshot's
	Known  int // the only one this build reads
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("snapshot has format %d and this build reads format %d: create the deployment again, or serve it with the build that wrote it", e.Format, e.Known)
}

// Snapshot is an opened deployment. It is safe for concurrent use.
type Snapshot struct {
	Kind Kind
	// API is that of a REST API, HTTP and WebSocket those of the other kinds, nil otherwise.
	API       API
	HTTP      *HTTPAPI
	WebSocket *WebSocketAPI
	// Index finds the records of REST and HTTP APIs.
	Index Index

	records, blockTab, blocks []byte
}

// Open reads a snapshot from data, which it keeps and must not change afterwards. Its cost
// depends on the size of the index, not on that of the records. It returns ErrCorrupt or a
// *FormatError for bytes it cannot read.
func Open(data []byte) (*Snapshot, error) {
	if len(data) < headerSize || string(data[:4]) != magic {
		return nil, fmt.Errorf("%w: it does not start as one", ErrCorrupt)
	}
	if f := int(binary.LittleEndian.Uint16(data[4:])); f != format {
		return nil, &FormatError{Format: f, Known: format}
	}
	kind := Kind(binary.LittleEndian.Uint16(data[6:]))
	if crc32.Checksum(data[12:], castagnoli) != binary.LittleEndian.Uint32(data[8:]) {
		return nil, fmt.Errorf("%w: wrong checksum", ErrCorrupt)
	}
	packed := uint64(binary.LittleEndian.Uint32(data[12:]))
	if uint64(len(data)-headerSize) < packed {
		return nil, fmt.Errorf("%w: index cut short", ErrCorrupt)
	}
	section, err := inflate(data[headerSize : headerSize+packed])
	if err != nil {
		return nil, fmt.Errorf("%w: inflate index: %w", ErrCorrupt, err)
	}
	var parts [5][]byte
	if err := split(section, parts[:]); err != nil {
		return nil, err
	}
	s := &Snapshot{
		Kind:     kind,
		Index:    Index{words: parts[1], strings: parts[2]},
		records:  parts[3],
		blockTab: parts[4],
		blocks:   data[headerSize+packed:],
	}
	var api any
	switch kind {
	case REST:
		api = &s.API
	case HTTP:
		s.HTTP = &HTTPAPI{}
		api = s.HTTP
	case WebSocket:
		s.WebSocket = &WebSocketAPI{}
		api = s.WebSocket
	default:
		return nil, fmt.Errorf("%w: it is of the unknown kind %d", ErrCorrupt, kind)
	}
	if err := json.Unmarshal(parts[0], api); err != nil {
		return nil, fmt.Errorf("%w: API document: %w", ErrCorrupt, err)
	}
	return s, nil
}

// maxInflated bounds what one section may grow to, so that damaged bytes cannot claim the
// whole memory. 100,000 routes need 20 MB.
const maxInflated = 256 << 20

func inflate(packed []byte) ([]byte, error) {
	n, err := s2.DecodedLen(packed)
	if err != nil {
		return nil, err
	}
	if n > maxInflated {
		return nil, fmt.Errorf("%d bytes inflate to %d, more than the %d allowed", len(packed), n, maxInflated)
	}
	return s2.Decode(make([]byte, 0, n), packed)
}

// split cuts a section into the parts whose lengths stand at its start.
func split(section []byte, parts [][]byte) error {
	at := 4 * len(parts)
	if len(section) < at {
		return fmt.Errorf("%w: index section cut short", ErrCorrupt)
	}
	for i := range parts {
		n := int(binary.LittleEndian.Uint32(section[4*i:]))
		if len(section)-at < n {
			return fmt.Errorf("%w: part %d of the index is cut short", ErrCorrupt, i)
		}
		parts[i] = section[at : at+n : at+n]
		at += n
	}
	return nil
}

// Len returns the number of records.
func (s *Snapshot) Len() int { return len(s.records) / 12 }

// Method decodes a record of a REST API. Its number comes from Index.Route. The result is not
// kept: a server keeps what it makes of it.
func (s *Snapshot) Method(record int) (*Method, error) { return decode[Method](s, REST, record) }

// Route decodes a record of an HTTP API. Its number comes from Index.Route or
// HTTPAPI.DefaultRoute.
func (s *Snapshot) Route(record int) (*Route, error) { return decode[Route](s, HTTP, record) }

// WebSocketRoute decodes a record of a WebSocket API. Its number comes from WebSocketAPI.Routes.
func (s *Snapshot) WebSocketRoute(record int) (*WebSocketRoute, error) {
	return decode[WebSocketRoute](s, WebSocket, record)
}

func decode[T any](s *Snapshot, kind Kind, record int) (*T, error) {
	if s.Kind != kind {
		return nil, fmt.Errorf("record %d is of a snapshot of kind %d, not %d", record, s.Kind, kind)
	}
	doc, err := s.record(record)
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := json.Unmarshal(doc, out); err != nil {
		return nil, fmt.Errorf("%w: record %d: %w", ErrCorrupt, record, err)
	}
	return out, nil
}

// record inflates the block of a record and cuts it out.
func (s *Snapshot) record(record int) ([]byte, error) {
	if record < 0 || record >= s.Len() {
		return nil, fmt.Errorf("%w: no record %d", ErrCorrupt, record)
	}
	r := s.records[12*record:]
	block, offset, length := binary.LittleEndian.Uint32(r), binary.LittleEndian.Uint32(r[4:]), binary.LittleEndian.Uint32(r[8:])
	if uint64(len(s.blockTab)) < 8*uint64(block)+8 {
		return nil, fmt.Errorf("%w: no block %d", ErrCorrupt, block)
	}
	b := s.blockTab[8*block:]
	start, packed := uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[4:]))
	if uint64(len(s.blocks)) < start+packed {
		return nil, fmt.Errorf("%w: block %d is cut short", ErrCorrupt, block)
	}
	plain, err := inflate(s.blocks[start : start+packed])
	if err != nil {
		return nil, fmt.Errorf("%w: inflate block %d: %w", ErrCorrupt, block, err)
	}
	if uint64(len(plain)) < uint64(offset)+uint64(length) {
		return nil, fmt.Errorf("%w: record %d is cut short", ErrCorrupt, record)
	}
	return plain[offset : offset+length], nil
}
