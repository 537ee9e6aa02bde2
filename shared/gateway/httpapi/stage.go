package httpapi

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
)

// defaultStage is the stage whose name no path shows (HTTP API spec, 1).
const defaultStage = "$default"

// Stage serves one stage of an API from one snapshot. It is safe for concurrent use; a new
// deployment or a changed stage document makes a new Stage.
type Stage struct {
	snapshot *snapshot.Snapshot
	doc      snapshot.Stage
	region   string
	// invokeARN begins the ARN of every request to the stage.
	invokeARN string

	cors *cors
	// policy is the resource policy, nil if the API has none; policyErr closes the API.
	policy    *policy.Policy
	policyErr error
	// authorizers are those of type REQUEST, jwts those of type JWT, by id.
	authorizers map[string]*lambdaAuthorizer
	jwts        map[string]*jwtAuthorizer
	// schemas are the compiled models by name, made when a request first needs one.
	schemas map[string]*model
	// routes holds what was compiled of each record. Two requests may compile one record at the
	// same time; the results are equal.
	routes []atomic.Pointer[route]
	// accessLog is nil on a stage without access log.
	accessLog *accesslog.Format
	// cacheScope begins the keys of the entries of all routes.
	cacheScope cache.Scope
	// variablesJSON is the object of the stage's variables, nil if it has none.
	variablesJSON []byte
}

// NewStage returns the server of a stage in the given AWS region. s must be the snapshot of an HTTP
// API. It keeps s and doc, which must not change afterwards.
func NewStage(s *snapshot.Snapshot, doc snapshot.Stage, region string) *Stage {
	api := s.HTTP
	stage := &Stage{
		snapshot:   s,
		doc:        doc,
		region:     region,
		invokeARN:  "arn:" + partition(region) + ":execute-api:" + region + ":" + doc.AccountID + ":" + doc.APIID + "/" + doc.Name + "/",
		cors:       compileCORS(api.CORS),
		cacheScope: newCacheScope(&doc),
		routes:     make([]atomic.Pointer[route], s.Len()),
		schemas:    make(map[string]*model, len(api.Models)),
	}
	if api.Policy != "" {
		stage.policy, stage.policyErr = policy.Parse(api.Policy, policy.ResourcePolicy)
	}
	stage.authorizers, stage.jwts = compileAuthorizers(api.Authorizers, &stage.doc)
	for name := range api.Models {
		stage.schemas[name] = &model{compile: func() (*jsonschema.Schema, error) { return jsonschema.Compile(api.ID, name, api.Models) }}
	}
	if doc.AccessLog != nil {
		stage.accessLog = accesslog.Compile(doc.AccessLog.Format)
	}
	if len(doc.Variables) > 0 {
		stage.variablesJSON = appendStringMap(nil, doc.Variables)
	}
	return stage
}

// Snapshot returns what the stage serves from.
func (s *Stage) Snapshot() *snapshot.Snapshot { return s.snapshot }

// Document returns the stage document.
func (s *Stage) Document() snapshot.Stage { return s.doc }

// route returns the compiled form of a record.
func (s *Stage) route(record int) (*route, error) {
	if r := s.routes[record].Load(); r != nil {
		return r, nil
	}
	doc, err := s.snapshot.Route(record)
	if err != nil {
		return nil, fmt.Errorf("read route %d of deployment %s: %w", record, s.doc.DeploymentID, err)
	}
	r := s.compileRoute(doc)
	s.routes[record].Store(r)
	return r, nil
}

// partition is the part of AWS that a region belongs to.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
