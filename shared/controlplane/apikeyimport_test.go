package controlplane_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const importKeys = "/apikeys?mode=import&format=csv"

// importFile imports a file and returns the names of the keys that the answer names.
func (h *harness) importFile(file string) (names []string, warnings []any) {
	h.t.Helper()
	answer := h.ok(201, "POST", importKeys, file)
	for _, id := range answer["ids"].([]any) {
		name, _ := h.ok(200, "GET", "/apikeys/"+id.(string), "")["name"].(string)
		names = append(names, name)
	}
	return names, answer["warnings"].([]any)
}

func TestImportApiKeys(t *testing.T) {
	long := strings.Repeat("x", 1025)
	cases := []struct {
		name, file string
		names      []string
		warnings   []any
	}{
		{"two columns in any order and case", "kEY,name\n" + secret + ",First\n", []string{"First"}, []any{}},
		{"all columns", "Name,key,description,Enabled,usageplanIds\nFirst," + secret + ",An imported key,TRUE,\n", []string{"First"}, []any{}},
		{"unknown columns", "Name,Colour,Key\nFirst,red," + secret + "\n", []string{"First"}, []any{}},
		{"byte order mark and carriage returns", "\ufeffName,Key\r\nFirst," + secret + "\r\n", []string{"First"}, []any{}},
		{"quotes", "Name,Key\n\"First, the best\"," + secret + "\n", []string{"First, the best"}, []any{}},
		{"no keys", "Name,Key\n", nil, []any{}},
		{"short value", "Name,Key\nFirst,short\nSecond," + secret + "\n", []string{"Second"}, []any{"Line 2: API Key value should be at least 20 characters"}},
		{"long value", "Name,Key\nFirst," + strings.Repeat("x", 129) + "\n", nil, []any{"Line 2: API Key value exceeds maximum size of 128 characters"}},
		{"long name", "Name,Key\n" + long + "," + secret + "\n", nil, []any{"Line 2: Invalid API Key name specified."}},
		{"no boolean", "Name,Key,Enabled\nFirst," + secret + ",yes\n", nil, []any{"Line 2: Invalid Enabled value specified: yes. Must be one of: [true, false]"}},
		{"unknown plan", "Name,Key,UsagePlanIds\nFirst," + secret + ",nosuch\n", nil, []any{"Line 2: Invalid Usage Plan ID specified: nosuch"}},
		{"the last of one value counts, once", "Name,Key\nFirst," + secret + "\nSecond," + secret + "\n", []string{"Second"}, []any{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			names, warnings := newHarness(t).importFile(c.file)
			if !cmp.Equal(c.names, names) || !cmp.Equal(c.warnings, warnings) {
				t.Errorf("%v, %v; want %v, %v", names, warnings, c.names, c.warnings)
			}
		})
	}
}

func TestImportApiKeysRefusals(t *testing.T) {
	h := newHarness(t)
	h.badRequest("Invalid API key file: the columns Name and Key are required", "POST", importKeys, "Name,Value\na,b\n")
	h.badRequest("Invalid API key file: the column key occurs twice", "POST", importKeys, "Name,Key,KEY\na,b,c\n")
	if status, code, answer := h.do("POST", importKeys, "Name,Key\n\"a\"b,c\n"); status != 400 || code != "BadRequestException" || !strings.Contains(string(answer), "Invalid API key file: ") {
		t.Errorf("no CSV: %d %s %s", status, code, answer)
	}
	h.refused(400, "ValidationException", "1 validation error detected: Value 'json' at 'format' failed to satisfy constraint: Member must satisfy enum value set: [csv]", "POST", "/apikeys?mode=import&format=json", "Name,Key\n")
}

