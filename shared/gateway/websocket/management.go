package websocket

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// managed is a call of @connections under way.
type managed struct {
	p *Pipeline
	w http.ResponseWriter
	r *http.Request
	s *Stage
	// body is the message of a POST.
	body []byte
}

// manage answers a call of @connections (WebSocket API spec, 9). id is decoded, and empty for a
// broadcast.
func (p *Pipeline) manage(w http.ResponseWriter, r *http.Request, s *Stage, id string) {
	m := &managed{p: p, w: w, r: r, s: s}
	w.Header().Set("X-Amzn-RequestId", p.c.NewID())
	if !m.authorized(id) {
		return
	}
	switch {
	case p.c.Transport == nil || p.c.Connections == nil:
		m.fail(http.StatusInternalServerError, "InternalServerException", "this gateway reaches no sockets")
	case id == "" && r.Method == http.MethodPost:
		m.broadcast()
	case id == "":
		m.fail(http.StatusForbidden, "ForbiddenException", messageForbidden)
	case !validID(id):
		m.fail(http.StatusBadRequest, "BadRequestException", "Invalid connectionId: "+id)
	default:
		m.one(Ref{APIID: s.doc.APIID, Stage: s.doc.Name, ID: id})
	}
}

// authorized reads the body, which a signature covers, and checks the signature and the policies of
// the caller. It answers what it refuses.
func (m *managed) authorized(id string) bool {
	hash, err := m.read()
	switch {
	case err != nil:
		m.fail(http.StatusBadRequest, "BadRequestException", "the body cannot be read")
		return false
	case hash == "":
		m.tooLarge()
		return false
	}
	tooLarge := len(m.body) > MaxMessage
	who, err := m.p.verify(m.r, m.s, func() (string, error) { return hash, nil })
	var refusal *sigv4.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == sigv4.CodeMissingToken:
		m.fail(http.StatusForbidden, refusal.Code, "Missing Authentication Token")
		return false
	case errors.As(err, &refusal):
		m.fail(http.StatusForbidden, refusal.Code, refusal.Message)
		return false
	case err != nil:
		m.fail(http.StatusInternalServerError, "InternalServerException", messageInternal)
		return false
	}
	now, ip, agent := m.p.c.Now(), sourceIP(m.r), m.r.UserAgent()
	// Policies name all connections, with or without what follows the last slash.
	all := m.s.invokeARN + m.r.Method + "/@connections"
	allowed, _ := evaluate(who, manageAction, all+"/"+id, m.s, now, ip, agent)
	if !allowed {
		allowed, _ = evaluate(who, manageAction, all, m.s, now, ip, agent)
	}
	switch {
	case !allowed:
		m.fail(http.StatusForbidden, "ForbiddenException", messageForbidden)
	case tooLarge:
		m.tooLarge()
	}
	return allowed && !tooLarge
}

// maxHashed is how much of a body is read to check a signature, in bytes; what is longer is refused
// unseen.
const maxHashed = 10 << 20

