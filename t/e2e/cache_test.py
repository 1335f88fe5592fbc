#!/usr/bin/env python3
"""Answers in nginx's own cache: what counts as the same request, whose answers
they are, what is not kept, and how often a provider is asked.  The last line
is "N passed, N failed".
"""

import json
import os
import re
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

KEYS = {"a": "sk-llmgw-cache-test-key-a-01", "b": "sk-llmgw-cache-test-key-b-02",
        "t1": "sk-llmgw-cache-test-key-t1-3", "t2": "sk-llmgw-cache-test-key-t2-4"}
CHAT = "/v1/chat/completions"

HTTP = """
    llmgw_zone llmgw:2m;
    llmgw_master_key %s;
    llmgw_key %s name=a;
    llmgw_key %s name=b;
    llmgw_key %s name=t1 'policy={"team_id":"team"}';
    llmgw_key %s name=t2 'policy={"team_id":"team"}';
    llmgw_policy team team '{}';
    llmgw_model gpt-4o {
        deployment @openai;
        price input=1000000 output=2000000;
    }
    llmgw_model shared { deployment @shared; }
    llmgw_model own    { deployment @own; }
    llmgw_model claude { deployment @claude; }
    llmgw_model two    { deployment @openai; deployment @plain; }
    proxy_cache_path $DIR/cache keys_zone=answers:1m inactive=1h;
    log_format cache '$llmgw_model $upstream_cache_status $llmgw_cost';
    access_log $DIR/access.log cache;
""" % ((gateway.MASTER,) + tuple(KEYS[k] for k in ("a", "b", "t1", "t2")))

CACHE = """
    proxy_cache           answers;
    proxy_cache_key       $llmgw_cache_key;
    proxy_cache_methods   POST;
    proxy_cache_valid     200 1h;
    proxy_cache_bypass    $llmgw_cache_bypass;
    proxy_no_cache        $llmgw_cache_no_store;
    proxy_cache_lock      on;
    proxy_cache_lock_timeout 20s;
    proxy_cache_lock_age  20s;
"""


class World:
    def __init__(self):
        self.lock = threading.Condition()
        self.server = mock.Server(self.handle)
        self.port = self.server.port
        self.reset()

    def reset(self):
        with self.lock:
            self.calls = []
            self.how = "ok"
            self.gate = None

    def wait(self, what, timeout=15):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def handle(self, conn, req):
        with self.lock:
            self.calls.append(req)
            n = len(self.calls)
            how, gate = self.how, self.gate
            self.lock.notify_all()
        if gate:
            gate.wait(20)
        body = json.loads(req.body)
        if req.target.startswith("/claude"):
            return self.json(conn, {
                "id": "msg_1", "type": "message", "role": "assistant",
                "model": "c", "stop_reason": "end_turn",
                "stop_sequence": None,
                "content": [{"type": "text", "text": "answer %d" % n}],
                "usage": {"input_tokens": 10, "output_tokens": 3}})
        if body.get("stream"):
            return self.stream(conn, n, how)
        if how == "garbage":
            return self.json(conn, b"<html>")
        answer = {"id": "chatcmpl-%d" % n, "object": "chat.completion",
                  "created": 1, "model": "gpt-4o", "choices": [{
                      "index": 0, "finish_reason": "stop", "message": {
                          "role": "assistant", "content": "answer %d" % n}}],
                  "usage": {"prompt_tokens": 10, "completion_tokens": 3,
                            "total_tokens": 13}}
        self.json(conn, answer, 500 if how == "500" else 200,
                  [("x-ratelimit-remaining-requests", "7")])

    def json(self, conn, value, status=200, headers=()):
        data = value if isinstance(value, bytes) else json.dumps(
            value).encode()
        conn.send(mock.head_bytes(status, "X", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(data))] + list(headers)) + data)

    def stream(self, conn, n, how):
        def chunk(delta, finish=None):
            return mock.event_bytes({
                "id": "chatcmpl-%d" % n, "object": "chat.completion.chunk",
                "created": 1, "model": "gpt-4o", "choices": [{
                    "index": 0, "delta": delta, "finish_reason": finish}]})
        pieces = [chunk({"role": "assistant", "content": ""}),
                  chunk({"content": "answer "}), chunk({"content": str(n)})]
        if how == "error":
            pieces.append(mock.event_bytes({"error": {
                "message": "overloaded", "type": "server_error",
                "param": None, "code": "overloaded"}}))
        elif how != "cut":
            pieces += [chunk({}, "stop"), mock.event_bytes("[DONE]")]
        if how == "cut":
            # a body up to the end of its connection: nobody can tell
            conn.send(mock.head_bytes(200, "OK", [
                ("Content-Type", "text/event-stream"),
                ("Connection", "close")]) + b"".join(pieces))
            conn.close()
            return
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "text/event-stream"),
            ("Transfer-Encoding", "chunked")])
            + b"".join(mock.chunk(p) for p in pieces) + b"0\r\n\r\n")


W = World()


