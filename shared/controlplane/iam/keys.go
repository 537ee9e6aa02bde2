package iam

import (
	"context"
	"encoding/xml"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

// keyShape is an access key on the wire; the secret is there only when it was just made.
type keyShape struct {
	UserName        string `xml:"UserName"`
	AccessKeyID     string `xml:"AccessKeyId"`
	Status          string `xml:"Status"`
	SecretAccessKey string `xml:"SecretAccessKey,omitempty"`
	CreateDate      string `xml:"CreateDate"`
}

func keyShapeOf(k *accesskey.Key) keyShape {
	return keyShape{UserName: k.User, AccessKeyID: k.ID, Status: string(k.Status), CreateDate: k.Created.Format(time.RFC3339)}
}

func createAccessKey(ctx context.Context, c *call) (any, error) {
	if err := c.rest(); err != nil {
		return nil, err
	}
	made, err := c.c.Store.CreateKey(ctx, c.user)
	if err != nil {
		return nil, err
	}
	shape := keyShapeOf(&made.Key)
	shape.SecretAccessKey = made.Secret
	return struct {
		XMLName   xml.Name `xml:"CreateAccessKeyResult"`
		AccessKey keyShape
	}{AccessKey: shape}, nil
}

func listAccessKeys(ctx context.Context, c *call) (any, error) {
	keys, err := c.c.Store.Keys(ctx, c.user)
	if err != nil {
		return nil, err
	}
	keys, next, err := page(c, keys, func(k *accesskey.Key) string { return k.ID })
	if err != nil {
		return nil, err
	}
	out := struct {
		XMLName  xml.Name   `xml:"ListAccessKeysResult"`
		Metadata []keyShape `xml:"AccessKeyMetadata>member"`
		paging
	}{paging: pagingOf(next)}
	for _, k := range keys {
		out.Metadata = append(out.Metadata, keyShapeOf(k))
	}
	return out, c.rest()
}

func updateAccessKey(ctx context.Context, c *call) (any, error) {
	id, err := c.required("AccessKeyId")
	if err != nil {
		return nil, err
	}
	status, err := c.required("Status")
	if err != nil {
		return nil, err
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.SetKeyStatus(ctx, c.user, id, accesskey.Status(status))
}

func deleteAccessKey(ctx context.Context, c *call) (any, error) {
	id, err := c.required("AccessKeyId")
	if err != nil {
		return nil, err
	}
	if err := c.rest(); err != nil {
		return nil, err
	}
	return nil, c.c.Store.DeleteKey(ctx, c.user, id)
}
