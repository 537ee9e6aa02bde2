// Package metering tests quotas with real processes: many of the proxy function's executables race
// for one quota on DynamoDB Local, and some of them are killed; and what processes leave behind that
// are ended as Lambda ends them.
package metering
