package harness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
)

// message is an HTTP/1.1 message as it was sent: net/http would hide casing and framing.
type message struct {
	start string // request or status line
	lines [][2]string
	body  string
}

// readMessage reads a message. bodyless answers, such as those to HEAD, have a header only.
func readMessage(r *bufio.Reader, bodyless func(start string) bool, untilEnd bool) (*message, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	m := &message{start: line}
	for {
		if line, err = readLine(r); err != nil {
			return nil, fmt.Errorf("read header: %w", err)
		}
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("header line %q has no colon", line)
		}
		m.lines = append(m.lines, [2]string{name, strings.TrimSpace(value)})
	}
	if bodyless(m.start) {
		return m, nil
	}
	var body []byte
	encoding, _ := joined(m.lines, "Transfer-Encoding")
	length, sized := joined(m.lines, "Content-Length")
	switch {
	case strings.EqualFold(encoding, "chunked"):
		if body, err = io.ReadAll(httputil.NewChunkedReader(r)); err == nil {
			_, err = readLine(r)
		}
	case sized:
		n, convErr := strconv.Atoi(length)
		if convErr != nil {
			return nil, convErr
		}
		body = make([]byte, n)
		_, err = io.ReadFull(r, body)
	case untilEnd:
		body, err = io.ReadAll(r)
	}
	m.body = string(body)
	if err != nil {
		return nil, fmt.Errorf("read body after %d bytes: %w", len(body), err)
	}
	return m, nil
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		if errors.Is(err, io.EOF) && line != "" {
			err = io.ErrUnexpectedEOF
		}
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// format returns a message's header, with its framing, and its body.
func format(start string, lines []string, body string, chunked bool) string {
	var b strings.Builder
	b.WriteString(start + "\r\n")
	framed := false
	for _, l := range lines {
		b.WriteString(l + "\r\n")
		name, _, _ := strings.Cut(l, ":")
		framed = framed || strings.EqualFold(name, "Content-Length") || strings.EqualFold(name, "Transfer-Encoding")
	}
	switch {
	case chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		if body != "" {
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(body), body)
		}
		b.WriteString("0\r\n\r\n")
	case framed:
		b.WriteString("\r\n" + body)
	default:
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return b.String()
}
