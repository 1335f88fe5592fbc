#!/usr/bin/env python3
"""Addresses that send keys which nobody knows: llmgw_auth_failures.  The last
line is "N passed, N failed".
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)

import gateway  # noqa: E402
import jwt_test  # noqa: E402
import resp     # noqa: E402

KNOWN = "sk-known-to-the-configuration-1"

HTTP = """
llmgw_zone llmgw:%s;
llmgw_master_key %s;
llmgw_key %s;
llmgw_model m { deployment @m; price input=0 output=0; }
set_real_ip_from 127.0.0.1;
real_ip_header X-Real-IP;
keepalive_requests 10000000;
%s
"""

SERVER = """
location / { llmgw on; }
location @m { llmgw_provider mock; }
"""

LIMIT = "llmgw_auth_failures rate=1r/m burst=20;"


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


def start(name, more=LIMIT, workers=1, zone="2m"):
    gw = gateway.Gateway("failures-" + name, workers=workers)
    gw.write(HTTP % (zone, gateway.MASTER, KNOWN, more), SERVER)
    return gw.start()


def end(gw):
    gw.stop(signal.SIGTERM)
    bad = gw.faults()
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def request(key, address, path="/v1/models"):
    return ("GET %s HTTP/1.1\r\nHost: a\r\nX-Real-IP: %s\r\n"
            "Authorization: Bearer %s\r\n\r\n" % (path, address, key)).encode()


def ask(gw, key, address="10.0.0.1", path="/v1/models"):
    c = gateway.Client(gw.port)
    try:
        c.send(request(key, address, path))
        return c.response("GET")
    finally:
        c.close()


def unknown():
    return "sk-%032x" % random.getrandbits(128)


def statuses(gw, n, address="10.0.0.1"):
    c = gateway.Client(gw.port)
    try:
        for _ in range(n):
            c.send(request(unknown(), address))
        return [c.response("GET").status for _ in range(n)]
    finally:
        c.close()


def test_one_address():
    """one address is refused, others and known keys are not"""
    gw = start("one")
    try:
        got = statuses(gw, 60)
        check(got == [401] * 20 + [429] * 40, got)
        r = ask(gw, unknown())
        check(r.status == 429, r.status)
        check(0 < int(r.get("retry-after")) <= 60, r.get("retry-after"))
        e = json.loads(r.body)["error"]
        check(e["code"] == "rate_limit_exceeded", e)
        check(ask(gw, KNOWN).status == 200, "a known key from there")
        check(ask(gw, gateway.MASTER).status == 200, "the master key")
        check(statuses(gw, 3, "10.0.0.2") == [401] * 3, "another address")
        check(gw.log().count("too many unknown keys") == 1, "the log")
        check(ask(gw, "").status == 401, "no key is not a wrong one")
    finally:
        end(gw)


def test_networks():
    """of IPv6 a /64 counts as one, mapped addresses are IPv4's"""
    gw = start("networks")
    try:
        got = statuses(gw, 10, "2001:db8::1") + statuses(gw, 10,
                                                         "2001:db8::2:1")
        check(got == [401] * 20, got)
        check(statuses(gw, 1, "2001:db8::3") == [429], "the same network")
        check(statuses(gw, 1, "2001:db8:0:1::1") == [401], "the next one")
        check(statuses(gw, 20, "::ffff:10.1.1.1") == [401] * 20, "mapped")
        check(statuses(gw, 1, "10.1.1.1") == [429], "the same, not mapped")
        check(statuses(gw, 20, "::1") == [401] * 20, "loopback")
        check(statuses(gw, 1, "::1") == [429], "loopback, too often")
        check(statuses(gw, 1, "unix:") == [401], "a unix socket")
    finally:
        end(gw)


