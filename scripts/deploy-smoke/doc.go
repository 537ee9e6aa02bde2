// Command deploy-smoke deploys the CDK app into moto, an emulator of AWS, and looks at
// what came out:
//
//	go run ./scripts/deploy-smoke
//
// It needs moto_server on the PATH (pip install "moto[server]==5.2.1"), the CDK's command
// line in infra/node_modules, and built functions (make package). Nothing reaches AWS.
//
// It shows that bootstrapping works, that assets upload, and that the three stacks fit
// together: exports, roles, log groups, the table's name in the functions' environment.
// It cannot show what the emulator does not have: function URLs and their outputs, aliases,
// invocation permissions, architecture, TTL, deletion protection, IAM enforcement. The
// templates are deployed without the outputs and permissions that rest on those.
//
// It imports the standard library only.
package main
