package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// Path is where the Handler is served, beside the operations of the control plane.
const Path = "/explain"

const defaultLimit = 10

// Handler answers GET /explain?requestId=ID with the Refusal of a request, by its x-amzn-RequestId
// or its x-amz-apigw-id, and GET /explain with {"refusals": [...]}, the latest of each stage,
// newest first. The parameters api and stage narrow that, limit (default 10) says how many of each
// stage. Errors are {"message": "..."}: 404 for a request that is not known, 400 for a parameter,
// and 405. Whoever serves it checks signatures.
func (m *Memory) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.Header().Set("Allow", http.MethodGet)
			refuse(w, http.StatusMethodNotAllowed, "Refusals can only be read: use GET")
			return
		}
		q, err := parseQuery(r.URL.RawQuery, m.limits.PerStage)
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		if q.requestID == "" {
			found := m.Latest(q.api, q.stage, q.limit)
			slices.SortStableFunc(found, func(a, b Refusal) int { return b.Time.Compare(a.Time) })
			if found == nil {
				found = []Refusal{}
			}
			answer(w, http.StatusOK, map[string]any{"refusals": found})
			return
		}
		found, ok := m.Find(q.requestID)
		if !ok {
			refuse(w, http.StatusNotFound, fmt.Sprintf("No refused request has the id %q. The ids of a request are in the headers x-amzn-RequestId and x-amz-apigw-id of its answer. "+
				"Only the last %d refusals of a stage are kept, by the process that refused them and until it ends; requests that the backend answered are not among them, whatever their status.",
				shorten(q.requestID), m.limits.PerStage))
			return
		}
		answer(w, http.StatusOK, found)
	})
}

type query struct {
	requestID, api, stage string
	limit                 int
}

func parseQuery(raw string, most int) (query, error) {
	q := query{limit: min(defaultLimit, most)}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return q, fmt.Errorf("the query string cannot be read: %w", err)
	}
	for name, v := range values {
		switch name {
		case "requestId":
			if q.requestID = v[0]; q.requestID == "" {
				return q, fmt.Errorf("requestId is empty")
			}
		case "api":
			q.api = v[0]
		case "stage":
			q.stage = v[0]
		case "limit":
			n, err := strconv.Atoi(v[0])
			if err != nil || n < 1 || n > most {
				return q, fmt.Errorf("limit must be a number from 1 to %d", most)
			}
			q.limit = n
		default:
			return q, fmt.Errorf("there is no parameter %q: use requestId, or api, stage and limit", shorten(name))
		}
	}
	if q.requestID != "" && len(values) > 1 {
		return q, fmt.Errorf("requestId stands alone: it identifies one request")
	}
	return q, nil
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A failed write means that the client has gone.
	_ = json.NewEncoder(w).Encode(v)
}
