#!/usr/bin/env python3
"""What two gateways on one Redis say together: reports of spend, and the audit
log.  The last line is "N passed, N failed".

    shared_test.py [TEST] ...
"""

import json
import os
import shutil
import signal
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402
import resp     # noqa: E402

CHAT = "/v1/chat/completions"
ANSWER = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": "a"}}],
    "usage": {"prompt_tokens": 100, "completion_tokens": 50,
              "total_tokens": 150}}).encode()


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


def upstream(conn, req):
    conn.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
              b"Content-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER))


UP = mock.Server(upstream)

HTTP = """
llmgw_zone llmgw:8m;
llmgw_master_key %s;
llmgw_model m { deployment @up model=m; price input=0 output=20; }
%s
"""

SERVER = """
location / { llmgw on; llmgw_admin on; }
location @up { llmgw_provider openai; llmgw_api_key sk-upstream-0123456789;
    llmgw_base_url http://127.0.0.1:%d/v1; }
""" % UP.port

COST = 0.001            # of an answer


def make(name, store):
    gw = gateway.Gateway("shared-" + name, workers=2)
    gw.write(HTTP % (gateway.MASTER, store.replace("@DIR@", gw.dir)), SERVER)
    return gw


def shared(name, server, more=""):
    return make(name, "llmgw_store redis://127.0.0.1:%d %s; llmgw_node %s;"
                " llmgw_journal 1m dir=@DIR@/journal; llmgw_sync 50ms;"
                % (server.port, more, name))


def finish(*gws, allow=()):
    for gw in gws:
        gw.stop(signal.SIGTERM)
    bad = [line for gw in gws for line in gw.faults()
           if not any(a in line for a in allow)]
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def send(gw, method, path, body=None, key=gateway.MASTER, headers=()):
    h = [("Authorization", "Bearer " + key)] + list(headers)
    data = None
    if body is not None:
        h.append(("Content-Type", "application/json"))
        data = json.dumps(body).encode()
    r = gateway.call(gw.port, method, path, h, data)
    r.json = json.loads(r.body)
    return r


def post(gw, path, body, status=200):
    r = send(gw, "POST", path, body)
    check(r.status == status, (path, r.status, r.body))
    return r.json


def get(gw, path, status=200, **query):
    if query:
        path += "?" + urllib.parse.urlencode(query)
    r = send(gw, "GET", path)
    check(r.status == status, (path, r.status, r.body))
    return r.json


def chat(gw, key, n=1, user=None, **more):
    body = dict({"model": "m", "max_tokens": 50,
                 "messages": [{"role": "user", "content": "hi"}]}, **more)
    if user:
        body["user"] = user
    for _ in range(n):
        r = send(gw, "POST", CHAT, body, key)
        check(r.status == 200, (r.status, r.body))


def rows(gw, path, name, **query):
    """Of sums: name -> (requests, cost in thousandths)"""
    return {r[name]: (r["log_count"], round(r["total_spend"] / COST))
            for r in get(gw, path, **query)}


def killed(gw):
    """All of its processes, as a crash of the system would end them."""
    with open("/proc/%d/task/%d/children" % (gw.proc.pid, gw.proc.pid)) as f:
        pids = [int(p) for p in f.read().split()]
    for pid in [gw.proc.pid] + pids:
        os.kill(pid, signal.SIGKILL)
    gw.proc.wait()
    gw.proc = None
    until(lambda: not any(os.path.exists("/proc/%d" % p) for p in pids),
          "they live")


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


