#!/bin/sh
# Installs Jayway JsonPath for the tests: with Maven from the pom.xml beside this file, into
# .build/jsonpath at the root of the repository. It does nothing when this version is already there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../../.." && pwd)/.build/jsonpath
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

fail() {
	echo "jsonpath: $*" >&2
	exit 1
}

stamp=$(cat "$here/pom.xml" "$here/Reference.java" "$here/install.sh" | cksum)
if [ "$(cat "$target/stamp" 2>/dev/null || true)" = "$stamp" ]; then
	echo "jsonpath: installed already, in .build/jsonpath"
	exit 0
fi

for tool in java javac mvn; do
	command -v "$tool" >/dev/null 2>&1 ||
		fail "the command '$tool' is missing; install a Java development kit, version 17 or later, and Maven (on Debian: apt-get install openjdk-17-jdk-headless maven)"
done
major=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
[ "${major:-0}" -ge 17 ] || fail "javac is version ${major:-unknown}; 17 or later is needed"

mkdir -p "$(dirname "$target")"
new=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$new"' EXIT

echo "jsonpath: fetching Jayway JsonPath and its dependencies with Maven"
mvn -B -q -f "$here/pom.xml" "$plugin:copy-dependencies" -DoutputDirectory="$new/lib" ||
	fail "Maven could not fetch Jayway JsonPath; its messages are above"
echo "jsonpath: compiling the runner"
javac -cp "$new/lib/*" -d "$new/classes" "$here/Reference.java" ||
	fail "the runner does not compile against this version of Jayway JsonPath"
echo "$stamp" >"$new/stamp"
rm -rf "$target"
mv "$new" "$target"
trap - EXIT
echo "jsonpath: installed in .build/jsonpath"
