#!/usr/bin/env python3
"""The scripts of the Redis store, run by real servers.

    redis_scripts.py PROGRAM

PROGRAM prints a script when it is given its name.  The last line is "N passed,
N failed".
"""

import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import resp  # noqa: E402

passed = failed = 0
where = ""


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    print("FAILED: %s: %s\n  got      %r\n  expected %r"
          % (where, name, got, want))


def script(name):
    return subprocess.run([sys.argv[1], name], capture_output=True,
                          check=True).stdout


NAMES = ("put", "del", "spend", "mark", "export", "rates", "day")
SCRIPTS = {n: script(n) for n in NAMES}


class Redis:
    def __init__(self, server):
        self.c = server.client()
        self.sha = {n: self.c("SCRIPT", "LOAD", SCRIPTS[n]) for n in NAMES}

    def __call__(self, *args):
        return self.c(*args)

    def run(self, name, keys, *args):
        try:
            return self.c("EVALSHA", self.sha[name], len(keys), *keys, *args)
        except resp.Error as e:
            return "error " + str(e).split(" ")[0]

    def hash(self, key):
        v = self.c("HGETALL", key)
        return {v[i].decode(): v[i + 1].decode() for i in range(0, len(v), 2)}


T = "llmgw:{team:t}"
S = T + ":spend"


def put(r, expected, json=b"{}"):
    return r.run("put", [T, S], expected, "t", json, "ch", "team t")


def test_records(r):
    r("FLUSHALL")

    check("del of nothing", r.run("del", [T], "", "ch", "team t"), [2, 0])
    check("put over a version that is not there", put(r, "7"), [0, 0])

    ok, v1 = put(r, "0")
    check("put of a new one", ok, 1)
    check("the version is a time", v1 > 1600000000000, True)
    check("put of one that is there", put(r, "0"), [0, v1])

    ok, v2 = put(r, v1, b"{\"a\":1}")
    check("put over its version", ok, 1)
    check("versions grow", v2 > v1, True)
    check("put over an old version", put(r, v1), [0, v2])
    check("put over any", put(r, "")[0], 1)

    h = r.hash(T)
    check("fields", sorted(h), ["id", "json", "updated_at", "version"])
    check("json", h["json"], "{}")

    ok, v3 = r.run("del", [T], v2, "ch", "team t")
    check("del over an old version", ok, 0)
    check("del", r.run("del", [T], v3, "ch", "team t"), [1, v3])
    check("it is gone", r("EXISTS", T), 0)

    r("HSET", T, "json", "{}", "version", "abc")
    check("a version by hand", put(r, "0"), [0, 1])
    check("put over it", put(r, "1")[0], 1)

    r("DEL", T)
    r("SET", T, "x")
    check("put over a string", put(r, ""), "error WRONGTYPE")
    check("del of a string", r.run("del", [T], "", "ch", "team t"),
          "error WRONGTYPE")
    check("it stays", r("GET", T), b"x")
    r("DEL", T)

    big = 10 ** 14
    r("HSET", T, "json", "{}", "version", big)
    check("a version of the future", put(r, ""), [1, big + 1])


def spend(r, first, last, *ops, node="n"):
    args = []
    for op in ops:
        if op == "gone":
            args.append("gone")
        else:
            args += list(op)
    return r.run("spend", [S, S + ":damaged"], node, first, last, *args)


def add(spend_, meter="", reset=0, total=None, requests=1, tokens=10, last=5,
        op="add"):
    return (op, meter, reset, spend_, spend_ if total is None else total,
            requests, tokens, last)


def test_spend(r):
    r("FLUSHALL")

    check("the first", spend(r, 1, 3, add(100)),
          [0, 3, b"", b"0", b"100", b"100"])
    check("again", spend(r, 1, 3, add(100)),
          [0, 3, b"", b"0", b"100", b"100"])
    check("an older one", spend(r, 1, 2, add(100)),
          [0, 3, b"", b"0", b"100", b"100"])
    check("one in part", spend(r, 2, 5, add(100)), [-1, 3])
    check("another node", spend(r, 1, 3, add(11), node="m"),
          [0, 3, b"", b"0", b"111", b"111"])
    check("numbers between may be missing", spend(r, 9, 9, add(1)),
          [0, 9, b"", b"0", b"112", b"112"])
    check("several sums",
          spend(r, 10, 10, add(5, "m:a", 60), add(-2, "", 0)),
          [0, 10, b"m:a", b"60", b"5", b"5", b"", b"0", b"110", b"110"])

    h = r.hash(S)
    check("requests", h["requests"], "4")
    check("tokens", h["tokens"], "40")
    check("last", h["last"], "5")
    check("of the meter", h["requests:m:a"], "1")

    check("a new period", spend(r, 11, 11, add(7, "m:a", 120)),
          [0, 11, b"m:a", b"120", b"7", b"12"])
    check("one that is over", spend(r, 12, 12, add(1, "m:a", 60)),
          [0, 12, b"m:a", b"120", b"7", b"13"])

    check("gone", spend(r, 13, 13, "gone"), [0, 13])
    check("only marks are left", sorted(r.hash(S)),
          ["applied:m", "applied:n"])
    check("for a while", 0 < r("TTL", S) <= 2592000, True)
    check("and again", spend(r, 14, 14, "gone", add(3)),
          [0, 14, b"", b"0", b"3", b"3"])
    check("put keeps the sums", put(r, "")[0], 1)
    check("for ever", r("TTL", S), -1)

    r("FLUSHALL")
    check("sums for who has nothing",
          spend(r, 50, 50, add(1000, op="sum")),
          [0, 50, b"", b"0", b"1000", b"1000"])
    check("not for who has something",
          spend(r, 60, 60, add(1000, op="sum")),
          [2, 60, b"", b"0", b"1000", b"1000"])


