package controlplane_test

import "testing"

// A setting with a wrong value would be taken for its default, so it is refused wherever tags come in.
func TestSettingsOfAPlan(t *testing.T) {
	h := newHarness(t)
	const (
		quota   = "The tag postern:quota of a usage plan must be one of: [exact]"
		failure = "The tag postern:quota-failure of a usage plan must be one of: [open, closed]"
	)
	good := h.plan(`{"name":"good","tags":{"postern:quota":"exact","postern:quota-failure":"open","postern:other":"x"}}`)
	tags := tagPath(":/usageplans/" + good)
	for _, c := range []struct{ tags, says string }{
		{`{"postern:quota":"Exact"}`, "Invalid tag value: Exact. " + quota},
		{`{"postern:quota":""}`, "Invalid tag value: . " + quota},
		{`{"postern:quota":"true","postern:quota-failure":"closed"}`, "Invalid tag value: true. " + quota},
		{`{"postern:quota-failure":"fail"}`, "Invalid tag value: fail. " + failure},
		{`{"postern:quota":"exact","postern:quota-failure":"OPEN"}`, "Invalid tag value: OPEN. " + failure},
	} {
		h.badRequest(c.says, "POST", "/usageplans", `{"name":"p","tags":`+c.tags+`}`)
		h.badRequest(c.says, "PUT", tags, `{"tags":`+c.tags+`}`)
	}
	// A refused change leaves the tags as they were.
	h.is(200, "GET", tags, "", `{"tags":{"postern:quota":"exact","postern:quota-failure":"open","postern:other":"x"}}`)
	h.ok(204, "PUT", tags, `{"tags":{"postern:quota-failure":"closed"}}`)
	h.ok(204, "DELETE", tags+"?tagKeys=postern:quota&tagKeys=postern:other", "")
	h.is(200, "GET", tags, "", `{"tags":{"postern:quota-failure":"closed"}}`)

	// To other resources these are tags like any other.
	h.ok(201, "POST", "/apikeys", `{"name":"k","tags":{"postern:quota":"anything"}}`)
}
