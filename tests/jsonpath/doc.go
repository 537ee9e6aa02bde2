// Package jsonpath holds no code: its tests evaluate a corpus of JSONPath expressions, written
// by topic in testdata/corpus and generated from a seed, with Jayway JsonPath and with
// shared/mapping/jsonpath, and compare. What Jayway answered is kept in testdata/recorded, so
// that the tests pass without Java; POSTERN_REQUIRE_JAYWAY=1 runs it again, after
// java/install.sh. With the flag -record its answers are written down anew.
package jsonpath