def test_together():
    """workers count together, and exactly"""
    gw = start("together", "llmgw_auth_failures rate=1r/m burst=100;", 4)
    try:
        got = []

        def flood():
            got.extend(statuses(gw, 100))

        threads = [threading.Thread(target=flood) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(len(got) == 800 and set(got) == {401, 429}, set(got))

        # one more for each minute that has begun
        check(100 <= got.count(401) <= 100 + 2 * gateway.slow(),
              got.count(401))
    finally:
        end(gw)


def test_time():
    """failures are forgotten at the rate"""
    gw = start("time", "llmgw_auth_failures rate=5r/s burst=2;")
    try:
        got = statuses(gw, 50)
        check(got[:2] == [401, 401] and 429 in got, got)
        until(lambda: ask(gw, unknown()).status == 401, "for ever")
    finally:
        end(gw)


def test_many_addresses():
    """any number of addresses takes the same memory"""
    gw = start("many", LIMIT, 2, "256k")
    try:
        rnd = random.Random(1)

        def flood(n):
            c = gateway.Client(gw.port, 60)
            for _ in range(n // 100):
                c.send(b"".join(request("sk-no-such-key-at-all", "%d.%d.%d.%d"
                                        % tuple(rnd.randrange(1, 255)
                                                for _ in range(4)))
                                for _ in range(100)))
                got = [c.response("GET").status for _ in range(100)]
                check(set(got) <= {401, 429}, set(got))
            c.close()

        flood(4000)
        before = memory(gw)
        flood(20000 if gateway.slow() == 1 else 4000)
        if gateway.slow() == 1:
            check(memory(gw) < before + 1000, "it grows")
        check(ask(gw, KNOWN).status == 200, "a known key")
        check(statuses(gw, 30, "10.0.0.9")[-1] == 429, "it counts no more")
    finally:
        end(gw)


def memory(gw):
    with open("/proc/%d/task/%d/children" % (gw.proc.pid, gw.proc.pid)) as f:
        pids = f.read().split()
    total = 0
    for pid in pids:
        with open("/proc/%s/smaps_rollup" % pid) as f:
            total += sum(int(line.split()[1]) for line in f
                         if line.startswith("Pss:"))
    return total


def test_store():
    """no question to the store is left to an address that is limited"""
    if not resp.servers():
        print("   there is no redis-server")
        return
    redis = resp.Server(resp.servers()[0][1]).start()
    c = redis.client()
    gw = None

    def put(key):
        c("HSET", "llmgw:{key:%s}" % hashlib.sha256(key.encode()).hexdigest(),
          "json", "{}")

    def questions():
        stats = c("INFO", "commandstats").decode()
        return sum(int(line.split("calls=")[1].split(",")[0])
                   for line in stats.split("\r\n")
                   if "cmdstat_hmget" in line or "cmdstat_hgetall" in line)

    try:
        gw = start("store", LIMIT + """
                   llmgw_store redis://127.0.0.1:%d;
                   llmgw_lookup_timeout 400ms;
                   llmgw_journal 1m dir=%s;
                   """ % (redis.port, os.path.join(HERE, "..", "..", "build",
                                                   "t", "failures-journal")))
        until(lambda: ask(gw, unknown(), "10.9.9.9").status == 401,
              "no connection")
        put("sk-used-before")
        put("sk-not-used-yet")
        check(ask(gw, "sk-used-before").status == 200, "a good key")
        got = statuses(gw, 40)
        check(got == [401] * 20 + [429] * 20, got)
        c("CONFIG", "RESETSTAT")
        check(statuses(gw, 40) == [429] * 40, "not all are refused")
        check(ask(gw, "sk-not-used-yet").status == 429, "it looked")
        check(questions() == 0, "the store was asked")
        check(ask(gw, "sk-used-before").status == 200, "it is known")
        check(ask(gw, "sk-not-used-yet", "10.0.0.2").status == 200, "there")
        check(ask(gw, "sk-not-used-yet").status == 200, "now it is known")

        # answers that are none count for nobody
        redis.stop()
        got = set(statuses(gw, 60, "10.0.0.3"))
        check(got == {503}, got)
    finally:
        if gw:
            end(gw)
        c.close()
        redis.stop()


def test_tokens():
    """tokens that are not good count as well"""
    gw = gateway.Gateway("failures-tokens")
    k = {n: jwt_test.Key(os.path.join(gw.dir, n + ".pem"), n, True)
         for n in ("good", "other")}
    jwt_test.write(gw, [k["good"]])
    gw.write(HTTP % ("2m", gateway.MASTER, KNOWN, LIMIT
                     + "llmgw_jwt jwks.json;"), SERVER)
    gw.start()
    try:
        bad = k["other"].token()
        got = [ask(gw, bad).status for _ in range(22)]
        check(got == [401] * 20 + [429] * 2, got)
        check(statuses(gw, 1) == [429], "a key")
        check(ask(gw, k["good"].token()).status == 200, "a good token")
        check(ask(gw, bad, "10.0.0.2").status == 401, "another address")
    finally:
        end(gw)


def test_admin():
    """the admin API counts with the rest"""
    gw = gateway.Gateway("failures-admin")
    gw.write(HTTP % ("2m", gateway.MASTER, KNOWN,
                     LIMIT + "llmgw_store file:%s/store;" % gw.dir),
             SERVER + "location /key/ { llmgw_admin on; }")
    gw.start()
    try:
        got = [ask(gw, unknown(), path="/key/list").status for _ in range(21)]
        check(got == [401] * 20 + [429], got)
        r = ask(gw, unknown(), path="/key/list")
        check(r.status == 429 and int(r.get("retry-after")) > 0, r.headers)
        check(json.loads(r.body)["error"]["type"] == "rate_limit_error",
              r.body)
        check(ask(gw, gateway.MASTER, path="/key/list").status == 200,
              "master key")
        check(statuses(gw, 1) == [429], "elsewhere")
    finally:
        end(gw)


def test_reload():
    """a reload forgets nothing, and may begin and end it"""
    gw = start("reload", "")
    try:
        check(set(statuses(gw, 60)) == {401}, "without the directive")
        reload(gw, LIMIT)
        until(lambda: 429 in statuses(gw, 10), "it does not begin")
        reload(gw, LIMIT + "llmgw_stop_on_budget on;")
        check(statuses(gw, 5) == [429] * 5, "forgotten")
        reload(gw, "llmgw_auth_failures off;")
        until(lambda: statuses(gw, 1) == [401], "it does not end")
    finally:
        end(gw)


def reload(gw, more):
    def workers():
        with open("/proc/%d/task/%d/children" % (gw.proc.pid,
                                                 gw.proc.pid)) as f:
            return set(f.read().split())

    old = workers()
    gw.write(HTTP % ("2m", gateway.MASTER, KNOWN, more), SERVER)
    gw.kill(signal.SIGHUP)
    until(lambda: workers() and not workers() & old, "no reload")


def test_configuration():
    """what nginx -t says"""
    for text, word in (("llmgw_auth_failures;", "number of arguments"),
                       ("llmgw_auth_failures on;", "invalid parameter"),
                       ("llmgw_auth_failures burst=5;", "rate="),
                       ("llmgw_auth_failures rate=0;", "invalid rate"),
                       ("llmgw_auth_failures rate=r/s;", "invalid rate"),
                       ("llmgw_auth_failures rate=5r/h;", "invalid rate"),
                       ("llmgw_auth_failures rate=5 burst=0;",
                        "invalid burst"),
                       ("llmgw_auth_failures rate=5 burst=9999999;",
                        "invalid burst"),
                       (LIMIT + LIMIT, "duplicate")):
        g = gateway.Gateway("failures-conf")
        g.write("llmgw_zone llmgw:2m;" + text, "location / { llmgw on; }")
        rc, said = g.check()
        check(rc != 0 and word in said, (text, said))
    g.write(LIMIT, "location / { llmgw on; }")
    rc, said = g.check()
    check(rc != 0 and "llmgw_zone" in said, said)


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
                ValueError, subprocess.CalledProcessError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
