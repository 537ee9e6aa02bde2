// Command chat is a chat room as a WebSocket API of the local process. In one terminal
//
//	make build && .build/bin/chat
//
// serves it, and in two others
//
//	.build/bin/chat talk Ada
//	.build/bin/chat talk Grace
//
// talk to each other. Everything is this one executable: it makes the room through the control plane,
// and it also is the room's Lambda function, which posts each message to every connection by the
// broadcast of @connections.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/aws/aws-lambda-go/lambda"
)

// addresses are those of the local process.
type addresses struct{ data, control string }

func main() {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(say)
		return
	}
	var at addresses
	flag.StringVar(&at.data, "listen", "127.0.0.1:8080", "`address` of the data plane")
	flag.StringVar(&at.control, "control", "127.0.0.1:8081", "`address` of the control plane")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case flag.NArg() == 0:
		err = serve(ctx, at, os.Stdout)
	case flag.NArg() == 2 && flag.Arg(0) == "talk":
		err = talk(ctx, at, flag.Arg(1), os.Stdin, os.Stdout)
	default:
		err = fmt.Errorf("usage: %s [flags], or %[1]s [flags] talk NAME", os.Args[0])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}