def test_spend_large(r):
    r("FLUSHALL")

    most = 899999999999999999
    exact = 2 ** 53

    check("large", spend(r, 1, 1, add(exact)),
          [0, 1, b"", b"0", b"%d" % exact, b"%d" % exact])
    check("and one more", spend(r, 2, 2, add(1)),
          [0, 2, b"", b"0", b"%d" % (exact + 1), b"%d" % (exact + 1)])
    check("the largest", spend(r, 3, 3, add(most, "x")),
          [0, 3, b"x", b"0", b"%d" % most, b"%d" % most])
    check("below zero", spend(r, 4, 4, add(-most, "y")),
          [0, 4, b"y", b"0", b"-%d" % most, b"-%d" % most])

    rnd = random.Random(1)
    r("FLUSHALL")
    total = 0

    for i in range(300):
        n = rnd.choice((rnd.randrange(1000), rnd.randrange(10 ** 15),
                        rnd.randrange(10 ** 16)))
        total += n
        spend(r, i + 1, i + 1, add(n))

    check("a long sum", r.hash(S)["spend"], str(total))


def test_spend_garbage(r):
    values = ("", "x", "1.5", "1e3", "-", "--1", "0x10", " 1", "1 ", "nan",
              "inf", "9" * 30, "-" + "9" * 30, "1\0", "\xff", "00")

    for name in ("spend", "total", "reset_at", "requests", "tokens", "last"):
        for v in values:
            r("FLUSHALL")
            r("HSET", S, name, v)

            got = spend(r, 1, 1, add(5))
            check("%s %r" % (name, v), got,
                  [1, 1, b"", b"0", b"5", b"5"])

            h = r.hash(S)
            check("kept: %s %r" % (name, v), h.get("damaged:" + name), v)
            check("then it is well", spend(r, 2, 2, add(5))[:2], [0, 2])

    r("FLUSHALL")
    for v in values:
        r("HSET", S, "applied:n", v)
        check("mark %r" % v, spend(r, 1, 1, add(5))[1:2], [1])

    for cmd in (("SET", S, "x"), ("LPUSH", S, "x"), ("SADD", S, "x"),
                ("ZADD", S, "1", "x"), ("XADD", S, "*", "a", "b")):
        r("FLUSHALL")
        r(*cmd)
        check("a %s" % cmd[0], spend(r, 1, 1, add(5)),
              [1, 1, b"", b"0", b"5", b"5"])
        check("set aside", r("EXISTS", S + ":damaged"), 1)

    # whatever is there, it is an answer, and what was added can be read

    rnd = random.Random(2)
    r("FLUSHALL")
    for i in range(300):
        field = rnd.choice(("spend", "total:m:a", "reset_at", "applied:n",
                            "", ":", "x" * 300))
        r("HSET", S, field, bytes(rnd.randrange(256)
                                  for _ in range(rnd.randrange(20))))
        got = spend(r, 2 * i + 1, 2 * i + 1, add(1), add(1, "m:a", 60))
        check("random", isinstance(got, list) and len(got) == 10, True)


N = "llmgw:{node:n}"


def test_mark(r):
    r("FLUSHALL")
    check("the first", r.run("mark", [N], 1, 10), [1, 10])
    check("again", r.run("mark", [N], 1, 10), [1, 10])
    check("the next", r.run("mark", [N], 11, 15), [1, 15])
    check("a gap", r.run("mark", [N], 17, 20), [0, 15])
    check("back", r.run("mark", [N], 1, 3), [1, 15])
    r("HSET", N, "applied", "garbage")
    check("garbage is none", r.run("mark", [N], 17, 20), [0, 0])
    r("DEL", N)
    r("SET", N, "x")
    check("no hash", r.run("mark", [N], 1, 2), "error WRONGTYPE")


