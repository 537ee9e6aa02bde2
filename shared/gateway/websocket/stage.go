package websocket

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
)

// The keys of the routes that the gateway chooses by itself.
const (
	connectRoute    = "$connect"
	disconnectRoute = "$disconnect"
	defaultRoute    = "$default"
)

// Stage serves one stage of a WebSocket API from one snapshot. It is safe for concurrent use; a new
// deployment or a changed stage document makes a new Stage.
type Stage struct {
	snapshot *snapshot.Snapshot
	api      *snapshot.WebSocketAPI
	doc      snapshot.Stage
	region   string

	selection *Expression
	// selectionErr says why the route selection expression cannot be used: every message then goes
	// to $default.
	selectionErr error
	// keyOfAuthorizer tells that API keys come from the authorizer and not from a header.
	keyOfAuthorizer bool
	authorizers     map[string]*lambdaAuthorizer
	models          map[string]*stageModel
	// routes holds what was compiled of each record. Two messages may compile one record at the
	// same time; the results are equal.
	routes []atomic.Pointer[route]
	// accessLog is nil on a stage without access log.
	accessLog *accesslog.Format

	invokeARN string
	userAgent string
}

// stageModel is a model of the API, compiled when a message first needs it.
type stageModel struct {
	once   sync.Once
	schema *jsonschema.Schema
	err    error
}

// NewStage returns the server of a stage in the given AWS region. It keeps s, which must be of a
// WebSocket API, and doc, which must not change afterwards.
func NewStage(s *snapshot.Snapshot, doc snapshot.Stage, region string) *Stage {
	stage := &Stage{
		snapshot: s, api: s.WebSocket, doc: doc, region: region,
		routes:          make([]atomic.Pointer[route], s.Len()),
		keyOfAuthorizer: s.WebSocket.APIKeySelectionExpression == "$context.authorizer.usageIdentifierKey",
		models:          make(map[string]*stageModel, len(s.WebSocket.Models)),
		userAgent:       "AmazonAPIGateway_" + doc.APIID,
	}
	stage.selection, stage.selectionErr = CompileExpression(s.WebSocket.RouteSelectionExpression)
	for name := range s.WebSocket.Models {
		stage.models[name] = &stageModel{}
	}
	stage.invokeARN = "arn:" + partition(region) + ":execute-api:" + region + ":" + doc.AccountID + ":" + doc.APIID + "/" + doc.Name + "/"
	stage.authorizers = compileAuthorizers(s.WebSocket.Authorizers, &stage.doc)
	if doc.AccessLog != nil {
		stage.accessLog = accesslog.Compile(doc.AccessLog.Format)
	}
	return stage
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// Snapshot returns what the stage serves from.
func (s *Stage) Snapshot() *snapshot.Snapshot { return s.snapshot }

// Document returns the stage document.
func (s *Stage) Document() snapshot.Stage { return s.doc }

// Region returns the AWS region that the stage is said to be in.
func (s *Stage) Region() string { return s.region }

// route returns the compiled form of a route, or nil if the API has none of that key.
func (s *Stage) route(key string) (*route, error) {
	record, ok := s.api.Routes[key]
	if !ok {
		return nil, nil
	}
	if r := s.routes[record].Load(); r != nil {
		return r, nil
	}
	doc, err := s.snapshot.WebSocketRoute(record)
	if err != nil {
		return nil, fmt.Errorf("read route %s of deployment %s: %w", key, s.doc.DeploymentID, err)
	}
	r := compileRoute(doc)
	s.routes[record].Store(r)
	return r, nil
}

// model returns the schema of a model. Deployment has compiled the same model, so that only a
// snapshot written by something else makes it fail.
func (s *Stage) model(name string) (*jsonschema.Schema, error) {
	m := s.models[name]
	if m == nil {
		return nil, fmt.Errorf("the deployment has no model %s", name)
	}
	m.once.Do(func() { m.schema, m.err = jsonschema.Compile(s.doc.APIID, name, s.api.Models) })
	return m.schema, m.err
}
