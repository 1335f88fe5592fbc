#!/usr/bin/env python3
"""Requests whose key is not known yet: they wait for the store, together and
no longer than they should, may leave meanwhile, and take no memory for keys
that do not exist.  Against redis-server.  The last line is "N passed, N
failed".
"""

import hashlib
import json
import os
import random
import re
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import resp     # noqa: E402

PATH = "/v1/chat/completions"

HTTP = """
llmgw_zone llmgw:%s;
llmgw_master_key %s;
llmgw_model m { deployment @m; price input=0 output=0; }
llmgw_store redis://127.0.0.1:%d;
llmgw_journal 1m dir=%s/journal;
llmgw_lookup_timeout 400ms;
keepalive_requests 10000000;
%s
"""

SERVER = """
location / { llmgw on; }
location @m { llmgw_provider mock; }
"""


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated):
            pass
        time.sleep(0.02)
    raise AssertionError(message)


class Case:
    """A Redis, and a gateway in front of it."""

    def __init__(self, name, more="", workers=1, zone="4m"):
        self.redis = resp.Server(resp.servers()[0][1]).start()
        self.c = self.redis.client()
        self.gw = gateway.Gateway("lookup-" + name, workers=workers)
        self.gw.write(HTTP % (zone, gateway.MASTER, self.redis.port,
                              self.gw.dir, more), SERVER)
        self.gw.start()
        until(lambda: ask(self.gw, "nobody").status == 401, "no connection")

    def put(self, kind, name, record):
        id = digest(name) if kind == "key" else name
        self.c("HSET", "llmgw:{%s:%s}" % (kind, id), "json",
               json.dumps(record))

    def tell(self, kind, name):
        id = digest(name) if kind == "key" else name
        self.c("PUBLISH", "llmgw:changes:0", "put 0 %s %s" % (kind, id))

    def pause(self, ms):
        """Nobody is answered for so long."""
        self.c("CLIENT", "PAUSE", str(ms), "ALL")

    def questions(self, forget=False):
        """How many records were asked for."""
        if forget:
            self.c("CONFIG", "RESETSTAT")
            return 0
        stats = self.c("INFO", "commandstats").decode()
        return sum(int(n) for name, n in
                   re.findall(r"cmdstat_(\w+):calls=(\d+)", stats)
                   if name in ("hmget", "hgetall", "hget", "evalsha", "eval"))

    def end(self, allow=()):
        self.gw.stop(signal.SIGTERM)
        self.c.close()
        self.redis.stop()
        bad = [line for line in self.gw.faults()
               if not any(a in line for a in allow)]
        check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def key(name):
    return "sk-lookup-" + name


def digest(name):
    return hashlib.sha256(key(name).encode()).hexdigest()


def request(name, **more):
    body = json.dumps(dict({"model": "m", "messages": [
        {"role": "user", "content": "hello"}]}, **more)).encode()
    return gateway.request_bytes(
        "POST", PATH, [("Authorization", "Bearer " + key(name)),
                       ("Content-Type", "application/json")], body) + body


def ask(gw, name, **more):
    c = gateway.Client(gw.port)
    try:
        c.send(request(name, **more))
        return c.response()
    finally:
        c.close()


def test_together():
    """a hundred requests wait for one answer"""
    t = Case("together")
    try:
        t.put("key", "a", {})
        t.questions(forget=True)
        t.pause(150)
        clients = [gateway.Client(t.gw.port) for _ in range(100)]
        for c in clients:
            c.send(request("a"))
        check([c.response().status for c in clients] == [200] * 100,
              "not all are served")
        n = t.questions()
        check(1 <= n <= 12, "%d questions for a key and its owners" % n)
        for c in clients:
            c.send(request("a"))
            check(c.response().status == 200, "the same again")
        check(t.questions() == n, "a known key is asked for again")
        for c in clients:
            c.close()
    finally:
        t.end()


def test_leaving():
    """clients that leave while they wait leave nothing"""
    t = Case("leaving")
    try:
        for name in "abc":
            t.put("key", name, {})
        t.pause(200)
        clients = [gateway.Client(t.gw.port) for _ in range(60)]
        for i, c in enumerate(clients):
            c.send(request("abc"[i % 3]))
        time.sleep(0.02)
        for i, c in enumerate(clients):
            if i % 2:
                c.close()
        check([c.response().status for i, c in enumerate(clients)
               if not i % 2] == [200] * 30, "those who stayed")
        t.pause(200)
        t.put("key", "d", {})
        clients = [gateway.Client(t.gw.port) for _ in range(20)]
        for c in clients:
            c.send(request("d"))
        for c in clients:
            c.close()
        check(ask(t.gw, "d").status == 200, "the next one")
    finally:
        t.end()


def test_body_behind():
    """a body that comes while the store is asked, and what comes behind"""
    t = Case("body")
    try:
        t.put("key", "a", {"rpm_limit": 3})
        t.pause(150)
        c = gateway.Client(t.gw.port)
        data = request("a", user="x" * 50000)
        c.send(data[:300])
        time.sleep(0.03)
        c.send(data[300:] + request("a") + request("b") + request("a")
               + request("a"))
        check([c.response().status for _ in range(5)]
              == [200, 200, 401, 200, 429], "not in order")
        c.close()
    finally:
        t.end()


