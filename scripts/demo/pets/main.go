// Command pets is the demo's Lambda backend: a pet store that forgets everything when its
// environment ends.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type pet struct {
	ID   int    `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

type petStore struct {
	mu   sync.Mutex
	pets []pet
}

func main() {
	s := &petStore{pets: []pet{
		{1, "cat", "Minka"}, {2, "dog", "Bello"}, {3, "cat", "Felix"}, {4, "fish", "Blub"},
		{5, "dog", "Rex"}, {6, "parrot", "Coco"}, {7, "cat", "Molly"},
	}}
	lambda.Start(s.handle)
}

func (s *petStore) handle(_ context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.PathParameters["petId"] != "":
		return s.get(r.PathParameters["petId"])
	case r.HTTPMethod == http.MethodPost:
		return s.create(r.Body)
	default:
		return s.list(r.MultiValueQueryStringParameters["type"])
	}
}

func (s *petStore) list(types []string) (events.APIGatewayProxyResponse, error) {
	found := []pet{}
	for _, p := range s.pets {
		if len(types) == 0 || slices.Contains(types, p.Type) {
			found = append(found, p)
		}
	}
	return answer(http.StatusOK, found)
}

func (s *petStore) get(id string) (events.APIGatewayProxyResponse, error) {
	n, err := strconv.Atoi(id)
	if err == nil {
		for _, p := range s.pets {
			if p.ID == n {
				return answer(http.StatusOK, p)
			}
		}
	}
	return answer(http.StatusNotFound, map[string]string{"message": "No pet has the id " + id})
}

func (s *petStore) create(body string) (events.APIGatewayProxyResponse, error) {
	var p pet
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.Name == "" || p.Type == "" {
		return answer(http.StatusBadRequest, map[string]string{"message": `A pet looks like {"type": "cat", "name": "Minka"}`})
	}
	p.ID = len(s.pets) + 1
	s.pets = append(s.pets, p)
	return answer(http.StatusCreated, p)
}

func answer(status int, body any) (events.APIGatewayProxyResponse, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return events.APIGatewayProxyResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
		Body:       string(b),
	}, nil
}
