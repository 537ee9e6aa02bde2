package rest

import (
	"testing"

	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
)

// The four examples of security and operations spec, 6, on a request with an IAM caller.
func TestAccessLogFormats(t *testing.T) {
	inv := finished(t)
	for _, c := range []struct{ name, format, want string }{
		{"CLF", `$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId`,
			`203.0.113.9 AIDAEXAMPLE AIDAUSER [04/Mar/2020:19:15:17 +0000]"GET /pets/{id} HTTP/1.1" 404 17 ` + testRequestID + ` abcdefghijklmno=`},
		{"JSON", `{ "requestId":"$context.requestId", "extendedRequestId":"$context.extendedRequestId","ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", "user":"$context.identity.user", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod", "resourcePath":"$context.resourcePath", "status":"$context.status", "protocol":"$context.protocol", "responseLength":"$context.responseLength" }`,
			`{ "requestId":"` + testRequestID + `", "extendedRequestId":"abcdefghijklmno=","ip": "203.0.113.9", "caller":"AIDAEXAMPLE", "user":"AIDAUSER", "requestTime":"04/Mar/2020:19:15:17 +0000", "httpMethod":"GET", "resourcePath":"/pets/{id}", "status":"404", "protocol":"HTTP/1.1", "responseLength":"17" }`},
		{"XML", `<request id="$context.requestId"> <extendedRequestId>$context.extendedRequestId</extendedRequestId> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> <user>$context.identity.user</user> <requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> <resourcePath>$context.resourcePath</resourcePath> <status>$context.status</status> <protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> </request>`,
			`<request id="` + testRequestID + `"> <extendedRequestId>abcdefghijklmno=</extendedRequestId> <ip>203.0.113.9</ip> <caller>AIDAEXAMPLE</caller> <user>AIDAUSER</user> <requestTime>04/Mar/2020:19:15:17 +0000</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/pets/{id}</resourcePath> <status>404</status> <protocol>HTTP/1.1</protocol> <responseLength>17</responseLength> </request>`},
		{"CSV", `$context.identity.sourceIp,$context.identity.caller,$context.identity.user,$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,$context.requestId,$context.extendedRequestId`,
			`203.0.113.9,AIDAEXAMPLE,AIDAUSER,04/Mar/2020:19:15:17 +0000,GET,/pets/{id},HTTP/1.1,404,17,` + testRequestID + `,abcdefghijklmno=`},
		{"keys in brackets", `$context.authorizer.claims['custom:role'] $context.requestOverride.header['X-A'] $context.authorizer.claims`, `admin b -`},
	} {
		if got := string(accesslog.Compile(c.format).Append(nil, inv)); got != c.want+"\n" {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want+"\n")
		}
	}
}