def test_time():
    """a store that does not answer in time is not waited for any longer"""
    t = Case("time")
    try:
        t.put("key", "known", {})
        check(ask(t.gw, "known").status == 200, "known")
        t.pause(1500)
        began = time.monotonic()
        r = ask(t.gw, "new")
        took = time.monotonic() - began
        check(r.status == 503, r.status)
        check(r.get("retry-after") == "1", r.headers)
        check(b'"code":"store_unavailable"' in r.body, r.body)
        check(took < 1.2 * gateway.slow(), "%.2f s" % took)
        began = time.monotonic()
        check(ask(t.gw, "known").status == 200, "a known key")
        check(time.monotonic() - began < 0.3 * gateway.slow(), "has waited")
        t.put("key", "new", {})
        until(lambda: ask(t.gw, "new").status == 200, "the next time")
    finally:
        t.end()


def test_owners():
    """all that a key belongs to is found, and counts"""
    t = Case("owners", workers=2)
    try:
        t.put("key", "a", {"team_id": "t", "user_id": "u"})
        check(ask(t.gw, "a").status == 401, "a team that does not exist")
        t.put("team", "t", {"organization_id": "o", "team_member_rpm_limit": 6})
        t.tell("team", "t")
        t.put("organization", "o", {"rpm_limit": 4})
        until(lambda: ask(t.gw, "a").status == 200, "now it does")
        n = 1
        while ask(t.gw, "a").status == 200:
            n += 1
        check(n == 4, "%d of 4" % n)
        check(b'the organization \\"o\\"' in ask(t.gw, "a").body, "whose")
        t.put("organization", "o", {"rpm_limit": 100})
        t.tell("organization", "o")
        until(lambda: ask(t.gw, "a").status == 200, "the new limit")
        n = 5
        while ask(t.gw, "a").status == 200:
            n += 1
        check(n == 6, "%d of 6" % n)
        check(b"the user in the team" in ask(t.gw, "a").body, "whose")
        t.put("key", "a", {"team_id": "t", "user_id": "u", "blocked": True})
        t.tell("key", "a")
        until(lambda: ask(t.gw, "a").status == 401, "blocked")
    finally:
        t.end()


def test_budget_row():
    """a key's values come from the row that it refers to"""
    t = Case("row")
    try:
        t.put("budget", "b", {"rpm_limit": 2})
        t.put("key", "a", {"budget_id": "b"})
        check([ask(t.gw, "a").status for _ in range(3)] == [200, 200, 429],
              "the row's limit")
    finally:
        t.end()


def test_flood():
    """many keys that do not exist push nothing out, and fill nothing"""
    t = Case("flood", workers=2, zone="256k")
    try:
        for n in range(20):
            t.put("key", "k%d" % n, {"rpm_limit": 100000})
            check(ask(t.gw, "k%d" % n).status == 200, "status")
        rnd = random.Random(1)
        bad = []

        def flood(n):
            c = gateway.Client(t.gw.port, 60)
            for _ in range(n // 100):
                c.send(b"".join(request("%032x" % rnd.getrandbits(128))
                                for _ in range(100)))
                bad.extend(s for s in (c.response().status
                                       for _ in range(100)) if s != 401)
            c.close()

        threads = [threading.Thread(target=flood, args=(10000,))
                   for _ in range(4)]
        for th in threads:
            th.start()
        for th in threads:
            th.join()
        check(not bad, "%d others than 401: %s" % (len(bad), bad[:3]))
        t.questions(forget=True)
        for n in range(20):
            check(ask(t.gw, "k%d" % n).status == 200, "status behind")
        n = t.questions()
        check(n == 0, "%d known keys were asked for" % n)
    finally:
        t.end()


def test_static_and_stored():
    """a key of nginx.conf that is taken out of it is the store's again"""
    more = "llmgw_key %s 'policy={\"rpm_limit\":100}';\n" % key("static")
    t = Case("static", more)
    try:
        check(ask(t.gw, "static").status == 200, "static")
        t.gw.write(HTTP % ("4m", gateway.MASTER, t.redis.port, t.gw.dir, ""),
                   SERVER)
        t.gw.kill(signal.SIGHUP)
        until(lambda: ask(t.gw, "static").status == 401, "it goes on")
        t.put("key", "static", {})
        t.tell("key", "static")
        until(lambda: ask(t.gw, "static").status == 200, "the store's")
    finally:
        t.end()


def main():
    only = sys.argv[1:]
    passed = failed = 0
    if not resp.servers():
        print("there is no redis-server, nothing is tested")
        print("0 passed, 0 failed")
        return 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        try:
            test()
            passed += 1
            print("ok %s" % name)
        except (AssertionError, OSError, gateway.Truncated, resp.Error,
                resp.Gone) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
