// Command infra is the CDK app that provisions Postern: one file per stack, wired in
// main.go. It imports the CDK and the standard library only and shares no code with the
// functions it deploys: what they agree on is the layout that scripts/package writes,
// the environment variables of the functions and the table's keys.
//
// # Options
//
// Every option is CDK context, given in cdk.json or with -c on the command line
// (cdk synth -c postern:gateway.memory=1024). Lists are JSON arrays in cdk.json and
// separated by commas on the command line. A wrong value, a key that has no effect because
// of another one, or a key that starts with "postern:" and is not in this table, fails
// synthesis before anything is written.
//
//	postern:name                     postern          prefix of the stack names; two names can share one account and region
//	postern:assets                   .build/functions folder that scripts/package filled, relative to cdk.json
//	postern:architecture             arm64            arm64 or x86_64, of every function
//	postern:removal                  retain           retain or destroy: what becomes of the table, its key, secrets and logs with their stack; retain also protects the table and the load balancer from deletion
//	postern:tracing                  active           active or passthrough: whether X-Ray samples requests, or only follows traces that began elsewhere
//
// The table, and what seals the secrets of Postern's own access keys:
//
//	postern:data.recoveryDays        35               1 to 35: how far back the table can be restored
//	postern:data.key                 aws              aws (a key of AWS), create (a key of the stack, rotated) or the ARN of a KMS key
//	postern:accessKeys               none             none, create (a secret of the stack) or the ARN of a secret: from it the key is derived that seals the secrets of access keys; without one there are no users of Postern's own
//
// What integrations may reach:
//
//	postern:invoke                   (none)           ARNs of the Lambda functions that APIs may invoke; a qualified function needs its own ARN, and * may stand in the name and the qualifier
//	postern:invokePrefix             {name}-backend-  without postern:invoke: APIs may invoke the functions of this account and region whose name starts with this
//	postern:assumeRoles              (none)           ARNs of the roles that integrations may name as their credentials
//	postern:vpcLinks                 (none)           where VPC links lead to: id=host:port, separated by commas
//	postern:vpcLinks.lookup          false            true lets the gateway ask for the address of the load balancer that an integrationTarget names
//
// The gateway:
//
//	postern:gateway.auth             NONE             NONE or AWS_IAM, with postern:frontDoor=url: who may call the gateway's function URL; with NONE the gateway authorizes each request as its API says
//	postern:gateway.memory           512              128 to 10240 MB
//	postern:gateway.timeout          30               1 to 900 s for one request, stream included
//	postern:gateway.logRetention     30               days, as CloudWatch Logs knows them; 0 keeps logs for ever
//	postern:gateway.cacheMemory      64               MB of stage caches kept in an environment's memory, 1 to 8192
//	postern:gateway.reservedConcurrency    (none)     environments that are kept for the gateway, and its limit
//	postern:gateway.provisionedConcurrency 0          environments that are kept ready
//	postern:gateway.shift            none             how traffic moves to a new version: none (at once), or by CodeDeploy with a rollback when invocations fail: AllAtOnce, Canary10Percent{5,10,15,30}Minutes, Linear10PercentEvery{1Minute,2Minutes,3Minutes,10Minutes}
//	postern:gateway.subnets          (none)           subnets of the gateway, for private backends; needs the next one
//	postern:gateway.securityGroups   (none)           its security groups
//	postern:gateway.managedInstances false            true runs the gateway on Lambda managed instances in those subnets, several requests at once in one environment
//	postern:gateway.managedInstances.concurrency 10   requests at once in one environment, 1 to 1600
//	postern:gateway.managedInstances.maxVCpus    32   the most vCPUs of all instances
//	apis                             (none)           OpenAPI files that are compiled into the gateway's asset; * as in a shell
//	postern:apis.stage               prod             the stage that they are deployed to
//	postern:apis.variables           (none)           its stage variables, name=value
//
// The front door. A web ACL of CloudFront exists in us-east-1 only, so the stack that makes
// one has to be deployed there:
//
//	postern:frontDoor                url              url (the function URL), cloudfront, alb or apigateway
//	postern:waf                      none             none, managed (a web ACL with AWS's managed rules and a rate rule) or the ARN of a web ACL; not for function URLs and HTTP APIs
//	postern:waf.rate                 2000             requests of one address in five minutes, 0 for no rate rule
//	postern:cloudfront.domains       (none)           custom domain names of the distribution
//	postern:cloudfront.certificate   (none)           ARN of their certificate, in us-east-1
//	postern:cloudfront.ipv6          true             whether clients may use IPv6
//	postern:cloudfront.originAccess  secret           secret (the distribution shows a secret header) or oac (it signs requests: clients must send the SHA-256 of a body in x-amz-content-sha256, and Authorization does not arrive)
//	postern:cloudfront.logBucket     (none)           bucket of access logs
//	postern:alb.vpc                  (none)           VPC of the load balancer; required, as the next two and alb.sources
//	postern:alb.subnets              (none)           its subnets, in two zones
//	postern:alb.sources              (none)           networks that may connect, IPv4 or IPv6
//	postern:alb.scheme               internal         internal or internet-facing
//	postern:alb.ipAddressType        ipv4             ipv4 or dualstack
//	postern:alb.certificate          (none)           ARN of a certificate; without one the listener is HTTP on port 80
//	postern:alb.mtls                 off              off, passthrough (client certificates reach the gateway unverified, for authorizers) or verify
//	postern:alb.trustStore           (none)           ARN of the trust store, with verify
//	postern:alb.logBucket            (none)           bucket of access logs
//	postern:apigateway.type          REST             REST (streams) or HTTP
//	postern:apigateway.api           (none)           the API of Postern that the stage serves; without it the only baked one
//	postern:apigateway.stage         (none)           and its stage
//	postern:apigateway.rate          (none)           requests per second of the stage in front
//	postern:apigateway.burst         (none)           and their burst
//
// WebSocket APIs, and authorizers for stages that are managed in the console:
//
//	postern:websocket                false            true deploys functions/connect and functions/route behind a WebSocket API
//	postern:websocket.api            (none)           the API of Postern that it serves
//	postern:websocket.stage          (none)           and its stage
//	postern:authorizer               false            true deploys functions/authorizer
//	postern:authorizer.issuer        (none)           issuer whose tokens are demanded
//	postern:authorizer.jwksUrl       (none)           its keys, if it has no discovery
//	postern:authorizer.audience      (none)           audiences, one of which a token must have
//	postern:authorizer.scopes        (none)           scopes, one of which a token must have
//	postern:authorizer.apiKeyRequired  false          whether requests need an API key
//	postern:authorizer.simpleResponses true           whether events 2.0 are answered in the simple form
//
// The control plane:
//
//	postern:controlplane.memory      512              128 to 10240 MB
//	postern:controlplane.timeout     30               1 to 900 s
//	postern:controlplane.logRetention 90              days, as above
//	postern:controlplane.auth        AWS_IAM          AWS_IAM (the function URL authorizes) or signature (the function verifies signatures of Postern's own keys, as stock clients make them)
//	postern:controlplane.adminAccessKey (none)        with signature: access key id of the administrator; its secret key is made by the stack
//	postern:controlplane.definitions (none)           bucket, * allowed, from which infra/postern's custom resource reads definitions, such as cdk-*-assets-123456789012-*
//	postern:controlplane.cognito     none             none: the function serves no console that a user pool could protect
//
// What operators see:
//
//	postern:observability            true             dashboard and alarms
//	postern:observability.emails     (none)           who is told of alarms
//	postern:observability.faultPercent  1             share of 5xx answers that is an alarm, in percent
//	postern:observability.latencyMillis 3000          p99 of Latency that is an alarm, in ms
package main
