package usage

import (
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Group is what numbers are kept for.
type Group struct {
	// Day is a UTC day, "2023-11-14".
	Day string
	// PlanID and KeyID are "-" for requests without a good key.
	PlanID, KeyID string
	APIID, Stage  string
	// Method and Path are the HTTP method and the resource path; Path is "*" where an environment saw
	// more methods than it keeps apart.
	Method, Path string
}

// Numbers are what is known of a group.
type Numbers struct {
	// Requests counts all, Refused those that the gateway refused, by the type of the gateway
	// response.
	Requests int64
	Refused  map[string]int64
	// RequestBytes and ResponseBytes are of the bodies; Latency is the sum of all requests'.
	RequestBytes, ResponseBytes int64
	Latency                     time.Duration
}

// Served is how many requests the gateway did not refuse.
func (n *Numbers) Served() int64 {
	served := n.Requests
	for _, refused := range n.Refused {
		served -= refused
	}
	return served
}

// The names of numbers in sort keys. Latencies are in microseconds.
const (
	requestsName      = "requests"
	requestBytesName  = "requestBytes"
	responseBytesName = "responseBytes"
	latencyName       = "latency"
	refusedPrefix     = "refused."
)

const (
	partitionPrefix = "counter#statistics#"
	none            = "-"
	monthFormat     = "2006-01"
	retention       = 400 * 24 * time.Hour
)

// expires is when a day's rows go.
func expires(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return t.Add(retention)
}

func indexKey(month, planID, keyID string) store.Key {
	return store.Key{Partition: partitionPrefix + month, Sort: planID + "#" + keyID}
}

func groupPartition(month, planID, keyID string) string {
	return partitionPrefix + planID + "#" + keyID + "#" + month
}

func month(day string) string { return day[:len(monthFormat)] }

// key is the item of one number of a group.
func (g *Group) key(name string) store.Key {
	return store.Key{
		Partition: groupPartition(month(g.Day), g.PlanID, g.KeyID),
		Sort:      g.Day[len(monthFormat)+1:] + "#" + g.APIID + "#" + g.Stage + "#" + name + "#" + g.Method + " " + g.Path,
	}
}

// parse reads the sort key of a number back.
func (g *Group) parse(sort string) (name string, err error) {
	parts := strings.SplitN(sort, "#", 5)
	if len(parts) != 5 {
		return "", fmt.Errorf("statistics: %q is not the key of a number", sort)
	}
	g.APIID, g.Stage = parts[1], parts[2]
	g.Method, g.Path, _ = strings.Cut(parts[4], " ")
	g.Day = parts[0]
	return parts[3], nil
}

// add takes up a number by its name.
func (n *Numbers) add(name string, count int64) {
	switch name {
	case requestsName:
		n.Requests += count
	case requestBytesName:
		n.RequestBytes += count
	case responseBytesName:
		n.ResponseBytes += count
	case latencyName:
		n.Latency += time.Duration(count) * time.Microsecond
	default:
		if reason, ok := strings.CutPrefix(name, refusedPrefix); ok {
			if n.Refused == nil {
				n.Refused = map[string]int64{}
			}
			n.Refused[reason] += count
		}
	}
}

// each calls do for every number that is not 0, under its name.
func (n *Numbers) each(do func(name string, count int64)) {
	for _, v := range []struct {
		name  string
		count int64
	}{{requestsName, n.Requests}, {requestBytesName, n.RequestBytes}, {responseBytesName, n.ResponseBytes}, {latencyName, n.Latency.Microseconds()}} {
		if v.count != 0 {
			do(v.name, v.count)
		}
	}
	for reason, count := range n.Refused {
		do(refusedPrefix+reason, count)
	}
}
