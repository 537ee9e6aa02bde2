package wire

// Structure is the constraint of generated structures.
type Structure[T any] interface {
	*T
	DecodeJSON(*Decoder)
	EncodeJSON(*Encoder)
}

// DecodeStructure reads an optional structure.
func DecodeStructure[T any, P Structure[T]](d *Decoder) *T {
	if d.null() {
		return nil
	}
	v := DecodeElement[T, P](d)
	return &v
}

// DecodeElement reads a structure that is an element of a list or map.
func DecodeElement[T any, P Structure[T]](d *Decoder) T {
	var v T
	if d.err == nil && d.kind() == kindNull {
		d.mismatch(kindNull, "", structureTarget)
		return v
	}
	P(&v).DecodeJSON(d)
	return v
}

// DecodeList reads an optional list; an empty list is not nil.
func DecodeList[T any](d *Decoder, element func(*Decoder) T) []T {
	if d.null() {
		return nil
	}
	if k := d.kind(); k != kindList {
		d.mismatch(k, "", collectionTarget)
		return nil
	}
	list := []T{}
	d.pos++
	for d.next() != ']' {
		if d.data[d.pos] == ',' {
			d.pos++
		}
		list = append(list, element(d))
		if d.err != nil {
			return nil
		}
	}
	d.pos++
	return list
}

// DecodeMap reads an optional map; an empty map is not nil. Of a key given twice the last value counts.
func DecodeMap[T any](d *Decoder, element func(*Decoder) T) map[string]T {
	if d.null() {
		return nil
	}
	if k := d.kind(); k != kindObject {
		d.mismatch(k, "", collectionTarget)
		return nil
	}
	m := map[string]T{}
	d.entries(func(key string) bool {
		m[key] = element(d)
		return true
	})
	if d.err != nil {
		return nil
	}
	return m
}
