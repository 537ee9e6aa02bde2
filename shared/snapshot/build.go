package snapshot

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/s2"
)

// The file: a header, the index section, and the record blocks, which are compressed one by
// one so that using a route inflates its block alone.
//
//	"PSTN", format u16, reserved u16, CRC-32C of all that follows u32,
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

// Build compiles an API and its methods into a snapshot. Equal input gives equal bytes. It
// refuses two methods with the same path and name.
func Build(api API, methods []Method) ([]byte, error) {
	root := &tree{}
	var (
		block, blocks       []byte
		recordTab, blockTab []byte
		blockCount          uint32
	)
	flush := func() {
		if len(block) == 0 {
			return
		}
		packed := s2.EncodeBetter(nil, block)
		blockTab = binary.LittleEndian.AppendUint32(blockTab, uint32(len(blocks)))
		blockTab = binary.LittleEndian.AppendUint32(blockTab, uint32(len(packed)))
		blocks = append(blocks, packed...)
		block = block[:0]
		blockCount++
	}
	for i, m := range methods {
		if err := root.insert(m.ResourcePath, m.HTTPMethod, uint32(i)); err != nil {
			return nil, err
		}
		doc, err := json.Marshal(m)
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", m.HTTPMethod, m.ResourcePath, err)
		}
		if len(block) > 0 && len(block)+len(doc) > blockSize {
			flush()
		}
		recordTab = binary.LittleEndian.AppendUint32(recordTab, blockCount)
		recordTab = binary.LittleEndian.AppendUint32(recordTab, uint32(len(block)))
		recordTab = binary.LittleEndian.AppendUint32(recordTab, uint32(len(doc)))
		block = append(block, doc...)
	}
	flush()

	apiDoc, err := json.Marshal(api)
	if err != nil {
		return nil, fmt.Errorf("encode API %s: %w", api.ID, err)
	}
	words, text := layout(root)
	var section []byte
	for _, part := range [][]byte{apiDoc, words, text, recordTab, blockTab} {
		section = binary.LittleEndian.AppendUint32(section, uint32(len(part)))
	}
	for _, part := range [][]byte{apiDoc, words, text, recordTab, blockTab} {
		section = append(section, part...)
	}
	packed := s2.EncodeBetter(nil, section)

	out := make([]byte, 0, headerSize+len(packed)+len(blocks))
	out = append(out, magic...)
	out = binary.LittleEndian.AppendUint16(out, format)
	out = binary.LittleEndian.AppendUint16(out, 0)
	out = binary.LittleEndian.AppendUint32(out, 0)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
	out = append(out, packed...)
	out = append(out, blocks...)
	binary.LittleEndian.PutUint32(out[8:], crc32.Checksum(out[12:], castagnoli))
	return out, nil
}
