// Package routes makes OpenAPI files of any number of routes, shaped like those of a large service: resources with a list
// and an item each, parameters, models that refer to each other, Lambda and HTTP integrations, CORS.
package routes

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// perResource is the number of routes of one kind of resource.
const perResource = 8

type object = map[string]any

// Document is an OpenAPI 3.0 document in JSON with so many methods. The same number gives the same document.
func Document(methods int) ([]byte, error) {
	paths, schemas := object{}, object{
		"Error": object{"type": "object", "properties": object{"message": object{"type": "string"}}},
	}
	for made := 0; made < methods; made += perResource {
		name := fmt.Sprintf("thing%04d", made/perResource)
		model := fmt.Sprintf("Thing%04d", made/perResource)
		schemas[model] = schema(model)
		base := fmt.Sprintf("/v%d/%s", made/perResource%5, name)
		left := methods - made
		for _, r := range operations(name, model) {
			if left--; left < 0 {
				break
			}
			item, _ := paths[base+r.path].(object)
			if item == nil {
				item = object{}
				paths[base+r.path] = item
			}
			item[r.verb] = r.operation
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(object{
		"openapi": "3.0.1",
		"info":    object{"title": fmt.Sprintf("%d routes", methods), "version": "1"},
		"paths":   paths,
		"components": object{
			"schemas":    schemas,
			"parameters": object{"Page": object{"name": "page", "in": "query", "schema": object{"type": "integer"}}},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	return out.Bytes(), nil
}

func schema(model string) object {
	return object{
		"type": "object", "required": []string{"id", "name"}, "description": "One of many: " + model + ".",
		"properties": object{
			"id":      object{"type": "string", "format": "uuid"},
			"name":    object{"type": "string", "minLength": 1, "maxLength": 100},
			"tags":    object{"type": "array", "items": object{"type": "string"}},
			"parent":  object{"$ref": "#/components/schemas/" + model},
			"problem": object{"$ref": "#/components/schemas/Error"},
		},
	}
}

type route struct {
	path, verb string
	operation  object
}

func operations(name, model string) []route {
	ref := object{"$ref": "#/components/schemas/" + model}
	body := object{"required": true, "content": object{"application/json": object{"schema": ref}}}
	id := object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string"}}
	page := object{"$ref": "#/components/parameters/Page"}
	return []route{
		{"", "get", operation("list_"+name, proxy(name, "list"), ref, nil, page)},
		{"", "post", operation("create_"+name, proxy(name, "create"), ref, body)},
		{"", "options", cors()},
		{"/{id}", "get", operation("get_"+name, backend(name, "GET"), ref, nil, id)},
		{"/{id}", "put", operation("put_"+name, backend(name, "PUT"), ref, body, id)},
		{"/{id}", "delete", operation("delete_"+name, backend(name, "DELETE"), nil, nil, id)},
		{"/{id}/history", "get", operation("history_"+name, proxy(name, "history"), ref, nil, id, page)},
		{"/{id}/files/{path+}", "x-amazon-apigateway-any-method", operation("files_"+name, backend(name, "ANY"), nil, nil, id,
			object{"name": "path", "in": "path", "required": true, "schema": object{"type": "string"}})},
	}
}

func operation(id string, integration, answer, body object, parameters ...object) object {
	ok := object{"description": "fine"}
	if answer != nil {
		ok["content"] = object{"application/json": object{"schema": answer}}
	}
	o := object{
		"operationId": id,
		"responses": object{
			"200": ok,
			"400": object{"description": "wrong", "content": object{"application/json": object{"schema": object{"$ref": "#/components/schemas/Error"}}}},
		},
		"x-amazon-apigateway-integration": integration,
	}
	if len(parameters) > 0 {
		o["parameters"] = parameters
	}
	if body != nil {
		o["requestBody"] = body
	}
	return o
}

func proxy(name, action string) object {
	return object{
		"type": "aws_proxy", "httpMethod": "POST",
		"uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:" +
			name + "-" + action + "/invocations",
	}
}

func backend(name, verb string) object {
	return object{
		"type": "http", "httpMethod": verb, "uri": "https://" + name + ".example.com/items/{id}",
		"requestParameters": object{
			"integration.request.path.id":           "method.request.path.id",
			"integration.request.header.X-Stage":    "context.stage",
			"integration.request.header.X-Resource": "'" + name + "'",
		},
		"responses": object{
			"default":  object{"statusCode": "200"},
			"4\\d{2}":  object{"statusCode": "400", "responseTemplates": object{"application/json": `{"message": "refused"}`}},
			"5\\d{2}.": object{"statusCode": "500"},
		},
	}
}

func cors() object {
	headers, mapped := object{}, object{}
	for name, v := range map[string]string{"Origin": "'*'", "Methods": "'GET,POST'", "Headers": "'Authorization'"} {
		headers["Access-Control-Allow-"+name] = object{"schema": object{"type": "string"}}
		mapped["method.response.header.Access-Control-Allow-"+name] = v
	}
	return object{
		"responses": object{"200": object{"description": "CORS", "headers": headers}},
		"x-amazon-apigateway-integration": object{
			"type": "mock", "requestTemplates": object{"application/json": `{"statusCode": 200}`},
			"responses": object{"default": object{"statusCode": "200", "responseParameters": mapped}},
		},
	}
}
