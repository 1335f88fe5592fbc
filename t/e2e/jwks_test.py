#!/usr/bin/env python3
"""Keys of an identity provider that are fetched from its URL: llmgw_jwt with
https://.  The last line is "N passed, N failed".
"""

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

import gateway   # noqa: E402
import jwt_test  # noqa: E402
import mock      # noqa: E402
import token_test  # noqa: E402

BOUND = "sk-bound-to-a-claim-0001"

HTTP = """
%s
llmgw_master_key %s;
llmgw_key %s 'policy={"jwt_claims": {"role": "service"}}'
;
llmgw_trusted_certificate %s;
llmgw_jwt %s %s;
llmgw_model m { deployment @mock; }
"""

SERVER = """
location / { llmgw on; }
location @mock { llmgw_provider mock; }
"""

ZONE = "llmgw_zone llmgw:2m;"


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError(message)


class Provider:
    """Says what "answer" does; counts how often it was asked."""

    def __init__(self, tls=True):
        p = token_test.certificates()
        self.ca = p("ca.pem")
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()
        self.answer = None
        if tls:
            self.server = token_test.TLSServer(self.handle,
                                               p("localhost.pem"),
                                               p("localhost.key"))
        else:
            self.server = mock.Server(self.handle)
        self.url = "%s://localhost:%d/keys" % ("https" if tls else "http",
                                               self.server.port)

    def keys(self, *keys):
        self.say(json.dumps({"keys": [k.jwk for k in keys]}).encode())

    def say(self, body, status=200, headers=()):
        self.answer = (status, list(headers), body)

    def handle(self, conn, req):
        self.asked += 1
        self.gate.wait(30)
        if self.answer is None:
            raise mock.Closed()
        if req.target != "/keys":
            self.strayed = req.target
        status, headers, body = self.answer
        conn.send(mock.head_bytes(status, "x", headers + [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body)))]) + body)

    def stop(self):
        self.gate.set()
        self.server.stop()


KEYS = {}


def key(name):
    if name not in KEYS:
        os.makedirs(token_test.DIR, exist_ok=True)
        KEYS[name] = jwt_test.Key(os.path.join(token_test.DIR,
                                               name + ".jwk.pem"), name, True)
    return KEYS[name]


def start(name, idp, params="", zone=ZONE, workers=1, wait=True):
    gw = gateway.Gateway("jwks-" + name, workers=workers)
    http = HTTP if zone else HTTP.replace("'policy", "#'policy")
    gw.write(http % (zone, gateway.MASTER, BOUND, idp.ca, idp.url, params),
             SERVER)
    gw.start()
    if wait:
        until(lambda: "keys obtained" in gw.log(), "no keys")
    return gw


def end(gw, *servers):
    gw.stop(signal.SIGTERM)
    for s in servers:
        s.stop()
    bad = gw.faults()
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def status(gw, k, **claims):
    return jwt_test.ask(gw, k.token(**claims)).status


def test_rotation():
    """a new key is good at once, the old one as long as it is in the set"""
    idp = Provider()
    idp.keys(key("a"))
    gw = start("rotation", idp)
    try:
        check(status(gw, key("a")) == 200, "the first key")
        idp.keys(key("a"), key("b"))
        check(idp.asked == 1, idp.asked)
        check(status(gw, key("b")) == 200, "the second key")
        check(idp.asked == 2, idp.asked)
        check(status(gw, key("a")) == 200, "the old key")

        # nobody makes it ask more often
        for i in range(50):
            check(status(gw, key("c")) == 401, "a key of nobody")
        check(idp.asked == 2, idp.asked)
        check(jwt_test.ask(gw, gateway.MASTER).status == 200, "a key")
    finally:
        end(gw, idp)


def test_refresh():
    """keys are asked for again in time; what is gone from the set is gone"""
    idp = Provider()
    idp.keys(key("a"))
    gw = start("refresh", idp, "refresh=1s", workers=2)
    try:
        check(status(gw, key("a")) == 200, "the first key")
        idp.keys(key("b"))
        until(lambda: status(gw, key("a")) == 401, "it stays")
        for _ in range(10):
            check(status(gw, key("b")) == 200, "the next one")
            check(status(gw, key("a")) == 401, "it is back")
    finally:
        end(gw, idp)


