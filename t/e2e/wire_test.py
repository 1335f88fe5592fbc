#!/usr/bin/env python3
"""What only shows on the wire and in time: bodies in pieces, pauses, clients
that leave, slow readers, reloads, memory.  The last line is
"N passed, N failed".
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

KEY = gateway.MASTER
AUTH = [("Authorization", "Bearer " + KEY),
        ("Content-Type", "application/json")]
PATH = "/v1/chat/completions"


def chunk(text, finish=None):
    delta = {"content": text} if finish is None else {}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1,
            "model": "m", "choices": [{"index": 0, "delta": delta,
                                       "finish_reason": finish}]}


class Upstream:
    """A provider under the control of a test: what it got, and a gate that
    holds its answers back."""

    def __init__(self):
        self.server = mock.Server(self.handle)
        self.port = self.server.port
        self.lock = threading.Condition()
        self.requests = []
        self.closed = 0
        self.gate = threading.Event()
        self.active = 0
        self.sent = 0

    def reset(self):
        with self.lock:
            self.requests = []
            self.closed = 0
            self.sent = 0
            self.gate = threading.Event()

    def wait(self, what, timeout=10):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def note_closed(self):
        with self.lock:
            self.closed += 1
            self.lock.notify_all()

    def handle(self, conn, req):
        with self.lock:
            self.requests.append(req)
            self.lock.notify_all()
        gate = self.gate
        name = req.target.split("/")[1]
        try:
            getattr(self, "do_" + name)(conn, req, gate)
        except mock.Closed:
            self.note_closed()
            raise

    def json(self, conn, value):
        body = json.dumps(value).encode()
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(body))]) + body)

    def stream_head(self, conn):
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "text/event-stream"),
            ("Transfer-Encoding", "chunked")]))

    def event(self, conn, ev):
        conn.send(mock.chunk(mock.event_bytes(ev)))

    def do_echo(self, conn, req, gate):
        self.json(conn, {"length": len(req.body),
                         "body": req.body.decode("latin-1")[:2000],
                         "expect": req.get("expect"),
                         "te": req.get("transfer-encoding"),
                         "cl": req.get("content-length")})

    def do_held(self, conn, req, gate):
        """Nothing until the gate opens, or the gateway leaves."""
        conn.sock.settimeout(0.05)
        while not gate.is_set():
            try:
                if conn.sock.recv(1) == b"":
                    raise mock.Closed()
            except socket.timeout:
                pass
            except OSError:
                raise mock.Closed()
        conn.sock.settimeout(None)
        self.json(conn, {"held": True})

    def do_words(self, conn, req, gate):
        """One word; the rest when the gate opens."""
        self.stream_head(conn)
        self.event(conn, chunk("first"))
        conn.sock.settimeout(0.02)
        while not gate.is_set():
            try:
                if conn.sock.recv(1) == b"":
                    raise mock.Closed()
            except socket.timeout:
                pass
            except OSError:
                raise mock.Closed()
        conn.sock.settimeout(None)
        self.event(conn, chunk("last"))
        self.event(conn, chunk("", "stop"))
        self.event(conn, "[DONE]")
        conn.send(b"0\r\n\r\n")

    def do_anthropic(self, conn, req, gate):
        self.stream_head(conn)
        self.event(conn, ["message_start", {
            "type": "message_start", "message": {
                "id": "m", "type": "message", "role": "assistant",
                "model": "c", "content": [], "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 1, "output_tokens": 1}}}])
        self.event(conn, ["content_block_start", {
            "type": "content_block_start", "index": 0,
            "content_block": {"type": "text", "text": ""}}])
        self.event(conn, ["content_block_delta", {
            "type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": "first"}}])
        gate.wait(20)
        for ev in (["content_block_stop",
                    {"type": "content_block_stop", "index": 0}],
                   ["message_delta", {"type": "message_delta", "delta": {
                       "stop_reason": "end_turn", "stop_sequence": None},
                       "usage": {"output_tokens": 2}}],
                   ["message_stop", {"type": "message_stop"}]):
            self.event(conn, ev)
        conn.send(b"0\r\n\r\n")

    def do_flood(self, conn, req, gate):
        """200 MB of events, as fast as they are taken."""
        self.stream_head(conn)
        ev = mock.chunk(mock.event_bytes(chunk("x" * 1000)) * 64)
        for _ in range(3000):
            conn.send(ev)
            self.sent += len(ev)
        self.event(conn, chunk("", "stop"))
        self.event(conn, "[DONE]")
        conn.send(b"0\r\n\r\n")

    def do_long(self, conn, req, gate):
        """20 MB of events."""
        self.stream_head(conn)
        ev = mock.chunk(mock.event_bytes(chunk("y" * 1000)) * 16)
        for _ in range(1250):
            conn.send(ev)
        self.event(conn, chunk("", "stop"))
        self.event(conn, "[DONE]")
        conn.send(b"0\r\n\r\n")


UP = Upstream()

LOCATIONS = ("held", "words", "flood", "long", "echo")

HTTP = """
llmgw_zone llmgw:1m;
llmgw_master_key %s;
log_format t '$status|$llmgw_attempts|$upstream_addr|$request_time';
log_format costs '$llmgw_deployment|$llmgw_prompt_tokens|$llmgw_completion_tokens|'
                 '$llmgw_usage_estimated|$llmgw_cost';