def test_reports(server):
    """sums are those of both, whoever is asked"""
    a, b = shared("a", server).start(), shared("b", server).start()
    try:
        t = post(a, "/team/new", {"team_id": "t"})["team_id"]
        k = post(a, "/key/generate", {"team_id": t, "user_id": "ann",
                                      "tags": ["x", "y, |z%"]})
        chat(a, k["key"], 3, user="end user")
        chat(b, k["key"], 2, user="end user")
        chat(b, gateway.MASTER)

        want = {k["token"]: (5, 5)}

        for gw in (a, b):
            until(lambda: want.items()
                  <= rows(gw, "/spend/keys", "token").items(),
                  lambda: get(gw, "/spend/keys"))

        dates = {"start_date": today(), "end_date": today()}
        for gw in (a, b):
            check(rows(gw, "/spend/users", "user_id")["ann"] == (5, 5),
                  "users")
            check(rows(gw, "/spend/teams", "team_id", **dates)["t"]
                  == (5, 5), "teams")
            tags = rows(gw, "/spend/tags", "individual_request_tag")
            check(tags == {"x": (5, 5), "y, |z%": (5, 5)}, tags)
            check(get(gw, "/spend/users", start_date="2020-01-01",
                      end_date="2020-01-02") == [], "another day")

            def flat(by, name):
                return {r.get(name): (r["log_count"],
                                      round(r["spend"] / COST))
                        for r in get(gw, "/global/spend/report",
                                     group_by=by, **dates)}

            check(flat("day", "group_by_day") == {today(): (6, 6)}, "days")
            check(flat("model", "model") == {"m": (6, 6)}, "models")
            check(flat("provider", "provider") == {"openai": (6, 6)},
                  "providers")
            check(flat("user", "user_id")["ann"] == (5, 5), "users")
            r = get(gw, "/global/spend/report", group_by="customer", **dates)
            c = [x for x in r[0]["customers"]
                 if x["customer"] == "end user"][0]
            check(round(c["total_spend"] / COST) == 5
                  and sum(m["total_tokens"] for m in c["metadata"]) == 750,
                  r)
            r = get(gw, "/global/spend/report", api_key=k["key"], **dates)
            check(r[0]["total_output_tokens"] == 250, r)
            r = get(gw, "/spend/logs", user_id="ann", **dates)
            check(round(r[0]["spend"] / COST) == 5, r)

        # requests are where they were answered, and say so

        for gw, name, n in ((a, "a", 3), (b, "b", 2)):
            r = send(gw, "GET", "/spend/logs/ui?api_key=" + k["token"])
            check(r.get("x-llmgw-gateway") == name, r.headers)
            check(r.json["total"] == n, r.json)
            check({x["metadata"]["gateway"] for x in r.json["data"]}
                  == {name}, r.json)
        r = send(a, "GET", "/spend/keys")
        check(r.get("x-llmgw-gateway") is None, r.headers)
        r = send(a, "GET", "/spend/keys?start_date=%sT00:00:01Z&end_date=%s"
                 % (today(), today()))
        check(r.get("x-llmgw-gateway") == "a", "a part of a day")
        check([x["log_count"] for x in r.json if x["token"] == k["token"]]
              == [3], r.json)
    finally:
        finish(a, b)


def test_reports_once(server):
    """each request is in them once, whatever ends in between"""
    c = server.client()
    proxy = resp.Proxy(server.port)
    a = make("once", "llmgw_store redis://127.0.0.1:%d timeout=500ms;"
             " llmgw_node once; llmgw_journal 1m dir=@DIR@/journal;"
             " llmgw_sync 20ms;" % proxy.port).start()
    sent = 0
    try:
        k = post(a, "/key/generate", {})
        stop = threading.Event()

        def trouble():
            while not stop.wait(0.05):
                proxy.drop()

        t = threading.Thread(target=trouble)
        t.start()
        for i in range(200):
            chat(a, k["key"], tags=["t%d" % (i % 7)])
            sent += 1
        stop.set()
        t.join()
        killed(a)
        a.start()
        until(lambda: rows(a, "/spend/keys", "token").get(k["token"])
              == (sent, sent), lambda: rows(a, "/spend/keys", "token"))

        # the server loses a part, and then all of it

        mark = [f for f in c("HKEYS", "llmgw:{day:%s}" % today())
                if f.startswith(b"applied:once-")]
        check(len(mark) == 1, mark)
        c("FLUSHALL")
        chat(a, gateway.MASTER)
        sent += 1
        until(lambda: sum(r["log_count"] for r in get(
                  a, "/global/spend/report", group_by="day",
                  start_date=today(), end_date=today())) == sent,
              lambda: (sent, rows(a, "/spend/keys", "token")), 40)
    finally:
        proxy.stop()
        finish(a)
        c.close()


def test_reports_damaged(server):
    """what was written by hand does no harm"""
    c = server.client()
    c("FLUSHALL")
    day = "llmgw:{day:%s}" % today()
    a = shared("damaged", server).start()
    try:
        c("HSET", "llmgw:days", "x", "1", "2026-13-77", "1", today(), "")
        c("HSET", day, "x", "y", "||||||||", "1 2", "|||||||||", "",
          "%", "1 2 3 4 5 6 7", "k||||||||", "-1 0 0 0 0 0 " + "9" * 40)
        k = post(a, "/key/generate", {})
        chat(a, k["key"], 2)
        until(lambda: rows(a, "/spend/keys", "token")
              == {k["token"]: (2, 2)}, lambda: get(a, "/spend/keys"))

        # one that is no hash: sums go on, a report says that it cannot

        c("DEL", day)
        c("SET", day, "x")
        k = post(a, "/key/generate", {})
        chat(a, k["key"])
        name = "llmgw:{key:%s}:spend" % k["token"]
        until(lambda: c("HGET", name, "requests") == b"1", "the sum")
        get(a, "/spend/keys", 503)
        c("DEL", day)
        check(get(a, "/spend/keys") == [], "nothing is left")
        c("DEL", "llmgw:days")
        c("SET", "llmgw:days", "x")
        get(a, "/spend/keys", 503)
        c("DEL", "llmgw:days")
        check(get(a, "/spend/keys") == [], "no days")
        chat(a, k["key"])
        until(lambda: rows(a, "/spend/keys", "token")
              == {k["token"]: (1, 1)}, lambda: get(a, "/spend/keys"))
    finally:
        finish(a)
        c.close()