def test_start_without():
    """tokens are refused with 503 while there are no keys, others are not"""
    idp = Provider()
    gw = start("without", idp, wait=False)
    try:
        until(lambda: "no keys from" in gw.log(), "no failure")
        r = jwt_test.ask(gw, key("a").token())
        check(r.status == 503, r.status)
        check(int(r.get("retry-after")) >= 1, r.headers)
        check(json.loads(r.body)["error"]["code"] == "keys_unavailable",
              r.body)
        check(jwt_test.ask(gw, gateway.MASTER).status == 200, "a key")
        r = jwt_test.ask(gw, key("a").token(role="service"), key=BOUND)
        check(r.status == 503, "a key that is bound to a claim")
        idp.keys(key("a"))
        until(lambda: status(gw, key("a")) == 200, "it does not recover", 60)
        r = jwt_test.ask(gw, key("a").token(role="service"), key=BOUND)
        check(r.status == 200, "the bound key")
    finally:
        end(gw, idp)


def test_waiting():
    """who comes before the first answer waits for it"""
    idp = Provider()
    idp.keys(key("a"))
    idp.gate.clear()
    gw = start("waiting", idp, wait=False, workers=2)
    try:
        until(lambda: idp.asked, "nobody asks")
        got = []

        def one():
            got.append(status(gw, key("a")))

        threads = [threading.Thread(target=one) for _ in range(20)]
        for t in threads:
            t.start()
        left = gateway.Client(gw.port)
        left.send(gateway.request_bytes("GET", "/v1/models", [
            ("Authorization", "Bearer " + key("a").token())], None))
        left.close()
        check(jwt_test.ask(gw, gateway.MASTER).status == 200, "a key waits")
        idp.gate.set()
        for t in threads:
            t.join()
        check(got == [200] * 20, got)
        check(idp.asked == 1, idp.asked)
    finally:
        end(gw, idp)


def test_outage():
    """old keys go on while the provider is down, until they are too old"""
    idp = Provider()
    idp.keys(key("a"))
    slow = gateway.slow()
    gw = start("outage", idp, "refresh=1s max_age=%ds" % (6 * slow))
    try:
        idp.answer = None
        asked = idp.asked
        until(lambda: "no keys from" in gw.log(), "no failure")
        check(status(gw, key("a")) == 200, "not used any more")
        until(lambda: status(gw, key("a")) == 503, "for ever")
        check(idp.asked - asked < 20 * slow, "%d questions" % idp.asked)
        idp.keys(key("a"))
        until(lambda: status(gw, key("a")) == 200, "it does not recover", 60)
    finally:
        end(gw, idp)


def test_hostile():
    """answers that are no set of keys change nothing"""
    idp = Provider()
    aim = Provider()
    aim.keys(key("b"))
    idp.keys(key("a"))
    gw = start("hostile", idp, "refresh=1s max_age=1h")
    try:
        good = idp.answer[2]
        for what, body, code, headers in (
                ("a page", b"<html><body>down</body></html>", 200, ()),
                ("10 MB", b'{"keys":[' + b" " * 10000000 + b"]}", 200, ()),
                ("garbage", bytes(range(256)) * 40, 200, ()),
                ("depth", b"[" * 100000, 200, ()),
                ("nothing", b"", 200, ()),
                ("no keys", b'{"keys":[]}', 200, ()),
                ("an error", good, 500, ()),
                ("a redirect", b"", 302, [("Location", aim.url)]),
                ("half of it", good[:-20], 200, ())):
            idp.say(body, code, headers)
            n = gw.log().count("no keys from")
            asked = idp.asked
            until(lambda: gw.log().count("no keys from") > n,
                  "%s is no failure" % what, 90)
            check(idp.asked > asked, what)
            check(status(gw, key("a")) == 200, what)

            # a success puts the next attempt back to a second
            idp.say(good)
            n = gw.log().count("keys obtained")
            until(lambda: gw.log().count("keys obtained") > n,
                  "no recovery from %s" % what, 90)
        check(aim.asked == 0, "it went where the provider sent it")
        check(status(gw, key("b")) == 401, "somebody else's key")
    finally:
        end(gw, idp, aim)


def test_trust():
    """a certificate of somebody else's name or authority is not taken"""
    idp = Provider()
    p = token_test.certificates()
    idp.server.stop()
    idp.server = token_test.TLSServer(idp.handle, p("other.pem"),
                                      p("other.key"))
    idp.url = "https://localhost:%d/keys" % idp.server.port
    idp.keys(key("a"))
    gw = start("trust", idp, wait=False)
    try:
        until(lambda: "no keys from" in gw.log(), "no failure")
        check(status(gw, key("a")) == 503, "it is trusted")
        check(idp.asked == 0, "it was asked")
    finally:
        end(gw, idp)


