package rest

import "net/textproto"

// headerAction is what happens to a header on its way.
type headerAction uint8

const (
	passHeader headerAction = iota
	dropHeader
	remapHeader // renamed x-amzn-Remapped-{Name}
	fatalHeader // the definition fails
)

const remapPrefix = "x-amzn-Remapped-"

// headerRule is an action and, for a remap, the name that a header in canonical form takes.
type headerRule struct {
	action   headerAction
	remapped string
}

// headerTable holds the exceptions by canonical name; every other header passes.
type headerTable map[string]headerRule

func newHeaderTable(actions map[headerAction][]string) headerTable {
	t := headerTable{}
	for action, names := range actions {
		for _, name := range names {
			canonical := textproto.CanonicalMIMEHeaderKey(name)
			rule := headerRule{action: action}
			if action == remapHeader {
				rule.remapped = remapPrefix + name
				if canonical == "X-Amzn-Requestid" {
					rule.remapped = "x-amzn-remapped-x-amzn-requestid" // as recorded
				}
			}
			t[canonical] = rule
		}
	}
	return t
}

// rename returns the name under which a header goes on, and false if it does not.
func (t headerTable) rename(name, canonical string) (string, bool) {
	rule := t[canonical]
	switch rule.action {
	case dropHeader, fatalHeader:
		return "", false
	case remapHeader:
		if name == canonical {
			return rule.remapped, true
		}
		return remapPrefix + name, true
	}
	return name, true
}

// The tables of REST data plane spec, section 3.
var (
	// arrivalHeaders: 3.1, what mappings, proxies and functions never see.
	arrivalHeaders = newHeaderTable(map[headerAction][]string{
		dropHeader: {"Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "TE",
			"Transfer-Encoding", "Trailer", "Upgrade", "WWW-Authenticate", "X-HTTP-Method-Override"},
	})

	// clientToHTTPProxy: 3.2, the client's own headers on their way to an HTTP_PROXY backend.
	clientToHTTPProxy = newHeaderTable(map[headerAction][]string{
		dropHeader: {"Host", "Content-Encoding", "Via", "X-Amzn-Apigateway-Api-Id"},
	})

	// mappedToHTTP: 3.2, mapped headers on their way to an HTTP or HTTP_PROXY backend.
	mappedToHTTP = newHeaderTable(map[headerAction][]string{
		dropHeader:  {"Expect", "Proxy-Authenticate", "TE", "Via", "Connection"},
		fatalHeader: {"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"},
	})

	// mappedToMock: a MOCK receives nothing, but the names that are fatal everywhere stay so.
	mappedToMock = newHeaderTable(map[headerAction][]string{
		fatalHeader: {"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"},
	})

	// mappedToLambdaProxy: 3.2, the check that AWS_PROXY makes of mappings it does not use.
	mappedToLambdaProxy = newHeaderTable(map[headerAction][]string{
		fatalHeader: {"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id",
			"Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"},
	})

	// mappedToClient: 3.3, headers that an HTTP, AWS or MOCK integration response maps.
	mappedToClient = newHeaderTable(map[headerAction][]string{
		dropHeader: {"Transfer-Encoding"},
		remapHeader: {"Connection", "Content-Length", "Date", "Server", "Authorization", "Content-MD5", "Expect", "Host", "Max-Forwards",
			"Proxy-Authenticate", "Trailer", "Upgrade", "User-Agent", "WWW-Authenticate"},
	})

	// httpProxyToClient: 3.3, headers of an HTTP_PROXY backend.
	httpProxyToClient = newHeaderTable(map[headerAction][]string{
		dropHeader: {"Transfer-Encoding", "Via", "Expect", "Host", "Proxy-Authenticate", "Trailer", "Upgrade", "x-amz-apigw-id"},
		remapHeader: {"Connection", "Content-Length", "Date", "Server", "Authorization", "Content-MD5", "Max-Forwards", "User-Agent",
			"WWW-Authenticate", "x-amzn-RequestId"},
	})

	// lambdaProxyToClient: 3.3, headers that a function returns.
	lambdaProxyToClient = newHeaderTable(map[headerAction][]string{
		dropHeader: {"Transfer-Encoding", "Via", "Expect", "Host", "Proxy-Authenticate", "Trailer", "Upgrade", "x-amz-apigw-id"},
		remapHeader: {"Connection", "Content-Length", "Date", "Server", "Authorization", "Content-MD5", "Max-Forwards", "User-Agent",
			"WWW-Authenticate", "x-amzn-RequestId"},
	})
)
