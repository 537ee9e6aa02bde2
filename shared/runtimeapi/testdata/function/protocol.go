package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// refusal is what the Runtime API answered to a call that it should refuse.
type refusal struct {
	Call   string `json:"call"`
	Status int    `json:"status"`
	Type   string `json:"errorType"`
}

// misuse breaks the protocol in every way. In its second invocation it responds
// with the refusals that it got.
func misuse() {
	var refusals []refusal
	call := func(name, method, path string, body io.Reader, headers ...string) (string, int) {
		request, err := http.NewRequest(method, "http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+path, body)
		if err != nil {
			panic(err)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			panic(fmt.Sprintf("%s: %s", name, err))
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil {
			panic(err)
		}
		var document struct {
			ErrorType string `json:"errorType"`
		}
		_ = json.Unmarshal(content, &document)
		if response.StatusCode >= 400 {
			refusals = append(refusals, refusal{name, response.StatusCode, document.ErrorType})
		}
		return response.Header.Get("Lambda-Runtime-Aws-Request-Id"), response.StatusCode
	}
	const base = "/2018-06-01/runtime/invocation/"
	text := func() io.Reader { return strings.NewReader(`"ok"`) }

	call("response before next", "POST", base+"none/response", text())
	call("unknown path", "GET", "/2018-06-01/runtime/nothing", nil)
	first, _ := call("next", "GET", base+"next", nil)
	call("next twice", "GET", base+"next", nil)
	call("init error after init", "POST", "/2018-06-01/runtime/init/error", text())
	call("unknown id", "POST", base+"none/response", text())
	call("unknown id of an error", "POST", base+"none/error", text())
	call("response", "POST", base+first+"/response", text())
	call("second response", "POST", base+first+"/response", text())
	call("error after response", "POST", base+first+"/error", text())

	second, _ := call("next", "GET", base+"next", nil)
	call("id of the invocation before", "POST", base+first+"/response", text())
	call("too large", "POST", base+second+"/response", bytes.NewReader(make([]byte, 6291557)))
	call("response after too large", "POST", base+second+"/response", text())

	third, _ := call("next", "GET", base+"next", nil)
	call("response mode", "POST", base+third+"/response", text(), "Lambda-Runtime-Function-Response-Mode", "sideways")

	fourth, _ := call("next", "GET", base+"next", nil)
	answer, err := json.Marshal(refusals)
	if err != nil {
		panic(err)
	}
	call("response", "POST", base+fourth+"/response", bytes.NewReader(answer))
	call("next", "GET", base+"next", nil)
}