def test_reload():
    """a reload needs no answer, another URL does"""
    idp = Provider()
    idp.keys(key("a"))
    gw = start("reload", idp, workers=2)
    other = Provider()
    other.keys(key("b"))
    try:
        asked = idp.asked
        idp.answer = None
        for _ in range(3):
            reload(gw)
            for _ in range(10):
                check(status(gw, key("a")) == 200, "behind a reload")
        check(idp.asked == asked, "it was asked again")
        gw.write(HTTP % (ZONE, gateway.MASTER, BOUND, other.ca, other.url,
                         ""), SERVER)
        reload(gw)
        until(lambda: status(gw, key("b")) == 200, "no new keys")
        check(other.asked == 1, "%d questions" % other.asked)
        check(status(gw, key("a")) == 401, "keys of another URL")
    finally:
        end(gw, idp, other)


def workers(gw):
    with open("/proc/%d/task/%d/children" % (gw.proc.pid, gw.proc.pid)) as f:
        return set(f.read().split())


def reload(gw):
    old = workers(gw)
    gw.kill(signal.SIGHUP)
    until(lambda: workers(gw) and not workers(gw) & old, "no reload")


def test_killed():
    """a worker that is killed while it asks keeps nobody from asking"""
    idp = Provider()
    idp.keys(key("a"))
    idp.gate.clear()
    gw = start("killed", idp, wait=False)
    try:
        until(lambda: idp.asked, "nobody asks")
        for pid in workers(gw):
            os.kill(int(pid), signal.SIGKILL)
        until(lambda: idp.asked > 1, "nobody asks again")
        idp.gate.set()
        until(lambda: safe(gw) == 200, "no keys")
    finally:
        gw.stop(signal.SIGTERM)
        idp.stop()
        bad = [line for line in gw.faults() if "exited on signal 9" not in line]
        check(not bad, bad)


def safe(gw):
    try:
        return status(gw, key("a"))
    except (OSError, gateway.Truncated):
        return 0


def test_without_a_zone():
    """each worker has its own"""
    idp = Provider()
    idp.keys(key("a"))
    gw = start("no-zone", idp, "refresh=1s", zone="", workers=2)
    try:
        for _ in range(10):
            check(status(gw, key("a")) == 200, "a token")
        idp.keys(key("b"))
        for _ in range(10):
            until(lambda: status(gw, key("a")) == 401, "it stays")
    finally:
        end(gw, idp)


def test_full_zone():
    """without room for them in the zone keys are fetched all the same"""
    idp = Provider()
    big = {"keys": [key("a").jwk] + [{"kty": "oct", "k": "A" * 1000}] * 200}
    idp.say(json.dumps(big).encode())
    gw = start("full", idp, zone="llmgw_zone llmgw:80k;", wait=False)
    try:
        until(lambda: status(gw, key("a")) in (200, 503), "no answer")
        check(jwt_test.ask(gw, gateway.MASTER).status == 200, "a key")
        idp.keys(key("a"))
        until(lambda: status(gw, key("a")) == 200, "never", 60)
    finally:
        gw.stop(signal.SIGTERM)
        idp.stop()


def test_configuration():
    """what nginx -t says"""
    for text, rc, word in (
            ("llmgw_jwt https://localhost/k refresh=1ms;", 1, "less than 1s"),
            ("llmgw_jwt https://localhost/k refresh=2h max_age=1h;", 1,
             "max_age"),
            ("llmgw_jwt https://localhost/k x=1;", 1, "x=1"),
            ("llmgw_jwt https://;", 1, "https://"),
            ("llmgw_jwt jwks.json refresh=1h;", 1, "only with a URL"),
            ("llmgw_jwt http://localhost/k;", 0, "use https"),
            ("llmgw_jwt https://localhost/k;", 0, "")):
        g = gateway.Gateway("jwks-conf")
        g.write(text, "location / { llmgw on; }")
        jwt_test.write(g, [key("a")])
        got, said = g.check()
        check((got != 0) == rc and word in said, (text, said))


def main():
    only = sys.argv[1:]
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        try:
            test()
            passed += 1
            print("ok %s" % name, flush=True)
        except (AssertionError, OSError, gateway.Truncated, KeyError,
                ValueError, subprocess.CalledProcessError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
