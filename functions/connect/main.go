// Command connect serves the routes $connect and $disconnect of a WebSocket API whose sockets an API
// Gateway WebSocket API holds. Its environment variables are those of remote.Open.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/postern-gateway/postern/shared/gateway/websocket/remote"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	// Lambda passes what the function prints on to its log group, line by line.
	f, err := remote.Open(context.Background(), os.Getenv, os.Stdout, log)
	if err != nil {
		log.Error("start", "error", err)
		os.Exit(1)
	}
	lambda.StartWithOptions(f.Connect, lambda.WithEnableSIGTERM(f.Close))
}
