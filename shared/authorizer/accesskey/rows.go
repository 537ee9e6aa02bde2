package accesskey

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Where the rows are.
const (
	usersPartition = "iamusers"
	keysPartition  = "iamkeys"
)

// Status of an access key.
type Status string

// The states of an access key. An inactive one is as good as none.
const (
	Active   Status = "Active"
	Inactive Status = "Inactive"
)

// User is an IAM user.
type User struct {
	Name string `json:"name"`
	// Path begins and ends with a slash.
	Path string `json:"path"`
	// ID is the unique identifier, such as "AIDA...".
	ID string `json:"id"`
	// Account is the one that the user is in.
	Account string    `json:"account"`
	Created time.Time `json:"created"`
	// Tags are principal tags: aws:PrincipalTag/name.
	Tags []Tag `json:"tags,omitempty"`
	// Policies are the inline policies by name, JSON documents.
	Policies map[string]string `json:"policies,omitempty"`
	// Keys are the identifiers of the long-term access keys.
	Keys []string `json:"keys,omitempty"`
}

// Tag is a name and a value.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ARN names the user.
func (u *User) ARN() string { return "arn:aws:iam::" + u.Account + ":user" + u.Path + u.Name }

// Key is an access key without its secret.
type Key struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	UserID  string    `json:"userId"`
	Status  Status    `json:"status"`
	Created time.Time `json:"created"`
	// Sealed is the secret, encrypted with the identifier as additional data.
	Sealed []byte `json:"sealed"`
	// Public is the public key of Signature Version 4a, an uncompressed point of P-256.
	Public []byte `json:"public"`
	// SessionToken and Expires are those of temporary credentials.
	SessionToken string    `json:"sessionToken,omitempty"`
	Expires      time.Time `json:"expires,omitzero"`
}

// userKey is where a user is kept. Names of users differ by more than case.
func userKey(name string) store.Key {
	return store.Key{Partition: usersPartition, Sort: strings.ToLower(name)}
}

func keyKey(id string) store.Key { return store.Key{Partition: keysPartition, Sort: id} }

func encode(k store.Key, row any) (store.Item, error) {
	b, err := json.Marshal(row)
	if err != nil {
		return store.Item{}, fmt.Errorf("encode %s: %w", k, err)
	}
	return store.Item{Key: k, Value: b}, nil
}

func decode[T any](item store.Item) (*T, error) {
	row := new(T)
	if err := json.Unmarshal(item.Value, row); err != nil {
		return nil, fmt.Errorf("decode %s: %w", item.Key, err)
	}
	return row, nil
}
