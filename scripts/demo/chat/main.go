// Command chat is a chat room as a WebSocket API of the local process. In one terminal
//
//	make build && .build/bin/chat
//
// serves it, and in two others
//
//	.build/bin/chat talk Ada
//	.build/bin/chat talk Grace
//
// talk to each other. Everything is this one executable: it also is the room's Lambda function, which
// posts each message to every connection by the broadcast of @connections.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(say)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case len(os.Args) == 1:
		err = serve(ctx)
	case len(os.Args) == 3 && os.Args[1] == "talk":
		err = talk(ctx, os.Args[2])
	default:
		err = fmt.Errorf("usage: %s, or %[1]s talk NAME", os.Args[0])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}