func TestImportOverwritesTheKeyOfTheSameValue(t *testing.T) {
	h := newHarness(t)
	id := h.key(`{"value":"` + secret + `","name":"old","description":"d","customerId":"c"}`)
	plans := []string{h.plan(`{"name":"p"}`), h.plan(`{"name":"q"}`), h.plan(`{"name":"r"}`)}
	h.join(plans[2], id)
	for _, list := range []string{`"` + plans[0] + "," + plans[1] + `"`, "'" + plans[0] + "," + plans[1] + "'", plans[0]} {
		answer := h.ok(201, "POST", importKeys, "Name,UsagePlanIds,Key\nnew,"+list+","+secret+"\n")
		if !cmp.Equal([]any{id}, answer["ids"]) || !cmp.Equal([]any{}, answer["warnings"]) {
			t.Errorf("%s: %v", list, answer)
		}
	}
	got := h.ok(200, "GET", "/apikeys/"+id, "")
	if got["name"] != "new" || got["description"] != nil || got["enabled"] != true || got["customerId"] != "c" {
		t.Errorf("overwritten key %v", got)
	}
	want := []any{plans[2], plans[0], plans[1]}
	if row := h.byValue(secret); !cmp.Equal(want, row["plans"]) {
		t.Errorf("plans %v, want %v", row["plans"], want)
	}
	if names := members(h.ok(200, "GET", "/usageplans/"+plans[2]+"/keys", ""), "name"); !cmp.Equal([]string{"new"}, names) {
		t.Errorf("the plan lists %v", names)
	}
}

func TestFailOnWarningsTakesTheImportBack(t *testing.T) {
	h := newHarness(t)
	plan := h.plan(`{"name":"p"}`)
	old := strings.Repeat("o", 20)
	id := h.key(`{"value":"` + old + `","name":"old","description":"d"}`)
	file := "Name,Key,UsagePlanIds\nnew," + old + "," + plan + "\nsecond," + secret + "," + plan + "\nthird,short,\n"
	h.badRequest("Failed to import API keys. Line 4: API Key value should be at least 20 characters", "POST", importKeys+"&failonwarnings=true", file)
	h.is(200, "GET", "/apikeys", "", `{"item":[{"createdDate":1700000001,"description":"d","enabled":false,"id":"`+id+`","lastUpdatedDate":1700000001,"name":"old","stageKeys":[]}]}`)
	h.is(200, "GET", "/usageplans/"+plan+"/keys", "", `{"item":[]}`)
	if row := h.byValue(secret); row != nil {
		t.Errorf("a value is left behind: %v", row)
	}
}

// FuzzImportApiKeys looks for files that break the import rather than being refused.
func FuzzImportApiKeys(f *testing.F) {
	for _, seed := range []string{
		"Name,Key\nFirst," + secret + "\n", "Key,name,UsagePlanIds\n" + secret + ",a,'x,y'\n",
		"\ufeffName,Key,Enabled\n\"a\nb\"," + secret + ",TRUE\n", "Name,Key\n','\n", "", "\x00", "Name,Key\n'", "Name,Key\n',',',',\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		memory, err := embedded.Open(embedded.Memory, embedded.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = memory.Close() }()
		service := controlplane.New(controlplane.Config{Store: memory, Account: account, Region: "us-east-1"})
		csv := "csv"
		out, err := service.ImportApiKeys(t.Context(), &apigateway.ImportApiKeysRequest{Format: &csv, Body: []byte(file)})
		if err != nil {
			if !isRefusal(err) {
				t.Fatalf("%q: %v", file, err)
			}
			return
		}
		for _, id := range out.Ids {
			if _, err := service.GetApiKey(t.Context(), &apigateway.GetApiKeyRequest{ApiKey: &id}); err != nil {
				t.Fatalf("%q: key %s: %v", file, id, err)
			}
		}
	})
}

// TestImportTakesTextCSV sends the content type that clients send with a file.
func TestImportTakesTextCSV(t *testing.T) {
	h := newHarness(t)
	response, err := h.server.Client().Post(h.server.URL+importKeys, "text/csv", strings.NewReader("Name,Key\nFirst,"+secret+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusCreated || !strings.Contains(string(body), `"warnings":[]`) {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}
