#!/usr/bin/env python3
"""Service accounts of Google Cloud in front of Vertex AI: who signs what, one
token for all workers, renewal, and what clients of each format are told when
there is none.  The last line is "N passed, N failed".
"""

import json
import os
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway           # noqa: E402
import token_test as t   # noqa: E402

from token_test import W, check  # noqa: E402

KEY = t.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                "rsa_keygen_bits:2048").decode()
PUBLIC = t.file("google-public.pem", t.openssl(
    "pkey", "-pubout", "-in", t.file("google-key.pem", KEY)).decode())
EMAIL = "gateway@project.example"

GEMINI = "/v1beta/models/%s:generateContent"
DOORS = {
    "chat": ("/v1/chat/completions", "Authorization", "Bearer ",
             {"messages": [{"role": "user", "content": "Hi"}]}),
    "messages": ("/v1/messages", "x-api-key", "",
                 {"max_tokens": 9,
                  "messages": [{"role": "user", "content": "Hi"}]}),
    "gemini": (GEMINI, "x-goog-api-key", "",
               {"contents": [{"parts": [{"text": "Hi"}]}]}),
}


def account(name):
    return {"type": "service_account", "private_key": KEY,
            "private_key_id": "key-1", "client_email": EMAIL,
            "project_id": "project-1",
            "token_uri": "http://127.0.0.1:%d/%s" % (W.port, name)}


def vertex(name, location=None):
    """A location; the endpoint behaves as "name" says."""
    path = t.file("google-%s.json" % name, account(name))
    return """
    location @%s {
        llmgw_provider           vertex;
        llmgw_base_url           http://127.0.0.1:%d/up;
        llmgw_google_location    global;
        llmgw_google_credentials %s;
    }""" % (location or name, W.port, path)


def models(*names):
    return "".join(
        "llmgw_model g-%s { deployment @%s model=gemini-2.5-flash; }\n"
        "llmgw_model c-%s { deployment @%s model=claude-sonnet-4-5; }\n"
        % (n, n, n, n) for n in names)


def ask(gw, door, model):
    path, header, prefix, body = DOORS[door]
    if "%s" in path:
        path = path % model
    else:
        body = dict(body, model=model)
    return gateway.call(gw.port, "POST", path, [
        (header, prefix + gateway.MASTER),
        ("Content-Type", "application/json")], json.dumps(body).encode())


def bearer(gw, door="gemini", model="g-ok"):
    r = ask(gw, door, model)
    check(r.status == 200, "%d %r" % (r.status, r.body))
    return json.loads(r.body)["auth"].replace("Bearer ", "")


def check_assertion(req):
    form = t.form(req)
    check(set(form) == {"grant_type", "assertion"}, form)
    signed, _, signature = form["assertion"].rpartition(".")
    head, claims = (json.loads(t.unbase64(p)) for p in signed.split("."))
    check(head == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}, head)
    check(claims["iss"] == EMAIL
          and claims["scope"]
          == "https://www.googleapis.com/auth/cloud-platform"
          and 0 < claims["exp"] - claims["iat"] <= 3600, claims)
    with open(t.file("google-signature", ""), "wb") as f:
        f.write(t.unbase64(signature))
    t.openssl("dgst", "-sha256", "-verify", PUBLIC, "-signature",
              os.path.join(t.DIR, "google-signature"),
              t.file("google-signed", signed))


def check_secrets(gw, *texts):
    """No part of the key, of an assertion or of a token is to be read."""
    secrets = [line for line in KEY.splitlines() if not line.startswith("-")]
    secrets += [t.form(r)["assertion"].split(".")[2] for r in W.tokens]
    secrets.append("token-")
    for text in texts + (gw.log(),):
        for secret in secrets:
            check(secret not in text, "\"%s\" in %r" % (secret[:20],
                                                        text[-300:]))


def test_workers():
    """requests at four workers, one assertion, one token"""
    with t.Gateway(vertex("held"), workers=4, http=models("held")) as gw:
        results = []
        threads = [threading.Thread(target=lambda: results.append(
            bearer(gw, "gemini", "g-held"))) for _ in range(24)]
        for thread in threads:
            thread.start()
        check(W.wait(lambda: W.tokens), "nobody asked")
        W.gate.set()
        for thread in threads:
            thread.join(30)
        check(results == ["token-1"] * 24, results)
        check(len(W.tokens) == 1, "asked %d times" % len(W.tokens))
        check_assertion(W.tokens[0])
        check(all("/projects/project-1/locations/global/" in c.target
                  for c in W.calls), W.calls[0].target)
        check_secrets(gw)


def test_renewal():
    """a new token ahead of the old one's end, with an assertion of its own"""
    with t.Gateway(vertex("ok"), workers=2, http=models("ok"),
                   lifetime=4) as gw:
        seen = [bearer(gw)]
        while len(set(seen)) < 3:
            seen.append(bearer(gw))
        order = sorted(set(seen), key=lambda s: int(s.rpartition("-")[2]))
        check(order == ["token-1", "token-2", "token-3"], order)
        for req in W.tokens:
            check_assertion(req)
        check_secrets(gw)


FAILURES = {"html": 503, "number": 503, "cut": 503, "closes": 503,
            "500": 503, "refused": 401}


def test_failures():
    """no token: what clients of each format are told"""
    names = sorted(FAILURES)
    with t.Gateway("".join(vertex(n, "f" + n) for n in names),
                   http=models(*["f" + n for n in names])) as gw:
        for name in names:
            for door in DOORS:
                model = ("c-f" if door == "messages" else "g-f") + name
                r = ask(gw, door, model)
                want = FAILURES[name]
                check(r.status == want, "%s, %s: %d %r"
                      % (name, door, r.status, r.body))
                error = json.loads(r.body)["error"]
                if door == "chat":
                    check(error["code"] == {
                        401: "invalid_upstream_credential",
                        503: "upstream_unavailable"}[want], error)
                elif door == "messages":
                    check(error["type"] == {401: "authentication_error",
                                            503: "api_error"}[want], error)
                else:
                    check((error["code"], error["status"]) == (want, {
                        401: "UNAUTHENTICATED",
                        503: "UNAVAILABLE"}[want]), error)
                check_secrets(gw, r.body.decode(), str(r.headers))
        check(not W.calls, "a request without a token went out")


def test_nobody_listens():
    """no token endpoint at all"""
    dead = "http://127.0.0.1:%d/" % gateway.free_port()
    server = vertex("dead")
    t.file("google-dead.json", dict(account("dead"), token_uri=dead))
    with t.Gateway(server, http=models("dead")) as gw:
        r = ask(gw, "gemini", "g-dead")
        check(r.status == 503
              and json.loads(r.body)["error"]["status"] == "UNAVAILABLE",
              r.body)
        check(not W.calls, "a request without a token went out")
        check_secrets(gw, r.body.decode())


def main():
    only = sys.argv[1:]
    passed = failed = 0

    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        try:
            test()
            passed += 1
            print("ok %s" % name)
        except (AssertionError, OSError, gateway.Truncated, KeyError,
                ValueError, t.subprocess.TimeoutExpired) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))

    for gw in t.Gateway.all:
        for line in gw.faults():
            failed += 1
            print("FAIL nginx: " + line)

    W.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
