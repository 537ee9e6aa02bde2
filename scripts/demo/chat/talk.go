package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/coder/websocket"
)

// talk sends what is typed and prints what everybody says, until the input or the connection ends.
func talk(ctx context.Context, at addresses, name string, in io.Reader, out io.Writer) error {
	api, err := room(ctx, controlPlane(at.control))
	if err != nil {
		return fmt.Errorf("find the room: %w", err)
	}
	conn, _, err := websocket.Dial(ctx, "ws://"+at.data+path(api, stageName), nil)
	if err != nil {
		return fmt.Errorf("enter the room: %w", err)
	}
	defer func() { _ = conn.CloseNow() }()
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for {
			_, text, err := conn.Read(ctx)
			if err != nil {
				cancel(err)
				return
			}
			_, _ = fmt.Fprintln(out, string(text))
		}
	}()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for input := bufio.NewScanner(in); input.Scan(); {
			lines <- input.Text()
		}
	}()
	for {
		select {
		case line, more := <-lines:
			if !more {
				return conn.Close(websocket.StatusNormalClosure, "")
			}
			if err := conn.Write(ctx, websocket.MessageText, []byte(name+": "+line)); err != nil {
				return err
			}
		case <-ctx.Done():
			if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		}
	}
}
