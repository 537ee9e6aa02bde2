package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Violations collects what a request violates of the model's constraints. Texts and paths: REST control plane
// recordings, 1.3. Lengths count characters.
type Violations struct {
	list []string
}

// Unbounded stands for a missing lower or upper bound.
const Unbounded = -1 << 31

// Err returns a ValidationException with all violations, or nil.
func (x *Violations) Err() error {
	switch n := len(x.list); n {
	case 0:
		return nil
	case 1:
		return validationError("1 validation error detected: " + x.list[0])
	default:
		return validationError(fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(x.list, "; ")))
	}
}

func (x *Violations) add(path, value, constraint string) {
	x.list = append(x.list, "Value '"+value+"' at '"+path+"' failed to satisfy constraint: "+constraint)
}

// Required records a required member that is absent.
func (x *Violations) Required(path string, absent bool) {
	if absent {
		x.list = append(x.list, "Value null at '"+path+"' failed to satisfy constraint: Member must not be null")
	}
}

// Enum checks a string against an enum's values, which are printed in the given order.
func (x *Violations) Enum(path string, v *string, values []string) {
	if v != nil && !slices.Contains(values, *v) {
		x.add(path, *v, enumConstraint(values))
	}
}

// EnumList checks the elements of a list; the violation names the list and prints all of it.
func (x *Violations) EnumList(path string, list []string, values []string) {
	for _, v := range list {
		if !slices.Contains(values, v) {
			x.add(path, printList(list), "Member must satisfy constraint: ["+enumConstraint(values)+"]")
			return
		}
	}
}

// Pattern checks that a pattern matches the whole string.
func (x *Violations) Pattern(path string, v *string, p *Pattern) {
	if v != nil && !p.match(*v) {
		x.add(path, *v, "Member must satisfy regular expression pattern: "+p.Source)
	}
}

// Length checks the number of characters of a string.
func (x *Violations) Length(path string, v *string, least, most int) {
	if v == nil {
		return
	}
	switch n := utf8.RuneCountInString(*v); {
	case most != Unbounded && n > most:
		x.add(path, *v, maxLength(most))
	case least != Unbounded && n < least:
		x.add(path, *v, minLength(least))
	}
}

// LengthList checks the length of the elements of a list; the violation names the list and prints all constraints of its
// element.
func (x *Violations) LengthList(path string, list []string, least, most int) {
	for _, v := range list {
		n := utf8.RuneCountInString(v)
		if (most == Unbounded || n <= most) && (least == Unbounded || n >= least) {
			continue
		}
		var constraints []string
		if most != Unbounded {
			constraints = append(constraints, maxLength(most))
		}
		if least != Unbounded {
			constraints = append(constraints, minLength(least))
		}
		x.add(path, printList(list), "Member must satisfy constraint: ["+strings.Join(constraints, ", ")+"]")
		return
	}
}

// Range checks the value of an integer.
func (x *Violations) Range(path string, v *int32, least, most int) {
	if v == nil {
		return
	}
	switch n := int(*v); {
	case most != Unbounded && n > most:
		x.add(path, strconv.Itoa(n), "Member must have value less than or equal to "+strconv.Itoa(most))
	case least != Unbounded && n < least:
		x.add(path, strconv.Itoa(n), "Member must have value greater than or equal to "+strconv.Itoa(least))
	}
}

// Element returns the path of a list's element; positions are printed from 1.
func Element(path string, i int) string { return path + "." + strconv.Itoa(i+1) + ".member" }

// Entry returns the path of a map's value.
func Entry(path, key string) string { return path + "." + key + ".member" }

func enumConstraint(values []string) string {
	return "Member must satisfy enum value set: " + printList(values)
}

func maxLength(n int) string {
	return "Member must have length less than or equal to " + strconv.Itoa(n)
}

func minLength(n int) string {
	return "Member must have length greater than or equal to " + strconv.Itoa(n)
}

func printList(list []string) string { return "[" + strings.Join(list, ", ") + "]" }
