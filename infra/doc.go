// Command infra is the CDK app that provisions Postern: one file per stack, wired in
// main.go. It imports the CDK and the standard library only and shares no code with the
// functions it deploys: what they agree on is the layout that scripts/package writes,
// the environment variables POSTERN_TABLE and POSTERN_ACCOUNT and the table's key attributes.
//
// # Options
//
// Every option is CDK context, given in cdk.json or with -c on the command line
// (cdk synth -c postern:gateway.memory=1024). Lists are JSON arrays in cdk.json and
// separated by commas on the command line. A wrong value, or a key that starts with
// "postern:" and is not in this table, fails synthesis before anything is written.
//
//	postern:name                     postern          prefix of the stack names; two names can share one account and region
//	postern:assets                   .build/functions folder that scripts/package filled, relative to cdk.json
//	postern:architecture             arm64            arm64 or x86_64, of every function
//	postern:removal                  retain           retain or destroy: what becomes of the table and the logs with their stack; retain also protects the table from deletion
//	postern:data.recoveryDays        35               1 to 35: how far back the table can be restored
//	postern:invoke                   (none)           ARNs of the Lambda functions that APIs may invoke; a qualified function needs its own ARN, and * may stand in the name and the qualifier
//	postern:invokePrefix             {name}-backend-  without postern:invoke: APIs may invoke the functions of this account and region whose name starts with this
//	postern:gateway.auth             NONE             NONE or AWS_IAM: who may call the gateway's function URL; with NONE the gateway authorizes each request as its API says
//	postern:gateway.memory           512              128 to 10240 MB
//	postern:gateway.timeout          30               1 to 900 s for one request, stream included
//	postern:gateway.logRetention     30               days, as CloudWatch Logs knows them; 0 keeps logs for ever
//	postern:controlplane.memory      512              128 to 10240 MB
//	postern:controlplane.timeout     30               1 to 900 s
//	postern:controlplane.logRetention 90              days, as above
package main
