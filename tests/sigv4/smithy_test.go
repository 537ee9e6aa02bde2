package sigv4

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go/aws-http-auth/credentials"
	"github.com/aws/smithy-go/aws-http-auth/sigv4a"
	v4 "github.com/aws/smithy-go/aws-http-auth/v4"
)

// signAsymmetric returns the request as smithy-go's SigV4a signer sends it, in the header or, for
// a request that asks for it, in the query.
func signAsymmetric(t *testing.T, signer *sigv4a.Signer, q request) request {
	t.Helper()
	r, err := http.NewRequest(q.Method, "https://"+host+q.Target, strings.NewReader(q.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range q.Headers {
		// This signer does not fold runs of blanks.
		r.Header.Add(h[0], strings.Join(strings.Fields(h[1]), " "))
	}
	in := &sigv4a.SignRequestInput{
		Request: r, PayloadHash: digest(q.Body), Service: service, RegionSet: []string{"eu-*", region}, Time: signedAt,
		Credentials: credentials.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: q.Token},
	}
	if err := signer.SignRequest(in); err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(q.Target, "?")
	out := q
	out.Target = path
	if r.URL.RawQuery != "" {
		out.Target += "?" + r.URL.RawQuery
	}
	out.Headers = pairs(r.Header)
	return out
}

func TestSmithyAsymmetric(t *testing.T) {
	t.Parallel()
	signer := sigv4a.New(func(o *v4.SignerOptions) { o.HeaderRules = everyHeader{} })
	g := newGenerator(5)
	changes := 0
	for i := range 1000 {
		q := g.request()
		for !sortsAlike(q) {
			q = g.request()
		}
		q.Presign = 0 // this signer has no life for presigned requests
		q = signAsymmetric(t, signer, q)
		if err := verify(q, signedAt); err != nil {
			t.Fatalf("request %d, %+v: %v", i, q, err)
		}
		if i%50 == 0 {
			changes += refuseChanges(t, q, signedAt)
		}
	}
	t.Logf("1000 requests accepted, %d changes of 20 of them refused", changes)
}

// sortsAlike tells whether the parameters of a request come in one order by their names as they are
// and as they are encoded. This signer sorts them by the former, AWS by the latter.
func sortsAlike(q request) bool {
	_, query, _ := strings.Cut(q.Target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return false
	}
	for _, v := range values {
		slices.Sort(v)
	}
	parts := strings.Split(strings.ReplaceAll(values.Encode(), "+", "%20"), "&")
	return slices.IsSortedFunc(parts, func(a, b string) int {
		x, v, _ := strings.Cut(a, "=")
		y, w, _ := strings.Cut(b, "=")
		return cmp.Or(strings.Compare(x, y), strings.Compare(v, w))
	})
}

// everyHeader signs what the generator sends, so that a change of any of it shows.
type everyHeader struct{}

func (everyHeader) IsSigned(name string) bool {
	return !strings.EqualFold(name, "Authorization") && !strings.EqualFold(name, "Content-Length")
}
