package accesskey

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/store"
)

// Limits of IAM (IAM quotas).
const (
	// maxPolicies is what the inline policies of a user may have together, in characters
	// without white space.
	maxPolicies = 2048
	maxTags     = 50
)

var (
	userNameForm   = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	policyNameForm = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	pathForm       = regexp.MustCompile(`^(/|/[\x21-\x7e]{1,510}/)$`)
)

func checkUserName(name string) error {
	if !userNameForm.MatchString(name) {
		return invalid("The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	return nil
}

func checkPath(path string) error {
	if !pathForm.MatchString(path) || strings.Contains(path, "//") {
		return invalid("The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return nil
}

// firstOf is the first of joined refusals.
func firstOf(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

// PutPolicy adds an inline policy to a user or replaces one.
func (s *Store) PutPolicy(ctx context.Context, user, name, document string) error {
	if !policyNameForm.MatchString(name) {
		return invalid("The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	if _, err := policy.Parse(document, policy.IdentityPolicy); err != nil {
		return &Error{"MalformedPolicyDocument", err.Error()}
	}
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		if u.Policies == nil {
			u.Policies = map[string]string{}
		}
		u.Policies[name] = document
		size := 0
		for _, text := range u.Policies {
			for _, r := range text {
				if !unicode.IsSpace(r) {
					size++
				}
			}
		}
		if size > maxPolicies {
			return nil, &Error{"LimitExceeded", fmt.Sprintf("Maximum policy size of %d bytes exceeded for user %s", maxPolicies, u.Name)}
		}
		return nil, nil
	})
}

// Policy returns an inline policy of a user.
func (s *Store) Policy(ctx context.Context, user, name string) (string, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return "", err
	}
	document, ok := u.Policies[name]
	if !ok {
		return "", noPolicy(name)
	}
	return document, nil
}

// Policies returns the names of a user's inline policies.
func (s *Store) Policies(ctx context.Context, user string) ([]string, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(u.Policies)), nil
}

// DeletePolicy removes an inline policy of a user.
func (s *Store) DeletePolicy(ctx context.Context, user, name string) error {
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		if _, ok := u.Policies[name]; !ok {
			return nil, noPolicy(name)
		}
		delete(u.Policies, name)
		return nil, nil
	})
}

// Tag adds tags to a user or replaces those of the same names.
func (s *Store) Tag(ctx context.Context, user string, tags []Tag) error {
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) { return nil, u.tag(tags) })
}

// Untag removes tags from a user; names that the user does not have are no error.
func (s *Store) Untag(ctx context.Context, user string, names []string) error {
	return s.edit(ctx, user, func(u *User) ([]store.Write, error) {
		u.Tags = slices.DeleteFunc(u.Tags, func(t Tag) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, t.Key) })
		})
		return nil, nil
	})
}

func (u *User) tag(tags []Tag) error {
	for _, t := range tags {
		if t.Key == "" || len(t.Key) > 128 || len(t.Value) > 256 || strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return invalid("The tag %q is invalid: a key has 1 to 128 characters and does not begin with aws:, a value has at most 256.", t.Key)
		}
		// Names of tags differ by more than case.
		u.Tags = slices.DeleteFunc(u.Tags, func(have Tag) bool { return strings.EqualFold(have.Key, t.Key) })
		u.Tags = append(u.Tags, t)
	}
	if len(u.Tags) > maxTags {
		return &Error{"LimitExceeded", fmt.Sprintf("The number of tags has reached the maximum limit of %d.", maxTags)}
	}
	slices.SortFunc(u.Tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return nil
}
