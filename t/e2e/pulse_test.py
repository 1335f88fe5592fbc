#!/usr/bin/env python3
"""Time in a stream: signs of life while a provider thinks, limits for the
first token and for the next, and what becomes of a stream that fails before
its first one.  The last line is "N passed, N failed".
"""

import json
import os
import re
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
GEMINI = "/v1beta/models/%s:streamGenerateContent"


def chunk(delta, finish=None):
    return mock.event_bytes({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
        "model": "gpt-4o", "choices": [{"index": 0, "delta": delta,
                                        "finish_reason": finish}]})


ROLE = chunk({"role": "assistant", "content": ""})
END = chunk({}, "stop") + mock.event_bytes("[DONE]")


def claude(event):
    return mock.event_bytes([event["type"], event])


CLAUDE = [
    claude({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "c",
        "content": [], "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 1}}}),
    claude({"type": "content_block_start", "index": 0, "content_block": {
        "type": "text", "text": ""}}),
    claude({"type": "content_block_delta", "index": 0, "delta": {
        "type": "text_delta", "text": "Hello"}}),
    claude({"type": "content_block_stop", "index": 0})
    + claude({"type": "message_delta", "delta": {
        "stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 2}}) + claude({"type": "message_stop"})]


class World:
    """The first segment of the path says how the provider behaves; "gate"
    lets it go on."""

    def __init__(self):
        self.lock = threading.Condition()
        self.server = mock.Server(self.handle)
        self.port = self.server.port
        self.reset()

    def reset(self):
        with self.lock:
            self.gate = threading.Event()
            self.seen = []
            self.closed = []

    def wait(self, what, timeout=15):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def handle(self, conn, req):
        how = req.target.split("/")[1]
        with self.lock:
            self.seen.append(how)
            self.lock.notify_all()
        getattr(self, "do_" + how)(conn, req)

    def head(self, conn, kind="text/event-stream"):
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", kind), ("Transfer-Encoding", "chunked")]))

    def hold(self, conn, tick=b""):
        """Until the gate opens or the gateway is gone; tick is sent all the
        time."""
        conn.sock.settimeout(0.02)
        how = self.seen[-1]
        while not self.gate.is_set():
            try:
                if conn.sock.recv(1) == b"":
                    with self.lock:
                        self.closed.append(how)
                        self.lock.notify_all()
                    raise mock.Closed()
            except TimeoutError:
                if tick:
                    conn.send(mock.chunk(tick))
            except OSError:
                with self.lock:
                    self.closed.append(how)
                    self.lock.notify_all()
                raise mock.Closed()
        conn.sock.settimeout(None)

    def send(self, conn, *pieces):
        for p in pieces:
            conn.send(mock.chunk(p))

    def do_good(self, conn, req):
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "good"}), END)
        conn.send(b"0\r\n\r\n")

    def do_thinks(self, conn, req):
        """Some text, a long silence, more text."""
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "Hello"}))
        self.hold(conn)
        self.send(conn, chunk({"content": " there"}), END)
        conn.send(b"0\r\n\r\n")

    def do_half(self, conn, req):
        """The same, and the silence is in the middle of an event."""
        self.head(conn)
        rest = chunk({"content": " there"})
        self.send(conn, ROLE, chunk({"content": "Hello"}), rest[:40])
        self.hold(conn)
        self.send(conn, rest[40:], END)
        conn.send(b"0\r\n\r\n")

    def do_claude(self, conn, req):
        self.head(conn)
        self.send(conn, *CLAUDE[:3])
        self.hold(conn)
        self.send(conn, CLAUDE[3])
        conn.send(b"0\r\n\r\n")

    def do_silent(self, conn, req):
        self.hold(conn)

    def do_headers(self, conn, req):
        """A header, and nothing behind it."""
        self.head(conn)
        self.hold(conn)

    def do_comments(self, conn, req):
        """Nothing but signs of life."""
        self.head(conn)
        self.hold(conn, b": still here\n\n")

    def do_pings(self, conn, req):
        """Some text, then nothing but signs of life."""
        self.head(conn)
        self.send(conn, *CLAUDE[:3])
        self.hold(conn, claude({"type": "ping"}))

    def do_reset(self, conn, req):
        """Dead before the first token."""
        self.head(conn)
        self.send(conn, ROLE[:30])
        conn.reset()

    def do_role(self, conn, req):
        """Dead behind an event without a token."""
        self.head(conn, "text/event-stream")
        self.send(conn, CLAUDE[0])
        conn.reset()


