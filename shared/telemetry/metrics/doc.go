// Package metrics writes the metrics of requests in CloudWatch's embedded metric format: one line
// of a function's log per request, from which CloudWatch makes metrics without a call of an API.
//
// The names, units and dimensions are those of API Gateway (security and operations spec, 5), in a
// namespace of their own, because nobody but AWS writes to AWS/ApiGateway. What API Gateway has no
// name for has one here: refusals by their kind, cold starts, the leases of throttles and quotas.
// Every metric exists once more without dimensions, summed over all APIs, for alarms that know no
// API.
//
// What belongs here: which metrics a request makes, and the format. Where the numbers come from is
// the business of the data plane, where lines go is that of main.
//
// Floor 2. Imports shared/mapping/jsontext and the standard library.
package metrics
