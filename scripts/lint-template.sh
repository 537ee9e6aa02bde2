#!/usr/bin/env bash
# Synthesises the CDK app with every front door and with all other options changed, and runs
# cfn-lint and cdk-nag's AWS Solutions rules over the templates. Findings of cdk-nag that stay are
# listed with their reasons in infra/nag/reasons.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/templates
rm -rf "$out"
account=123456789012
wafs=arn:aws:wafv2:us-east-1:$account
synth() {
  local name=$1
  shift
  local args=()
  for option in "$@"; do args+=(-c "postern:$option"); done
  infra/node_modules/.bin/cdk synth --quiet --no-notices --no-version-reporting -o "$out/$name" -c "postern:name=$name" "${args[@]}"
}
synth plain
synth all tracing=passthrough data.key=create accessKeys=create "assumeRoles=arn:aws:iam::$account:role/integration" vpcLinks=abc123=10.0.0.1:8080 \
  vpcLinks.lookup=true gateway.reservedConcurrency=100 gateway.provisionedConcurrency=5 gateway.shift=Canary10Percent5Minutes \
  gateway.subnets=subnet-0a1b2c3d gateway.securityGroups=sg-0a1b2c3d websocket=true websocket.api=chat websocket.stage=prod \
  authorizer=true authorizer.issuer=https://issuer.example.com authorizer.audience=a controlplane.auth=signature \
  controlplane.adminAccessKey=admin "controlplane.definitions=cdk-*-assets-$account-*" observability.emails=operators@example.com
synth cf frontDoor=cloudfront waf=managed cloudfront.domains=api.example.com \
  "cloudfront.certificate=arn:aws:acm:us-east-1:$account:certificate/0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f" cloudfront.logBucket=logs
synth oac frontDoor=cloudfront cloudfront.originAccess=oac "waf=$wafs:global/webacl/own/0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f" gateway.timeout=120
synth lb frontDoor=alb waf=managed alb.vpc=vpc-0a1b2c3d alb.subnets=subnet-0a1b2c3d,subnet-1a1b2c3d alb.sources=10.0.0.0/8,2001:db8::/32 \
  alb.ipAddressType=dualstack "alb.certificate=arn:aws:acm:us-east-1:$account:certificate/0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f" \
  alb.mtls=passthrough alb.logBucket=logs gateway.memory=4096 gateway.managedInstances=true gateway.subnets=subnet-0a1b2c3d gateway.securityGroups=sg-0a1b2c3d
synth rest frontDoor=apigateway waf=managed apigateway.api=pets apigateway.stage=prod apigateway.rate=100 apigateway.burst=200
synth http frontDoor=apigateway apigateway.type=HTTP apigateway.api=pets apigateway.stage=prod
cfn-lint "$out"/*/*.template.json
infra/nag/check.sh "$out"
