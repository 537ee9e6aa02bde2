// Package usage keeps statistics of what API keys did: for each usage plan, key, stage, method and UTC
// day how many requests there were, why requests were refused, and the sums of bytes and latencies.
//
// What belongs here: the counters' keys, gathering them in an environment, and reading them back.
// Quotas do not depend on them, and GetUsage reads the counts of package usageplan.
//
// Floor 3. Imports the store.
//
// # Rows
//
// Each number is the count of one item, so that environments add to it without reading:
//
//	partition  "counter#statistics#" plan "#" key "#" month, like "2023-11"
//	sort key   day "#" API "#" stage "#" number "#" method and resource path, like "14#a1#prod#requests#GET /pets"
//
// and an item of the month says that a key has any, once for each environment:
//
//	partition  "counter#statistics#" month
//	sort key   plan "#" key
//
// Plan and key of requests without a good key are "-". Rows are kept for 400 days, so that months
// can be compared with those of the year before.
//
// # What is lost
//
// An environment gathers numbers until writing them costs less than one write for a hundred
// requests, and for a minute at most. What it has gathered is lost if it is killed, and so is a
// number whose write failed in a way that does not tell whether it was done: nothing is counted twice.
package usage
