"""Signs the requests of standard input, one JSON object a line, with the signer that the first
argument names, and prints them as they would be sent. The second argument is the time in seconds."""

import datetime
import io
import json
import sys
from urllib.parse import urlsplit

HOST = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SERVICE, REGION = "execute-api", "us-west-2"


def botocore_signer(now):
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    botocore.auth.get_current_datetime = lambda *_, **__: now.replace(tzinfo=None)

    def sign(q):
        r = AWSRequest(method=q["method"], url="https://" + HOST + q["target"], data=q["body"].encode())
        for name, value in q["headers"]:
            r.headers[name] = value
        credentials = Credentials(KEY, SECRET, q["token"] or None)
        if q["presign"]:
            auth = botocore.auth.SigV4QueryAuth(credentials, SERVICE, REGION, expires=q["presign"])
        else:
            auth = botocore.auth.SigV4Auth(credentials, SERVICE, REGION)
        auth.add_auth(r)
        url = urlsplit(r.url)
        return url.path + ("?" + url.query if url.query else ""), list(r.headers.items())

    return sign


def crt_signer(now, algorithm, regions):
    from awscrt import auth, http

    def sign(q):
        headers = http.HttpHeaders([("Host", HOST)] + [tuple(h) for h in q["headers"]])
        body = q["body"].encode()
        if body:
            headers.add("Content-Length", str(len(body)))
        r = http.HttpRequest(q["method"], q["target"], headers, io.BytesIO(body) if body else None)
        kinds = auth.AwsSignatureType
        config = auth.AwsSigningConfig(
            algorithm=getattr(auth.AwsSigningAlgorithm, algorithm),
            signature_type=kinds.HTTP_REQUEST_QUERY_PARAMS if q["presign"] else kinds.HTTP_REQUEST_HEADERS,
            credentials_provider=auth.AwsCredentialsProvider.new_static(KEY, SECRET, q["token"] or None),
            region=regions,
            service=SERVICE,
            date=now,
            use_double_uri_encode=True,
            should_normalize_uri_path=True,
            expiration_in_seconds=q["presign"] or None,
        )
        signed = auth.aws_sign_request(r, config).result()
        return signed.path, list(signed.headers)

    return sign


def main():
    kind, seconds = sys.argv[1], int(sys.argv[2])
    now = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    sign = {
        "botocore": lambda: botocore_signer(now),
        "crt": lambda: crt_signer(now, "V4", REGION),
        "crt4a": lambda: crt_signer(now, "V4_ASYMMETRIC", "us-*,eu-central-1"),
    }[kind]()
    for line in sys.stdin:
        q = json.loads(line)
        q["target"], q["headers"] = sign(q)
        print(json.dumps(q))


main()
