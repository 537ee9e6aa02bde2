package dynamodb

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/postern-gateway/postern/shared/store"
)

// expression collects the names and values that an expression mentions, since
// DynamoDB refuses a request that declares one too many. Names are always
// declared: some of ours are reserved words.
type expression struct {
	names  map[string]string
	values attributes

	set, remove, conditions []string
}

func newExpression() *expression {
	return &expression{names: map[string]string{}, values: attributes{}}
}

func (e *expression) name(attribute string) string {
	e.names["#"+attribute] = attribute
	return "#" + attribute
}

func (e *expression) value(placeholder string, v types.AttributeValue) string {
	e.values[":"+placeholder] = v
	return ":" + placeholder
}

// assign sets an attribute, or removes it if the value is nil.
func (e *expression) assign(attribute string, v types.AttributeValue) {
	if v == nil {
		e.remove = append(e.remove, e.name(attribute))
		return
	}
	e.set = append(e.set, e.name(attribute)+" = "+e.value(attribute, v))
}

func (e *expression) require(condition string) { e.conditions = append(e.conditions, condition) }

func (e *expression) update() *string {
	var clauses []string
	if len(e.set) > 0 {
		clauses = append(clauses, "SET "+strings.Join(e.set, ", "))
	}
	if len(e.remove) > 0 {
		clauses = append(clauses, "REMOVE "+strings.Join(e.remove, ", "))
	}
	return aws.String(strings.Join(clauses, " "))
}

func (e *expression) condition() *string {
	if len(e.conditions) == 0 {
		return nil
	}
	return aws.String("(" + strings.Join(e.conditions, ") AND (") + ")")
}

// valuesOrNil spares DynamoDB an empty map, which it refuses.
func (e *expression) valuesOrNil() attributes {
	if len(e.values) == 0 {
		return nil
	}
	return e.values
}

// requireUnexpired holds for a row without expiry, too, and for none at all.
func (e *expression) requireUnexpired(now time.Time) {
	ttl := e.name(AttributeTTL)
	e.require("attribute_not_exists(" + ttl + ") OR " + ttl + " > " + e.value("now", number(now.Unix())))
}

// requireHolds is store.Condition.Holds for the row that the table has.
func (e *expression) requireHolds(c store.Condition, now time.Time) {
	version, isVersion := c.Version()
	switch {
	case c == store.Any:
		return
	case c == store.Absent:
		e.require("attribute_not_exists(" + e.name(AttributePartition) + ") OR " +
			e.name(AttributeTTL) + " <= " + e.value("now", number(now.Unix())))
		return
	case isVersion:
		e.require(e.name(AttributeVersion) + " = " + e.value("if", number(version)))
	default:
		e.require("attribute_exists(" + e.name(AttributePartition) + ")")
	}
	e.requireUnexpired(now)
}

// requireChunks holds if the row names this set of chunks, or none if it is
// the zero set. Who replaces or deletes a row must know its chunks beforehand.
func (e *expression) requireChunks(set chunkSet) {
	b := e.name(AttributeChunkSet)
	if set.id == "" {
		e.require("attribute_not_exists(" + b + ")")
		return
	}
	e.require(b + " = " + e.value("chunks", text(set.id)))
}

// putExpression writes an item over whatever the row was.
func putExpression(w store.Write, chunks chunkSet) *expression {
	e := newExpression()
	version := e.name(AttributeVersion)
	if replaced, ok := w.If.Version(); ok || w.If == store.Absent {
		e.set = append(e.set, version+" = "+e.value("version", number(max(replaced, 0)+1)))
	} else {
		e.set = append(e.set, version+" = if_not_exists("+version+", "+e.value("zero", number(0))+") + "+e.value("one", number(1)))
	}
	var value, count, ttl, set, setCount types.AttributeValue
	switch {
	case chunks.id != "":
		set, setCount = text(chunks.id), number(int64(chunks.count))
	case len(w.Item.Value) > 0:
		value = binary(w.Item.Value)
	}
	if w.Item.Count != 0 {
		count = number(w.Item.Count)
	}
	if seconds := store.ExpirySeconds(w.Item.Expires); seconds != 0 {
		ttl = number(seconds)
	}
	e.assign(AttributeValue, value)
	e.assign(AttributeCount, count)
	e.assign(AttributeTTL, ttl)
	e.assign(AttributeChunkSet, set)
	e.assign(AttributeChunks, setCount)
	return e
}
