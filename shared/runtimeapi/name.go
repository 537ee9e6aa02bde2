package runtimeapi

import (
	"fmt"
	"strings"
)

// reference is what a caller means by FunctionName and Qualifier of the Lambda API.
type reference struct {
	partition, region, account string
	name, qualifier            string
}

// parseReference reads a name, a name with a qualifier, a partial ARN
// (123456789012:function:orders) or an ARN. Any account and region is accepted;
// what the reference leaves out comes from the server's own.
func (s *Server) parseReference(text, qualifier string) (reference, error) {
	ref := reference{partition: "aws", region: s.config.Region, account: s.config.Account}
	parts := strings.Split(text, ":")
	switch {
	case parts[0] == "arn":
		if len(parts) < 7 || parts[2] != "lambda" || parts[5] != "function" {
			return ref, invalidParameter("%q is not the ARN of a Lambda function", text)
		}
		ref.partition, ref.region, ref.account = parts[1], parts[3], parts[4]
		parts = parts[6:]
	case len(parts) >= 3 && parts[1] == "function":
		ref.account = parts[0]
		parts = parts[2:]
	case len(parts) >= 2 && parts[0] == "function":
		parts = parts[1:]
	}
	if len(parts) > 2 || !functionName.MatchString(parts[0]) {
		return ref, invalidParameter("%q is not the name or ARN of a Lambda function", text)
	}
	ref.name = parts[0]
	if len(parts) == 2 {
		ref.qualifier = parts[1]
	}
	if qualifier != "" {
		if ref.qualifier != "" && ref.qualifier != qualifier {
			return ref, invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
		}
		ref.qualifier = qualifier
	}
	return ref, nil
}

// arn is the invoked function ARN: it carries the qualifier only when the caller gave one.
func (r reference) arn() string {
	arn := fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", r.partition, r.region, r.account, r.name)
	if r.qualifier != "" {
		arn += ":" + r.qualifier
	}
	return arn
}
