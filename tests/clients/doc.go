// Package clients drives the local process with unmodified AWS clients: the AWS CLI and boto3
// take every kind of resource of the REST control plane through its life, and the AWS SDK for Go
// calls every operation. What they get is compared with the control-plane specification.
package clients
