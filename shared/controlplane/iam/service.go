package iam

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

// ServiceConfig is what a Service works with.
type ServiceConfig struct {
	Store *accesskey.Store
	Gate  *Gate
	// Account is the one that the users are in.
	Account string
	Log     *slog.Logger
}

// Service serves the operations on users, access keys and inline policies.
type Service struct {
	c    ServiceConfig
	gate *Gate
}

// NewService returns a Service.
func NewService(c ServiceConfig) *Service { return &Service{c: c, gate: c.Gate} }

// call is one request for an operation.
type call struct {
	*Service
	form      url.Values
	principal *accesskey.Principal
	// user is the name of the user that the operation is about.
	user string
	// read are the parameters that were understood; another one is refused.
	read map[string]bool
}

// operation says what a request's Action does.
type operation struct {
	service string
	// user tells that the operation is about a user; the caller's own if optionalUser and the
	// request names none.
	user, optionalUser bool
	// free needs no permission.
	free bool
	run  func(context.Context, *call) (any, error)
	// reads tells that nothing changes.
	reads bool
}

// operations are all that are served, by name.
var operations = map[string]operation{
	"CreateUser":        {service: signedForIAM, user: true, run: createUser},
	"GetUser":           {service: signedForIAM, user: true, optionalUser: true, run: getUser, reads: true},
	"ListUsers":         {service: signedForIAM, run: listUsers, reads: true},
	"DeleteUser":        {service: signedForIAM, user: true, run: deleteUser},
	"TagUser":           {service: signedForIAM, user: true, run: tagUser},
	"UntagUser":         {service: signedForIAM, user: true, run: untagUser},
	"ListUserTags":      {service: signedForIAM, user: true, run: listUserTags, reads: true},
	"CreateAccessKey":   {service: signedForIAM, user: true, optionalUser: true, run: createAccessKey},
	"ListAccessKeys":    {service: signedForIAM, user: true, optionalUser: true, run: listAccessKeys, reads: true},
	"UpdateAccessKey":   {service: signedForIAM, user: true, optionalUser: true, run: updateAccessKey},
	"DeleteAccessKey":   {service: signedForIAM, user: true, optionalUser: true, run: deleteAccessKey},
	"PutUserPolicy":     {service: signedForIAM, user: true, run: putUserPolicy},
	"GetUserPolicy":     {service: signedForIAM, user: true, run: getUserPolicy, reads: true},
	"ListUserPolicies":  {service: signedForIAM, user: true, run: listUserPolicies, reads: true},
	"DeleteUserPolicy":  {service: signedForIAM, user: true, run: deleteUserPolicy},
	"GetCallerIdentity": {service: signedForSTS, free: true, run: getCallerIdentity, reads: true},
	"GetSessionToken":   {service: signedForSTS, free: true, run: getSessionToken},
}

// param returns a parameter, "" if the request does not have it.
func (c *call) param(name string) string {
	c.read[name] = true
	return c.form.Get(name)
}

// required returns a parameter that the request must have.
func (c *call) required(name string) (string, error) {
	v := c.param(name)
	if v == "" {
		return "", &accesskey.Error{Code: "ValidationError", Message: "1 validation error detected: Value null at '" + strings.ToLower(name[:1]) + name[1:] + "' failed to satisfy constraint: Member must not be null"}
	}
	return v, nil
}

// rest refuses parameters that no operation read: what cannot be honoured must not be ignored.
func (c *call) rest() error {
	for name := range c.form {
		if !c.read[name] {
			return &accesskey.Error{Code: "NotImplemented", Message: "The parameter " + name + " is not supported."}
		}
	}
	return nil
}

// list returns the parameters "prefix.member.1", "prefix.member.2" and so on.
func (c *call) list(prefix string) []string {
	var out []string
	for i := 1; ; i++ {
		name := prefix + ".member." + strconv.Itoa(i)
		if !c.form.Has(name) {
			return out
		}
		out = append(out, c.param(name))
	}
}

// userName is the user that the operation is about.
func (c *call) userName(optional bool) (string, error) {
	if !optional {
		return c.required("UserName")
	}
	if name := c.param("UserName"); name != "" {
		return name, nil
	}
	if name := c.principal.UserName(); name != "" {
		return name, nil
	}
	return "", &accesskey.Error{Code: "ValidationError", Message: "Must specify userName when calling with non-User credentials"}
}

// resource is the ARN that the caller's policies are asked about. A path that cannot be read yet,
// since the user is only being made, comes from the request.
func (c *call) resource(ctx context.Context) string {
	prefix := "arn:aws:iam::" + c.c.Account + ":user"
	if c.user == "" {
		return prefix + "/"
	}
	if u, err := c.c.Store.User(ctx, c.user); err == nil {
		return u.ARN()
	}
	path := c.form.Get("Path")
	if path == "" {
		path = "/"
	}
	return prefix + path + c.user
}

// page cuts a list as MaxItems and Marker ask. The position of the next page is empty at the end.
func page[T any](c *call, all []T, id func(T) string) (items []T, next string, err error) {
	marker, size := c.param("Marker"), 100
	if text := c.param("MaxItems"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			return nil, "", &accesskey.Error{Code: "ValidationError", Message: "Value '" + text + "' at 'maxItems' must be between 1 and 1000"}
		}
		size = n
	}
	if marker != "" {
		i := slices.IndexFunc(all, func(v T) bool { return id(v) == marker })
		if i < 0 {
			return nil, "", &accesskey.Error{Code: "ValidationError", Message: "Invalid Marker."}
		}
		all = all[i+1:]
	}
	if len(all) <= size {
		return all, "", nil
	}
	return all[:size], id(all[size-1]), nil
}