def location(name, path="openai", provider="openai", more=CACHE):
    return """
    location @%s { llmgw_provider %s; llmgw_api_key sk-up;
        llmgw_base_url http://127.0.0.1:%d/%s; %s }""" % (
        name, provider, W.port, path + "/v1", more)


SERVER = ("location / { llmgw on; }"
          + location("openai") + location("plain", "plain", more="")
          + location("shared", more=CACHE + "llmgw_cache_scope shared;")
          + location("own", more=CACHE + "llmgw_cache_scope key;")
          + location("claude", "claude", "anthropic"))


def check(value, what):
    if not value:
        raise AssertionError(what)


class Gateway(gateway.Gateway):
    def start(self):
        W.reset()
        return super().start()

    def ask(self, body, key="a", path=CHAT):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return gateway.call(self.port, "POST", path, [
            ("Authorization", "Bearer " + KEYS[key]),
            ("Content-Type", "application/json")], data)

    def text(self, body, key="a", want=None, path=CHAT):
        """The answer's text, and what the cache had to do with it."""
        r = self.ask(body, key, path)
        check(r.status == 200 and r.complete, "%d %r" % (r.status, r.body))
        texts = re.findall(r'"(?:content|text)":\s*"([^"]*)"',
                           r.body.decode())
        got = ("".join(texts), r.get("x-llmgw-cache"))
        check(want is None or got == want, "%r, not %r" % (got, want))
        return got


def ask_for(text, model="gpt-4o", **more):
    return dict({"model": model, "messages": [
        {"role": "user", "content": text}]}, **more)


def test_same_meaning(gw):
    """the order of members, white space and escapes make no other request"""
    one = (b'{"model":"gpt-4o","temperature":0.5,"messages":'
           b'[{"role":"user","content":"caf\xc3\xa9"}]}')
    two = (b' {"messages": [ {"content":"caf\\u00e9", "role":"user"} ],\n'
           b'"model":"gpt-4o", "temperature":0.5 } ')
    gw.text(one, want=("answer 1", "MISS"))
    gw.text(two, want=("answer 1", "HIT"))
    gw.text(one.replace(b"0.5", b"0.6"), want=("answer 2", "MISS"))
    gw.text(one.replace(b"user", b"system"), want=("answer 3", "MISS"))
    check(len(W.calls) == 3, len(W.calls))


def test_costs_nothing(gw):
    """an answer from the cache has no price, and is marked"""
    first = gw.ask(ask_for("cost"))
    again = gw.ask(ask_for("cost"))
    check(first.get("x-llmgw-response-cost") == "16", first.headers)
    check(again.get("x-llmgw-response-cost") == "0", again.headers)
    check((first.get("x-llmgw-cache"), again.get("x-llmgw-cache"))
          == ("MISS", "HIT"), again.headers)
    check(first.get("x-ratelimit-remaining-requests") == "7"
          and again.get("x-ratelimit-remaining-requests") is None,
          "limits of the past: %s" % again.headers)
    check(first.body == again.body, again.body)

    # what is logged is so behind the last byte to the client

    end = time.monotonic() + 15 * gateway.slow()
    while True:
        with open(os.path.join(gw.dir, "access.log")) as f:
            lines = f.read().split("\n")
        if "gpt-4o MISS 16" in lines and "gpt-4o HIT 0" in lines:
            break
        check(time.monotonic() < end, lines)
        time.sleep(0.02)


def test_tenants(gw):
    """nobody gets the answer of somebody else"""
    gw.text(ask_for("who"), "a", ("answer 1", "MISS"))
    gw.text(ask_for("who"), "b", ("answer 2", "MISS"))
    gw.text(ask_for("who"), "t1", ("answer 3", "MISS"))
    gw.text(ask_for("who"), "a", ("answer 1", "HIT"))
    gw.text(ask_for("who"), "b", ("answer 2", "HIT"))

    # but for a team, which is one tenant

    gw.text(ask_for("who"), "t2", ("answer 3", "HIT"))


def test_scopes(gw):
    """a location whose answers are for all, and one where keys are apart"""
    gw.text(ask_for("x", "shared"), "a", ("answer 1", "MISS"))
    gw.text(ask_for("x", "shared"), "b", ("answer 1", "HIT"))
    gw.text(ask_for("x", "own"), "t1", ("answer 2", "MISS"))
    gw.text(ask_for("x", "own"), "t2", ("answer 3", "MISS"))
    gw.text(ask_for("x", "own"), "t1", ("answer 2", "HIT"))


def test_streams(gw):
    """streams are kept and come again as frames; whole answers are others"""
    gw.text(ask_for("s", stream=True), want=("answer 1", "MISS"))
    r = gw.ask(ask_for("s", stream=True))
    check(r.get("x-llmgw-cache") == "HIT" and r.body.count(b"data: ") == 5
          and r.body.endswith(b"data: [DONE]\n\n"), r.body)
    check(r.get("content-type").startswith("text/event-stream"), r.headers)
    gw.text(ask_for("s"), want=("answer 2", "MISS"))
    with_usage = ask_for("s", stream=True,
                         stream_options={"include_usage": True})
    gw.text(with_usage)


