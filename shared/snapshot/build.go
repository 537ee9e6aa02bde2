package snapshot

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/klauspost/compress/s2"
)

// The file: a header, the index section, and the record blocks, which are compressed one by
// one so that using a route inflates its block alone.
//
//	"PSTN", format u16, kind u16, CRC-32C of all that follows u32,
//	packed length of the index section u32, the section, the blocks
//
// The index section, once inflated, is five lengths (u32) and as many parts: API document,
// words, strings, record table (block, offset, length), block table (offset in the file's
// block area, packed length). S2 is used since it inflates at memory speed and needs no set-up,
// where Zstandard would pay for its tables at every cold start.
const (
	magic      = "PSTN"
	format     = 1
	headerSize = 16
	blockSize  = 32 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Kind is the type of API that a snapshot is of.
type Kind uint16

// The kinds. Their numbers are part of the format.
const (
	REST      Kind = 0
	HTTP      Kind = 1
	WebSocket Kind = 2
)

// Build compiles a REST API and its methods into a snapshot. Equal input gives equal bytes. It
// refuses two methods with the same path and name.
func Build(api API, methods []Method) ([]byte, error) {
	b := newBuilder()
	for i := range methods {
		m := &methods[i]
		if err := b.root.insert(m.ResourcePath, m.HTTPMethod, uint32(i)); err != nil {
			return nil, err
		}
		if err := b.add(m); err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", m.HTTPMethod, m.ResourcePath, err)
		}
	}
	return b.finish(REST, api)
}

// BuildHTTP compiles an HTTP API and its routes into a snapshot, under the same rules as Build. It
// fills in DefaultRoute.
func BuildHTTP(api HTTPAPI, routes []Route) ([]byte, error) {
	b := newBuilder()
	api.DefaultRoute = 0
	for i := range routes {
		r := &routes[i]
		if r.Key == defaultRoute {
			if api.DefaultRoute != 0 {
				return nil, fmt.Errorf("route %s: defined twice", r.Key)
			}
			api.DefaultRoute = i + 1
		} else {
			method, path, _ := strings.Cut(r.Key, " ")
			if err := b.root.insert(path, method, uint32(i)); err != nil {
				return nil, err
			}
		}
		if err := b.add(r); err != nil {
			return nil, fmt.Errorf("encode route %s: %w", r.Key, err)
		}
	}
	return b.finish(HTTP, api)
}

// BuildWebSocket compiles a WebSocket API and its routes into a snapshot, under the same rules as
// Build. It fills in Routes.
func BuildWebSocket(api WebSocketAPI, routes []WebSocketRoute) ([]byte, error) {
	b := newBuilder()
	api.Routes = make(map[string]int, len(routes))
	for i := range routes {
		r := &routes[i]
		if _, dup := api.Routes[r.Key]; dup {
			return nil, fmt.Errorf("route %s: defined twice", r.Key)
		}
		api.Routes[r.Key] = i
		if err := b.add(r); err != nil {
			return nil, fmt.Errorf("encode route %s: %w", r.Key, err)
		}
	}
	return b.finish(WebSocket, api)
}

// defaultRoute is the key of the route that takes what no other route does.
const defaultRoute = "$default"

// builder collects records in blocks.
type builder struct {
	root                *tree
	block, blocks       []byte
	recordTab, blockTab []byte
	blockCount          uint32
}

func newBuilder() *builder { return &builder{root: &tree{}} }

// add appends a record. Its number is that of the calls before.
func (b *builder) add(record any) error {
	doc, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if len(b.block) > 0 && len(b.block)+len(doc) > blockSize {
		b.flush()
	}
	b.recordTab = binary.LittleEndian.AppendUint32(b.recordTab, b.blockCount)
	b.recordTab = binary.LittleEndian.AppendUint32(b.recordTab, uint32(len(b.block)))
	b.recordTab = binary.LittleEndian.AppendUint32(b.recordTab, uint32(len(doc)))
	b.block = append(b.block, doc...)
	return nil
}

func (b *builder) flush() {
	if len(b.block) == 0 {
		return
	}
	packed := s2.EncodeBetter(nil, b.block)
	b.blockTab = binary.LittleEndian.AppendUint32(b.blockTab, uint32(len(b.blocks)))
	b.blockTab = binary.LittleEndian.AppendUint32(b.blockTab, uint32(len(packed)))
	b.blocks = append(b.blocks, packed...)
	b.block = b.block[:0]
	b.blockCount++
}

// finish writes the file.
func (b *builder) finish(kind Kind, api any) ([]byte, error) {
	b.flush()
	apiDoc, err := json.Marshal(api)
	if err != nil {
		return nil, fmt.Errorf("encode the API: %w", err)
	}
	words, text := layout(b.root)
	parts := [][]byte{apiDoc, words, text, b.recordTab, b.blockTab}
	var section []byte
	for _, part := range parts {
		section = binary.LittleEndian.AppendUint32(section, uint32(len(part)))
	}
	for _, part := range parts {
		section = append(section, part...)
	}
	packed := s2.EncodeBetter(nil, section)

	out := make([]byte, 0, headerSize+len(packed)+len(b.blocks))
	out = append(out, magic...)
	out = binary.LittleEndian.AppendUint16(out, format)
	out = binary.LittleEndian.AppendUint16(out, uint16(kind))
	out = binary.LittleEndian.AppendUint32(out, 0)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
	out = append(out, packed...)
	out = append(out, b.blocks...)
	binary.LittleEndian.PutUint32(out[8:], crc32.Checksum(out[12:], castagnoli))
	return out, nil
}
