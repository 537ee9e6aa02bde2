package wire_test

import (
	"net/http"
	"strings"
	"testing"
)

// The two texts for strings are recorded (REST control plane recordings, 1.4); mismatch.go says where the others are from.
func TestWrongJSONTypes(t *testing.T) {
	const number = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an "
	for _, c := range []struct{ name, body, message string }{
		{"boolean for a string", `{"name":true}`, "class java.lang.Boolean can not be converted to an String"},
		{"number for a string", `{"name":1.5}`, number + "String"},
		{"list for a string", `{"name":["a"]}`, "Unrecognized collection type class java.lang.String"},
		{"structure for a string", `{"name":{"a":1}}`, "Start of structure or map found where not expected"},
		{"boolean in a map of strings", `{"tags":{"a":true}}`, "class java.lang.Boolean can not be converted to an String"},
		{"null in a map of strings", `{"tags":{"a":null}}`, "null can not be converted to an String"},
		{"number in a list of strings", `{"binaryMediaTypes":[1]}`, number + "String"},
		{"string for a list", `{"binaryMediaTypes":"a"}`, "Unexpected field type"},
		{"structure for a list", `{"binaryMediaTypes":{}}`, "Start of structure or map found where not expected"},
		{"string for a map", `{"tags":"a"}`, "Unexpected field type"},
		{"list for a map", `{"tags":[]}`, "Unrecognized collection type class java.util.ArrayList"},
		{"string for a structure", `{"endpointConfiguration":"EDGE"}`, "Unexpected value type in payload"},
		{"list for a structure", `{"endpointConfiguration":[]}`, "Unrecognized collection type class java.util.ArrayList"},
		{"string for a boolean", `{"disableExecuteApiEndpoint":"true"}`, "class java.lang.String can not be converted to an Boolean"},
		{"number for a boolean", `{"disableExecuteApiEndpoint":1}`, number + "Boolean"},
		{"string for an integer", `{"minimumCompressionSize":"1"}`, "class java.lang.String can not be converted to an Integer"},
		{"fraction for an integer", `{"minimumCompressionSize":1.5}`, "1.5 can not be converted to an Integer"},
		{"overflow of an integer", `{"minimumCompressionSize":2147483648}`, "2147483648 can not be converted to an Integer"},
		{"a list as the document", `[]`, "Unrecognized collection type class java.util.ArrayList"},
		{"a string as the document", `"x"`, "Unexpected value type in payload"},
		{"the first wrong type counts", `{"name":true,"tags":[]}`, "class java.lang.Boolean can not be converted to an String"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := exchange(allServices(t, accept), "POST", "/restapis", c.body)
			if got := wantError(t, w, http.StatusBadRequest, "SerializationException"); got != c.message {
				t.Errorf("message %q, want %q", got, c.message)
			}
		})
	}
}

func TestWrongJSONTypesOfRarerShapes(t *testing.T) {
	for _, c := range []struct{ method, target, body, message string }{
		{"POST", "/usageplans", `{"throttle":{"rateLimit":"5"}}`, "class java.lang.String can not be converted to an Double"},
		{"POST", "/usageplans", `{"throttle":{"rateLimit":1e400}}`, "1e400 can not be converted to an Double"},
		{"POST", "/usageplans", `{"apiStages":[null]}`, "Unexpected value type in payload"},
		{"POST", "/usageplans", `{"apiStages":["a:b"]}`, "Unexpected value type in payload"},
		{"POST", "/v2/domainnames", `{"domainNameConfigurations":[{"certificateUploadDate":1}]}`,
			"class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Date"},
		{"POST", "/v2/domainnames", `{"domainNameConfigurations":[{"certificateUploadDate":"today"}]}`,
			"'today' can not be converted to an Date"},
		{"POST", "/v2/domainnames", `{"domainNameConfigurations":[{"certificateUploadDate":[]}]}`,
			"Unrecognized collection type class java.util.Date"},
	} {
		w := exchange(allServices(t, accept), c.method, c.target, c.body)
		if got := wantError(t, w, http.StatusBadRequest, "SerializationException"); got != c.message {
			t.Errorf("%s: message %q, want %q", c.body, got, c.message)
		}
	}
}

func TestMalformedDocuments(t *testing.T) {
	for _, body := range []string{`{`, `{"name":}`, `{"name":"a"} x`, ` `, `{'name':'a'}`, `{"name":"a`, `{"name":01}`,
		strings.Repeat("[", 20000)} {
		w := exchange(allServices(t, accept), "POST", "/restapis", body)
		message := wantError(t, w, http.StatusBadRequest, "SerializationException")
		if !strings.HasPrefix(message, "Could not parse the request body as JSON: ") {
			t.Errorf("%.20q: message %q", body, message)
		}
	}
}

func TestMalformedQueries(t *testing.T) {
	for target, message := range map[string]string{
		"/restapis?limit=ten":                   "'ten' can not be converted to an Integer",
		"/restapis?limit=99999999999":           "'99999999999' can not be converted to an Integer",
		"/apikeys?includeValues=yes":            "'yes' can not be converted to an Boolean",
		"/restapis?limit=%zz":                   "Could not parse the query string: invalid URL escape \"%zz\"",
		"/v2/domainnames/d/routingrules?a=1;b=": "Could not parse the query string: invalid semicolon separator in query",
	} {
		w := exchange(allServices(t, accept), "GET", target, "")
		if got := wantError(t, w, http.StatusBadRequest, "SerializationException"); got != message {
			t.Errorf("%s: message %q, want %q", target, got, message)
		}
	}
}

func TestIntegersMayBeSpelledAsDecimals(t *testing.T) {
	for _, spelling := range []string{"1024", "1024.0", "1.024e3", "10240E-1"} {
		w := exchange(allServices(t, accept), "POST", "/restapis", `{"name":"a","minimumCompressionSize":`+spelling+`}`)
		if w.Code != http.StatusCreated {
			t.Errorf("%s: answer %d %s", spelling, w.Code, w.Body)
		}
	}
}
