package rest

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
)

// Stage serves one stage of an API from one snapshot. It is safe for concurrent use; a new
// deployment or a changed stage document makes a new Stage.
type Stage struct {
	snapshot *snapshot.Snapshot
	doc      snapshot.Stage
	region   string

	binary    binaryTypes
	responses map[ResponseType]*gatewayResponse
	// resourcePolicy is that of the API.
	resourcePolicy resourcePolicy
	// lambdaAuthorizers are the TOKEN and REQUEST authorizers that methods name, by id.
	lambdaAuthorizers map[string]*lambdaAuthorizer
	// userPoolAuthorizers are those of type COGNITO_USER_POOLS.
	userPoolAuthorizers map[string]*userPoolAuthorizer
	invokeARN           string
	// methods holds what was compiled of each record. Two requests may compile one record at
	// the same time; the results are equal.
	methods []atomic.Pointer[method]

	// canaryRequest is $context.isCanaryRequest, "" on a stage without a canary.
	canaryRequest string
	// models are those that request bodies are checked against.
	models stageModels
	// cacheScope is what shares the entries of the stage's cache.
	cacheScope cache.Scope
	// seen is when the stage document was last known to be current, in Unix nanoseconds; 0 if
	// nobody has said.
	seen atomic.Int64
	// accessLog is nil on a stage without access log.
	accessLog *accesslog.Format

	userAgent     string
	variablesJSON []byte // of the Lambda proxy event
}

// NewStage returns the server of a stage in the given AWS region. It keeps s and doc, which
// must not change afterwards.
func NewStage(s *snapshot.Snapshot, doc snapshot.Stage, region string) *Stage {
	stage := &Stage{
		cacheScope:     newCacheScope(&doc, false),
		snapshot:       s,
		doc:            doc,
		region:         region,
		binary:         s.API.BinaryMediaTypes,
		responses:      compileGatewayResponses(s.API.GatewayResponses),
		resourcePolicy: compileResourcePolicy(&s.API),
		methods:        make([]atomic.Pointer[method], s.Len()),
		userAgent:      "AmazonAPIGateway_" + doc.APIID,
		variablesJSON:  appendStringMap(nil, doc.Variables),
		models:         newStageModels(&s.API),
	}
	stage.invokeARN = invokeARN(region, &stage.doc)
	stage.lambdaAuthorizers = compileLambdaAuthorizers(s.API.Authorizers, &stage.doc)
	stage.userPoolAuthorizers = compileUserPoolAuthorizers(s.API.Authorizers, &stage.doc)
	if doc.Canary != nil {
		stage.canaryRequest = "false"
	}
	if doc.AccessLog != nil {
		stage.accessLog = accesslog.Compile(doc.AccessLog.Format)
	}
	return stage
}

// NewCanaryStage returns the server of the requests that fall to a stage's canary. doc is the
// document as they see it (snapshot.Stage.ForCanary), s the canary's deployment.
func NewCanaryStage(s *snapshot.Snapshot, doc snapshot.Stage, region string) *Stage {
	stage := NewStage(s, doc, region)
	stage.canaryRequest = "true"
	stage.cacheScope = newCacheScope(&doc, true)
	return stage
}

// Snapshot returns what the stage serves from.
func (s *Stage) Snapshot() *snapshot.Snapshot { return s.snapshot }

// Document returns the stage document.
func (s *Stage) Document() snapshot.Stage { return s.doc }

// Region returns the AWS region that the stage is said to be in.
func (s *Stage) Region() string { return s.region }

// Seen tells when the stage document was last read and found to be this one. Entries of the
// stage's cache are used for 5 seconds after that only, since a flush might have been missed. A
// Stage that is never told trusts its document.
func (s *Stage) Seen(at time.Time) { s.seen.Store(at.UnixNano()) }

// seenWithin tells whether the stage document was current less than d ago.
func (s *Stage) seenWithin(now time.Time, d time.Duration) bool {
	seen := s.seen.Load()
	return seen == 0 || now.UnixNano()-seen < int64(d)
}

// method returns the compiled form of a record.
func (s *Stage) method(record int) (*method, error) {
	if m := s.methods[record].Load(); m != nil {
		return m, nil
	}
	doc, err := s.snapshot.Method(record)
	if err != nil {
		return nil, fmt.Errorf("read route %d of deployment %s: %w", record, s.doc.DeploymentID, err)
	}
	m := compileMethod(doc)
	m.limits = compileLimits(&s.doc, doc)
	m.logging = compileLogSetting(s.doc.Setting(doc.ResourcePath, doc.HTTPMethod))
	m.detailedMetrics = s.doc.Setting(doc.ResourcePath, doc.HTTPMethod).Metrics
	if m.cache, err = s.compileCache(doc); err != nil && m.err == nil {
		m.err = configurationError("the method cannot be served", err)
	}
	s.methods[record].Store(m)
	return m, nil
}
