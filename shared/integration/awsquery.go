package integration

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxQueryAnswer bounds what is read of an answer in the query protocol.
const maxQueryAnswer = 1 << 20

// query calls an operation of a query-protocol service under one's own credentials and decodes its
// XML answer.
func (a *ServiceAPI) query(ctx context.Context, partition, region, service, action string, form url.Values, answer any) error {
	u, err := ParseServiceURI("arn:" + partition + ":apigateway:" + region + ":" + service + ":path/")
	if err != nil {
		return err
	}
	form.Set("Action", action)
	form.Set("Version", u.version)
	payload := []byte(form.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+u.Host+"/", bytes.NewReader(payload))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("User-Agent", "postern")
	res, err := a.Do(r, ServiceCall{URI: u, Payload: payload})
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxQueryAnswer))
	if err != nil {
		return fmt.Errorf("%s: read the answer: %w", action, err)
	}
	if res.StatusCode != http.StatusOK {
		var refusal struct {
			Code    string `xml:"Error>Code"`
			Message string `xml:"Error>Message"`
		}
		// A body that is no XML has nothing to tell; the status stands for itself.
		_ = xml.Unmarshal(body, &refusal)
		return fmt.Errorf("%s: the service answered %d %s: %s", action, res.StatusCode, refusal.Code, refusal.Message)
	}
	if err := xml.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("%s: decode the answer: %w", action, err)
	}
	return nil
}
