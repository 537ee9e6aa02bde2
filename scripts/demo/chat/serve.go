package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

const (
	address = "127.0.0.1:8080"
	apiID   = "chat"
	stage   = "local"
	// path is where the local process serves the room.
	path    = "/_aws/execute-api/" + apiID + "/" + stage
	account = "123456789012"
)

// serve deploys the room to a store of its own and runs the local process on it.
func serve(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "postern-chat-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := deploy(ctx, filepath.Join(dir, "data")); err != nil {
		return fmt.Errorf("deploy the room: %w", err)
	}
	functions := filepath.Join(dir, "functions.yaml")
	if err := os.WriteFile(functions, []byte("say:\n  command: "+self+"\n  timeout: 10\n"), 0o600); err != nil {
		return err
	}
	fmt.Printf("The room opens. In two other terminals:\n\n  %s talk Ada\n  %[1]s talk Grace\n\n", self)
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), "local"), "--listen", address, "--data", filepath.Join(dir, "data"), "--functions", functions)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// In a process group of its own, so that Ctrl-C reaches it once, from here.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("the local process ended: %w", err)
	}
	return nil
}

// deploy writes what a deployment of the room is.
func deploy(ctx context.Context, dir string) error {
	api := snapshot.WebSocketAPI{ID: apiID, Name: "chat", DeploymentID: "first", RouteSelectionExpression: "$request.body.action"}
	room := snapshot.WebSocketRoute{ID: "say", Key: "$default", AuthorizationType: "NONE", Integration: &snapshot.WebSocketIntegration{
		ID: "say", Type: "AWS_PROXY", Method: "POST", TimeoutMillis: 10000,
		URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:" + account + ":function:say/invocations",
	}}
	data, err := snapshot.BuildWebSocket(api, []snapshot.WebSocketRoute{room})
	if err != nil {
		return err
	}
	doc, err := snapshot.EncodeStage(snapshot.Stage{APIID: apiID, Name: stage, DeploymentID: api.DeploymentID, AccountID: account})
	if err != nil {
		return err
	}
	db, err := embedded.Open(dir, embedded.Options{})
	if err != nil {
		return err
	}
	var to [2]store.Key
	to[0].Partition, to[0].Sort = snapshot.StageKey(apiID, stage)
	to[1].Partition, to[1].Sort = snapshot.DataKey(apiID, api.DeploymentID)
	err = db.Transact(ctx, []store.Write{store.Put(store.Item{Key: to[0], Value: doc}), store.Put(store.Item{Key: to[1], Value: data})})
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}
