package jsonschema

import (
	"bytes"
	"errors"
	"strconv"
	"sync"
)

// maxDepth is how deeply objects and arrays of a document may be nested.
const maxDepth = 1000

// errNotJSON says that a document is no JSON text, or one nested too deeply.
var errNotJSON = errors.New("the document is not JSON")

// document is a JSON text that is known to be valid, with what skipping its containers needs. It
// takes twelve bytes per object and array, and nothing for other values.
type document struct {
	text []byte
	// containers are the objects and arrays in the order of their beginnings.
	containers []container
	// names are the hashes of the member names of the objects that are being read.
	names      []uint64
	duplicates bool
	space      []byte // of decoded names
}

// container is an object or array.
type container struct {
	end  uint32 // after the closing bracket
	next uint32 // the first container that begins after the end
	size uint32 // members or elements
}

// value is a place in a document: where the value's text begins, and the container that it is or,
// of any other value, the one that comes next.
type value struct {
	at, container uint32
}

var documents = sync.Pool{New: func() any { return new(document) }}

// maxPooledContainers keeps a rare huge document from staying in memory.
const maxPooledContainers = 4096

// read makes a document of a text. It keeps text, which must not change before release.
func read(text []byte) (*document, error) {
	d := documents.Get().(*document)
	if err := d.index(text); err != nil {
		d.release()
		return nil, err
	}
	if d.duplicates {
		// The last member of a name counts. What remains is checked as if nothing else had been
		// there.
		clean := d.withoutDuplicates()
		if err := d.index(clean); err != nil {
			d.release()
			return nil, err
		}
	}
	return d, nil
}

func (d *document) release() {
	if cap(d.containers) > maxPooledContainers || cap(d.names) > maxPooledContainers || cap(d.space) > maxPooledContainers {
		return
	}
	d.text = nil
	documents.Put(d)
}

func (d *document) index(text []byte) error {
	d.text, d.containers, d.names, d.duplicates = text, d.containers[:0], d.names[:0], false
	end, ok := d.value(d.blank(0), 0)
	if !ok || d.blank(end) != len(text) {
		return errNotJSON
	}
	return nil
}

// root is the document's value.
func (d *document) root() value { return value{at: uint32(d.blank(0))} }

// size returns the members of an object or the elements of an array.
func (d *document) size(v value) int { return int(d.containers[v.container].size) }

// after returns the index after a value, and the container that comes next.
func (d *document) after(v value) (end int, next uint32) {
	text, i := d.text, int(v.at)
	switch text[i] {
	case '{', '[':
		c := d.containers[v.container]
		return int(c.end), c.next
	case '"':
		return stringEnd(text, i), v.container
	}
	for i < len(text) {
		switch text[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i, v.container
		}
		i++
	}
	return i, v.container
}

// stringEnd returns the index after the string at i.
func stringEnd(text []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(text[i:], '"')
		back := i
		for text[back-1] == '\\' {
			back--
		}
		if (i-back)%2 == 0 {
			return i + 1
		}
	}
}

// raw returns a value's text.
func (d *document) raw(v value) []byte {
	end, _ := d.after(v)
	return d.text[v.at:end]
}

// String makes documents readable in the messages of tests.
func (d *document) String() string { return strconv.Quote(string(d.text)) }
