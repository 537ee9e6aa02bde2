#!/bin/sh
# Installs AWS's DynamoDB Local for the tests: with Maven from the pom.xml beside this file, into
# .build/dynamodb-local at the root of the repository. It does nothing when this version is already there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../.." && pwd)/.build/dynamodb-local
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

fail() {
	echo "dynamodb-local: $*" >&2
	exit 1
}

stamp=$(cat "$here/pom.xml" "$here/Launch.java" "$here/install.sh" | cksum)
if [ "$(cat "$target/stamp" 2>/dev/null || true)" = "$stamp" ]; then
	echo "dynamodb-local: installed already, in .build/dynamodb-local"
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

echo "dynamodb-local: fetching DynamoDB Local and its dependencies with Maven"
mvn -B -q -f "$here/pom.xml" "$plugin:copy-dependencies" -DoutputDirectory="$new/lib" ||
	fail "Maven could not fetch DynamoDB Local; its messages are above"
echo "dynamodb-local: compiling the launcher"
javac -cp "$new/lib/*" -d "$new/classes" "$here/Launch.java" ||
	fail "the launcher does not compile against this version of DynamoDB Local"
echo "$stamp" >"$new/stamp"
rm -rf "$target"
mv "$new" "$target"
trap - EXIT
echo "dynamodb-local: installed in .build/dynamodb-local"
