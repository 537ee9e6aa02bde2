package controlplane

import (
	"context"
	"strings"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// taggable is a form of ARN whose resources have tags.
type taggable struct {
	// pattern is the resource part of the ARN; "{}" stands for an identifier.
	pattern string
	// get returns the tags of an existing resource; ids are what the placeholders stand for.
	get func(ctx context.Context, ids []string) (map[string]string, error)
	// edit lets fn change the tags and stores them. fn may run again if somebody else was faster.
	edit func(ctx context.Context, ids []string, fn func(tags *map[string]string) error) error
}

// taggedResource finds the kind of resource that an ARN names, and the identifiers in it. Any
// region and account will do: a client may have been told another one than this process.
func (s *Service) taggedResource(arn string) (taggable, []string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] != "apigateway" || parts[3] == "" {
		return taggable{}, nil, errARN
	}
	for _, k := range s.kinds() {
		for _, t := range k.tagged {
			if ids, ok := matchARN(t.pattern, parts[5]); ok {
				return t, ids, nil
			}
		}
	}
	return taggable{}, nil, errARN
}

// matchARN returns what the placeholders of a pattern stand for.
func matchARN(pattern, resource string) ([]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(resource, "/")
	if len(want) != len(got) {
		return nil, false
	}
	var ids []string
	for i, segment := range want {
		switch {
		case segment == "{}" && got[i] != "":
			ids = append(ids, got[i])
		case segment != got[i]:
			return nil, false
		}
	}
	return ids, true
}

// tagRows makes the rows of an account table taggable. Their identifiers are what the placeholders
// of the pattern stand for, joined by slashes.
func tagRows[T any](s *Service, table accountTable[T], pattern string, field func(*T) *map[string]string) []taggable {
	return []taggable{{
		pattern: pattern,
		get: func(ctx context.Context, ids []string) (map[string]string, error) {
			row, err := table.get(ctx, s, strings.Join(ids, "/"))
			if err != nil {
				return nil, err
			}
			return *field(row), nil
		},
		edit: func(ctx context.Context, ids []string, fn func(*map[string]string) error) error {
			_, err := table.edit(ctx, s, strings.Join(ids, "/"), func(row *T) ([]store.Write, error) {
				return nil, fn(field(row))
			})
			return err
		},
	}}
}

// tagAPIs makes REST APIs taggable.
func (s *Service) tagAPIs() []taggable {
	return []taggable{{
		pattern: "/restapis/{}",
		get: func(ctx context.Context, ids []string) (map[string]string, error) {
			return viewing(ctx, s, ids[0], s.errNoSuchAPI(ids[0]), func(v *view) (map[string]string, error) {
				return v.row.API.Tags, nil
			})
		},
		edit: func(ctx context.Context, ids []string, fn func(*map[string]string) error) error {
			_, err := removing(ctx, s, ids[0], s.errNoSuchAPI(ids[0]), func(e *edit) error { return fn(&e.row.API.Tags) })
			return err
		},
	}}
}

// tagStages makes stages taggable. Tags do not concern the data plane, so the stage document stays.
func (s *Service) tagStages() []taggable {
	return []taggable{{
		pattern: "/restapis/{}/stages/{}",
		get: func(ctx context.Context, ids []string) (map[string]string, error) {
			stage, err := s.GetStage(ctx, &apigateway.GetStageRequest{RestApiId: &ids[0], StageName: &ids[1]})
			if err != nil {
				return nil, err
			}
			return stage.Tags, nil
		},
		edit: func(ctx context.Context, ids []string, fn func(*map[string]string) error) error {
			_, err := removing(ctx, s, ids[0], errNoStage, func(e *edit) error {
				stage, err := e.stage(ids[1])
				if err != nil {
					return err
				}
				if err := fn(&stage.Tags); err != nil {
					return err
				}
				return e.put(e.liveKey(stagePrefix+ids[1]), stage)
			})
			return err
		},
	}}
}
