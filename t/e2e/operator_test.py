#!/usr/bin/env python3
"""nginx's limit_conn, which only shows with several requests at once.  The
last line is "N passed, N failed".
"""

import json
import os
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

DOORS = {
    "/v1/chat/completions": ("type", "rate_limit_error"),
    "/v1/messages": ("type", "rate_limit_error"),
    "/v1beta/models/%s:generateContent": ("status", "RESOURCE_EXHAUSTED"),
}


class World:
    def __init__(self):
        self.lock = threading.Condition()
        self.gate = threading.Event()
        self.seen = []
        self.server = mock.Server(self.handle)

    def wait(self, what, timeout=15):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def handle(self, conn, req):
        how = req.target.split("/")[1]
        with self.lock:
            self.seen.append(how)
            self.lock.notify_all()
        if how == "held":
            self.gate.wait(20)
        body = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": how}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                      "total_tokens": 2}}).encode()
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(body))]) + body)


W = World()

HTTP = """
    llmgw_zone llmgw:1m;
    llmgw_master_key %s;
    llmgw_model held { deployment @held; deployment @free; }
    limit_conn_zone $server_port zone=conns:1m;
    limit_conn_status 429;
""" % gateway.MASTER


def server(gate, provider):
    return """
    location / { llmgw on; %s }
    location @held { llmgw_provider openai; %s
        llmgw_base_url http://127.0.0.1:%d/held/v1; }
    location @free { llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/free/v1; }
    """ % (gate, provider, W.server.port, W.server.port)


def check(value, what):
    if not value:
        raise AssertionError(what)


def ask(gw, path="/v1/chat/completions"):
    body = {"model": "held", "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}]}
    if "%s" in path:
        path = path % "held"
        body = {"contents": [{"parts": [{"text": "Hi"}]}]}
    return gateway.call(gw.port, "POST", path, [
        ("Authorization", "Bearer " + gateway.MASTER),
        ("Content-Type", "application/json")], json.dumps(body).encode())


class Held:
    """A gateway with one request that is under way."""

    def __init__(self, name, gate, provider):
        self.gw = gateway.Gateway("operator-" + name, HTTP,
                                  server(gate, provider))

    def __enter__(self):
        W.gate = threading.Event()
        W.seen = []
        self.gw.start()
        self.first = []
        self.thread = threading.Thread(
            target=lambda: self.first.append(ask(self.gw)))
        self.thread.start()
        check(W.wait(lambda: W.seen == ["held"]), "the first one")
        return self

    def release(self):
        W.gate.set()
        self.thread.join(30)
        check(self.first and self.first[0].status == 200, self.first)

    def __exit__(self, *args):
        W.gate.set()
        self.thread.join(30)
        self.gw.stop()
        check(not self.gw.faults(), self.gw.faults())


def test_limit_conn():
    """limit_conn of the gateway's location, in the form of each client"""
    with Held("conn", "limit_conn conns 1;", "") as h:
        for path, (member, want) in DOORS.items():
            r = ask(h.gw, path)
            error = json.loads(r.body)["error"]
            check((r.status, error.get(member)) == (429, want), r.body)
        check(W.seen == ["held"], W.seen)
        h.release()
        check(ask(h.gw).status == 200, "afterwards")


def test_limit_conn_provider():
    """limit_conn of a provider's location: the next deployment"""
    with Held("provider", "", "limit_conn conns 1;") as h:
        r = ask(h.gw)
        check(r.status == 200 and b'"free"' in r.body, r.body)
        h.release()
        r = ask(h.gw)
        check(r.status == 200 and b'"held"' in r.body, r.body)


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
                ValueError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))

    W.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