// read reads the body and returns its hash, or "" for one that is too long to be hashed. Of a body
// that is too long for a message only the beginning is kept.
func (m *managed) read() (string, error) {
	if m.r.ContentLength > maxHashed {
		return "", nil
	}
	hash := sha256.New()
	body := io.TeeReader(io.LimitReader(m.r.Body, maxHashed+1), hash)
	var err error
	if m.body, err = io.ReadAll(io.LimitReader(body, MaxMessage+1)); err != nil {
		return "", err
	}
	if rest, err := io.Copy(io.Discard, body); err != nil || int64(len(m.body))+rest > maxHashed {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func (m *managed) tooLarge() {
	m.w.Header().Set("Connection", "close") // the rest of the body is not read
	m.fail(http.StatusRequestEntityTooLarge, "PayloadTooLargeException", "Message too long")
}

// one serves the calls about one connection.
func (m *managed) one(ref Ref) {
	ctx, p := m.r.Context(), m.p
	c, err := p.c.Connections.Find(ctx, ref)
	if err != nil {
		m.outcome(nil, err)
		return
	}
	switch m.r.Method {
	case http.MethodPost:
		err = p.c.Transport.Post(ctx, c, m.body)
		m.outcome(c, err)
		if err == nil {
			m.w.WriteHeader(http.StatusOK)
		}
	case http.MethodGet:
		status, err := p.c.Transport.Get(ctx, c)
		m.outcome(c, err)
		if err == nil {
			answer(m.w, http.StatusOK, appendStatus(nil, &status))
		}
	case http.MethodDelete:
		err = p.c.Transport.Delete(ctx, c)
		m.outcome(c, err)
		if err == nil {
			m.w.WriteHeader(http.StatusNoContent)
		}
	default:
		m.fail(http.StatusForbidden, "ForbiddenException", messageForbidden)
	}
}

// outcome answers a call that failed, and forgets a connection that turned out to be gone: its
// disconnect may never have arrived.
func (m *managed) outcome(c *Connection, err error) {
	switch {
	case err == nil:
	case errors.Is(err, ErrGone):
		if c != nil {
			_ = m.p.c.Connections.Forget(m.r.Context(), c) // its time to live ends it too
		}
		m.w.Header().Set("X-Amzn-ErrorType", "GoneException")
		m.w.Header().Set("Content-Length", "0")
		m.w.WriteHeader(http.StatusGone)
	case errors.Is(err, ErrBusy):
		m.fail(http.StatusTooManyRequests, "LimitExceededException", "")
	case errors.Is(err, ErrTooLarge):
		m.tooLarge()
	case errors.Is(err, ErrRefused):
		m.fail(http.StatusForbidden, "ForbiddenException", messageForbidden)
	default:
		m.fail(http.StatusInternalServerError, "InternalServerException", messageInternal)
	}
}

func (m *managed) fail(status int, errorType, message string) {
	m.w.Header().Set("X-Amzn-ErrorType", errorType)
	var body []byte
	if message != "" {
		body = append(jsontext.AppendString([]byte(`{"message":`), message), '}')
	}
	answer(m.w, status, body)
}

// timeLayout is ISO 8601 with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

func appendStatus(b []byte, s *Status) []byte {
	b = append(b, `{"connectedAt":"`...)
	b = s.ConnectedAt.UTC().AppendFormat(b, timeLayout)
	b = append(b, `","identity":{"sourceIp":`...)
	b = jsontext.AppendString(b, s.SourceIP)
	b = append(b, `,"userAgent":`...)
	b = jsontext.AppendString(b, s.UserAgent)
	b = append(b, `},"lastActiveAt":"`...)
	b = s.LastActiveAt.UTC().AppendFormat(b, timeLayout)
	return append(b, `"}`...)
}

// ParseStatus reads the body of a GET on @connections.
func ParseStatus(body []byte) (Status, error) {
	var s Status
	if !jsontext.Valid(body) {
		return s, errors.New("the body is no JSON")
	}
	var err error
	when := func(value []byte, to *time.Time) {
		t, parseErr := time.Parse(time.RFC3339, jsontext.Text(value))
		err, *to = errors.Join(err, parseErr), t
	}
	for name, value := range jsontext.Members(jsontext.Trim(body)) {
		switch name {
		case "connectedAt":
			when(value, &s.ConnectedAt)
		case "lastActiveAt":
			when(value, &s.LastActiveAt)
		case "identity":
			for member, v := range jsontext.Members(value) {
				switch member {
				case "sourceIp":
					s.SourceIP = jsontext.Text(v)
				case "userAgent":
					s.UserAgent = jsontext.Text(v)
				}
			}
		}
	}
	return s, err
}

// appendCounts is the answer to a broadcast.
func appendCounts(b []byte, delivered, gone, failed int64) []byte {
	b = strconv.AppendInt(append(b, `{"delivered":`...), delivered, 10)
	b = strconv.AppendInt(append(b, `,"gone":`...), gone, 10)
	b = strconv.AppendInt(append(b, `,"failed":`...), failed, 10)
	return append(b, '}')
}
