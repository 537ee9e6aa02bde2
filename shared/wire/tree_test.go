package wire_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// fill sets a structure, of this module or of the client library, from a tree. Fields that the structure does not have are
// reported to missing and left out.
func fill(v reflect.Value, tree any, path string, missing func(path string)) {
	if v.Kind() == reflect.Pointer && v.Type().Elem() != reflect.TypeFor[time.Time]() {
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), tree, path, missing)
		return
	}
	switch value := tree.(type) {
	case map[string]any:
		if v.Kind() == reflect.Struct {
			for name, member := range value {
				f := v.FieldByName(name)
				if !f.IsValid() {
					missing(path + "." + name)
					continue
				}
				fill(f, member, path+"."+name, missing)
			}
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for key, member := range value {
			element := reflect.New(v.Type().Elem()).Elem()
			fill(element, member, path+"{}", missing)
			v.SetMapIndex(reflect.ValueOf(key), element)
		}
	case []any:
		v.Set(reflect.MakeSlice(v.Type(), len(value), len(value)))
		for i, member := range value {
			fill(v.Index(i), member, path+"[]", missing)
		}
	case time.Time:
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.ValueOf(&value))
			return
		}
		v.Set(reflect.ValueOf(value))
	default:
		v.Set(reflect.ValueOf(value).Convert(v.Type()))
	}
}

// tree reads a structure back into plain values; nil members are left out.
func tree(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return tree(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC()
		}
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Name == "ResultMetadata" || isNil(v.Field(i)) {
				continue
			}
			out[f.Name] = tree(v.Field(i))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = tree(v.MapIndex(key))
		}
		return out
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes()
		}
		out := []any{}
		for i := range v.Len() {
			out = append(out, tree(v.Index(i)))
		}
		return out
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Float64:
		return v.Float()
	}
	panic(fmt.Sprintf("no tree for %s", v.Type()))
}

// isNil also takes an empty string and a zero number without pointer for absent, which is how the client library shows
// absence there.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String, reflect.Int32, reflect.Int64, reflect.Float64, reflect.Bool:
		return v.IsZero()
	}
	return false
}

// except removes the members at excepted paths (in the notation of fill) from both trees, and tells differs about those
// that were not equal.
func except(want, got any, path string, excepted func(path string) bool, differs func(path string)) {
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		names := slices.AppendSeq(slices.Collect(maps.Keys(want)), maps.Keys(got))
		for _, name := range names {
			if below := path + "." + name; excepted(below) {
				if !reflect.DeepEqual(want[name], got[name]) {
					differs(below)
				}
				delete(want, name)
				delete(got, name)
			} else {
				except(want[name], got[name], below, excepted, differs)
			}
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range want {
				except(want[i], got[i], path+"[]", excepted, differs)
			}
		}
	}
}
