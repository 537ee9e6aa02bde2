package sigv4

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func verifier() *Verifier {
	return &Verifier{
		Service: "apigateway",
		Secret: func(k string) (string, bool) {
			if k == "AKIDEXAMPLE" {
				return "secret", true
			}
			return "", false
		},
		Now:  func() time.Time { return now },
		Skew: 5 * time.Minute,
	}
}

// signed returns a request as it arrives at a server after the AWS SDK's signer signed it.
func signed(t interface{ Fatal(...any) }, method, target string, header http.Header, body string, at time.Time, service, key string) *http.Request {
	out, err := http.NewRequest(method, "http://127.0.0.1:8081"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		out.Header[k] = v
	}
	digest := sha256.Sum256([]byte(body))
	err = signer.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret"},
		out, hex.EncodeToString(digest[:]), service, "eu-central-1", at)
	if err != nil {
		t.Fatal(err)
	}
	in := httptest.NewRequest(method, target, strings.NewReader(body))
	in.Host = "127.0.0.1:8081"
	in.Header = out.Header.Clone()
	if out.ContentLength > 0 {
		in.Header.Set("Content-Length", strconv.FormatInt(out.ContentLength, 10))
	}
	return in
}

func TestTheSDKsSignatureIsAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~äß€]{0,12}`)
		path := "/restapis"
		for _, s := range rapid.SliceOfN(rapid.StringMatching(`[ -~ä]{1,8}`), 0, 3).Draw(t, "segments") {
			path += "/" + url.PathEscape(s)
		}
		q := url.Values{}
		for _, k := range rapid.SliceOfN(text, 0, 4).Draw(t, "names") {
			q.Add(k, text.Draw(t, "value"))
		}
		if e := q.Encode(); e != "" {
			path += "?" + e
		}
		header := http.Header{"X-Custom": {rapid.StringMatching(`[!-~]{1,5}(  [!-~]{1,5})?`).Draw(t, "header")}}
		body := text.Draw(t, "body")
		r := signed(t, rapid.SampledFrom([]string{"GET", "POST", "PATCH", "DELETE"}).Draw(t, "method"), path, header, body, now, "apigateway", "AKIDEXAMPLE")
		who, err := verifier().Verify(r, []byte(body))
		if err != nil {
			t.Fatalf("%s %s: %v", r.Method, path, err)
		}
		if who != "AKIDEXAMPLE" {
			t.Fatalf("signed by %q", who)
		}
	})
}

func TestRefusals(t *testing.T) {
	const target = "/restapis?limit=2"
	good := func() *http.Request {
		return signed(t, "POST", target, nil, "body", now, "apigateway", "AKIDEXAMPLE")
	}
	cases := []struct {
		name    string
		request func() *http.Request
		body    string
		code    string
		message string // a part of it
	}{
		{"no Authorization", func() *http.Request { r := good(); r.Header.Del("Authorization"); return r }, "body",
			"MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"a bearer token", func() *http.Request { r := good(); r.Header.Set("Authorization", "Bearer x"); return r }, "body",
			"IncompleteSignatureException", "'Bearer' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer x'."},
		{"no parts and no date", func() *http.Request {
			r := good()
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 a=b")
			r.Header.Del("X-Amz-Date")
			return r
		}, "body", "IncompleteSignatureException", "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 a=b"},
		{"unknown key", func() *http.Request { return signed(t, "POST", target, nil, "body", now, "apigateway", "AKIDOTHER") }, "body",
			"UnrecognizedClientException", "The security token included in the request is invalid."},
		{"other body", good, "other", "InvalidSignatureException", "The request signature we calculated does not match the signature you provided."},
		{"unsigned payload", func() *http.Request { r := good(); r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"); return r }, "body",
			"InvalidSignatureException", "does not match"},
		{"added x-amz header", func() *http.Request { r := good(); r.Header.Set("X-Amz-Target", "x"); return r }, "body",
			"InvalidSignatureException", "does not match"},
		{"other host", func() *http.Request { r := good(); r.Host = "example.com"; return r }, "body", "InvalidSignatureException", "does not match"},
		{"other query", func() *http.Request { r := good(); r.URL.RawQuery = "limit=3"; return r }, "body", "InvalidSignatureException", "does not match"},
		{"other service", func() *http.Request { return signed(t, "POST", target, nil, "body", now, "lambda", "AKIDEXAMPLE") }, "body",
			"InvalidSignatureException", "'apigateway'"},
		{"six minutes old", func() *http.Request {
			return signed(t, "POST", target, nil, "body", now.Add(-6*time.Minute), "apigateway", "AKIDEXAMPLE")
		}, "body", "InvalidSignatureException", "Signature expired: 20261123T095400Z is now earlier than 20261123T095500Z (20261123T100000Z - 5 min.)"},
		{"six minutes ahead", func() *http.Request {
			return signed(t, "POST", target, nil, "body", now.Add(6*time.Minute), "apigateway", "AKIDEXAMPLE")
		}, "body", "InvalidSignatureException", "Signature not yet current"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := verifier().Verify(c.request(), []byte(c.body))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("Verify() = %v, want a refusal", err)
			}
			if e.Code != c.code || !strings.Contains(e.Message, c.message) {
				t.Errorf("refused with %s %q, want %s with %q", e.Code, e.Message, c.code, c.message)
			}
		})
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/r/apigateway/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20261123T100000Z", "/a?b=%zz&c")
	f.Fuzz(func(t *testing.T, authorization, date, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := &http.Request{Method: "GET", URL: u, Host: "h", Header: http.Header{"Authorization": {authorization}, "X-Amz-Date": {date}}, Body: http.NoBody}
		if who, err := verifier().Verify(r, bytes.Clone(nil)); err == nil {
			t.Errorf("accepted a forged request of %q", who)
		}
	})
}