W = World()

KINDS = {"claude": "anthropic", "pings": "anthropic", "role": "anthropic"}
NAMES = ["good", "thinks", "half", "claude", "silent", "headers", "comments",
         "pings", "reset", "role"]


def server(more):
    out = "location / { llmgw on; } %s" % more
    for name in NAMES:
        out += """
    location @%s { llmgw_provider %s; llmgw_api_key sk-up;
        llmgw_base_url http://127.0.0.1:%d/%s/v1; }""" % (
            name, KINDS.get(name, "openai"), W.port, name)
    return out


HTTP = "llmgw_zone llmgw:1m; llmgw_master_key %s;" % gateway.MASTER
for n in NAMES:
    HTTP += "\nllmgw_model %s { deployment @%s; }" % (n, n)
    HTTP += "\nllmgw_model %s+ { deployment @%s; deployment @good; }" % (n, n)


def check(value, what):
    if not value:
        raise AssertionError(what)


class Gateway(gateway.Gateway):
    def __init__(self, name, more):
        super().__init__("pulse-" + name, HTTP, server(more))

    def __enter__(self):
        W.reset()
        return self.start()

    def __exit__(self, *args):
        W.gate.set()
        self.stop()
        check(not self.faults(), self.faults())

    def open(self, model, path=CHAT, stream=True):
        """A client whose request is sent."""
        body = {"model": model, "stream": stream, "max_tokens": 9,
                "messages": [{"role": "user", "content": "Hi"}]}
        if "v1beta" in path:
            path = path % model
            body = {"contents": [{"parts": [{"text": "Hi"}]}]}
        data = json.dumps(body).encode()
        c = gateway.Client(self.port)
        c.send(gateway.request_bytes("POST", path, [
            ("Authorization", "Bearer " + gateway.MASTER),
            ("Content-Type", "application/json")], data) + data)
        return c

    def ask(self, model, path=CHAT, stream=True):
        c = self.open(model, path, stream)
        try:
            return c.response("POST")
        finally:
            c.close()


def texts(body):
    return "".join(re.findall(r'"(?:content|text)": ?"([^"]*)"',
                              body.decode()))


def listen(gw, model, path, sign, n):
    """The whole answer of a provider that is let go on when the client has
    seen n signs of life."""
    c = gw.open(model, path)
    got = b""
    try:
        while got.count(sign) < n:
            data = c.sock.recv(65536)
            check(data, "closed after %r" % got)
            got += data
        W.gate.set()
        while not got.endswith(b"\r\n0\r\n\r\n"):
            data = c.sock.recv(65536)
            check(data, "closed after %r" % got)
            got += data
    finally:
        c.close()
    body, rest = b"", got.partition(b"\r\n\r\n")[2]
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        size = int(size, 16)
        body, rest = body + rest[:size], rest[size + 2:]
    return body


def test_comments():
    """comments between events, for OpenAI's clients"""
    with Gateway("comments", "llmgw_stream_keepalive 50ms;") as gw:
        for model in ("thinks", "half"):
            W.reset()
            body = listen(gw, model, CHAT, b": ping\n\n", 3)
            check(texts(body) == "Hello there", body)
            for block in body.split(b"\n\n"):
                check(block == b"" or block == b": ping"
                      or block.startswith(b"data: ") and b"\n" not in block,
                      block)
            check(body.endswith(b"data: [DONE]\n\n"), body[-60:])


def test_pings():
    """events of that name, for Anthropic's"""
    sign = b'event: ping\ndata: {"type":"ping"}\n\n'
    with Gateway("pings", "llmgw_stream_keepalive 50ms;") as gw:
        for model in ("thinks", "claude"):
            W.reset()
            body = listen(gw, model, MESSAGES, sign, 3)
            check(body.startswith(b"event: message_start\n"), body[:60])
            check(body.rstrip().endswith(b'"message_stop"}'), body[-60:])
            for block in body.split(b"\n\n")[:-1]:
                name, data = block.split(b"\n")
                check(json.loads(data[6:])["type"]
                      == name[7:].decode(), block)


