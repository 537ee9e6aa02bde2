package sigv4

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// curl signs paths and queries as they stand in the address, and leaves their canonical form to
// whoever writes it: addresses here have plain characters and parameters in order. The requests go
// over the network, so that the server's view of them is proved too.
func TestCurl(t *testing.T) {
	t.Parallel()
	curl := tool(t, "curl", "POSTERN_REQUIRE_AWS_CLI")
	if out, err := exec.Command(curl, "--help", "all").Output(); err != nil || !strings.Contains(string(out), "--aws-sigv4") {
		missing(t, "POSTERN_REQUIRE_AWS_CLI", "this curl has no --aws-sigv4")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			v := &sigv4.Verifier{Services: []string{service}, Region: region, Now: time.Now, Skew: sigv4.Skew}
			_, _, err = sigv4.Verify(r.Context(), v, keys{&sigv4.Key{Secret: secretKey}}, r, sigv4.Bytes(body))
		}
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintln(w, err)
		}
	}))
	defer server.Close()
	send := func(secret, address string, args ...string) string {
		args = append(args, "--silent", "--show-error", "--aws-sigv4", "aws:amz:"+region+":"+service, "--user", accessKey+":"+secret, "--write-out", "%{http_code}", address)
		out, err := exec.CommandContext(t.Context(), curl, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("curl %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	g := newGenerator(5)
	for i := range 100 {
		address := server.URL + "/" + g.text(plain[:9], 8) + "/" + g.text(plain[:9], 8) + "x"
		var parameters []string
		for j := range g.IntN(4) {
			parameters = append(parameters, string(rune('a'+j))+g.text(plain[:9], 3)+"="+g.text(plain[:9], 5))
		}
		slices.Sort(parameters)
		if len(parameters) > 0 {
			address += "?" + strings.Join(parameters, "&")
		}
		args := []string{"--path-as-is", "--request", g.one("GET", "DELETE")}
		if g.IntN(2) == 0 {
			args = []string{"--path-as-is", "--request", g.one("POST", "PUT", "PATCH"), "--header", "Content-Type: text/plain", "--data-raw", "body " + g.text(wild, 20)}
		}
		if g.IntN(2) == 0 {
			args = append(args, "--header", "X-Custom: "+g.text("abc019", 9)+"v")
		}
		if got := send(secretKey, address, args...); got != "200" {
			t.Fatalf("request %d, %q %s: %s", i, args, address, got)
		}
	}
	if got := send(secretKey+"x", server.URL+"/a"); !strings.Contains(got, sigv4.CodeInvalid) || !strings.HasSuffix(got, "403") {
		t.Errorf("with another secret: %s", got)
	}
}
