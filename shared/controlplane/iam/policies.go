package iam

import (
	"context"
	"encoding/xml"
	"net/url"
	"strings"
)

func putUserPolicy(ctx context.Context, c *call) (any, error) {
	name, err := c.required("PolicyName")
	if err != nil {
		return nil, err
	}
	document, err := c.required("PolicyDocument")
	if err != nil {
		return nil, err
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.PutPolicy(ctx, c.user, name, document)
}

// getUserPolicy returns the document percent-encoded, as IAM does.
func getUserPolicy(ctx context.Context, c *call) (any, error) {
	name, err := c.required("PolicyName")
	if err != nil {
		return nil, err
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	document, err := c.c.Store.Policy(ctx, c.user, name)
	if err != nil {
		return nil, err
	}
	return struct {
		XMLName        xml.Name `xml:"GetUserPolicyResult"`
		UserName       string   `xml:"UserName"`
		PolicyName     string   `xml:"PolicyName"`
		PolicyDocument string   `xml:"PolicyDocument"`
	}{UserName: c.user, PolicyName: name, PolicyDocument: strings.ReplaceAll(url.QueryEscape(document), "+", "%20")}, nil
}

func listUserPolicies(ctx context.Context, c *call) (any, error) {
	names, err := c.c.Store.Policies(ctx, c.user)
	if err != nil {
		return nil, err
	}
	names, next, err := page(c, names, func(s string) string { return s })
	if err != nil {
		return nil, err
	}
	return struct {
		XMLName xml.Name `xml:"ListUserPoliciesResult"`
		Names   []string `xml:"PolicyNames>member"`
		paging
	}{Names: names, paging: pagingOf(next)}, c.rest()
}

func deleteUserPolicy(ctx context.Context, c *call) (any, error) {
	name, err := c.required("PolicyName")
	if err != nil {
		return nil, err
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.DeletePolicy(ctx, c.user, name)
}
