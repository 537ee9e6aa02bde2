package sigv4

import (
	"bufio"
	"context"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The key that AWS publishes with its examples.
const (
	exampleID     = "AKIDEXAMPLE"
	exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// AWS's published examples: the signed list of IAM users of "Create a signed AWS API request", and
// the test suite of Signature Version 4 (service "service", Region us-east-1, 30 August 2015).
func TestPublishedVectors(t *testing.T) {
	const suite = "X-Amz-Date:20150830T123600Z\n"
	for _, c := range []struct {
		name, service, request, signed, signature string
	}{
		{"list users", "iam", "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost:iam.amazonaws.com\nContent-Type:application/x-www-form-urlencoded; charset=utf-8\n" + suite,
			"content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
		{"get-vanilla", "service", "GET / HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-vanilla-query-order-key-case", "service", "GET /?Param2=value2&Param1=value1 HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"get-vanilla-utf8-query", "service", "GET /?%E1%88%B4=bar HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		{"get-slashes", "service", "GET //example// HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
		{"get-relative", "service", "GET /example/.. HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-header-value-trim", "service", "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1: value1\nMy-Header2: \"a   b   c\"\n" + suite,
			"host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{"get-header-key-duplicate", "service", "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value2\nMy-Header1:value2\nMy-Header1:value1\n" + suite,
			"host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
		{"post-vanilla", "service", "POST / HTTP/1.1\nHost:example.amazonaws.com\n" + suite,
			"host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-x-www-form-urlencoded", "service", "POST / HTTP/1.1\nContent-Type:application/x-www-form-urlencoded\nHost:example.amazonaws.com\n" + suite + "Content-Length:13\n\nParam1=value1",
			"content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			head, body, _ := strings.Cut(c.request, "\n\n")
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(strings.TrimSuffix(head, "\n"), "\n", "\r\n") + "\r\n\r\n")))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+exampleID+"/20150830/us-east-1/"+c.service+"/aws4_request, SignedHeaders="+c.signed+", Signature="+c.signature)
			v := &Verifier{Services: []string{c.service}, Region: "us-east-1", Skew: Skew, Now: func() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }}
			if _, _, err := Verify(context.Background(), v, testKeys{exampleID: {Secret: exampleSecret}}, r, Bytes([]byte(body))); err != nil {
				t.Error(err)
			}
		})
	}
}

// The presigned object of the S3 reference, "Authenticating Requests: Using Query Parameters": its
// path is taken as it is, and its body is not signed.
func TestPublishedPresignedRequest(t *testing.T) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	v := &Verifier{Services: []string{"s3"}, Region: "us-east-1", Skew: Skew, PathOnce: true, Now: func() time.Time { return time.Date(2013, 5, 24, 12, 0, 0, 0, time.UTC) }}
	_, _, err = Verify(context.Background(), v, testKeys{"AKIAIOSFODNN7EXAMPLE": {Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}}, r,
		func() (string, error) { return UnsignedPayload, nil })
	if err != nil {
		t.Error(err)
	}
}

// The key pair of AWS's test suite of Signature Version 4a.
func TestPublishedKeyPair(t *testing.T) {
	pair, err := DeriveKeyPair("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")
	if err != nil {
		t.Fatal(err)
	}
	d, err := pair.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(d), "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd"; got != want {
		t.Errorf("private key %s, want %s", got, want)
	}
	public, err := pair.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(public[1:]), "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb"+"0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0"; got != want {
		t.Errorf("public key %s, want %s", got, want)
	}
}
