package snapshot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func petMethods() []Method {
	return []Method{
		{ResourceID: "r1", ResourcePath: "/", HTTPMethod: "GET", AuthorizationType: "NONE", Integration: Integration{Type: "MOCK", TimeoutMillis: 29000}},
		{ResourceID: "r2", ResourcePath: "/pets", HTTPMethod: "GET", AuthorizationType: "NONE",
			RequiredParameters: []string{"method.request.querystring.type"},
			Integration: Integration{Type: "HTTP", HTTPMethod: "GET", URI: "http://${stageVariables.host}/pets", TimeoutMillis: 5000,
				RequestParameters: []Mapping{{Target: "integration.request.header.X", Source: "'y'"}},
				RequestTemplates:  []Template{{ContentType: "application/json", Text: "{}"}},
				Responses:         []IntegrationResponse{{StatusCode: "200"}, {StatusCode: "404", SelectionPattern: "4\\d\\d"}}},
			Responses: map[string]MethodResponse{"200": {Headers: []string{"X"}}, "404": {}}},
		{ResourceID: "r2", ResourcePath: "/pets", HTTPMethod: "ANY", AuthorizationType: "NONE", Integration: Integration{Type: "MOCK", TimeoutMillis: 1}},
		{ResourceID: "r3", ResourcePath: "/pets/{id}", HTTPMethod: "GET", AuthorizationType: "NONE", Integration: Integration{Type: "MOCK", TimeoutMillis: 2}},
		{ResourceID: "r4", ResourcePath: "/{rest+}", HTTPMethod: "OPTIONS", AuthorizationType: "NONE", Integration: Integration{Type: "MOCK", TimeoutMillis: 3}},
	}
}

func TestBuildAndOpenKeepEverything(t *testing.T) {
	api := API{ID: "abcdefghij", Name: "pets", DeploymentID: "d1", BinaryMediaTypes: []string{"image/*"},
		GatewayResponses: map[string]GatewayResponse{"THROTTLED": {StatusCode: 420,
			Parameters: []Mapping{{Target: "gatewayresponse.header.A", Source: "'*'"}},
			Templates:  []Template{{ContentType: "application/json", Text: "{}"}}}}}
	methods := petMethods()
	data, err := Build(api, methods)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(api, s.API); diff != "" {
		t.Errorf("API changed (-built +opened):\n%s", diff)
	}
	if s.Len() != len(methods) {
		t.Fatalf("Len() = %d, want %d", s.Len(), len(methods))
	}
	for i := range methods {
		m, err := s.Method(i)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&methods[i], m); diff != "" {
			t.Errorf("record %d changed (-built +opened):\n%s", i, diff)
		}
	}
	again, err := Build(api, methods)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, again) {
		t.Error("equal definitions gave different bytes")
	}
}

func TestIndexFindsRoutes(t *testing.T) {
	data, err := Build(API{ID: "a"}, petMethods())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	x := &s.Index
	var root Node
	pets, ok := x.Static(root, "pets")
	if !ok {
		t.Fatal("no /pets")
	}
	id, ok := x.Variable(pets)
	if !ok {
		t.Fatal("no /pets/{id}")
	}
	rest, ok := x.Greedy(root)
	if !ok {
		t.Fatal("no /{rest+}")
	}
	if _, ok := x.Static(root, "cats"); ok {
		t.Error("found /cats, which is not defined")
	}
	if _, ok := x.Static(id, "pets"); ok {
		t.Error("found a child of /pets/{id}, which has none")
	}
	if _, ok := x.Greedy(pets); ok {
		t.Error("found a greedy child of /pets, which has none")
	}
	for _, c := range []struct {
		node   Node
		method string
		want   int // -1: no route
	}{
		{root, "GET", 0}, {root, "POST", -1},
		{pets, "GET", 1}, {pets, "POST", 2}, {pets, "HEAD", 2}, {pets, "TRACE", -1},
		{id, "GET", 3}, {id, "OPTIONS", -1},
		{rest, "OPTIONS", 4}, {rest, "GET", -1},
	} {
		got, ok := x.Route(c.node, c.method)
		if !ok {
			got = -1
		}
		if got != c.want {
			t.Errorf("Route(%d, %s) = %d, want %d", c.node, c.method, got, c.want)
		}
	}
}

func TestBuildRefusesWhatCannotBeServed(t *testing.T) {
	for name, methods := range map[string][]Method{
		"same route twice":   {{ResourcePath: "/a", HTTPMethod: "GET"}, {ResourcePath: "/a", HTTPMethod: "GET"}},
		"same but for names": {{ResourcePath: "/{a}", HTTPMethod: "GET"}, {ResourcePath: "/{b}", HTTPMethod: "GET"}},
		"unknown method":     {{ResourcePath: "/a", HTTPMethod: "BREW"}},
		"no leading slash":   {{ResourcePath: "a", HTTPMethod: "GET"}},
	} {
		if _, err := Build(API{}, methods); err == nil {
			t.Errorf("%s: built", name)
		}
	}
}

func TestOpenRefusesForeignBytes(t *testing.T) {
	good, err := Build(API{ID: "a"}, petMethods())
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Clone(good)
	binary.LittleEndian.PutUint16(newer[4:], 99)
	var fe *FormatError
	if _, err := Open(newer); !errors.As(err, &fe) || fe.Format != 99 {
		t.Errorf("a newer format gave %v, want a FormatError for 99", err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		if _, err := Open(bad); err == nil && i != 6 && i != 7 {
			t.Fatalf("a flipped bit in byte %d went unnoticed", i)
		}
		if _, err := Open(good[:i]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("%d of %d bytes: %v, want ErrCorrupt", i, len(good), err)
		}
	}
}

func TestEveryRouteIsFoundAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segment := rapid.SampledFrom([]string{"a", "b", "pets", "{x}", "%2F", "ünïcode"})
		paths := rapid.SliceOfDistinct(rapid.SliceOfN(segment, 0, 4), func(s []string) string { return fmt.Sprint(s) }).Draw(t, "paths")
		methods := make([]Method, len(paths))
		for i, p := range paths {
			path := ""
			for _, s := range p {
				path += "/" + s
			}
			if path == "" {
				path = "/"
			}
			methods[i] = Method{ResourcePath: path, HTTPMethod: "GET", OperationName: fmt.Sprint(i)}
		}
		data, err := Build(API{}, methods)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range paths {
			var n Node
			ok := true
			for _, seg := range p {
				if seg == "{x}" {
					n, ok = s.Index.Variable(n)
				} else {
					n, ok = s.Index.Static(n, seg)
				}
				if !ok {
					t.Fatalf("lost segment %q of %v", seg, p)
				}
			}
			r, ok := s.Index.Route(n, "GET")
			if !ok {
				t.Fatalf("lost route %v", p)
			}
			m, err := s.Method(r)
			if err != nil {
				t.Fatal(err)
			}
			if m.OperationName != fmt.Sprint(i) {
				t.Fatalf("route %v gave record %s, want %d", p, m.OperationName, i)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	good, err := Build(API{ID: "a"}, petMethods())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("PSTN"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// A right checksum lets the fuzzer reach what lies behind it.
		if len(data) >= headerSize {
			binary.LittleEndian.PutUint32(data[8:], crc32.Checksum(data[12:], castagnoli))
		}
		s, err := Open(data)
		if err != nil {
			return
		}
		for i := range min(s.Len(), 8) {
			_, _ = s.Method(i)
		}
	})
}
