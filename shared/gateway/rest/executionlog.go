package rest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// executionLog tells, phase by phase, what became of a request, in the lines of API Gateway's
// execution log (REST data plane spec, 15; security and operations spec, 7). It reads what the
// phases have written and is told little by them, so that requests without one pay nothing for it.
//
// It comes in two forms. That of a test invocation is text, with the date before each line and
// with whole payloads. That of a stage is a list of events, "(request id) line", of at most
// maxLogEvent bytes; the stage's level and data trace choose them:
//
//	ERROR            why a request was refused or failed, the gateway response, the status
//	INFO             in addition what each phase did
//	data trace       with INFO, headers, parameters and payloads; with ERROR, those of the gateway response
//
// Phases with more to say use logInfo and logError (executionlogaccess.go).
type executionLog struct {
	now func() time.Time
	// text is the log of a test.
	text strings.Builder

	// live marks the log of a stage; setting and events belong to it.
	live    bool
	setting logSetting
	events  []logEvent
	// begun says that the phases after access control have been reached.
	begun bool
	// response is the beginning of the backend's answer, as far as it passed by.
	response *bodyStart
}

// logEvent is a line of a stage's execution log. What body holds at the end follows the text.
type logEvent struct {
	at   time.Time
	text string
	body *bodyStart
}

// logLevel is how much a stage wants to know of a method. The zero value is OFF.
type logLevel uint8

const (
	logErrors logLevel = iota + 1
	logInfo
)

// logSetting is what a stage wants of the execution log of one method.
type logSetting struct {
	level logLevel
	trace bool
}

func compileLogSetting(s snapshot.MethodSetting) logSetting {
	switch s.LoggingLevel {
	case "ERROR":
		return logSetting{logErrors, s.DataTrace}
	case "INFO":
		return logSetting{logInfo, s.DataTrace}
	}
	return logSetting{}
}

// testing tells a test invocation, for which some phases are left out.
func (inv *Invocation) testing() bool { return inv.log != nil && !inv.log.live }

// openLog begins the log of a request whose method's stage wants at least the given level.
func (inv *Invocation) openLog(level logLevel) *executionLog {
	if inv.log != nil {
		return inv.log
	}
	m := inv.Resource.method
	if m == nil || m.logging.level < level || inv.pipeline.c.ExecutionLog == nil {
		return nil
	}
	inv.log = &executionLog{now: inv.pipeline.c.Now, live: true, setting: m.logging}
	return inv.log
}

func (l *executionLog) String() string { return l.text.String() }

// line adds a line of level INFO.
func (l *executionLog) line(format string, args ...any) { l.add(logInfo, false, format, args...) }

// trace adds a line that shows what a client or a backend has sent.
func (l *executionLog) trace(format string, args ...any) { l.add(logInfo, true, format, args...) }

// fail adds a line of level ERROR.
func (l *executionLog) fail(format string, args ...any) { l.add(logErrors, false, format, args...) }

// wants tells whether a line would be kept, before effort goes into it.
func (l *executionLog) wants(level logLevel, trace bool) bool {
	return !l.live || level <= l.setting.level && (!trace || l.setting.trace)
}

func (l *executionLog) add(level logLevel, trace bool, format string, args ...any) {
	switch {
	case !l.wants(level, trace):
	case l.live:
		l.events = append(l.events, logEvent{at: l.now(), text: fmt.Sprintf(format, args...)})
	default:
		l.text.WriteString(l.now().UTC().Format("Mon Jan 02 15:04:05 UTC 2006"))
		l.text.WriteString(" : ")
		fmt.Fprintf(&l.text, format, args...)
		l.text.WriteByte('\n')
	}
}

// executionLogGroup is the log group of API Gateway for a stage (security and operations spec, 7);
// a canary's requests have their own (REST data plane spec, 14).
func (s *Stage) executionLogGroup() string {
	group := "API-Gateway-Execution-Logs_" + s.doc.APIID + "/" + s.doc.Name
	if s.canaryRequest == "true" {
		group += "/Canary"
	}
	return group
}

// logExecution writes the log of a finished request in one Write, an event a line:
//
//	{"timestamp":1583349317250,"logGroup":"API-Gateway-Execution-Logs_a1b2c3d4e5/prod","message":"(request id) ..."}
//
// JSON, since payloads hold line breaks, and with the group, since stages share the output. The
// timestamp is in milliseconds since 1970, as CloudWatch Logs wants it. Lines that cannot be
// written are lost: nobody waits for them.
func (p *Pipeline) logExecution(inv *Invocation) {
	if p.c.ExecutionLog == nil || inv.Resource.method == nil || inv.Resource.method.logging.level == 0 {
		return
	}
	switch {
	case inv.Refusal.Err != nil:
		inv.openLog(logErrors).failed(inv)
	case inv.Delivery.Err != nil:
		inv.openLog(logErrors).fail("Execution failed while the answer was delivered: %s", inv.Delivery.Err)
	}
	if inv.log == nil {
		return
	}
	space := exchange.GetBuffer()
	defer exchange.PutBuffer(space)
	b := (*space)[:0]
	group := inv.Stage.executionLogGroup()
	for i := range inv.log.events {
		e := &inv.log.events[i]
		b = append(b, `{"timestamp":`...)
		b = strconv.AppendInt(b, e.at.UnixMilli(), 10)
		b = append(b, `,"logGroup":`...)
		b = jsontext.AppendString(b, group)
		b = append(b, `,"message":`...)
		b = jsontext.AppendString(b, truncate("("+inv.Arrival.RequestID+") "+e.text+e.body.String(), maxLogEvent))
		b = append(b, "}\n"...)
	}
	*space = b
	_, _ = p.c.ExecutionLog.Write(b)
}
