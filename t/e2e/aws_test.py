#!/usr/bin/env python3
"""Credentials of AWS: from directives, files and the environment; what nginx -t
says about them; a new signature for each attempt; files that change; streams in
AWS's framing.  The last line is "N passed, N failed".
"""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)

import gateway  # noqa: E402
import mock     # noqa: E402
import run      # noqa: E402

KEY = gateway.MASTER
AUTH = [("Authorization", "Bearer " + KEY),
        ("Content-Type", "application/json")]
PATH = "/v1/chat/completions"

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "AQoDYXdzEXAMPLETOKEN"

# no test is to find keys of whoever runs it
for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]

ANSWER = json.dumps({
    "output": {"message": {"role": "assistant", "content": [{"text": "ok"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1}}).encode()

# frames of the vectors: a stream that is right, and one with a wrong checksum
with open(os.path.join(HERE, "..", "vectors", "bedrock",
                       "stream_text_usage.json"), encoding="utf-8") as f:
    STREAM = base64.b64decode(
        json.load(f)["provider_response"]["body_base64"])


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError(message)


class Upstream:
    def __init__(self):
        self.seen = []
        self.closed = threading.Event()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def handle(self, conn, req):
        self.seen.append(req)
        what = req.target.split("/")[1]
        if what == "busy":
            conn.send(mock.head_bytes(429, "X", [
                ("Content-Type", "application/json"), ("Content-Length", 2),
                ("x-amzn-errortype", "ThrottlingException")]) + b"{}")
        elif what == "refuse":
            text = json.dumps({"message": "The token " + TOKEN
                               + " and the key " + SECRET
                               + " are expired"}).encode()
            conn.send(mock.head_bytes(403, "X", [
                ("Content-Type", "application/json"),
                ("Content-Length", len(text)),
                ("x-amzn-errortype", "ExpiredTokenException")]) + text)
        elif what == "broken":
            conn.send(mock.head_bytes(200, "X", [
                ("Content-Type", "application/vnd.amazon.eventstream"),
                ("Transfer-Encoding", "chunked")]))
            conn.send(mock.chunk(STREAM[:-1] + b"\0"))
            if conn.wait_closed():
                self.closed.set()
            conn.close()
        elif what == "long":
            conn.send(mock.head_bytes(200, "X", [
                ("Content-Type", "application/vnd.amazon.eventstream"),
                ("Transfer-Encoding", "chunked")]))
            self.long(conn)
        else:
            conn.send(mock.head_bytes(200, "X", [
                ("Content-Type", "application/json"),
                ("Content-Length", len(ANSWER))]) + ANSWER)

    def long(self, conn):
        """The second frame of the stream, again and again."""
        at = [0]
        while at[-1] < len(STREAM):
            n = int.from_bytes(STREAM[at[-1]:at[-1] + 4], "big")
            at.append(at[-1] + n)
        many = STREAM[at[1]:at[2]] * 2000
        conn.send(mock.chunk(STREAM[:at[1]]))
        for _ in range(100):
            conn.send(mock.chunk(many))
        conn.send(mock.chunk(STREAM[at[-3]:]))
        conn.send(b"0\r\n\r\n")

    def one(self):
        check(len(self.seen) == 1, "%d requests" % len(self.seen))
        return self.seen[0]


UP = Upstream()


def provider(text, what="ok", extra=""):
    return ("location @%s%s { llmgw_provider bedrock; llmgw_base_url "
            "http://127.0.0.1:%d/%s; %s }\n"
            % (what, extra, UP.port, what, text))


def http(*names):
    return "llmgw_master_key %s;\nllmgw_model m { %s }\n" % (
        KEY, " ".join("deployment @%s model=amazon.nova-lite-v1:0;" % n
                      for n in names))


def server(*locations):
    return "location / { llmgw on; }\n" + "".join(locations)


def body(**more):
    return json.dumps(dict({"model": "m", "messages": [
        {"role": "user", "content": "x"}]}, **more)).encode()


class Running:
    """An nginx with these locations, while the block lasts."""

    def __init__(self, name, http_text, server_text):
        self.gw = gateway.Gateway("aws-" + name, http_text, server_text)

    def __enter__(self):
        UP.seen.clear()
        self.gw.start()
        return self.gw

    def __exit__(self, *exc):
        self.gw.stop()
        check(not self.gw.faults(), self.gw.faults())


def ask(gw, **more):
    return gateway.call(gw.port, "POST", PATH, AUTH, body(**more))


def signed_by(req, key_id, secret, region, token=None):
    check((req.get("authorization") or "").startswith("AWS4-HMAC"),
          req.get("authorization"))
    diffs = run.check_signature({"access_key_id": key_id, "region": region,
                                 "secret_access_key": secret}, req)
    check(not diffs, diffs)
    check(req.get("x-amz-security-token") == token,
          req.get("x-amz-security-token"))
    names = req.get("authorization").split("SignedHeaders=")[1].split(",")[0]
    check(("x-amz-security-token" in names) == (token is not None), names)


def write(name, text):
    path = os.path.join(gateway.TOP, "build", "t", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, 0o600)
    return path


FILE = """
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = %s
[gateway]
aws_access_key_id = AKIAGATEWAY
aws_secret_access_key = other/secret
aws_session_token = %s
region = eu-west-3
[role]
role_arn = arn:aws:iam::1:role/x
source_profile = default
""" % (SECRET, TOKEN)


def test_directives():
    """keys of directives, also from variables and files"""
    path = write("aws-secret", SECRET + "\n")
    os.environ["LLMGW_TEST_AWS_ID"] = "AKIDEXAMPLE"
    text = ("llmgw_aws_region us-west-2; "
            "llmgw_aws_access_key_id env:LLMGW_TEST_AWS_ID; "
            "llmgw_aws_secret_access_key file:%s;" % path)
    with Running("directives", http("ok"), server(provider(text))) as gw:
        check(ask(gw).status == 200, "status")
        signed_by(UP.one(), "AKIDEXAMPLE", SECRET, "us-west-2")


def test_file():
    """a profile with a session token and a region"""
    path = write("aws-credentials", FILE)
    with Running("file", http("ok"), server(
            provider("llmgw_aws_credentials %s gateway;" % path))) as gw:
        check(ask(gw).status == 200, "status")
        signed_by(UP.one(), "AKIAGATEWAY", "other/secret", "eu-west-3", TOKEN)


def test_file_reload():
    """a file that changed is read with the configuration"""
    path = write("aws-credentials", FILE)
    text = ("llmgw_aws_region us-east-1; llmgw_aws_credentials %s;" % path)
    with Running("reload", http("ok"), server(provider(text))) as gw:
        check(ask(gw).status == 200, "status")
        signed_by(UP.one(), "AKIADEFAULT", SECRET, "us-east-1")
        write("aws-credentials", FILE.replace("AKIADEFAULT", "AKIANEW"))
        UP.seen.clear()
        check(ask(gw).status == 200, "status")
        signed_by(UP.one(), "AKIADEFAULT", SECRET, "us-east-1")
        gw.kill(signal.SIGHUP)

        def renewed():
            UP.seen.clear()
            check(ask(gw).status == 200, "status")
            return "AKIANEW" in UP.one().get("authorization")

        until(renewed, "the new key is not used")
        signed_by(UP.one(), "AKIANEW", SECRET, "us-east-1")


def test_environment():
    """keys and region of the environment, where nothing else is said"""
    env = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": SECRET,
           "AWS_SESSION_TOKEN": TOKEN, "AWS_DEFAULT_REGION": "ap-south-1"}
    os.environ.update(env)
    try:
        with Running("env", http("ok"), server(provider(""))) as gw:
            check(ask(gw).status == 200, "status")
            signed_by(UP.one(), "AKIAENV", SECRET, "ap-south-1", TOKEN)
        os.environ["AWS_REGION"] = "ap-south-2"
        text = ("llmgw_aws_access_key_id A; llmgw_aws_secret_access_key B; ")
        with Running("env-over", http("ok"), server(provider(text))) as gw:
            check(ask(gw).status == 200, "status")
            signed_by(UP.one(), "A", "B", "ap-south-2")
        os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "ABSKenvironment"
        with Running("env-bearer", http("ok"), server(provider(""))) as gw:
            check(ask(gw).status == 200, "status")
            req = UP.one()
            check(req.get("authorization") == "Bearer ABSKenvironment",
                  req.get("authorization"))
            check(req.get("x-amz-date") is None, "a date")
            check(req.get("x-amz-security-token") is None, "a token")
    finally:
        for name in list(os.environ):
            if name.startswith("AWS_"):
                del os.environ[name]


def test_bearer_wins():
    """a bearer key and access keys: no signature"""
    text = ("llmgw_aws_region us-east-1; llmgw_api_key ABSKkey; "
            "llmgw_aws_access_key_id A; llmgw_aws_secret_access_key B; "
            "llmgw_aws_session_token C;")
    with Running("bearer", http("ok"), server(provider(text))) as gw:
        check(ask(gw).status == 200, "status")
        req = UP.one()
        check(req.get("authorization") == "Bearer ABSKkey",
              req.get("authorization"))
        check(req.get("x-amz-date") is None, "a date")
        check(req.get("x-amz-security-token") is None, "a token")


def test_unsigned():
    """no credential at all"""
    with Running("none", http("ok"), server(
            provider("llmgw_aws_region us-east-1;"))) as gw:
        check(ask(gw).status == 200, "status")
        check(UP.one().get("authorization") is None, "a credential")


def test_each_attempt():
    """an attempt after another one is signed anew, over its own path"""
    text = ("llmgw_aws_region us-east-1; llmgw_aws_access_key_id AKID; "
            "llmgw_aws_secret_access_key %s;" % SECRET)
    other = ("llmgw_aws_region eu-west-1; llmgw_aws_access_key_id OTHER; "
             "llmgw_aws_secret_access_key x;")
    with Running("attempts", http("busy", "ok"), server(
            provider(text, "busy"), provider(other))) as gw:
        check(ask(gw).status == 200, "status")
        check(len(UP.seen) == 2, len(UP.seen))
        signed_by(UP.seen[0], "AKID", SECRET, "us-east-1")
        signed_by(UP.seen[1], "OTHER", "x", "eu-west-1")


def test_large_body():
    """a body in many pieces is hashed as it is sent"""
    text = ("llmgw_aws_region us-east-1; llmgw_aws_access_key_id AKID; "
            "llmgw_aws_secret_access_key %s;" % SECRET)
    with Running("large", http("ok"), server(provider(text))) as gw:
        r = ask(gw, messages=[{"role": "user", "content": "line %d\n" % i
                               + "é\"\\" * 4000} for i in range(40)])
        check(r.status == 200, r.body)
        signed_by(UP.one(), "AKID", SECRET, "us-east-1")


def test_secrets_hidden():
    """what the service says about keys does not reach the client"""
    text = ("llmgw_aws_region us-east-1; llmgw_aws_access_key_id AKID; "
            "llmgw_aws_secret_access_key %s; llmgw_aws_session_token %s;"
            % (SECRET, TOKEN))
    with Running("hidden", http("refuse"), server(
            provider(text, "refuse"))) as gw:
        r = ask(gw)
        check(r.status == 401, r.status)
        check(SECRET.encode() not in r.body and TOKEN.encode() not in r.body,
              r.body)
        check(SECRET not in gw.log() and TOKEN not in gw.log(), "log")


def test_broken_stream():
    """a wrong checksum ends the stream, and the upstream's connection"""
    with Running("broken", http("broken"), server(
            provider("llmgw_aws_region us-east-1;", "broken"))) as gw:
        r = ask(gw, stream=True)
        check(r.status == 200 and r.complete, (r.status, r.complete))
        check(b"upstream_invalid_response" in r.body, r.body)
        check(r.body.endswith(b"data: [DONE]\n\n"), r.body[-60:])
        check(UP.closed.wait(20 * gateway.slow()), "the upstream stays open")


def resident(gw):
    out = subprocess.run(["ps", "-o", "rss=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line][0]


def test_long_stream():
    """200,000 events take no more memory than a few"""
    with Running("long", http("long"), server(
            provider("llmgw_aws_region us-east-1;", "long"))) as gw:
        c = gateway.Client(gw.port, 60)
        c.send(gateway.request_bytes("POST", PATH, AUTH, body(stream=True))
               + body(stream=True))
        while c.buf.count(b"data: ") < 2000:
            c.fill()
        before = resident(gw)
        n = len(c.buf)
        while b"[DONE]" not in c.buf[-200:]:
            c.buf = c.buf[-200:]
            c.fill()
            n += len(c.buf)
        check(n > 20000000, n)
        after = resident(gw)
        check(after - before < 4096, (before, after))
        c.close()


def test_configuration():
    """what nginx -t says"""
    path = write("aws-credentials", FILE)
    ok = "llmgw_aws_region us-east-1; "
    cases = [
        (ok + "llmgw_aws_access_key_id A;", "both an access key id and"),
        (ok + "llmgw_aws_secret_access_key A;", "both an access key id and"),
        (ok + "llmgw_aws_session_token A;", "both an access key id and"),
        ("llmgw_aws_region US-East-1;", "invalid region"),
        ("llmgw_aws_region us-east-1/x;", "invalid region"),
        (ok + "llmgw_aws_credentials %s nobody;" % path,
         "has no such profile"),
        (ok + "llmgw_aws_credentials %s role;" % path, "refers to a role"),
        (ok + "llmgw_aws_credentials %s; llmgw_aws_access_key_id A; "
         "llmgw_aws_secret_access_key B;" % path, "keep one"),
        (ok + "llmgw_aws_credentials /nonexistent;", "cannot read"),
        (ok + "llmgw_bedrock_guardrail id 1 stream=maybe;",
         "invalid parameter"),
        (ok + "llmgw_bedrock_guardrail 'i d' 1;", "invalid guardrail"),
        (ok + "llmgw_bedrock_api other;", "invalid value"),
    ]
    for text, message in cases:
        g = gateway.Gateway("aws-conf", http("ok"), server(provider(text)))
        rc, said = g.check()
        check(rc != 0 and message in said, (text, said))
        check(SECRET not in said, said)

    # the provider's own address
    own = "location @ok { llmgw_provider bedrock; %s }\n"
    g = gateway.Gateway("aws-conf", http("ok"), server(own % ""))
    rc, said = g.check()
    check(rc != 0 and "no AWS region" in said, said)
    for region in ("us-east-1", "cn-north-1"):
        g = gateway.Gateway("aws-conf", http("ok"), server(
            own % ("llmgw_aws_region %s;" % region)))
        rc, said = g.check()
        check(rc == 0, said)


def test_messages():
    """Claude by the Messages API of Bedrock: both ways to be let in"""
    text = """location @ok { llmgw_provider bedrock-messages;
        llmgw_base_url http://127.0.0.1:%d/anthropic; %s }
""" % (UP.port, "llmgw_aws_region us-east-1; %s")
    with Running("messages-key", http("ok"), server(
            text % "llmgw_api_key ABSKkey;")) as gw:
        ask(gw)
        req = UP.one()
        check(req.target == "/anthropic/v1/messages", req.target)
        check(req.get("x-api-key") == "ABSKkey", req.headers)
        check(req.get("authorization") is None, req.headers)
        check(req.get("anthropic-version") == "2023-06-01", req.headers)
    with Running("messages", http("ok"), server(
            text % "llmgw_aws_access_key_id A; "
            "llmgw_aws_secret_access_key B;")) as gw:
        ask(gw)
        req = UP.one()
        check(req.get("x-api-key") is None, req.headers)
        diffs = run.check_signature({
            "access_key_id": "A", "region": "us-east-1",
            "secret_access_key": "B"}, req, "bedrock-mantle")
        check(not diffs, diffs)
    g = gateway.Gateway("aws-conf", http("ok"), server(
        "location @ok { llmgw_provider bedrock-messages; "
        "llmgw_aws_region us-east-1; }\n"))
    rc, said = g.check()
    check(rc == 0, said)


def test_guardrail():
    """a guardrail of the operator's, which clients do not change"""
    text = ("llmgw_aws_region us-east-1; "
            "llmgw_bedrock_guardrail gr-1 DRAFT stream=async;")
    want = {"guardrailIdentifier": "gr-1", "guardrailVersion": "DRAFT",
            "trace": "disabled"}
    with Running("guardrail", http("ok"), server(provider(text))) as gw:
        r = ask(gw, guardrailConfig={"guardrailIdentifier": "mine"})
        check(r.status == 200, r.body)
        check(r.get("x-llmgw-dropped-params") == "guardrailConfig",
              r.headers)
        sent = json.loads(UP.one().body)
        check(sent["guardrailConfig"] == want, sent)
        UP.seen.clear()
        ask(gw, stream=True)
        sent = json.loads(UP.one().body)
        check(sent["guardrailConfig"]
              == dict(want, streamProcessingMode="async"), sent)


def main():
    only = sys.argv[1:]
    passed = failed = 0
    try:
        for name, test in list(globals().items()):
            if not name.startswith("test_") or (only and name not in only):
                continue
            try:
                test()
                passed += 1
                print("ok %s" % name)
            except (AssertionError, OSError, gateway.Truncated, KeyError,
                    ValueError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        UP.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
