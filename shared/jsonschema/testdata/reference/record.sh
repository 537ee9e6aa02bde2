#!/bin/sh
# Records anew what json-schema-validator says about the cases in recorded.json, in place. Cases are added to that
# file by hand, with "schema" and "document" alone. Needs a Java development kit and Maven.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mvn -B -q -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"
javac -cp "$work/lib/*" -d "$work/classes" "$here/Runner.java"
java -cp "$work/classes:$work/lib/*" Runner <"$here/recorded.json" >"$work/recorded.json"
mv "$work/recorded.json" "$here/recorded.json"