def test_export(r):
    x = "llmgw:{export}"
    r("FLUSHALL")
    check("two", r.run("export", [x], 1000, "1", "a", "2", "b"), [1, 2])
    check("again, and one more",
          r.run("export", [x], 1000, "2", "b", "3", "c"), [1, 1])
    check("what is there", r("XRANGE", x, "-", "+"),
          [[b"1-0", [b"record", b"a"]], [b"2-0", [b"record", b"b"]],
           [b"3-0", [b"record", b"c"]]])

    for i in range(4, 2000):
        r.run("export", [x], 100, i, "z")

    check("it is bounded", r("XLEN", x) < 400, True)
    r("DEL", x)
    r("SET", x, "x")
    check("no stream", r.run("export", [x], 10, "1", "a"),
          "error WRONGTYPE")


def test_rates(r):
    k = "llmgw:{key:k}:rates"

    def rates(node, requests, tokens, flying):
        return r.run("rates", [k], node, requests, tokens, flying)

    r("FLUSHALL")
    check("alone", rates("a", 3, 30, 1), [0, 0, 0])
    check("a new one hears all", rates("b", 5, 50, 2), [3, 30, 1])
    check("the first hears of the second", rates("a", 0, 0, 1), [5, 50, 2])
    check("once", rates("a", 0, 0, 0), [0, 0, 2])
    check("the second has nothing new", rates("b", 0, 0, 0), [0, 0, 0])
    check("they are forgotten", 0 < r("TTL", k) <= 120, True)

    for value in ("x", "", "1 2", "-1 -1 -1", "9" * 40, "1e300 1 1",
                  "nan 1 1"):
        for field in ("r", "t", "r:1", "t:x", "r:9999999999", "f:b", "s:a",
                      "f:", "s:", "zzz", ""):
            r("HSET", k, field, value)
        got = rates("a", 1, 1, 1)
        check("garbage %r" % value,
              isinstance(got, list) and len(got) == 3
              and all(isinstance(n, int) and n >= 0 for n in got), True)

    r("DEL", k)
    r("LPUSH", k, "x")
    check("no hash", rates("a", 1, 1, 1), [0, 0, 0])


def test_day(r):
    d = "llmgw:{day:2026-11-25}"

    def day(first, last, *groups, node="n", keep=0, most=100):
        args = []
        for name, few, cost in groups:
            args += [name, few, cost, 1, 0, 10, 5, 0, 0]
        return r.run("day", [d], node, first, last, keep, most, *args)

    r("FLUSHALL")
    check("the first", day(1, 3, ("a", "x", 7), ("b", "x", 1)), [1, 3])
    check("again", day(1, 3, ("a", "x", 7)), [1, 3])
    check("an older one", day(1, 2, ("a", "x", 7)), [1, 3])
    check("one in part", day(2, 5, ("a", "x", 7)), [0, 3])
    check("the rest", day(4, 5, ("a", "x", 3)), [1, 5])
    check("another node", day(1, 1, ("a", "x", 4), node="m"), [1, 1])
    check("all of it", r.hash(d), {
        "a": "14 3 0 30 15 0 0", "b": "1 1 0 10 5 0 0", "applied:n": "5",
        "applied:m": "1"})
    check("for ever", r("TTL", d), -1)
    check("for a while", day(6, 6, ("a", "x", 1), keep=100), [1, 6])
    check("in seconds", 0 < r("TTL", d) <= 100, True)

    check("too many", day(7, 7, ("c", "x", 5), ("a", "x", 1), ("d", "x", 2),
                          ("y", "y", 1), most=4), [1, 7])
    h = r.hash(d)
    check("what is new has another name", h["x"], "7 2 0 20 10 0 0")
    check("what was there has not", h["a"], "16 5 0 50 25 0 0")
    check("nor what has no other", h["y"], "1 1 0 10 5 0 0")
    check("and nothing else", sorted(h), ["a", "applied:m", "applied:n", "b",
                                          "x", "y"])

    most = 9 * 10 ** 15
    for value, got in (("", 1), ("x", 1), ("-5 1", 1), ("1e3", 1), ("nan", 1),
                       ("5 x", 6), ("9" * 40, most), ("\0", 1),
                       ("1 2 3 4 5 6 7 8", 2)):
        r("FLUSHALL")
        r("HSET", d, "a", value)
        check("garbage %r" % value, day(1, 1, ("a", "x", 1)), [1, 1])
        check("it is a number: %r" % value, r.hash(d)["a"].split()[0],
              str(got))

    r("FLUSHALL")
    r("HSET", d, "applied:n", "garbage")
    check("no mark", day(1, 1, ("a", "x", 1)), [1, 1])
    r("DEL", d)
    r("SET", d, "x")
    check("no hash", day(1, 1, ("a", "x", 1)), "error WRONGTYPE")


def main():
    global where

    servers = resp.servers()
    if not servers:
        print("redis_scripts.py: neither redis-server nor valkey-server is "
              "installed, nothing is run")

    for name, binary in servers:
        where = name
        server = resp.Server(binary).start()
        try:
            r = Redis(server)
            for test in (test_records, test_spend, test_spend_large,
                         test_spend_garbage, test_mark, test_export,
                         test_rates, test_day):
                test(r)
        finally:
            server.stop()

    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed != 0)


main()
