// Command deploy-smoke deploys the CDK app into moto, an emulator of AWS, looks at what came out,
// and serves requests with it:
//
//	go run ./scripts/deploy-smoke [-assets .build/deploy-local]
//
// It needs moto_server on the PATH (pip install "moto[server]==5.2.1"), the CDK's command
// line in infra/node_modules, and functions built for this machine (make deploy-local does all of
// that). Nothing reaches AWS.
//
// It bootstraps; deploys the stacks with the demo's definition baked in; compares tables, functions,
// roles and log groups with what the stacks declare; takes the deployed assets out of the emulator's
// bucket, starts them behind a Runtime API with the deployed environment against the deployed
// table, and lets them serve the demo, and provision an API through CloudFormation's custom
// resource and serve that; changes the definition, shows the difference, deploys and asks again;
// destroys everything and looks for remains.
//
// What the emulator does not have stays unproven, and is printed.
package main
