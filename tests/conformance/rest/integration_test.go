package rest

import "github.com/postern-gateway/postern/tests/conformance/harness"

// The integrations of facts. Each takes changes, made with the functions below.

type change func(obj)

func integration(in obj, changes []change) obj {
	for _, c := range changes {
		c(in)
	}
	return in
}

func mock(changes ...change) obj {
	return integration(obj{"type": "mock", "requestTemplates": obj{"application/json": `{"statusCode": 200}`},
		"responses": obj{"default": obj{"statusCode": "200"}}}, changes)
}

func httpCustom(changes ...change) obj {
	return integration(obj{"type": "http", "httpMethod": "POST", "uri": "{{backend}}/b", "responses": obj{"default": obj{"statusCode": "200"}}}, changes)
}

func httpProxy(changes ...change) obj {
	return integration(obj{"type": "http_proxy", "httpMethod": "ANY", "uri": "{{backend}}/b"}, changes)
}

func lambdaProxy(changes ...change) obj {
	return integration(obj{"type": "aws_proxy", "httpMethod": "POST", "uri": "{{lambda}}"}, changes)
}

func lambdaCustom(changes ...change) obj {
	return integration(obj{"type": "aws", "httpMethod": "POST", "uri": "{{lambda}}", "responses": obj{"default": obj{"statusCode": "200"}}}, changes)
}

func service(uri string, changes ...change) obj {
	return integration(obj{"type": "aws", "httpMethod": "POST", "uri": "arn:aws:apigateway:" + harness.Region + ":" + uri, "responses": obj{"default": obj{"statusCode": "200"}}}, changes)
}

func with(name string, value any) change { return func(in obj) { in[name] = value } }

// pairs makes an object of names and values.
func pairs(kv []string) obj {
	o := obj{}
	for i := 0; i < len(kv); i += 2 {
		o[kv[i]] = kv[i+1]
	}
	return o
}

// maps maps request parameters: "header.X", "method.request.querystring.q", ...
func maps(kv ...string) change {
	return func(in obj) {
		o := obj{}
		for i := 0; i < len(kv); i += 2 {
			o["integration.request."+kv[i]] = kv[i+1]
		}
		in["requestParameters"] = o
	}
}

// template is the request template for JSON.
func template(text string) change { return templates("application/json", text) }

// templates are request templates: media type, text, ...
func templates(kv ...string) change { return with("requestTemplates", pairs(kv)) }

// responds sets the integration responses: pattern, response, ...
func responds(kv ...any) change {
	return func(in obj) {
		o := obj{}
		for i := 0; i < len(kv); i += 2 {
			o[kv[i].(string)] = kv[i+1]
		}
		in["responses"] = o
	}
}

// response is an integration response of a status.
func response(status string, changes ...change) obj {
	return integration(obj{"statusCode": status}, changes)
}

// gives maps response headers: name, source, ...
func gives(kv ...string) change {
	return func(r obj) {
		o := obj{}
		for i := 0; i < len(kv); i += 2 {
			o["method.response.header."+kv[i]] = kv[i+1]
		}
		r["responseParameters"] = o
	}
}

// renders is the response template for JSON.
func renders(text string) change { return with("responseTemplates", obj{"application/json": text}) }

// answers is the default response 200 with changes.
func answers(changes ...change) change { return responds("default", response("200", changes...)) }
