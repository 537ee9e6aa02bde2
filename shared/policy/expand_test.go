package policy

import "testing"

const testAPI = "arn:aws:execute-api:eu-west-1:123456789012:abc"

func TestExpand(t *testing.T) {
	const full = `"arn:aws:execute-api:eu-west-1:123456789012:abc/`
	for _, c := range []struct{ name, document, want string }{
		{"one statement", `{"Statement":{"Resource":"execute-api:/prod/GET/pets"}}`, `{"Statement":{"Resource":` + full + `prod/GET/pets"}}`},
		{"the whole API", `{"Statement":[{"Resource":"execute-api:/*"}]}`, `{"Statement":[{"Resource":` + full + `*"}]}`},
		{"lists and the rest untouched", "{ \"Id\" : \"execute-api:/x\",\n \"Statement\": [ {\"Sid\":\"execute-api:/x\", \"NotResource\" : [ \"execute-api:/a\" , \"*\",\"execute-api:/b/<&>\" ] } , {\"Resource\":\"execute-api:/c\"}] }\n",
			"{ \"Id\" : \"execute-api:/x\",\n \"Statement\": [ {\"Sid\":\"execute-api:/x\", \"NotResource\" : [ " + full + "a\" , \"*\"," + full + "b/<&>\" ] } , {\"Resource\":" + full + "c\"}] }\n"},
		{"written with escapes", `{"Statement":{"Resource":"execute\u002dapi:\/a\"é"}}`, `{"Statement":{"Resource":` + full + `a\"é"}}`},
		{"full already", `{"Statement":{"Resource":"` + testAPI + `/*"}}`, `{"Statement":{"Resource":"` + testAPI + `/*"}}`},
		{"no slash", `{"Statement":{"Resource":"execute-api:Invoke"}}`, `{"Statement":{"Resource":"execute-api:Invoke"}}`},
		{"not in conditions", `{"Statement":{"Condition":{"StringEquals":{"a:b":"execute-api:/x"}}}}`, `{"Statement":{"Condition":{"StringEquals":{"a:b":"execute-api:/x"}}}}`},
		{"no statement", `{"Id":"execute-api:/"}`, `{"Id":"execute-api:/"}`},
		{"no object", `["execute-api:/"]`, `["execute-api:/"]`},
	} {
		got, err := Expand(c.document, testAPI)
		if err != nil || got != c.want {
			t.Errorf("%s: %s, %v\nwant %s", c.name, got, err, c.want)
		}
		if again, err := Expand(got, testAPI); err != nil || again != got {
			t.Errorf("%s: a second time: %s, %v", c.name, again, err)
		}
	}
	if _, err := Expand(`{`, testAPI); err == nil {
		t.Error("broken JSON was expanded")
	}
}