%s
llmgw_model anthropic { deployment @anthropic; }
llmgw_model anthropic-echo { deployment @anthropicecho; }
llmgw_model mock { deployment @mock; }
llmgw_model priced { deployment @words; price input=1 output=2; }
llmgw_model heldpriced { deployment @held; price input=1 output=2; }
client_body_buffer_size 8k;
client_max_body_size 1m;
llmgw_max_body 8m;
client_body_timeout 10s;
keepalive_requests 100000;
""" % (KEY, "\n".join("llmgw_model %s { deployment @%s; }" % (n, n)
                      for n in LOCATIONS))

SERVER = """
access_log costs.log costs if=$llmgw_cost;
location / { llmgw on; }
location @mock { llmgw_provider mock; }
location @anthropic { llmgw_provider anthropic;
    llmgw_base_url http://127.0.0.1:%d/anthropic; }
location @anthropicecho { llmgw_provider anthropic;
    llmgw_base_url http://127.0.0.1:%d/echo; }
%s
""" % (UP.port, UP.port, "\n".join(
    "location @%s { llmgw_provider openai; "
    "llmgw_base_url http://127.0.0.1:%d/%s/v1; }" % (n, UP.port, n)
    for n in LOCATIONS))

GW = gateway.Gateway("wire", HTTP, SERVER, workers=1)
COSTS = os.path.join(GW.dir, "costs.log")
SERVER = SERVER.replace("costs.log", COSTS)


def body_of(model, **more):
    return json.dumps(dict({"model": model, "messages": [
        {"role": "user", "content": "Hi"}]}, **more)).encode()


def post(client, model, **more):
    body = body_of(model, **more)
    client.send(gateway.request_bytes("POST", PATH, AUTH, body) + body)


def check(value, what):
    if not value:
        raise AssertionError(what)


def workers():
    """Process ids of the workers, the leaving ones as well."""
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(GW.proc.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line]


def sanitized():
    """A sanitizer keeps what was freed: memory says nothing."""
    return "ASAN_OPTIONS" in os.environ


def rss():
    total = 0
    for pid in workers():
        with open("/proc/%d/status" % pid) as f:
            total += int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))
    return total


# -- request bodies --------------------------------------------------------


def test_body_in_pieces():
    """a body in single bytes, in one and the same segment, and chunked"""
    body = body_of("echo", user="é" * 40)
    for pieces in (1, 7, 4096):
        c = gateway.Client(GW.port)
        c.send(gateway.request_bytes("POST", PATH, AUTH, body))
        for i in range(0, len(body), pieces):
            c.send(body[i:i + pieces])
        r = c.response()
        check(r.status == 200 and json.loads(r.body)["length"] == len(body),
              "%d: %r" % (pieces, r.body))
        c.close()
        c = gateway.Client(GW.port)
        c.send(gateway.request_bytes("POST", PATH, AUTH, body, chunked=True))
        for i in range(0, len(body), pieces):
            c.send(mock.chunk(body[i:i + pieces]))
        c.send(b"0\r\n\r\n")
        got = json.loads(c.response().body)
        check(got["length"] == len(body) and got["cl"] == str(len(body))
              and got["te"] is None, "%d chunked: %r" % (pieces, got))
        c.close()


def test_chunk_extensions_and_trailers():
    """chunk extensions and trailers are dropped"""
    body = body_of("echo")
    c = gateway.Client(GW.port)
    c.send(gateway.request_bytes("POST", PATH, AUTH, b"", chunked=True))
    c.send(b"%x;ext=1\r\n%s\r\n0\r\nX-Trailer: a\r\n\r\n" % (len(body), body))
    got = json.loads(c.response().body)
    check(got["length"] == len(body), got)
    check("trailer" not in UP.requests[-1].head.decode().lower(), "trailer")
    c.close()


def test_large_bodies():
    """bodies over every buffer size, and none in a temporary file"""
    for size in (7000, 8192, 100000, 1 << 20, 5 << 20):
        for chunked in (False, True):
            body = body_of("echo", user="u" * size)
            c = gateway.Client(GW.port)
            c.send(gateway.request_bytes("POST", PATH, AUTH, body, chunked))
            c.send(mock.chunk(body) + b"0\r\n\r\n" if chunked else body)
            r = c.response()
            check(r.status == 200
                  and json.loads(r.body)["length"] == len(body),
                  "%d %s: %d" % (size, chunked, r.status))
            check(UP.requests[-1].body == body, "%d: other bytes" % size)
            c.close()
    left = sum(len(files) for _, _, files in
               os.walk(os.path.join(GW.dir, "tmp")))
    check(left == 0, "%d temporary files" % left)
    check("buffered to a temporary file" not in GW.log(), "buffered to a file")


def test_expect_continue():
    """Expect: 100-continue"""
    body = body_of("echo", user="u" * 20000)
    c = gateway.Client(GW.port)
    c.send(gateway.request_bytes("POST", PATH,
                                 AUTH + [("Expect", "100-continue")], body))
    check(c.until(b"\r\n\r\n").startswith(b"HTTP/1.1 100"), "no 100")
    c.send(body)
    got = json.loads(c.response().body)
    check(got["length"] == len(body) and got["expect"] is None, got)
    c.close()


def test_expect_continue_refused():
    """Expect: 100-continue with a wrong key: refused without it"""
    c = gateway.Client(GW.port)
    c.send(gateway.request_bytes(
        "POST", PATH, [("Authorization", "Bearer no"),
                       ("Expect", "100-continue")], b"x" * 1000))
    check(c.until(b"\r\n").startswith(b"HTTP/1.1 401"), "not 401")
    c.close()


def test_pipelined():
    """requests in one segment are answered in their order"""
    out = b""
    for i in range(20):
        body = body_of("echo", user="user-%d" % i)
        out += gateway.request_bytes("POST", PATH, AUTH, body) + body
        out += gateway.request_bytes("GET", "/v1/models", AUTH, None)
    c = gateway.Client(GW.port)
    c.send(out)
    for i in range(20):
        check("user-%d\"" % i in json.loads(c.response().body)["body"], i)
        check(b'"object":"list"' in c.response("GET").body, i)
    c.close()


def test_refused_body_is_not_a_request():
    """what follows a refused head is its body and no second request"""
    c = gateway.Client(GW.port)
    smuggled = gateway.request_bytes("GET", "/v1/models", AUTH, None)
    c.send(gateway.request_bytes("POST", PATH,
                                 [("Authorization", "Bearer no")], smuggled)
           + smuggled)
    r = c.response()
    check(r.status == 401, r.status)
    c.send(gateway.request_bytes("GET", "/health/liveliness", [], None))
    try:
        r = c.response("GET")
        check(b"alive" in r.body, r.body)
    except (gateway.Truncated, OSError):
        pass        # closing the connection is as good
    c.close()


def test_costly_bodies():
    """bodies made to be costly are read or refused in linear time"""
    n = 150000
    bodies = {
        "members": b'{"model":"echo","x":{%s}}' % b",".join(
            b'"k%d":%d' % (i, i) for i in range(n)),
        "same members": b'{"model":"echo","x":{%s}}' % b",".join(
            [b'"k":1'] * n),
        "escaped members": b'{"model":"echo","x":{%s}}' % b",".join(
            b'"\\u0061%d":1' % i for i in range(n)),
        "colliding members": b'{"model":"echo","x":{%s}}' % b",".join(
            b'"' + bytes([97 + (i >> j & 1) for j in range(17)]) + b'":1'
            for i in range(n // 2)),
        "numbers": b'{"model":"echo","x":' + b"9" * (2 << 20) + b"}",
        "exponent": b'{"model":"echo","max_tokens":1e' + b"9" * (1 << 20)
        + b"}",
        "brackets": b'{"model":"echo","x":' + b"[" * (2 << 20),
        "quotes": b'{"model":"echo","x":"' + b'\\"' * (1 << 20) + b'"}',
        "surrogates": b'{"model":"echo","x":"' + b"\\ud800" * (1 << 18)
        + b'"}',
        "messages": b'{"model":"anthropic-echo","messages":[%s]}' % b",".join(
            [b'{"role":"user","content":"x"}'] * 40000),
    }
    for name, body in bodies.items():
        begin = time.monotonic()
        r = gateway.call(GW.port, "POST", PATH, AUTH, body)
        took = time.monotonic() - begin
        check(r.status in (200, 400, 404, 413, 502), "%s: %d"
              % (name, r.status))
        check(took < 3 * gateway.slow(), "%s took %.1f s" % (name, took))


def test_costly_multipart():
    """dashes and half boundaries"""
    head = (b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\n'
            b'echo\r\n--b\r\nContent-Disposition: form-data; name="file"; '
            b'filename="f"\r\n\r\n')
    for name, data in (("dashes", b"-" * (4 << 20)),
                       ("lines", b"\r\n--" * (1 << 20)),
                       ("cr", b"\r" * (4 << 20)),
                       ("parts", b"\r\n--b\r\nContent-Disposition: "
                        b"form-data; name=x\r\n\r\nx" * 40000)):
        begin = time.monotonic()
        r = gateway.call(GW.port, "POST", "/v1/audio/transcriptions", [
            AUTH[0], ("Content-Type", "multipart/form-data; boundary=b")],
            head + data + b"\r\n--b--\r\n")
        took = time.monotonic() - begin
        check(r.status == 200, "%s: %d %r" % (name, r.status, r.body[:200]))
        check(took < 3 * gateway.slow(), "%s took %.1f s" % (name, took))


def test_http09():
    """HTTP/0.9 is refused, and nothing goes upstream"""
    UP.reset()
    c = gateway.Client(GW.port)
    c.send(b"GET /v1/models\r\n")
    got = b""
    try:
        while True:
            c.fill()
    except (gateway.Truncated, OSError):
        got = c.buf
    check(b"list" not in got and (b"HTTP/0.9" in got or got == b""), got)
    check(not UP.requests, "went upstream")
    c.close()


def test_http2():
    """HTTP/2: bodies, a stream, errors"""
    url = "http://127.0.0.1:%d%s" % (H2PORT, PATH)
    for body, want in ((body_of("echo", user="u" * 100000), b'"length"'),
                       (body_of("mock", stream=True), b"data: [DONE]"),
                       (body_of("nothing"), b"model_not_found"),
                       (body_of("echo", user="u" * (1 << 20)), b'"length"'),
                       (b"{", b"invalid_json")):
        p = subprocess.run(
            ["curl", "-s", "--max-time", "20", "--http2-prior-knowledge", url,
             "-H", "Authorization: Bearer " + KEY,
             "-H", "Content-Type: application/json",
             "--data-binary", "@-"], input=body, capture_output=True)
        check(want in p.stdout, "%s: %r %r" % (want, p.stdout[:200],
                                               p.stderr))


# -- streams ---------------------------------------------------------------


def test_first_word_at_once():
    """a word is passed on while the provider thinks about the next one"""
    for model in ("words", "anthropic"):
        UP.reset()
        c = gateway.Client(GW.port)
        post(c, model, stream=True)
        check(c.head().status == 200, "status")
        text = c.until(b"first")
        check(b"last" not in text, "too much")
        UP.gate.set()
        c.until(b"data: [DONE]")
        c.close()


def test_client_leaves_stream():
    """a client that leaves ends the provider's stream"""
    UP.reset()
    c = gateway.Client(GW.port)
    post(c, "words", stream=True)
    c.until(b"first")
    c.close()
    check(UP.wait(lambda: UP.closed == 1), "the upstream goes on")


def test_client_leaves_cost():
    """what a client has had when it leaves is estimated, and costs"""
    UP.reset()
    c = gateway.Client(GW.port)
    post(c, "priced", stream=True)
    c.until(b"first")
    c.close()
    check(UP.wait(lambda: UP.closed == 1), "the upstream goes on")

    line = logged("words")
    check(line == "words|5|2|1|0.000009\n", "logged: %r" % line)


def logged(deployment):
    """What a deployment has cost; the line comes a moment after the upstream's
    connection has ended."""
    end = time.monotonic() + 10 * gateway.slow()
    while time.monotonic() < end:
        with open(COSTS) as f:
            for line in f:
                if line.startswith("@" + deployment) and line.endswith("\n"):
                    return line[1:]
        time.sleep(0.01)
    return ""


def test_client_leaves_early():
    """a client that leaves before the answer ends the attempt; the provider
    has read the prompt"""
    UP.reset()
    c = gateway.Client(GW.port)
    post(c, "heldpriced")
    check(UP.wait(lambda: UP.requests), "no request")
    c.close()
    check(UP.wait(lambda: UP.closed == 1), "the upstream goes on")
    line = logged("held")
    m = re.fullmatch(r"held\|([1-9]\d*)\|-\|1\|(0\.0000\d+)\n", line)
    check(m and round(float(m[2]) * 1e6) == int(m[1]), "logged: %r" % line)


def test_client_leaves_mock():
    """a client that leaves the mock provider"""
    for _ in range(20):
        c = gateway.Client(GW.port)
        post(c, "mock", stream=True)
        c.until(b"role")
        c.close()


def test_client_leaves_body():
    """a client that leaves in the middle of its body"""
    UP.reset()
    for n in (0, 1, 500, 50000):
        c = gateway.Client(GW.port)
        body = body_of("echo", user="u" * 100000)
        c.send(gateway.request_bytes("POST", PATH, AUTH, body) + body[:n])
        c.close()
    time.sleep(0.1)
    check(not UP.requests, "went upstream")


def test_slow_reader():
    """a client that does not read stops the provider and costs no memory"""
    UP.reset()
    before = rss()
    c = gateway.Client(GW.port)
    c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    post(c, "flood", stream=True)
    c.until(b"xxxx")
    last = -1
    for _ in range(100):        # until nothing moves any more
        if UP.sent == last:
            break
        last = UP.sent
        time.sleep(0.2)
    check(UP.sent < 30 << 20, "took %d bytes" % UP.sent)
    grown = rss() - before
    check(sanitized() or grown < 4096, "grew by %d kB" % grown)
    c.close()
    check(UP.wait(lambda: UP.closed == 1), "the upstream goes on")


def test_long_stream_whole():
    """a stream of 20 MB arrives whole, in constant memory"""
    UP.reset()
    c = gateway.Client(GW.port)
    post(c, "long", stream=True)
    c.until(b"yyy")
    before = rss()
    r = gateway.Response()
    n = c.buf.count(b"data: ")
    tail = b""
    while not tail.endswith(b"0\r\n\r\n"):
        data = c.sock.recv(262144)
        check(data, "cut")
        tail = (tail + data)[-64:]
        n += len(data)
    grown = rss() - before
    check(sanitized() or grown < 2048, "grew by %d kB" % grown)
    check(b"[DONE]" in tail, tail)
    check(r is not None and n > 20 << 20, n)
    c.close()


def test_slow_reader_gets_all():
    """a client that reads in small pieces gets every byte"""
    c = gateway.Client(GW.port)
    c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    post(c, "long", stream=True)
    head = c.head()
    check(head.status == 200, head.status)
    events = 0
    tail = b""
    total = 0
    while not tail.endswith(b"0\r\n\r\n"):
        data = c.buf or c.sock.recv(3000 if total < 300000 else 262144)
        c.buf = b""
        check(data, "cut")
        total += len(data)
        events += (tail[-40:] + data).count(b'"content":') \
            - tail[-40:].count(b'"content":')
        tail = (tail + data)[-64:]
    check(events == 20000, "%d events" % events)
    c.close()


def test_many_at_once():
    """200 streams and 200 answers at once, none mixed up"""
    UP.reset()
    streams = []
    for i in range(200):
        c = gateway.Client(GW.port)
        post(c, "words" if i % 2 else "anthropic", stream=True)
        streams.append(c)
    for c in streams:
        c.until(b"first")
    clients = []
    for i in range(200):
        c = gateway.Client(GW.port)
        post(c, "echo", user="user-%d-" % i)
        clients.append(c)
    for i, c in enumerate(clients):
        check("user-%d-" % i in c.response().body.decode(), i)
        c.close()
    UP.gate.set()
    for c in streams:
        c.until(b"data: [DONE]")
        c.close()


# -- the server ------------------------------------------------------------


def test_reload_with_stream():
    """a reload lets a running stream end, and kept connections go on"""
    UP.reset()
    old = workers()
    c = gateway.Client(GW.port)
    post(c, "words", stream=True)
    c.until(b"first")
    kept = gateway.Client(GW.port)
    post(kept, "echo")
    check(kept.response().status == 200, "before")

    # a deployment is taken out, another one put in

    http = HTTP.replace("llmgw_model echo { deployment @echo; }",
                        "llmgw_model echo2 { deployment @echo; }")
    GW.write(http, SERVER)
    GW.kill(signal.SIGHUP)
    deadline = time.monotonic() + 20 * gateway.slow()
    while time.monotonic() < deadline:
        if set(workers()) - set(old):
            r = gateway.call(GW.port, "POST", PATH, AUTH, body_of("echo2"))
            if r.status == 200:
                break
        time.sleep(0.05)
    else:
        raise AssertionError("no new worker")

    UP.gate.set()
    c.until(b"data: [DONE]")
    c.close()
    kept.close()

    deadline = time.monotonic() + 20 * gateway.slow()
    while set(workers()) & set(old) and time.monotonic() < deadline:
        time.sleep(0.05)
    check(not set(workers()) & set(old), "an old worker stays")

    GW.write(HTTP, SERVER)
    GW.kill(signal.SIGHUP)
    deadline = time.monotonic() + 20 * gateway.slow()
    while time.monotonic() < deadline:
        if gateway.call(GW.port, "POST", PATH, AUTH,
                        body_of("echo")).status == 200:
            return
        time.sleep(0.05)
    raise AssertionError("the old configuration does not come back")


def test_bad_reload():
    """a reload with a mistake leaves everything as it is"""
    GW.write(HTTP + "llmgw_model x { deployment @nowhere; }", SERVER)
    GW.kill(signal.SIGHUP)
    deadline = time.monotonic() + 10 * gateway.slow()
    while "names no location" not in GW.log():
        check(time.monotonic() < deadline, "no message")
        time.sleep(0.05)
    check(gateway.call(GW.port, "POST", PATH, AUTH,
                       body_of("echo")).status == 200, "does not serve")
    GW.write(HTTP, SERVER)


def test_killed_worker():
    """a killed worker is followed by another, the zone stays"""
    old = workers()
    os.kill(old[0], signal.SIGKILL)
    deadline = time.monotonic() + 10 * gateway.slow()
    while time.monotonic() < deadline:
        try:
            if gateway.call(GW.port, "POST", PATH, AUTH,
                            body_of("echo")).status == 200:
                break
        except (OSError, gateway.Truncated):
            pass
        time.sleep(0.05)
    else:
        raise AssertionError("does not serve")
    check(set(workers()) != set(old), "the same worker")


def test_flat_memory():
    """memory stays flat over requests of every kind on one connection"""
    def some(n):
        c = gateway.Client(GW.port)
        for i in range(n):
            post(c, "echo", user="u" * (i % 50) * 100)
            c.response()
            c.send(gateway.request_bytes("POST", PATH, AUTH, b"{") + b"{")
            check(c.response().status == 400, "status")
        c.close()
    some(200)
    before = rss()
    some(1500)
    grown = rss() - before
    check(sanitized() or grown < 1024, "grew by %d kB" % grown)


H2PORT = gateway.free_port()


def main():
    http2 = "listen 127.0.0.1:%d http2;" % H2PORT
    version = subprocess.run([gateway.binary(), "-v"], capture_output=True,
                             text=True).stderr
    major, minor = map(int, re.search(r"/(\d+)\.(\d+)", version).groups())
    if (major, minor) >= (1, 25):
        http2 = "listen 127.0.0.1:%d; http2 on;" % H2PORT

    h2 = """
    server { %s
    %s
    }
    """ % (http2, SERVER)

    global HTTP
    HTTP += h2
    GW.write(HTTP, SERVER)

    only = sys.argv[1:]
    passed = failed = 0
    try:
        GW.start()
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
    finally:
        GW.stop(signal.SIGTERM)
        UP.server.stop()

    for line in GW.faults():
        if "names no location" in line or "exited on signal 9" in line:
            continue
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
