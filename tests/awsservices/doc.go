// Package awsservices shows integrations with AWS services against moto, a stand-in for AWS: those
// of type AWS of REST APIs and the actions that HTTP APIs name. A request goes through the phases
// of its kind of API and a proxy that verifies its signature, and moto is asked what it
// has got. POSTERN_REQUIRE_MOTO=1 makes a missing moto_server a failure instead of a skip.
package awsservices
