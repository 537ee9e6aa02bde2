// Package metering tests quotas with real processes: many of the proxy function's executables race
// for one quota on DynamoDB Local, and some of them are killed.
package metering
