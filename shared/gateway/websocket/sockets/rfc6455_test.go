package sockets_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/sockets"
)

// The edge cases of RFC 6455 over raw TCP, together with the rules of WebSocket API spec, 10. bye is
// what a client sends that goes away properly.
func TestFrames(t *testing.T) {
	bye := closeFrame(1000, "")
	big := strings.Repeat("x", websocket.MaxFrame)
	unmasked := "\x81\x02hi"
	tests := map[string]struct {
		send string
		want string
		end  websocket.Closing
	}{
		"text":                              {frame(0x81, "hi") + bye, "text:hi close:1000 EOF", websocket.Closing{Code: 1000}},
		"empty text has an answer":          {frame(0x81, "") + bye, "text: close:1000 EOF", websocket.Closing{Code: 1000}},
		"three messages in order":           {frame(0x81, "a") + frame(0x81, "b") + frame(0x81, "c") + bye, "text:a text:b text:c close:1000 EOF", websocket.Closing{Code: 1000}},
		"fragments":                         {frame(0x01, "he") + frame(0x00, "ll") + frame(0x80, "o") + bye, "text:hello close:1000 EOF", websocket.Closing{Code: 1000}},
		"fragments with empty ones":         {frame(0x01, "") + frame(0x00, "") + frame(0x80, "x") + bye, "text:x close:1000 EOF", websocket.Closing{Code: 1000}},
		"ping between fragments":            {frame(0x01, "he") + frame(0x89, "p") + frame(0x80, "y") + bye, "pong:p text:hey close:1000 EOF", websocket.Closing{Code: 1000}},
		"pong between fragments":            {frame(0x01, "he") + frame(0x8a, "p") + frame(0x80, "y") + bye, "text:hey close:1000 EOF", websocket.Closing{Code: 1000}},
		"close between fragments":           {frame(0x01, "he") + bye, "close:1000 EOF", websocket.Closing{Code: 1000}},
		"ping":                              {frame(0x89, "") + bye, "pong: close:1000 EOF", websocket.Closing{Code: 1000}},
		"ping of 125 bytes":                 {frame(0x89, strings.Repeat("p", 125)) + bye, "pong:" + strings.Repeat("p", 125) + " close:1000 EOF", websocket.Closing{Code: 1000}},
		"ping of 126 bytes":                 {frame(0x89, strings.Repeat("p", 126)), "close:1002 EOF", websocket.ProtocolError},
		"fragmented ping":                   {frame(0x09, "p"), "close:1002 EOF", websocket.ProtocolError},
		"fragmented close":                  {frame(0x08, ""), "close:1002 EOF", websocket.ProtocolError},
		"unsolicited pong":                  {frame(0x8a, "x") + bye, "close:1000 EOF", websocket.Closing{Code: 1000}},
		"continuation without a start":      {frame(0x80, "x"), "close:1002 EOF", websocket.ProtocolError},
		"open continuation without a start": {frame(0x00, "x"), "close:1002 EOF", websocket.ProtocolError},
		"text within a message":             {frame(0x01, "a") + frame(0x81, "b"), "close:1002 EOF", websocket.ProtocolError},
		"binary within a message":           {frame(0x01, "a") + frame(0x82, "b"), "close:1002 EOF", websocket.ProtocolError},
		"binary":                            {frame(0x82, "b"), "close:1003 EOF", websocket.BinaryRefused},
		"empty binary":                      {frame(0x82, ""), "close:1003 EOF", websocket.BinaryRefused},
		"fragmented binary":                 {frame(0x02, "b"), "close:1003 EOF", websocket.BinaryRefused},
		"text before binary is answered":    {frame(0x81, "a") + frame(0x82, "b"), "text:a close:1003 EOF", websocket.BinaryRefused},
		"RSV1":                              {frame(0xc1, "x"), "close:1002 EOF", websocket.ProtocolError},
		"RSV2":                              {frame(0xa1, "x"), "close:1002 EOF", websocket.ProtocolError},
		"RSV3":                              {frame(0x91, "x"), "close:1002 EOF", websocket.ProtocolError},
		"RSV1 on a ping":                    {frame(0xc9, "x"), "close:1002 EOF", websocket.ProtocolError},
		"opcode 3":                          {frame(0x83, "x"), "close:1002 EOF", websocket.ProtocolError},
		"opcode 7":                          {frame(0x87, ""), "close:1002 EOF", websocket.ProtocolError},
		"opcode 11":                         {frame(0x8b, ""), "close:1002 EOF", websocket.ProtocolError},
		"opcode 15":                         {frame(0x8f, ""), "close:1002 EOF", websocket.ProtocolError},
		"unmasked":                          {unmasked, "close:1002 EOF", websocket.ProtocolError},
		"masked, then unmasked":             {frame(0x81, "a") + unmasked, "text:a close:1002 EOF", websocket.ProtocolError},
		"unmasked close":                    {"\x88\x00", "close:1002 EOF", websocket.ProtocolError},
		"length with the highest bit":       {"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "close:1002 EOF", websocket.ProtocolError},
		"not minimal length":                {"\x81\xfe\x00\x01\x00\x00\x00\x00x" + bye, "text:x close:1000 EOF", websocket.Closing{Code: 1000}},
		"invalid UTF-8":                     {frame(0x81, "a\xff"), "close:1007 EOF", websocket.InvalidText},
		"overlong UTF-8":                    {frame(0x81, "\xc0\xaf"), "close:1007 EOF", websocket.InvalidText},
		"surrogate in UTF-8":                {frame(0x81, "\xed\xa0\x80"), "close:1007 EOF", websocket.InvalidText},
		"UTF-8 cut short":                   {frame(0x81, "\xe2\x82"), "close:1007 EOF", websocket.InvalidText},
		"UTF-8 across fragments":            {frame(0x01, "\xe2\x82") + frame(0x80, "\xac") + bye, "text:\u20ac close:1000 EOF", websocket.Closing{Code: 1000}},
		"frame of 32 KB":                    {frame(0x81, big) + bye, "text:" + big + " close:1000 EOF", websocket.Closing{Code: 1000}},
		"frame over 32 KB":                  {frame(0x81, big+"x"), "close:1009 EOF", websocket.TooLarge},
		"second frame over 32 KB":           {frame(0x01, "a") + frame(0x80, big+"x"), "close:1009 EOF", websocket.TooLarge},
		"message of 128 KB":                 {frame(0x01, big) + frame(0x00, big) + frame(0x00, big) + frame(0x80, big) + bye, "0x1:32768 0x0:32768 0x0:32768 0x0:32768 0x80:0 close:1000 EOF", websocket.Closing{Code: 1000}},
		"message over 128 KB":               {frame(0x01, big) + frame(0x00, big) + frame(0x00, big) + frame(0x00, big) + frame(0x80, "x"), "close:1009 EOF", websocket.TooLarge},
		"frame of a gigabyte":               {"\x81\xff\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00", "close:1009 EOF", websocket.TooLarge},
		"close without a code":              {frame(0x88, ""), "close EOF", websocket.NoStatus},
		"close with a reason":               {closeFrame(1000, "done"), "close:1000 EOF", websocket.Closing{Code: 1000, Reason: "done"}},
		"close 1001":                        {closeFrame(1001, ""), "close:1001 EOF", websocket.Closing{Code: 1001}},
		"close 1002":                        {closeFrame(1002, ""), "close:1002 EOF", websocket.Closing{Code: 1002}},
		"close 1003":                        {closeFrame(1003, ""), "close:1003 EOF", websocket.Closing{Code: 1003}},
		"close 1007":                        {closeFrame(1007, ""), "close:1007 EOF", websocket.Closing{Code: 1007}},
		"close 1008":                        {closeFrame(1008, ""), "close:1008 EOF", websocket.Closing{Code: 1008}},
		"close 1009":                        {closeFrame(1009, ""), "close:1009 EOF", websocket.Closing{Code: 1009}},
		"close 1010":                        {closeFrame(1010, ""), "close:1010 EOF", websocket.Closing{Code: 1010}},
		"close 1011":                        {closeFrame(1011, ""), "close:1011 EOF", websocket.Closing{Code: 1011}},
		"close 3000":                        {closeFrame(3000, "lib"), "close:3000 EOF", websocket.Closing{Code: 3000, Reason: "lib"}},
		"close 4999":                        {closeFrame(4999, "own"), "close:4999 EOF", websocket.Closing{Code: 4999, Reason: "own"}},
		"close 999":                         {closeFrame(999, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 1004":                        {closeFrame(1004, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 1005":                        {closeFrame(1005, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 1006":                        {closeFrame(1006, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 1015":                        {closeFrame(1015, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 1016":                        {closeFrame(1016, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 2999":                        {closeFrame(2999, ""), "close:1002 EOF", websocket.ProtocolError},
		"close 5000":                        {closeFrame(5000, ""), "close:1002 EOF", websocket.ProtocolError},
		"close of one byte":                 {frame(0x88, "x"), "close:1002 EOF", websocket.ProtocolError},
		"close with a reason of 123 bytes":  {closeFrame(1000, strings.Repeat("r", 123)), "close:1000 EOF", websocket.Closing{Code: 1000, Reason: strings.Repeat("r", 123)}},
		"close of 126 bytes":                {closeFrame(1000, strings.Repeat("r", 124)), "close:1002 EOF", websocket.ProtocolError},
		"nothing after a close counts":      {bye + frame(0x81, "late"), "close:1000 EOF", websocket.Closing{Code: 1000}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, sockets.Config{})
			c := s.dial()
			if _, err := io.WriteString(c, test.send); err != nil {
				t.Fatal(err)
			}
			if got := c.rest(); got != test.want {
				t.Errorf("got  %.300s\nwant %.300s", got, test.want)
			}
			_ = c.Close()
			if end := <-s.echo.ended; end != test.end {
				t.Errorf("ended with %v, want %v", end, test.end)
			}
		})
	}
}

// The same frames, one byte at a time.
func TestFramesInPieces(t *testing.T) {
	s := serve(t, sockets.Config{})
	c := s.dial()
	_ = c.Conn.(*net.TCPConn).SetNoDelay(true)
	for _, b := range []byte(frame(0x01, "he") + frame(0x89, "p") + frame(0x80, "y") + frame(0x82, "b")) {
		if _, err := c.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := c.rest(), "pong:p text:hey close:1003 EOF"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHalfClosed(t *testing.T) {
	s := serve(t, sockets.Config{})
	c := s.dial()
	if _, err := io.WriteString(c, frame(0x81, "hi")); err != nil {
		t.Fatal(err)
	}
	if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, want := c.rest(), "text:hi EOF"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if end := <-s.echo.ended; end != websocket.ConnectionLost {
		t.Errorf("ended with %v", end)
	}
}

func TestReset(t *testing.T) {
	s := serve(t, sockets.Config{})
	c := s.dial()
	_ = c.Conn.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
	if end := <-s.echo.ended; end != websocket.ConnectionLost {
		t.Errorf("ended with %v", end)
	}
	if n := s.hub.Open(); n != 0 {
		t.Errorf("%d sockets are still open", n)
	}
}
