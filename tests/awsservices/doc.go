// Package awsservices shows integrations of type AWS against moto, a stand-in for AWS: a request
// goes through the REST phases and a proxy that verifies its signature, and moto is asked what it
// has got. POSTERN_REQUIRE_MOTO=1 makes a missing moto_server a failure instead of a skip.
package awsservices