def test_reports_many(server):
    """more groups than one step, while others are added"""
    c = server.client()
    c("FLUSHALL")
    a = shared("many", server).start()
    try:
        n = 5000
        day = "llmgw:{day:%s}" % today()
        c("HSET", "llmgw:days", today(), "1")
        for i in range(0, n, 500):
            args = []
            for k in range(i, i + 500):
                args += ["k%d|||||m|||" % k, "1000000 1 0 100 50 0 0"]
            c("HSET", day, *args)

        def total():
            r = get(a, "/global/spend/report", group_by="day",
                    start_date=today(), end_date=today())
            return r[0]["log_count"]

        check(total() == n, total())

        # the hash grows while it is walked

        stop = threading.Event()

        def grow():
            c2 = server.client()
            i = 0
            while not stop.is_set():
                c2("HSET", day, "z%d|||||m|||" % i, "0 0 0 0 0 0 0")
                i += 1
            c2.close()

        t = threading.Thread(target=grow)
        t.start()
        try:
            got = {total() for _ in range(10)}
        finally:
            stop.set()
            t.join()
        check(got == {n}, got)
        r = get(a, "/spend/keys", limit=1000)
        check(len(r) == 1000, len(r))
    finally:
        finish(a)
        c.close()


def test_audit(server):
    """each sees what was changed by the other, who, and where"""
    c = server.client()
    c("FLUSHALL")
    a, b = shared("c", server).start(), shared("d", server).start()
    try:
        k = post(a, "/key/generate", {"key_alias": "one"})
        post(b, "/key/update", {"key": k["key"], "key_alias": "two"})
        for gw in (a, b):
            r = get(gw, "/audit", object_id=k["token"])
            check([(x["action"], x["gateway"]) for x in r["audit_logs"]]
                  == [("updated", "d"), ("created", "c")], r)
            check(r["total"] == 2, r)

        # several pages of the stream; what somebody else put in is none

        c("XADD", "llmgw:audit", "*", "note", "by hand")
        c("XADD", "llmgw:audit", "*", "entry", "no json")
        for i in range(250):
            post((a, b)[i % 2], "/budget/new", {"budget_id": "b%d" % i})
        r = get(a, "/audit", table_name="LiteLLM_BudgetTable", page=3,
                page_size=100)
        check(r["total"] == 250 and len(r["audit_logs"]) == 50, r["total"])
        check(r["audit_logs"][-1]["object_id"] == "b0", r["audit_logs"][-1])
        check(get(b, "/audit", start_date=today())["total"] >= 252, "today")
        check(get(b, "/audit", end_date="2020-01-01")["total"] == 0, "then")

        # without Redis it says so, and the change was none

        c("CONFIG", "SET", "maxmemory", "1")
        try:
            r = send(a, "POST", "/budget/new", {"budget_id": "none"})
            check(r.status == 503, (r.status, r.body))
        finally:
            c("CONFIG", "SET", "maxmemory", "0")
    finally:
        finish(a, b, allow=("the store answers: OOM",))
        c.close()


def test_audit_few(server):
    """audit= says how much of it is kept; files have it all"""
    c = server.client()
    c("FLUSHALL")
    a = shared("few", server, "audit=5").start()
    try:
        for i in range(12):
            post(a, "/budget/new", {"budget_id": "b%d" % i})
        r = get(a, "/audit")
        check([x["object_id"] for x in r["audit_logs"]]
              == ["b%d" % i for i in range(11, 6, -1)], r)
    finally:
        finish(a)
        c.close()

    base = os.path.join(a.dir, "journal")
    gw = make("files", "llmgw_store file:@DIR@/store; llmgw_fsync no;")
    shutil.copytree(os.path.join(base, "audit"),
                    os.path.join(gw.dir, "store", "audit"))
    gw.start()
    try:
        r = get(gw, "/audit")
        check(r["total"] == 12, r)

        # in files, too, there are more than one page has

        for i in range(1005):
            post(gw, "/customer/" + ("block", "unblock")[i % 2],
                 {"user_ids": ["u"]})
        r = get(gw, "/audit", page_size=100, page=11)
        check(r["total"] == 1017 and len(r["audit_logs"]) == 17, r["total"])
        check(r["audit_logs"][-1]["object_id"] == "b0", r)
    finally:
        finish(gw)


def main():
    only = sys.argv[1:]
    passed = failed = 0
    servers = resp.servers()[:1]
    if not servers:
        print("no redis-server and no valkey-server, nothing is tested")
    for _, binary in servers:
        server = resp.Server(binary).start()
        try:
            for name, test in list(globals().items()):
                if not name.startswith("test_") or (only
                                                    and name not in only):
                    continue
                try:
                    test(server)
                    passed += 1
                    print("ok %s" % name)
                except (AssertionError, OSError, gateway.Truncated, KeyError,
                        IndexError, ValueError, resp.Error) as e:
                    failed += 1
                    print("FAIL %s (%s): %r" % (name, test.__doc__, e))
        finally:
            server.stop()
    UP.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
