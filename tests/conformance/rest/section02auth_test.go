package rest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

const otherAccount = "210987654321"

func invokes(effect string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Action":"execute-api:Invoke","Resource":"*"}}`
}

// users are the callers of AWS_IAM methods.
var users = []harness.User{
	{Name: "allowed", Policy: invokes("Allow"), Sessions: true},
	{Name: "silent", Tags: map[string]string{"team": "blue"}, Sessions: true},
	{Name: "denied", Policy: invokes("Deny")},
	{Name: "foreign-allowed", Account: otherAccount, Policy: invokes("Allow")},
	{Name: "foreign-silent", Account: otherAccount},
	{Name: "foreign-denied", Account: otherAccount, Policy: invokes("Deny")},
	{Name: "inactive", Policy: invokes("Allow"), Inactive: true},
	{Name: "reader", Policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/11-5-*-reader-of-this*"}}`},
	{Name: "invalidator", Policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["execute-api:Invoke","execute-api:InvalidateCache"],"Resource":"*"}}`},
	{Name: "foreign-invalidator", Account: otherAccount, Policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["execute-api:Invoke","execute-api:InvalidateCache"],"Resource":"*"}}`},
}

type preparation = func(context.Context, *harness.Request, *harness.Place) error

// by signs as a user.
func by(user string) preparation {
	return func(ctx context.Context, r *harness.Request, p *harness.Place) error {
		return p.Sign(ctx, r, harness.Signature{By: p.Credentials(user)})
	}
}

func policyDocument(statements ...any) obj {
	return obj{"x-amazon-apigateway-policy": obj{"Version": "2012-10-17", "Statement": append(list{}, statements...)}}
}

// tablesPolicy decides by the names of the cases of 2.1.
var tablesPolicy = policyDocument(statement("Allow", "*resource-allow", nil), statement("Deny", "*resource-deny", nil))

// changingPolicy is that of an API whose policy changes.
func changingPolicy(effect string) obj {
	return policyDocument(obj{"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"})
}

// orderPolicy refuses one method.
var orderPolicy = policyDocument(statement("Deny", "2-refused-by-the-policy-before-*", nil), statement("Allow", "*", nil))

// userRefused is the refusal of an IAM user, or of anonymous.
func userRefused(user, method, end string) want {
	return want{Status: 403, Header: obj{"x-amzn-ErrorType": "AccessDeniedException"}, Body: harness.Match(
		`\{"Message":"User: ` + user + ` is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}9012:{{api}}/prod/` + method + `/[^ "]*` + end + `"\}`)}
}

func userARN(account, name string) string { return "arn:aws:iam::" + account + ":user/" + name }

// tableCases are the cases of one column of 2.1: an identity against each answer of the resource policy.
func tableCases(label, account, prefix string, allowedBy map[[2]string]bool) []guarded {
	var all []guarded
	for _, identity := range []string{"allowed", "silent", "denied"} {
		for _, resource := range []string{"allow", "silent", "deny"} {
			g := guarded{fact: fact{name: fmt.Sprintf("%s, identity %s, resource %s", label, identity, resource), section: "2.1", api: "tables", in: says("in"), op: needs("iam"), want: body("in")}, prepare: by(prefix + identity)}
			switch {
			case allowedBy[[2]string{identity, resource}]:
			case identity == "denied" || resource == "deny":
				g.want = userRefused(userARN(account, prefix+identity), "GET", " with an explicit deny.*")
			default:
				g.want = userRefused(userARN(account, prefix+identity), "GET", ".*")
			}
			all = append(all, g)
		}
	}
	return all
}

// section02access is the order of access control, and the tables of 2.1 and 2.2.
func section02access() []guarded {
	all := tableCases("same account", harness.Account, "", map[[2]string]bool{{"allowed", "allow"}: true, {"allowed", "silent"}: true, {"silent", "allow"}: true})
	all = append(all, tableCases("cross account", otherAccount, "foreign-", map[[2]string]bool{{"allowed", "allow"}: true})...)
	for _, c := range []struct {
		identity string
		says     output
	}{{"allow", grants(allowsAll)}, {"silent", grants(ofOthers)}, {"deny", grants(deniesAll)}} {
		for _, resource := range []string{"allow", "silent", "deny"} {
			g := guarded{fact: fact{name: "authorizer " + c.identity + ", resource " + resource, section: "2.1", api: "tables", in: says("in"), op: needs("token"), head: tokenHead, want: body("in")}, authorizer: c.says, asked: harness.Once}
			switch {
			case resource == "deny": // phase 1
				g.want, g.asked = userRefused("anonymous", "GET", " with an explicit deny.*"), harness.Never
			case c.identity == "deny":
				g.want = deniedByLambda
			case c.identity == "silent" && resource == "silent":
				g.want = notAuthorized
			}
			all = append(all, g)
		}
	}
	for _, resource := range []string{"allow", "silent", "deny"} {
		g := guarded{fact: fact{name: "a user pool, resource " + resource, section: "2.1", api: "tables", in: says("in"), op: needs("pool"), head: []string{"Authorization: " + issued("id")}, want: body("in")}}
		before := guarded{fact: fact{want: unauthorized}}
		g.before = []guarded{before} // the token comes first
		switch resource {
		case "silent":
			g.want = userRefused("anonymous", "GET", ".*")
		case "deny":
			g.want = userRefused("anonymous", "GET", " with an explicit deny.*")
		}
		all = append(all, g)
	}
	all = append(all,
		guarded{fact: fact{name: "IAM authenticates before a resource deny", section: "2.1", api: "tables", in: says("in"), op: needs("iam"), want: noToken}},
		guarded{fact: fact{name: "a policy changes", section: "2.1", api: "changing", in: says("in"), want: body("in")}, act: changePolicy},
		guarded{fact: fact{name: "a changed policy is deployed", section: "2.1", api: "changing", in: says("in"), want: userRefused("anonymous", "GET", " with an explicit deny.*")}, act: redeploy, eventually: true},
	)
	all = append(all, guarded{fact: fact{name: "a private API from outside", section: "2.1", api: "private", in: says("in"), want: want{Status: 403}},
		before: []guarded{{fact: fact{want: body("in")}}}, act: makePrivate, eventually: true})
	all = append(all, conditionKeys()...)
	return append(all, orderOfAccess()...)
}

func changePolicy(ctx context.Context, c *apigateway.Client, api string) error {
	b, err := json.Marshal(changingPolicy("Deny")["x-amazon-apigateway-policy"])
	if err != nil {
		return err
	}
	_, err = c.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{RestApiId: &api, PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/policy"), Value: aws.String(string(b))}}})
	return err
}

// makePrivate leaves an API to VPC endpoints.
func makePrivate(ctx context.Context, c *apigateway.Client, api string) error {
	now, err := c.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &api})
	if err != nil {
		return err
	}
	path := "/endpointConfiguration/types/" + string(now.EndpointConfiguration.Types[0])
	if _, err := c.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{RestApiId: &api, PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: &path, Value: aws.String("PRIVATE")}}}); err != nil {
		return err
	}
	return redeploy(ctx, c, api)
}

func redeploy(ctx context.Context, c *apigateway.Client, api string) error {
	_, err := c.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: aws.String(harness.Stage)})
	return err
}
