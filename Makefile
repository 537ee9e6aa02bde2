# Postern: `make run` serves the demo, `make test` proves everything. Both install what they
# need into .build and infra/node_modules, and say what they miss.

GO    ?= go
BIN   := .build/bin
TOOLS  = PATH="$$(scripts/tools.sh $(1)):$$PATH"

export CDK_DISABLE_CLI_TELEMETRY := true
export SAM_CLI_TELEMETRY := 0

.PHONY: help run build generate lint test race fuzz bench bench-velocity dynamodb-local references package synth lint-template test-infra deploy-local sam clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: build ## build and serve the demo API; Ctrl-C ends it
	@exec $(BIN)/demo

build: ## build the local process and the demo into .build/bin
	@command -v $(GO) >/dev/null || { echo "make: Go 1.26 or later is needed, see https://go.dev/dl" >&2; exit 1; }
	@mkdir -p $(BIN)
	@$(GO) build -o $(BIN)/ ./functions/local ./scripts/demo ./scripts/demo/pets ./scripts/demo/chat

generate: ## regenerate the wire types and tables from the service models
	$(GO) generate ./...

lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	  [ -z "$$unformatted" ] || { echo "not gofmt-clean:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

dynamodb-local: ## fetch DynamoDB Local into .build (needs a JDK 17 and Maven)
	@scripts/dynamodb-local/install.sh

references: ## fetch Apache Velocity and Jayway JsonPath into .build (needs a JDK 17 and Maven)
	@tests/velocity/java/install.sh
	@tests/jsonpath/java/install.sh

test: lint dynamodb-local references ## everything but the CDK app: needs Go, Python and Java
	@$(call TOOLS,aws boto3 moto websockets) POSTERN_REQUIRE_WEBSOCKETS=1 POSTERN_REQUIRE_DYNAMODB_LOCAL=1 POSTERN_REQUIRE_AWS_CLI=1 POSTERN_REQUIRE_MOTO=1 \
	  POSTERN_REQUIRE_VELOCITY=1 POSTERN_REQUIRE_JAYWAY=1 $(GO) test -timeout 9m ./...

race: ## the tests again, with the race detector
	$(GO) test -race -timeout 20m ./shared/... ./functions/...

fuzz: ## every fuzz target for FUZZTIME each (default 60s); PACKAGES="folder..." narrows
	@scripts/fuzz.sh $(or $(FUZZTIME),60s) $(PACKAGES)

bench: ## every benchmark
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-velocity: ## the three template workloads in ours and in Apache Velocity, warm, with the ratios
	@tests/velocity/java/install.sh
	$(GO) test ./tests/velocity -run '^TestSpeed$$' -speed $(or $(SPEED),3s) -v

# The CDK app is a module of its own: its library takes minutes to compile when cold.
ARCH ?= arm64
CDK  := infra/node_modules/.bin/cdk

$(CDK): infra/package.json infra/package-lock.json
	@command -v npm >/dev/null || { echo "make: Node.js 20 or later with npm is needed for the CDK" >&2; exit 1; }
	npm --prefix infra ci --no-fund --no-audit
	@touch $@

package: ## build each function for Lambda into .build/functions (ARCH=arm64 or amd64)
	$(GO) run ./scripts/package -arch $(ARCH)

synth: $(CDK) package ## synthesise the CloudFormation templates into cdk.out, offline
	@rm -rf cdk.out
	$(CDK) synth --quiet --no-notices --no-version-reporting

lint-template: $(CDK) ## cfn-lint and cdk-nag over the templates of every set of options
	@[ -d .build/functions ] || $(MAKE) package
	@$(call TOOLS,cfn-lint) scripts/lint-template.sh

deploy-local: $(CDK) ## deploy into an emulator of AWS, serve, update, destroy; prints what that cannot show
	$(GO) run ./scripts/package -arch $$($(GO) env GOARCH) -out .build/deploy-local
	@$(call TOOLS,moto) $(GO) run ./scripts/deploy-smoke -assets .build/deploy-local

sam: $(CDK) dynamodb-local ## stock sam local invoke of every function; needs a Docker engine
	@scripts/sam/run.sh check
	$(GO) run ./scripts/package -arch amd64 -out .build/sam
	@GO="$(GO)" scripts/sam/run.sh

test-infra: ## the CDK app's assertion tests
	$(GO) -C infra vet ./...
	$(GO) -C infra test ./...

clean: ## remove what was built and fetched
	rm -rf .build cdk.out infra/node_modules