def test_gemini():
    """comments and, inside of an array, white space, for Google's"""
    with Gateway("gemini", "llmgw_stream_keepalive 50ms;") as gw:
        body = listen(gw, "thinks", GEMINI + "?alt=sse", b": ping\n\n", 2)
        for block in re.split(rb"\r?\n\r?\n", body):
            check(block in (b"", b": ping") or block.startswith(b"data: "),
                  block)
        check(texts(body) == "Hello there", body)
        W.reset()
        body = listen(gw, "thinks", GEMINI, b"\r\n1\r\n\n\r\n", 2)
        parts = [e["candidates"][0]["content"]["parts"][0]["text"]
                 for e in json.loads(body)]
        check("".join(parts) == "Hello there", body)


def test_not_before():
    """nothing goes out before the first token: another may still answer"""
    with Gateway("before", "llmgw_stream_keepalive 20ms; "
                 "llmgw_ttft_timeout 300ms;") as gw:
        r = gw.ask("headers+")
        check(r.status == 200 and texts(r.body) == "good", r.body)
        check(b"ping" not in r.body, r.body)


def test_off():
    """no signs of life where they are not wanted"""
    with Gateway("off", "llmgw_stream_keepalive 0;") as gw:
        c = gw.open("thinks")
        got = b""
        while b"Hello" not in got:
            got += c.sock.recv(65536)
        c.sock.settimeout(0.4)
        try:
            check(not c.sock.recv(65536), "something came")
        except TimeoutError:
            pass
        c.close()


def test_ttft():
    """no first token: the next deployment, or an error"""
    with Gateway("ttft", "llmgw_ttft_timeout 200ms;") as gw:
        for name in ("silent", "headers", "comments"):
            W.reset()
            r = gw.ask(name + "+")
            check(r.status == 200 and texts(r.body) == "good",
                  (name, r.status, r.body))
            check(W.wait(lambda: name in W.closed), name + " is still open")
            r = gw.ask(name)
            error = json.loads(r.body)["error"]
            check((r.status, error["code"]) == (504, "upstream_timeout"),
                  (name, r.status, r.body))

        # an answer that is no stream has no first token

        W.reset()
        c = gw.open("silent", stream=False)
        c.sock.settimeout(0.6)
        try:
            check(not c.sock.recv(65536), "something came")
        except TimeoutError:
            pass
        c.close()


def test_stall():
    """no next token: an error in the stream, and the provider is let go"""
    with Gateway("stall", "llmgw_stall_timeout 250ms; "
                 "llmgw_stream_keepalive 50ms;") as gw:
        for name, path in (("thinks", CHAT), ("pings", CHAT),
                           ("pings", MESSAGES), ("thinks", MESSAGES),
                           ("thinks", GEMINI)):
            W.reset()
            r = gw.ask(name, path)
            check(r.status == 200 and r.complete, (name, path, r.status))
            check(texts(r.body).startswith("Hello"), r.body)
            if path == CHAT:
                check(b'"code":"upstream_timeout"' in r.body
                      and r.body.endswith(b"data: [DONE]\n\n"), r.body)
            elif path == MESSAGES:
                last = r.body.rstrip().split(b"\n\n")[-1]
                check(last.startswith(b"event: error\n")
                      and b"timeout_error" in last, last)
            else:
                last = json.loads(r.body)[-1]["error"]
                check(last["status"] == "DEADLINE_EXCEEDED", last)
            check(W.wait(lambda: name in W.closed), name + " is still open")


def test_dies_early():
    """a stream that dies before its first token: nobody sees it"""
    with Gateway("early", "") as gw:
        for name in ("reset", "role"):
            for path in (CHAT, MESSAGES, GEMINI + "?alt=sse"):
                W.reset()
                r = gw.ask(name + "+", path)
                check(r.status == 200 and texts(r.body) == "good",
                      (name, path, r.status, r.body))
                check(W.seen == [name, "good"], W.seen)
                r = gw.ask(name, path)
                check(r.status == 502, (name, path, r.status, r.body))


def test_client_leaves():
    """a client that leaves while it is shown signs of life"""
    with Gateway("leaves", "llmgw_stream_keepalive 20ms;") as gw:
        c = gw.open("thinks")
        got = b""
        while got.count(b": ping") < 2:
            got += c.sock.recv(65536)
        c.close()
        check(W.wait(lambda: W.closed), "the provider is still asked")
        check(gw.ask("good").status == 200, "afterwards")


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
