#!/usr/bin/env python3
"""Gateways that share a Redis: keys, budgets and limits, changes that are in
force at once, and what happens when the server is slow, wrong, hostile or
away.  Against redis-server, and valkey-server where there is one.  The last
line is "N passed, N failed".

    redis_test.py [TEST] ...
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402
import resp     # noqa: E402

PATH = "/v1/chat/completions"
TOKENS = 10             # of an answer, a dollar each


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated, resp.Error, resp.Gone):
            pass
        time.sleep(0.02)
    raise AssertionError(message() if callable(message) else message)


class Upstream:
    def __init__(self):
        self.server = mock.Server(self.handle, 1024)
        self.port = self.server.port

    def handle(self, conn, req):
        body = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "a"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": TOKENS,
                      "total_tokens": TOKENS + 5}}).encode()
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


UP = Upstream()

HTTP = """
llmgw_zone llmgw:4m;
llmgw_master_key %s;
llmgw_model m { deployment @up model=m; price input=0 output=1000000; }
llmgw_store %s;
llmgw_journal 1m dir=%s/journal;
llmgw_node %s;
llmgw_sync 100ms;
keepalive_requests 1000000;
%s
"""

SERVER = """
location / { llmgw on; }
location @up { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/v1; }
""" % UP.port


def make(name, store, more="", workers=2):
    gw = gateway.Gateway("redis-" + name, workers=workers)
    gw.write(HTTP % (gateway.MASTER, store, gw.dir, name, more), SERVER)
    return gw


def finish(gw, allow=()):
    gw.stop(signal.SIGTERM)
    bad = [line for line in gw.faults()
           if not any(a in line for a in allow)]
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def key(name):
    return "sk-test-" + hashlib.sha256(name.encode()).hexdigest()


def digest(name):
    return hashlib.sha256(key(name).encode()).hexdigest()


def record(name, kind="key"):
    return "llmgw:{%s:%s}" % (kind, digest(name) if kind == "key" else name)


def ask(gw, name, model="m", tokens=TOKENS):
    body = json.dumps({"model": model, "max_tokens": tokens, "messages": [
        {"role": "user", "content": "hello"}]}).encode()
    return gateway.call(gw.port, "POST", PATH,
                        [("Authorization", "Bearer " + key(name)),
                         ("Content-Type", "application/json")], body)


def status(gw, name, **how):
    return ask(gw, name, **how).status


def test_basics(server, name, store, more=""):
    """Records written by hand are in force, changes as soon as they are
    told."""
    c = server.client()
    gw = make(name, store).start()
    try:
        r = ask(gw, "nobody")
        check(r.status == 401, "unknown key: %d %s" % (r.status, r.body))

        c("HSET", record("a"), "json", '{"models":["m"]}')
        r = ask(gw, "a")
        check(r.status == 200, "written key: %d %s" % (r.status, r.body))
        check(c("GET", "llmgw:format").startswith(b"1 "), "format")

        c("HSET", record("nobody"), "json", "{}")
        c("PUBLISH", "llmgw:changes:0", "put 0 key " + digest("nobody"))
        until(lambda: status(gw, "nobody") == 200, "a key that is new")

        c("HSET", record("a"), "json", '{"models":["m"],"blocked":true}')
        c("PUBLISH", "llmgw:changes:0", "put 0 key " + digest("a"))
        until(lambda: status(gw, "a") in (401, 403), "a key that is blocked")

        c("HSET", record("a"), "json", '{"models":["m"]}')
        c("PUBLISH", "llmgw:changes:0", "put 0 key")
        until(lambda: status(gw, "a") == 200, "all keys told")

        c("DEL", record("a"))
        c("PUBLISH", "llmgw:changes:0", "del 0 key " + digest("a"))
        until(lambda: status(gw, "a") == 401, "a key that is deleted")
    finally:
        finish(gw)
        c.close()


def sums(c, name, kind="key"):
    v = c("HGETALL", record(name, kind) + ":spend")
    return {v[i].decode(): v[i + 1].decode() for i in range(0, len(v), 2)}


def tell(c, name, kind="key", verb="put", version=0):
    c("PUBLISH", "llmgw:changes:0", "%s %d %s %s" % (
        verb, version, kind, digest(name) if kind == "key" else name))


def spent(c, name, kind="key"):
    """In dollars, what Redis has."""
    total = sums(c, name, kind).get("total", "")
    return int(total) // 10 ** 9 if total.isdigit() else -1


def test_shared(server):
    """Two gateways: what one spends counts at the other."""
    c = server.client()
    store = "redis://127.0.0.1:%d" % server.port
    a = make("a", store).start()
    b = make("b", store).start()
    try:
        # a team's budget pays for six answers, whoever gives them

        c("HSET", record("t", "team"), "id", "t", "json",
          '{"team_id":"t","max_budget":60}')
        for name in ("k1", "k2"):
            c("HSET", record(name), "json", '{"team_id":"t"}')

        for n in range(3):
            for gw, name in ((a, "k1"), (b, "k2")):
                r = ask(gw, name)
                check(r.status == 200, "answer %d: %d %s"
                      % (n, r.status, r.body))

        until(lambda: spent(c, "t", "team") == 60,
              lambda: "the team's sum: %s" % sums(c, "t", "team"))
        check(spent(c, "k1") == 30 and spent(c, "k2") == 30, "keys' sums")

        for gw, name in ((a, "k1"), (b, "k2"), (a, "k2"), (b, "k1")):
            until(lambda: status(gw, name) == 429, "the budget has no end")

        r = ask(a, "k1")
        check(b"60" in r.body and b"eam" in r.body, r.body)

        # more money is there at once, at both

        c("HSET", record("t", "team"), "json",
          '{"team_id":"t","max_budget":80}')
        tell(c, "t", "team")
        until(lambda: status(a, "k1") == 200, "more money, one")
        until(lambda: spent(c, "t", "team") == 70, "seven")
        until(lambda: status(b, "k1") == 200, "more money, the other")
        until(lambda: spent(c, "t", "team") == 80, "eight")
        until(lambda: status(a, "k1") == 429, "it ends again")

        # what is blocked is blocked at both

        c("HSET", record("k3"), "json", "{}")
        check(status(a, "k3") == 200 and status(b, "k3") == 200, "k3")
        c("HSET", record("k3"), "json", '{"blocked":true}')
        tell(c, "k3")
        for gw in (a, b):
            until(lambda: status(gw, "k3") in (401, 403), "k3 is not blocked",
                  2)

        # a limit by the minute

        c("HSET", record("k4"), "json", '{"rpm_limit":6}')
        check([status(a, "k4") for _ in range(5)] == [200] * 5, "five")
        until(lambda: c("EXISTS", record("k4") + ":rates"), "rates")
        until(lambda: status(b, "k4") == 429, "b does not hear of a's")
        until(lambda: status(a, "k4") == 429, "a does not hear of b's")
    finally:
        finish(a)
        finish(b)
        c.close()


ACL = ("user llmgw on >%s resetkeys ~llmgw:* resetchannels &llmgw:* "
       "-@all +get +set +hget +hmget +hgetall +hset +hdel +hincrby +hkeys "
       "+hlen +hscan +del +type +exists +expire +persist +rename +time +xadd "
       "+xrevrange +scan +ping +select +auth +evalsha +script|load +publish "
       "+subscribe")


def test_acl(binary):
    """The rights that docs/redis.md names are enough, and what is refused is
    told."""
    secret = "a-password-with-#-and-%"
    server = resp.Server(binary, ["user default on >root ~* &* +@all",
                                  ACL % secret],
                         password="root").start()
    c = server.client()
    file = os.path.join(server.dir, "secret")
    with open(file, "w") as f:
        f.write(secret + "\n")
    os.chmod(file, 0o600)
    store = "redis://127.0.0.1:%d/3 user=llmgw password=file:%s stream=1000"
    try:
        c("SELECT", 3)
        c("HSET", record("a"), "json", "{}")
        gw = make("acl", store % (server.port, file)).start()
        try:
            r = ask(gw, "a")
            check(r.status == 200, "%d %s" % (r.status, r.body))
            until(lambda: spent(c, "a") == 10, "the sum")
            until(lambda: c("XLEN", "llmgw:spend:acl") == 1, "the stream")
            c("HSET", record("a"), "json", '{"blocked":true}')
            c("PUBLISH", "llmgw:changes:3", "put 0 key " + digest("a"))
            until(lambda: status(gw, "a") in (401, 403), "news")
            check(secret not in gw.log(), "the password is in the log")
            check("NOPERM" not in gw.log(), "something was refused")
        finally:
            finish(gw)

        with open(file, "w") as f:
            f.write("wrong-password")
        gw = make("acl-wrong", store % (server.port, file)).start()
        try:
            until(lambda: status(gw, "a") == 503, "503")
            until(lambda: "[crit]" in gw.log() and "WRONGPASS" in gw.log(),
                  "a line about the password")
            check(gw.log().count("WRONGPASS") <= 3, "too many lines")
        finally:
            finish(gw)

        # a database with something else in it

        c("SET", "other:format", "7")
        with open(file, "w") as f:
            f.write("root")
        gw = make("acl-other", "redis://127.0.0.1:%d/3 password=file:%s "
                  "prefix=other" % (server.port, file)).start()
        try:
            until(lambda: "something else" in gw.log(), "a line about it")
            check(status(gw, "a") == 503, "503")
        finally:
            finish(gw)
    finally:
        c.close()
        server.stop()


def certificate(dir):
    conf = os.path.join(dir, "ssl.conf")
    with open(conf, "w") as f:
        f.write("[req]\ndistinguished_name=d\nx509_extensions=x\nprompt=no\n"
                "[d]\nCN=redis\n[x]\nsubjectAltName=IP:127.0.0.1\n")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-keyout", os.path.join(dir, "key"), "-out",
         os.path.join(dir, "crt"), "-config", conf],
        check=True, capture_output=True)


def test_tls(binary):
    with tempfile.TemporaryDirectory() as dir:
        certificate(dir)
        port = gateway.free_port()
        server = resp.Server(binary, [
            "tls-port %d" % port, "tls-cert-file %s/crt" % dir,
            "tls-key-file %s/key" % dir, "tls-auth-clients no"]).start()
        try:
            test_basics(server, "tls", "rediss://127.0.0.1:%d ca=%s/crt"
                        % (port, dir))

            # trusted by nobody, and for another host

            c = server.client()
            c("HSET", record("a"), "json", "{}")
            other = os.path.join(dir, "other")
            os.mkdir(other)
            certificate(other)
            for name, store in (
                    ("tls-other", "rediss://127.0.0.1:%d ca=%s/crt"
                     % (port, other)),
                    ("tls-host", "rediss://localhost:%d ca=%s/crt"
                     % (port, dir)),
                    ("tls-plain", "redis://127.0.0.1:%d" % port),
                    ("tls-none", "rediss://127.0.0.1:%d ca=%s/crt"
                     % (server.port, dir))):
                gw = make(name, store).start()
                try:
                    until(lambda: "cannot be asked" in gw.log(),
                          name + ": no line in the log")
                    r = ask(gw, "a")
                    check(r.status == 503, "%s: %d" % (name, r.status))
                    check(r.get("retry-after"), name + ": Retry-After")
                finally:
                    finish(gw)
            c.close()
        finally:
            server.stop()


GARBAGE = [
    ("SET", "x"), ("LPUSH", "x"), ("SADD", "x"), ("ZADD", "1", "x"),
    ("XADD", "*", "a", "b"),
    ("HSET", "x", "y"), ("HSET", "json", ""), ("HSET", "json", "x"),
    ("HSET", "json", "[]"), ("HSET", "json", "{"), ("HSET", "json", "null"),
    ("HSET", "json", "{" * 1000), ("HSET", "json", "[" * 100000),
    ("HSET", "json", '{"max_budget":"x"}'),
    ("HSET", "json", '{"max_budget":1e999}'),
    ("HSET", "json", '{"rpm_limit":-1}'), ("HSET", "json", '{"models":{}}'),
    ("HSET", "json", b"\xff\xfe\x00"), ("HSET", "json", "{}", "id", "x"),
    ("HSET", "json", "{}\n\n", "version", "x"),
    ("HSET", "json", "{}", "version", "-1"),
    ("HSET", "json", '{"models":["' + "a" * 600000 + '"]}'),
    ("HSET", "json", '{"a":"\\ud800"}'),
]

SUMS = [("SET", "x"), ("LPUSH", "x"), ("HSET", "spend", "x"),
        ("HSET", "spend", "9" * 30, "total", ""),
        ("HSET", "", "", ":", ":", "spend:", "1", "x" * 1000, "y" * 1000),
        ("HSET", "applied:" + "x" * 100, "x", "reset_at", "1e9"),
        ("HSET", "spend:" + "m" * 1000, "1")]

MESSAGES = ["", "x", "put", "put 0", "put 0 key", "put x key y", "del 0 key x",
            "put 0 nobody x", "put " + "9" * 30 + " team x", b"\xff\x00\n",
            "\n", "x\nteam 1 1 1 1 1 a b\n", "x\nteam 999 1 1 1 1 a\n",
            "x\n" + "team 1 0 1 1 1 a \n" * 1000, "z" * 100000]


def test_garbage(server):
    """Whatever somebody writes: an answer, and the next key works."""
    c = server.client()
    gw = make("garbage", "redis://127.0.0.1:%d" % server.port).start()
    try:
        c("HSET", record("good"), "json", "{}")
        check(status(gw, "good") == 200, "good")

        for n, how in enumerate(GARBAGE):
            name = "g%d" % n
            c(how[0], record(name), *how[1:])
            s = status(gw, name)
            check(s in (200, 401, 503), "%r: %d" % (how[1:3], s))

        for n, how in enumerate(SUMS):
            name = "s%d" % n
            c("HSET", record(name), "json", '{"max_budget":1000}')
            c(how[0], record(name) + ":spend", *how[1:])
            s = status(gw, name)
            check(s == 200, "%r: %d" % (how, s))
            until(lambda: spent(c, name) == 10,
                  lambda: "%r: %s" % (how, sums(c, name)))

        for channel in ("llmgw:changes:0", "llmgw:sums:0"):
            for text in MESSAGES:
                c("PUBLISH", channel, text)

        for field in ("r", "t", "r:1", "f:x", "s:x", ""):
            c("HSET", record("rates") + ":rates", field, "garbage")
        c("HSET", record("rates"), "json", '{"rpm_limit":100}')
        check(status(gw, "rates") == 200, "rates")

        c("DEL", "llmgw:{node:garbage}")
        check(status(gw, "good") == 200, "good, at the end")
        check(status(gw, "nobody") == 401, "unknown, at the end")
    finally:
        finish(gw, ("cannot be read", "is not valid"))
        c.close()


WRONG = [
    ("redis://u:p@h", "password=env"), ("redis://h password=abc", "env"),
    ("redis://h user=u", "without a password"), ("redis://h db=x", "database"),
    ("redis://h/1 db=2", "second number"), ("redis://", "invalid store"),
    ("redis:///1", "no host"), ("redis://h:0", "invalid port"),
    ("redis://h prefix=a*b", "prefix"), ("redis://h timeout=10ms", "timeout"),
    ("redis://h timeout=1h", "timeout"), ("redis://h stream=0", "entries"),
    ("redis://h what=1", "what=1"), ("redis://h what", "what"),
    ("redis://127.0.0.1 ca=/x", "rediss"), ("memcached://h", "invalid store"),
    ("rediss://127.0.0.1 ca=/nowhere", "/nowhere"),
    ("file:/tmp/x y", "invalid parameter"),
    ("redis://h password=env:LLMGW_NOT_SET", "LLMGW_NOT_SET"),
    ("redis://127.0.0.1; llmgw_store redis://h", "duplicate"),
]


def test_config():
    for store, words in WRONG:
        code, said = make("wrong", store).check()
        check(code != 0 and words in said, "%s: %s" % (store, said))
        check("u:p" not in said, "a password is told")
    gw = make("wrong", "redis://127.0.0.1:1")
    with open(gw.conf) as f:
        text = f.read()
    for line, words in (("llmgw_journal", "llmgw_journal 16m dir="),
                        ("llmgw_zone", "llmgw_zone")):
        with open(gw.conf, "w") as f:
            f.write("\n".join(x for x in text.split("\n")
                              if not x.startswith(line)))
        code, said = gw.check()
        check(code != 0 and words in said, "%s: %s" % (line, said))
    code, said = make("right", "redis://127.0.0.1:1/3 prefix=a:b timeout=1s "
                      "stream=10").check()
    check(code == 0, said)


class Load:
    """Requests with a key, one after the other, in several threads."""

    def __init__(self, gw, name, threads=4):
        self.gw = gw
        self.name = name
        self.lock = threading.Lock()
        self.count = {}
        self.bad = None
        self.slowest = 0
        self.end = threading.Event()
        self.threads = [threading.Thread(target=self.loop, daemon=True)
                        for _ in range(threads)]
        for t in self.threads:
            t.start()

    def loop(self):
        while not self.end.is_set():
            begin = time.monotonic()
            try:
                r = ask(self.gw, self.name)
                s = r.status
                if s != 200:
                    self.bad = r.body
            except (OSError, gateway.Truncated):
                s = 0
            took = time.monotonic() - begin
            with self.lock:
                self.count[s] = self.count.get(s, 0) + 1
                self.slowest = max(self.slowest, took)
            time.sleep(0.005)

    def more(self, n):
        """So many more answers."""
        have = sum(self.count.values())
        until(lambda: sum(self.count.values()) >= have + n,
              "requests hang: %s" % self.count)

    def stop(self):
        self.end.set()
        for t in self.threads:
            t.join(60)
        return self.count


def refused(gw, name, what):
    begin = time.monotonic()
    r = ask(gw, name)
    took = time.monotonic() - begin
    check(r.status == 503, "%s: %d %s" % (what, r.status, r.body))
    check((r.get("retry-after") or "").isdigit(), what + ": no Retry-After")
    check(took < 2 * gateway.slow(), what + ": after %.1f s" % took)


def test_start(binary):
    """The server comes up after the gateway."""
    server = resp.Server(binary)
    gw = make("start", "redis://127.0.0.1:%d" % server.port).start()
    try:
        refused(gw, "a", "down at start")
        check(gateway.call(gw.port, "GET", "/health/liveliness", []).status
              == 200, "alive")
        server.start()
        c = server.client()
        c("HSET", record("a"), "json", "{}")
        until(lambda: status(gw, "a") == 200, "it does not recover")
        until(lambda: spent(c, "a") >= 10, "the sum")
        c.close()
    finally:
        finish(gw)
        server.stop()


def exact(c, name, count, more=0):
    """What was answered is what was paid."""
    answers = count.get(200, 0) + more
    until(lambda: spent(c, name) == TOKENS * answers,
          lambda: "%d answers, %s" % (answers, sums(c, name)), 30)


def test_dies(binary, keep):
    """The server is killed in the middle of load, and comes back with its
    data or without it: then keys that were known go on."""
    server = resp.Server(binary, keep=keep).start()
    c = server.client()
    name = "dies-" + ("kept" if keep else "lost")
    gw = make(name, "redis://127.0.0.1:%d" % server.port).start()
    try:
        c("HSET", record("a"), "json", "{}")
        load = Load(gw, "a")
        load.more(50)
        for new in ("new1", "new2", "new3"):
            server.kill()
            load.more(30)
            until(lambda: status(gw, new) == 503, "an unknown key")
            refused(gw, new, "dead")
            server.start()
            c = server.client()
            c("HSET", record(new), "json", "{}")
            until(lambda: status(gw, new) == 200, "it does not recover")
            until(lambda: status(gw, "nobody-" + new) == 401, "nobody")
            load.more(30)
        count = load.stop()
        check(set(count) == {200}, "a known key got %s: %s"
              % (count, load.bad))
        exact(c, "a", count)
    finally:
        finish(gw)
        server.stop()


def test_grace(binary):
    server = resp.Server(binary).start()
    c = server.client()
    gw = make("grace", "redis://127.0.0.1:%d" % server.port,
              "llmgw_store_grace 2s;").start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        server.kill()
        check(status(gw, "a") == 200, "within the grace")
        until(lambda: status(gw, "a") == 503, "the grace does not end")
        refused(gw, "a", "behind the grace")
        server.start()
        c = server.client()
        c("HSET", record("a"), "json", "{}")
        until(lambda: status(gw, "a") == 200, "it does not recover")
    finally:
        finish(gw)
        server.stop()


def test_slow(server):
    """200 ms for each reply, then a byte at a time."""
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("slow", "redis://127.0.0.1:%d" % proxy.port,
              "llmgw_lookup_timeout 3s;").start()
    try:
        for name in ("a", "b", "c"):
            c("HSET", record(name), "json", "{}")
        check(status(gw, "a") == 200, "a")
        proxy.delay = 0.2
        load = Load(gw, "a")
        load.more(100)
        begin = time.monotonic()
        check(status(gw, "b") == 200, "an unknown key, slowly")
        check(time.monotonic() - begin >= 0.2, "it was not slow")
        check(status(gw, "nobody") == 401, "nobody, slowly")
        proxy.delay = 0
        proxy.slice = 0.001
        check(status(gw, "c") == 200, "byte by byte")
        load.more(100)
        proxy.well()
        count = load.stop()
        check(set(count) == {200}, "a known key got %s: %s"
              % (count, load.bad))
        check(proxy.most <= 3, "%d connections" % proxy.most)
        exact(c, "a", count, 1)
    finally:
        finish(gw)
        proxy.stop()
        c.close()


def test_late(server):
    """Answers that come when nobody waits for them any more."""
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("late", "redis://127.0.0.1:%d" % proxy.port,
              "llmgw_lookup_timeout 200ms;").start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        proxy.delay = 0.4
        threads = [threading.Thread(target=status, args=(gw, "l%d" % n))
                   for n in range(30)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        refused(gw, "b", "late")
        check(status(gw, "a") == 200, "a, late")
        proxy.well()
        until(lambda: status(gw, "b") == 401, "it does not recover")
        c("HSET", record("d"), "json", "{}")
        check(status(gw, "d") == 200, "answers are not mixed up")
    finally:
        finish(gw)
        proxy.stop()
        c.close()


def test_silent(server):
    """Half open: found out by time, not by TCP."""
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("silent", "redis://127.0.0.1:%d timeout=500ms" % proxy.port,
              ).start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        proxy.silent = True
        refused(gw, "b", "silent")
        check(status(gw, "a") == 200, "a, silent")
        until(lambda: "no answer in time" in gw.log(), "nothing is noticed")
        refused(gw, "b", "silent again")
        proxy.silent = False
        until(lambda: status(gw, "b") == 401, "it does not recover")
    finally:
        finish(gw)
        proxy.stop()
        c.close()


def test_flapping(server):
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("flapping", "redis://127.0.0.1:%d" % proxy.port).start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        load = Load(gw, "a")
        for n in range(20):
            proxy.refuse = n % 3 == 1
            proxy.drop()
            load.more(20)
            check(status(gw, "nobody") in (401, 503), "nobody")
        proxy.well()
        until(lambda: status(gw, "new") == 401, "it does not recover")
        count = load.stop()
        check(set(count) == {200}, "a known key got %s: %s"
              % (count, load.bad))
        check(proxy.most <= 6, "%d connections" % proxy.most)
        check(proxy.accepted < 400, "%d times connected" % proxy.accepted)
        exact(c, "a", count, 1)
    finally:
        finish(gw)
        proxy.stop()
        c.close()


ERRORS = ["LOADING Redis is loading the dataset in memory", "BUSY no",
          "MASTERDOWN no", "CLUSTERDOWN no", "TRYAGAIN no",
          "READONLY You can't write against a read only replica.",
          "OOM command not allowed", "MISCONF no", "NOREPLICAS no",
          "NOAUTH Authentication required.", "NOPERM no", "NOSCRIPT no",
          "MOVED 3999 127.0.0.1:1", "ASK 3999 127.0.0.1:1",
          "WRONGTYPE no", "ERR whatever", "\xe9" * 1000]


def test_errors(server):
    """Each error, to all commands and only to what writes."""
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("errors", "redis://127.0.0.1:%d" % proxy.port).start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        answers = 1
        for n, error in enumerate(ERRORS):
            proxy.error = error
            refused(gw, "e%d" % n, error)
            check(status(gw, "a") == 200, "a: " + error)
            proxy.drop()
            check(status(gw, "a") == 200, "a, connected again: " + error)
            answers += 2
            proxy.well()
            c("HSET", record("e%d" % n), "json", "{}")
            until(lambda: status(gw, "e%d" % n) == 200,
                  error + ": it does not recover")
            exact(c, "a", {200: answers})

            # a server that can be read

            proxy.only = ("EVALSHA", "EVAL")
            proxy.error = error
            check(status(gw, "a") == 200, "a, only writes: " + error)
            answers += 1
            c("HSET", record("w%d" % n), "json", "{}")
            until(lambda: status(gw, "w%d" % n) == 200,
                  "a new key, only writes: " + error)
            proxy.well()
            exact(c, "a", {200: answers})
    finally:
        finish(gw, ("the store answers",))
        proxy.stop()
        c.close()


HOSTILE = [b"+OK\r\n", b"+OK\r\n" * 1000, b":1\r\n", b":x\r\n", b"$-1\r\n",
           b"*-1\r\n", b"*0\r\n", b"*3\r\n:1\r\n:2\r\n:3\r\n",
           b"*3\r\n$-1\r\n", b"*2\r\n$1\r\na\r\n", b"$536870912\r\nabc",
           b"$99999999999999999999\r\n", b"*2147483647\r\n", b"*65537\r\n",
           b"*1\r\n" * 50000, b">2\r\n+a\r\n+b\r\n", b"%1\r\n+a\r\n:1\r\n",
           b"_\r\n", b"#t\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n",
           b"\x15\x03\x03\x00\x02\x02\x28", b"\0" * 100, b"\xff" * 100000,
           b"*3\r\n$-1\r\n$100\r\n" + b"{" * 100 + b"\r\n$-1\r\n"]


def test_hostile(server):
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("hostile", "redis://127.0.0.1:%d timeout=1s" % proxy.port
              ).start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        for n, data in enumerate(HOSTILE):
            proxy.bytes = data
            s = status(gw, "h%d" % n)
            check(s in (401, 503), "%r: %d" % (data[:30], s))
            proxy.drop()
            s = status(gw, "i%d" % n)
            check(s in (401, 503), "%r, connected again: %d" % (data[:30], s))
            check(status(gw, "a") == 200, "a: %r" % data[:30])
            proxy.well()
            c("HSET", record("j%d" % n), "json", "{}")
            until(lambda: status(gw, "j%d" % n) == 200,
                  "%r: it does not recover" % data[:30])
    finally:
        finish(gw)
        proxy.stop()
        c.close()


def test_kill(server):
    """All workers are killed again and again, while the server is away now
    and then: what was answered is what was paid."""
    c = server.client()
    proxy = resp.Proxy(server.port)
    gw = make("kill", "redis://127.0.0.1:%d" % proxy.port).start()
    try:
        c("HSET", record("a"), "json", "{}")
        check(status(gw, "a") == 200, "a")
        load = Load(gw, "a")
        for n in range(4):
            load.more(40)
            if n % 2:
                proxy.drop()
            out = subprocess.run(["ps", "--ppid", str(gw.proc.pid), "-o",
                                  "pid="], capture_output=True, text=True)
            for pid in out.stdout.split():
                os.kill(int(pid), signal.SIGKILL)
        load.more(40)
        gw.kill(signal.SIGHUP)
        load.more(40)
        count = load.stop()
        check(set(count) <= {0, 200}, "a known key got %s" % count)
        until(lambda: spent(c, "a") >= TOKENS * (count[200] + 1),
              lambda: "%s answers, %s" % (count, sums(c, "a")))

        # one whose answer did not arrive may have been paid

        check(spent(c, "a") <= TOKENS * (count[200] + 1 + count.get(0, 0)),
              "%s answers, %s" % (count, sums(c, "a")))
    finally:
        finish(gw, ("exited on signal 9",))
        proxy.stop()
        c.close()


def run(tests, wanted):
    passed = failed = 0
    for name, test in tests:
        if wanted and not any(w in name for w in wanted):
            continue
        begin = time.monotonic()
        try:
            test()
            passed += 1
            if os.environ.get("LLMGW_TEST_TIMES"):
                print("%-40s %.1f s" % (name, time.monotonic() - begin))
        except (AssertionError, OSError, resp.Error, resp.Gone,
                gateway.Truncated) as e:
            failed += 1
            print("FAILED: %s: %s: %s" % (name, type(e).__name__, e))
    return passed, failed


def with_server(binary, test, **how):
    def inner():
        server = resp.Server(binary, **how).start()
        try:
            test(server)
        finally:
            server.stop()
    return inner


def main():
    tests = [("config", test_config)]
    servers = resp.servers()

    for name, binary in servers:
        short = name.split("-")[0]

        def basics(server, short=short):
            test_basics(server, short + "-tcp",
                        "redis://127.0.0.1:%d" % server.port)

        def unix(server, short=short):
            test_basics(server, short + "-unix", "unix:" + server.path)

        tests += [(name + " " + n, with_server(binary, t)) for n, t in (
            ("tcp", basics), ("unix", unix), ("shared", test_shared),
            ("garbage", test_garbage), ("slow", test_slow),
            ("late", test_late),
            ("silent", test_silent), ("flapping", test_flapping),
            ("errors", test_errors), ("hostile", test_hostile),
            ("kill", test_kill))]
        tests += [(name + " " + n, lambda b=binary, t=t: t(b)) for n, t in (
            ("acl", test_acl), ("tls", test_tls), ("start", test_start),
            ("dies, its data stays", lambda b: test_dies(b, True)),
            ("dies, its data is lost", lambda b: test_dies(b, False)),
            ("grace", test_grace))]

    for name in ("redis-server", "valkey-server"):
        if name not in [n for n, _ in servers]:
            print("%s is not installed, nothing is tested against it" % name)

    passed, failed = run(tests, sys.argv[1:])
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed != 0)


main()
