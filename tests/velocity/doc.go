// Package velocity compares shared/mapping/vtl with Apache Velocity 2: a corpus of templates,
// written by topic in testdata/cases and generated from a seed, must render alike, except for
// what testdata/deviations.txt lists.
//
// The reference's results are kept in testdata/recorded.json, so that the tests need no Java.
// java/install.sh installs the reference; the tests then run it too, and with
// POSTERN_REQUIRE_VELOCITY=1 they fail without it. "go test ./tests/velocity -update" records
// its results anew, and "make bench-velocity" (that is "go test ./tests/velocity -run TestSpeed
// -speed 3s -v") measures both engines beside each other, warm and in one run.
package velocity
