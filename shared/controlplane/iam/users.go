package iam

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

// userShape is a user on the wire.
type userShape struct {
	Path       string     `xml:"Path"`
	UserName   string     `xml:"UserName"`
	UserID     string     `xml:"UserId"`
	ARN        string     `xml:"Arn"`
	CreateDate string     `xml:"CreateDate"`
	Tags       []tagShape `xml:"Tags>member,omitempty"`
}

type tagShape struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

func (c *call) shape(u *accesskey.User, tags bool) userShape {
	s := userShape{Path: u.Path, UserName: u.Name, UserID: u.ID, ARN: u.ARN(), CreateDate: u.Created.Format(time.RFC3339)}
	if tags {
		s.Tags = tagShapes(u.Tags)
	}
	return s
}

func tagShapes(tags []accesskey.Tag) []tagShape {
	out := make([]tagShape, len(tags))
	for i, t := range tags {
		out[i] = tagShape{t.Key, t.Value}
	}
	return out
}

func (c *call) tags() []accesskey.Tag {
	var tags []accesskey.Tag
	for i := 1; ; i++ {
		prefix := "Tags.member." + strconv.Itoa(i)
		if !c.form.Has(prefix + ".Key") {
			return tags
		}
		tags = append(tags, accesskey.Tag{Key: c.param(prefix + ".Key"), Value: c.param(prefix + ".Value")})
	}
}

type userResult struct {
	XMLName xml.Name
	User    userShape
}

func createUser(ctx context.Context, c *call) (any, error) {
	path, tags := c.param("Path"), c.tags()
	if err := c.rest(); err != nil {
		return nil, err
	}
	u, err := c.c.Store.CreateUser(ctx, c.user, path, tags)
	if err != nil {
		return nil, err
	}
	return userResult{xml.Name{Local: "CreateUserResult"}, c.shape(u, true)}, nil
}

func getUser(ctx context.Context, c *call) (any, error) {
	if err := c.rest(); err != nil {
		return nil, err
	}
	u, err := c.c.Store.User(ctx, c.user)
	if err != nil {
		return nil, err
	}
	return userResult{xml.Name{Local: "GetUserResult"}, c.shape(u, true)}, nil
}

type paging struct {
	IsTruncated bool   `xml:"IsTruncated"`
	Marker      string `xml:"Marker,omitempty"`
}

func pagingOf(next string) paging { return paging{next != "", next} }

func listUsers(ctx context.Context, c *call) (any, error) {
	all, err := c.c.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	prefix := c.param("PathPrefix")
	users := all[:0]
	for _, u := range all {
		if strings.HasPrefix(u.Path, prefix) {
			users = append(users, u)
		}
	}
	users, next, err := page(c, users, func(u *accesskey.User) string { return u.Name })
	if err != nil {
		return nil, err
	}
	out := struct {
		XMLName xml.Name    `xml:"ListUsersResult"`
		Users   []userShape `xml:"Users>member"`
		paging
	}{paging: pagingOf(next)}
	for _, u := range users {
		out.Users = append(out.Users, c.shape(u, false))
	}
	return out, c.rest()
}

func deleteUser(ctx context.Context, c *call) (any, error) {
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.DeleteUser(ctx, c.user)
}

func tagUser(ctx context.Context, c *call) (any, error) {
	tags := c.tags()
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.Tag(ctx, c.user, tags)
}

func untagUser(ctx context.Context, c *call) (any, error) {
	names := c.list("TagKeys")
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.Untag(ctx, c.user, names)
}

func listUserTags(ctx context.Context, c *call) (any, error) {
	u, err := c.c.Store.User(ctx, c.user)
	if err != nil {
		return nil, err
	}
	tags, next, err := page(c, tagShapes(u.Tags), func(t tagShape) string { return t.Key })
	if err != nil {
		return nil, err
	}
	return struct {
		XMLName xml.Name   `xml:"ListUserTagsResult"`
		Tags    []tagShape `xml:"Tags>member"`
		paging
	}{Tags: tags, paging: pagingOf(next)}, c.rest()
}
