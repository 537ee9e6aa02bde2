package wire_test

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// TestJSONRoundTrip is the property on which stores rely: what MarshalJSON writes, UnmarshalJSON reads back, for every
// structure with any members absent, present or explicitly empty.
func TestJSONRoundTrip(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.service.Name, func(t *testing.T) {
			names := slices.Sorted(maps.Keys(s.structures))
			rapid.Check(t, func(t *rapid.T) {
				name := rapid.SampledFrom(names).Draw(t, "structure")
				want := reflect.ValueOf(s.structures[name]())
				draw(t, want.Elem())
				data, err := json.Marshal(want.Interface())
				if err != nil {
					t.Fatal(err)
				}
				got := s.structures[name]()
				if err := json.Unmarshal(data, got); err != nil {
					t.Fatalf("%s: %v", data, err)
				}
				if diff := cmp.Diff(want.Interface(), got); diff != "" {
					t.Fatalf("%s: want (-), got (+):\n%s", data, diff)
				}
			})
		})
	}
}

// draw fills a value at random. Strings are valid UTF-8, timestamps have nanoseconds.
func draw(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "present") {
			v.Set(reflect.New(v.Type().Elem()))
			draw(t, v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			seconds := rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds")
			v.Set(reflect.ValueOf(time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanos")).UTC()))
			return
		}
		for i := range v.NumField() {
			draw(t, v.Field(i))
		}
	case reflect.Slice:
		if !rapid.Bool().Draw(t, "present") {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			element := reflect.New(v.Type().Elem()).Elem()
			draw(t, element)
			if element.Kind() == reflect.Slice && element.IsNil() {
				element.Set(reflect.MakeSlice(element.Type(), 0, 0)) // a list of lists has no absent elements
			}
			v.Set(reflect.Append(v, element))
		}
	case reflect.Map:
		if !rapid.Bool().Draw(t, "present") {
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			element := reflect.New(v.Type().Elem()).Elem()
			draw(t, element)
			if k := element.Kind(); (k == reflect.Slice || k == reflect.Map) && element.IsNil() {
				continue
			}
			v.SetMapIndex(reflect.ValueOf(rapid.String().Draw(t, "key")), element)
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "string"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, "int")))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "long"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "double"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(t, "byte")))
	default:
		t.Fatalf("no value for %s", v.Type())
	}
}

func TestTimestampFormats(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 59, 58, 0, time.FixedZone("", 3600))
	for want, v := range map[string]any{
		`{"createdDate":1709247598}`:             apigateway.Deployment{CreatedDate: &at},
		`{"createdDate":"2024-02-29T22:59:58Z"}`: apigatewayv2.Deployment{CreatedDate: &at},
	} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	for _, c := range []struct {
		text string
		want time.Time
	}{
		{`1709247598`, at}, {`1709247598.0`, at}, {`1.709247598e9`, at}, {`1709247598.250`, at.Add(250 * time.Millisecond)},
		{`-0.5`, time.UnixMilli(-500)}, {`-1.5`, time.UnixMilli(-1500)}, {`0`, time.Unix(0, 0)},
	} {
		var d apigateway.Deployment
		if err := json.Unmarshal([]byte(`{"createdDate":`+c.text+`}`), &d); err != nil || !d.CreatedDate.Equal(c.want) {
			t.Errorf("%s: %v, %v, want %v", c.text, d.CreatedDate, err, c.want)
		}
	}
	for _, text := range []string{`1e300`, `99999999999999999999`, `"2024-02-29T22:59:58Z"`} {
		var d apigateway.Deployment
		if err := json.Unmarshal([]byte(`{"createdDate":`+text+`}`), &d); err == nil {
			t.Errorf("%s was read as %v", text, d.CreatedDate)
		}
	}
}

// Always-present empties are written, absent members are not (REST control plane recordings, 1.1).
func TestEmptyAndAbsent(t *testing.T) {
	got, err := json.Marshal(apigateway.MethodResponse{
		StatusCode: ptr("200"), ResponseModels: map[string]string{}, ResponseParameters: map[string]bool{"b": false, "a": true}})
	if want := `{"statusCode":"200","responseParameters":{"a":true,"b":false},"responseModels":{}}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

// Doubles print as recorded: 50.0, 10000.0.
func TestDoubles(t *testing.T) {
	for text, v := range map[string]float64{"50.0": 50, "10000.0": 10000, "0.5": 0.5, "-0.0": math.Copysign(0, -1), "1e+21": 1e21} {
		got, err := json.Marshal(apigateway.ThrottleSettings{RateLimit: &v})
		if want := `{"rateLimit":` + text + `}`; err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}
