"""Takes every kind of resource of the REST control plane through its life with boto3.

    python3 boto3_lifecycle.py http://127.0.0.1:8081

Each step calls an operation and compares what boto3 returns with the expectation, which comes from
the control-plane specification. Differences are printed as a diff; the exit code is 1 if there are
any. The process behind the URL must start empty.
"""

import difflib
import json
import re
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from boto3_steps import LIFECYCLES, Refusal

PATTERN = re.compile(r"<(?:(\w+)=)?(id\d+|time|any|re:.*)>", re.S)
ALLOWED = {"...", "~"}  # more members or elements; elements in any order


class Names(dict):
    """The parts of answers that later steps refer to, by name, as <name>."""

    def expand(self, value):
        if isinstance(value, str):
            return re.sub(r"<(\w+)>", lambda m: self.get(m[1], m[0]), value)
        if isinstance(value, list):
            return [self.expand(v) for v in value]
        if isinstance(value, dict):
            return {self.expand(k): self.expand(v) for k, v in value.items()}
        return value

    def merge(self, want, got):
        """Returns want with everything that got satisfies replaced by what was got, so that the
        two are equal if and only if the expectation is met."""
        if isinstance(want, dict) and isinstance(got, dict):
            return self.merge_dict(want, got)
        if isinstance(want, list) and isinstance(got, list):
            return self.merge_list(want, got)
        if not isinstance(want, str):
            return want
        pattern = PATTERN.fullmatch(want)
        if not pattern:
            return self.expand(want)
        name, kind = pattern.groups()
        if not satisfies(kind, got):
            return want
        if name:
            self[name] = got
        return got

    def merge_dict(self, want, got):
        merged = {}
        for key, value in want.items():
            if key not in ALLOWED:
                key = self.expand(key)
                merged[key] = self.merge(value, got[key]) if key in got else self.expand(value)
        if "..." in want:
            merged = {**got, **merged}
        return merged

    def merge_list(self, want, got):
        if not want or want[-1] not in ("...", "~"):
            return [self.merge(w, g) for w, g in zip(want, got)] + [self.expand(w) for w in want[len(got):]]
        missing = [w for w in want[:-1] if not any(self.merge(w, g) == g for g in got)]
        surplus = want[-1] == "~" and len(want) - 1 != len(got)
        return got if not missing and not surplus else self.expand(want)


def satisfies(kind, got):
    if kind == "any":
        return got not in (None, "", [], {})
    if kind == "time":
        return isinstance(got, datetime) and abs(datetime.now(timezone.utc) - got) < timedelta(minutes=10)
    if kind.startswith("id"):
        return isinstance(got, str) and re.fullmatch(r"[a-z0-9]{%s}" % kind[2:], got) is not None
    return isinstance(got, str) and re.fullmatch(kind[3:], got, re.S) is not None


def call(client, operation, arguments):
    """Returns what an operation answers, or its error as the pair of code and text."""
    try:
        answer = getattr(client, operation)(**arguments)
    except ClientError as e:
        # The first line is API Gateway's; Postern may say below it where and why.
        return Refusal(e.response["Error"]["Code"], e.response["Error"]["Message"].split("\n")[0])
    metadata = answer.pop("ResponseMetadata")
    if not metadata.get("RequestId"):
        answer["ResponseMetadata"] = metadata
    if hasattr(answer.get("body"), "read"):
        answer["body"] = answer["body"].read().decode("utf-8", "replace")
    return answer


def differences(want, got):
    lines = [json.dumps(v, indent=1, sort_keys=True, default=str).splitlines() for v in (want, got)]
    return "\n".join(difflib.unified_diff(*lines, "want", "got", lineterm="", n=2))


def run(client, title, steps):
    names, failures = Names(), 0
    for number, (operation, arguments, want) in enumerate(steps, 1):
        got = call(client, operation, names.expand(arguments))
        if isinstance(got, Refusal) or isinstance(want, Refusal):
            want = Refusal(*names.expand(list(want))) if isinstance(want, Refusal) else want
        else:
            want = names.merge(want, got)
        if want != got:
            failures += 1
            print(f"{title}, step {number}: {operation}\n{differences(want, got)}\n")
        if isinstance(got, Refusal) and not isinstance(want, Refusal):
            print(f"{title}: the steps after {operation} were not run\n")
            break
    return failures


def main():
    client = boto3.client(
        "apigateway", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 1}))
    failures = sum(run(client, title, steps) for title, steps in LIFECYCLES.items())
    if failures:
        sys.exit(f"{failures} steps differ")
    print(f"{sum(map(len, LIFECYCLES.values()))} steps as specified")


if __name__ == "__main__":
    main()
