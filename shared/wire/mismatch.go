package wire

// The texts for JSON values of the wrong type. A boolean or a number where a string is modelled is recorded (REST control
// plane recordings, 1.4), and its pattern is used for every pair of scalars. The texts for lists and structures are those
// of the same framework in front of other AWS services:
//
//	list where a scalar is modelled            Unrecognized collection type class java.lang.{scalar}
//	structure where a scalar or list is        Start of structure or map found where not expected
//	scalar where a list or map is              Unexpected field type
//	scalar or null where a structure is        Unexpected value type in payload
//	list where a structure or map is           Unrecognized collection type class java.util.ArrayList
//
// A null element of a list or map has no place in the structures and is refused like a scalar.

type target byte

const (
	scalarTarget target = iota
	collectionTarget
	structureTarget
)

// fail records the first error.
func (d *Decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = serializationError(format, args...)
	}
}

// expect reports whether the current value is of kind k and records the refusal otherwise. class is the simple Java class.
func (d *Decoder) expect(k kind, class string) bool {
	if d.err != nil {
		return false
	}
	got := d.kind()
	if got == k {
		return true
	}
	d.mismatch(got, class, scalarTarget)
	return false
}

func (d *Decoder) mismatch(got kind, class string, want target) {
	switch {
	case got == kindList && want == scalarTarget:
		d.fail("Unrecognized collection type class %s", javaClass(class))
	case got == kindList:
		d.fail("Unrecognized collection type class java.util.ArrayList")
	case got == kindObject:
		d.fail("Start of structure or map found where not expected")
	case want == structureTarget:
		d.fail("Unexpected value type in payload")
	case want == collectionTarget:
		d.fail("Unexpected field type")
	case got == kindNull:
		d.fail("null can not be converted to an %s", class)
	default:
		d.fail("%s can not be converted to an %s", javaSource(got), class)
	}
}

func javaClass(class string) string {
	if class == "Date" {
		return "java.util.Date"
	}
	return "java.lang." + class
}

func javaSource(k kind) string {
	switch k {
	case kindBoolean:
		return "class java.lang.Boolean"
	case kindNumber:
		return "class com.amazon.coral.value.json.numbers.TruncatingBigNumber"
	default:
		return "class java.lang.String"
	}
}