def test_translated(gw):
    """answers in another format, for clients of both"""
    ask = ask_for("t", "claude", max_tokens=9)
    gw.text(ask, want=("answer 1", "MISS"))
    gw.text(ask, want=("answer 1", "HIT"))
    r = gw.ask(ask)
    check(json.loads(r.body)["object"] == "chat.completion", r.body)


def test_control(gw):
    """what a client says about the cache, and that no provider hears it"""
    gw.text(ask_for("c"), want=("answer 1", "MISS"))
    gw.text(ask_for("c", cache={"no-cache": True}), want=("answer 2",
                                                          "BYPASS"))
    gw.text(ask_for("c"), want=("answer 2", "HIT"))
    gw.text(ask_for("d", cache={"no-store": True}), want=("answer 3", "MISS"))
    gw.text(ask_for("d"), want=("answer 4", "MISS"))
    gw.text(ask_for("d", cache={}), want=("answer 4", "HIT"))
    check(not [c for c in W.calls if b"cache" in c.body], W.calls[-1].body)
    r = gw.ask(ask_for("c", cache={"ttl": "soon"}))
    error = json.loads(r.body)["error"]
    check((r.status, error["param"], error["code"])
          == (400, "cache.ttl", "invalid_value"), r.body)

    # a member of that name which is somebody else's

    r = gw.ask(ask_for("c", cache={"kind": "x"}))
    check(r.status == 200 and b'"kind"' in W.calls[-1].body, W.calls[-1].body)


def test_ttl(gw):
    """an answer that is good for a second"""
    gw.text(ask_for("e", cache={"ttl": 1}), want=("answer 1", "MISS"))
    end = time.monotonic() + 15 * gateway.slow()
    while True:
        text, status = gw.text(ask_for("e"))
        if status == "EXPIRED":
            break
        check(status == "HIT" and text == "answer 1", (text, status))
        check(time.monotonic() < end, "never expired")
        time.sleep(0.1)
    check(text == "answer 2", text)


def test_failures(gw):
    """what is no good answer is not kept"""
    for how in ("500", "garbage"):
        W.how = how
        r = gw.ask(ask_for(how))
        check(r.status in (500, 502), r.status)
        W.how = "ok"
        text, status = gw.text(ask_for(how))
        check(status == "MISS" and text == "answer %d" % len(W.calls),
              (how, text, status))
    for how in ("error", "cut"):
        W.how = how
        r = gw.ask(ask_for(how, stream=True))
        check(b'"error"' in r.body, r.body)
        W.how = "ok"
        text, status = gw.text(ask_for(how, stream=True))
        check(status == "MISS" and text == "answer %d" % len(W.calls),
              (how, text, status))


def test_fallback(gw):
    """a failed attempt in front of a good one"""
    W.how = "500"
    r = gw.ask(ask_for("f", "two"))
    check(r.status == 500 and len(W.calls) == 2, (r.status, len(W.calls)))
    check(r.get("x-llmgw-cache") is None, r.headers)


def test_at_once(gw):
    """many of the same at once: the provider is asked once"""
    for stream in (False, True):
        W.reset()
        W.gate = threading.Event()
        results = []

        def one():
            results.append(gw.text(ask_for("n", stream=stream)))

        threads = [threading.Thread(target=one) for _ in range(12)]
        for t in threads:
            t.start()
        check(W.wait(lambda: W.calls), "nobody asked")
        W.gate.set()
        for t in threads:
            t.join(40 * gateway.slow())
        check(len(results) == 12 and len(W.calls) == 1,
              (len(results), len(W.calls)))
        check({text for text, _ in results} == {"answer 1"}, results)
        check(sorted(s for _, s in results) == ["HIT"] * 11 + ["MISS"],
              results)


def test_damaged(gw):
    """what has been damaged in the cache is thrown out, and asked for anew"""
    gw.text(ask_for("z"), want=("answer 1", "MISS"))
    for folder, _, files in os.walk(os.path.join(gw.dir, "cache")):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                data = f.read()
            if b"answer 1" in data and b'"z"' not in data:
                with open(path, "wb") as f:
                    f.write(data.replace(b'{"id"', b'!!!!!'))
    r = gw.ask(ask_for("z"))
    check(r.status == 502, r.status)
    gw.text(ask_for("z"), want=("answer 2", "MISS"))
    check("is not valid, it is removed" in gw.log(), "log")


def main():
    only = sys.argv[1:]
    passed = failed = 0

    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        gw = Gateway("cache-" + name, "", "")
        gw.write(HTTP.replace("$DIR", gw.dir), SERVER)
        try:
            gw.start()
            test(gw)
            passed += 1
            print("ok %s" % name)
        except (AssertionError, OSError, gateway.Truncated, KeyError,
                ValueError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
        finally:
            gw.stop()
        for line in gw.faults():
            failed += 1
            print("FAIL nginx: " + line)

    W.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
