package mapping

// Pair is a parsed parameter mapping.
type Pair struct {
	Target, Source Expr
}

// ParseRequest reads a mapping of an integration request: the target is one of
// integration.request.{path,querystring,header}.NAME and the source belongs to the method
// request. The error is an *Error that names the expression at fault.
func ParseRequest(target, source string) (Pair, error) {
	return parsePair(target, source, func(k Kind) bool {
		return k == TargetPath || k == TargetQuery || k == TargetHeader
	}, func(k Kind) bool {
		return k >= Static && k <= RequestBody || k == StageVariable || k == Context
	})
}

// ParseResponse reads a mapping of an integration response: the target is
// method.response.header.NAME and the source belongs to the integration response. The error
// is an *Error that names the expression at fault.
func ParseResponse(target, source string) (Pair, error) {
	return parsePair(target, source, func(k Kind) bool {
		return k == TargetResponseHeader
	}, func(k Kind) bool {
		return k == Static || k == ResponseHeader || k == ResponseMultiHeader || k == ResponseBody || k == StageVariable || k == Context
	})
}

// ParseGateway reads a parameter of a gateway response: the target is
// gatewayresponse.header.NAME and the source a parameter of the method request, a stage or
// context variable, or static (REST data plane spec, 9.2). The error is an *Error that names
// the expression at fault.
func ParseGateway(target, source string) (Pair, error) {
	return parsePair(target, source, func(k Kind) bool {
		return k == TargetGatewayHeader
	}, func(k Kind) bool {
		return k == Static || k == RequestHeader || k == RequestQuery || k == RequestPath || k == StageVariable || k == Context
	})
}

func parsePair(target, source string, isTarget, isSource func(Kind) bool) (Pair, error) {
	t, err := Parse(target)
	if err != nil {
		return Pair{}, err
	}
	if !isTarget(t.Kind) {
		return Pair{}, &Error{Expression: target}
	}
	s, err := Parse(source)
	if err != nil {
		return Pair{}, err
	}
	if !isSource(s.Kind) {
		return Pair{}, &Error{Expression: source}
	}
	return Pair{Target: t, Source: s}, nil
}
