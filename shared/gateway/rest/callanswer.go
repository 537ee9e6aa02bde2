package rest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// holdAnswer reads a backend's answer to its end, within the integration's time, before anything
// goes to the client. That is what API Gateway does unless responseTransferMode is STREAM: an
// answer that is too long, breaks off, or does not end in time is a 5xx to the client and not half
// an answer, and the client always learns its length (REST data plane spec, 3.6 and 4.3). Passing
// the first kilobytes on early would save memory and time, but lose all of that; definitions ask
// for it by STREAM.
func (inv *Invocation) holdAnswer() error {
	res := inv.Integration.HTTP
	if _, held := res.Body.(*exchange.Held); held {
		return nil
	}
	if inv.IntegrationRequest.HTTPMethod == http.MethodHead && inv.Request.Method == http.MethodHead {
		return nil // there is no body, and its length is that of another answer
	}
	if res.ContentLength > maxPayload && inv.IntegrationRequest.HTTPMethod != http.MethodHead {
		return answerTooLong()
	}
	held, err := exchange.Hold(res.Body, maxPayload)
	if err != nil {
		return inv.answerFailure(err)
	}
	inv.call.Answered()
	_ = res.Body.Close() // at its end
	res.Body, res.ContentLength = held, held.Size()
	return nil
}

func answerTooLong() *Error {
	return integrationFailure(http.StatusInternalServerError, fmt.Sprintf("the integration's response exceeds %d bytes", maxPayload), nil)
}

// answerFailure says why the answer of a backend could not be read to its end.
func (inv *Invocation) answerFailure(err error) error {
	switch {
	case errors.Is(err, exchange.ErrTooLong):
		return answerTooLong()
	case inv.call != nil && inv.call.Expired():
		return timedOut(err)
	case inv.Request.Context().Err() != nil:
		return errClientGone
	}
	if e := inv.body.failure(); e != nil {
		return e
	}
	return networkError(err)
}

// wholeAnswer returns the payload of a backend's answer, which is held.
func (inv *Invocation) wholeAnswer() ([]byte, error) {
	if err := inv.holdAnswer(); err != nil {
		return nil, err
	}
	held, ok := inv.Integration.HTTP.Body.(*exchange.Held)
	if !ok {
		return nil, nil // of a HEAD request
	}
	return held.Bytes(), nil
}

// convertAnswer changes a held answer between text and bytes.
func (inv *Invocation) convertAnswer(c conversion) error {
	if err := inv.holdAnswer(); err != nil {
		return err
	}
	res := inv.Integration.HTTP
	held, ok := res.Body.(*exchange.Held)
	if !ok {
		return nil // of a HEAD request
	}
	converted, err := convertHeld(held, c)
	if err != nil {
		return configurationError("Unable to base64 decode the body", err)
	}
	res.Body, res.ContentLength = converted, converted.Size()
	return nil
}

// convertHeld returns a held body between text and bytes.
func convertHeld(held *exchange.Held, c conversion) (*exchange.Held, error) {
	if c == decodePayload {
		return held.Decode()
	}
	return held.Encode(), nil
}
