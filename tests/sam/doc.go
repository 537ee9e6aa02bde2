// Package sam invokes every function of the synthesised templates with AWS's own sam local invoke, in
// the container that it makes, with the events of events/, and checks the answers.
//
// The test that does so needs a Docker engine, sam, the CDK's command line, functions built for
// x86_64 and DynamoDB Local; make sam brings or names them. Without POSTERN_SAM=1 it is skipped.
package sam
