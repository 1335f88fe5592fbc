#!/usr/bin/env python3
"""What load meets when deployments become slow or break, with two workers: the
share that a slow one keeps, a black hole, answers that drip, streams that are
reset, a wrong certificate, reloads under streams.  The last line is
"N passed, N failed".
"""

import json
import os
import signal
import socket
import ssl
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
SECRET = "sk-upstream-secret-0123456789"
OK = (b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
      b"Content-Length: 8\r\n\r\n{\"ok\":1}")
STREAM = (b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n"
          b"Transfer-Encoding: chunked\r\n\r\n")
QUICK = 0.04                # seconds of an answer; a slow one takes ten times


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated, IndexError, ValueError):
            pass
        time.sleep(0.02)
    raise AssertionError(message)


def word(text, finish="null"):
    return mock.chunk(
        ('data: {"id":"c","object":"chat.completion.chunk","created":1,'
         '"model":"m","choices":[{"index":0,"delta":{"content":"%s"},'
         '"finish_reason":%s}]}\n\n' % (text, finish)).encode())


END = word("", '"stop"') + mock.chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"


class Upstream:
    """what it does depends on the first word of the path"""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = {}
        self.slow = set()
        self.hold = threading.Event()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def take(self):
        with self.lock:
            counts, self.counts = self.counts, {}
        return counts

    def handle(self, conn, req):
        name = req.target.split("/")[1]
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
        stream = b'"stream": true' in req.body
        if name in ("l1", "l2", "l3"):
            quick = QUICK * gateway.slow()
            time.sleep(quick * 10 if name in self.slow else quick)
            conn.send(OK)
        elif name == "drip":
            for c in STREAM + word("late"):
                conn.send(bytes((c,)))
                time.sleep(0.02)
        elif name == "early":
            conn.send(STREAM + mock.chunk(b": thinking\n\n"))
            conn.reset()
        elif name == "cut":
            conn.send(STREAM + word("begun"))
            self.hold.wait(20 * gateway.slow())
            conn.reset()
        elif name == "held":
            conn.send(STREAM + word("begun"))
            self.hold.wait(40 * gateway.slow())
            conn.send(word(" ended") + END)
        elif name == "claude":
            reset = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                  time.gmtime(time.time() + 3600))
            answer = json.dumps({
                "id": "msg_1", "type": "message", "role": "assistant",
                "model": "c", "content": [{"type": "text", "text": "ok"}],
                "stop_reason": "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 3, "output_tokens": 1}}).encode()
            conn.send(mock.head_bytes(200, "X", [
                ("Content-Type", "application/json"),
                ("Content-Length", len(answer)),
                ("anthropic-ratelimit-requests-remaining", 17),
                ("anthropic-ratelimit-requests-reset", reset),
                ("anthropic-ratelimit-input-tokens-remaining", 0),
                ("anthropic-ratelimit-input-tokens-reset", reset)]) + answer)
        elif name == "e500":
            conn.send(b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}")
        elif stream:
            conn.send(STREAM + word("fine") + END)
        else:
            conn.send(OK)


UP = Upstream()
NAMES = ("a", "l1", "l2", "l3", "drip", "early", "cut", "held", "e500")


class Hole:
    """An address that takes no connection and refuses none."""

    def __init__(self):
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(0)
        self.port = self.sock.getsockname()[1]
        self.fill = []
        while True:
            s = socket.socket()
            s.settimeout(0.3)
            self.fill.append(s)
            try:
                s.connect(("127.0.0.1", self.port))
            except socket.timeout:
                return

    def close(self):
        for s in self.fill + [self.sock]:
            s.close()


HOLE = Hole()

HTTP = """
keepalive_requests 100000;
llmgw_zone llmgw:1m;
llmgw_master_key %s;
llmgw_model latency { deployment @l1; deployment @l2; deployment @l3;
                      strategy latency; }
llmgw_model least_busy { deployment @l1 model=lb; deployment @l2 model=lb;
                         deployment @l3 model=lb; strategy least_busy; }
llmgw_model hole { deployment @hole; deployment @a; cooldown 10m max=10m; }
llmgw_model drip { deployment @drip; deployment @a model=d; cooldown off; }
llmgw_model early { deployment @early; deployment @a model=e; cooldown off; }
llmgw_model cut { deployment @cut; deployment @a model=c; cooldown off; }
llmgw_model left { deployment @claude; deployment @a model=l; }
llmgw_model held { deployment @e500; deployment @held;
                   cooldown 10m max=10m failures=1; }
""" % KEY

SERVER = """
location / { llmgw on; }
location @hole { llmgw_provider openai; proxy_connect_timeout 500ms;
    llmgw_base_url http://127.0.0.1:%d/v1; }
""" % HOLE.port + "".join("""
location @%s { llmgw_provider openai; llmgw_api_key %s; %s
    llmgw_base_url http://127.0.0.1:%d/%s/v1; }
""" % (n, SECRET, "llmgw_ttft_timeout 500ms;" if n == "drip" else "",
       UP.port, n) for n in NAMES) + """
location @claude { llmgw_provider anthropic; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:%d/claude; }
""" % (SECRET, UP.port)


def body(model, stream=False):
    return json.dumps({"model": model, "messages": [],
                       "stream": stream}).encode()


def deployments(gw, model):
    r = gateway.call(gw.port, "GET", "/health", AUTH)
    check(r.status == 200, r.body)
    return {d["deployment"]: d for d in json.loads(r.body)["deployments"]
            if d["model_name"] == model}


class Load:
    """Clients that ask one after the other until they are told to end."""

    def __init__(self, gw, model, clients, n=None, stream=False):
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.left = n
        self.done = 0
        self.bad = []
        data = body(model, stream)
        self.request = gateway.request_bytes("POST", PATH, AUTH, data) + data
        self.port = gw.port
        self.stream = stream
        self.threads = [threading.Thread(target=self.work)
                        for _ in range(clients)]
        for t in self.threads:
            t.start()

    def more(self):
        with self.lock:
            if self.left is None:
                return not self.stop.is_set()
            self.left -= 1
            return self.left >= 0

    def good(self, r):
        if self.stream:
            return b"fine" in r.body and b"error" not in r.body
        return r.body == b'{"ok":1}'

    def work(self):
        c = gateway.Client(self.port)
        used = False
        while self.more():
            try:
                try:
                    c.send(self.request)
                    r = c.response()
                except (ConnectionError, gateway.Truncated):
                    # an idle connection may be closed at any time
                    if not used or c.buf:
                        raise
                    c.close()
                    c = gateway.Client(self.port)
                    c.send(self.request)
                    r = c.response()
                used = True
                bad = None if (r.status == 200 and r.complete
                               and self.good(r)) else (r.status, r.body)
            except (OSError, gateway.Truncated) as e:
                bad = repr(e)
                c.close()
                c = gateway.Client(self.port)
                used = False
            with self.lock:
                self.done += 1
                if bad:
                    self.bad.append(bad)
        c.close()

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()
        check(not self.bad, self.bad[:3])


def shifts(gw, strategy):
    """the part of requests that goes to the first deployment, when it is as
    quick as the others, and 5 s after it has become slow"""
    UP.slow.clear()
    load = Load(gw, strategy, 12)

    def part():
        UP.take()
        at = load.done
        until(lambda: load.done > at + 300, "no answers", 60)
        counts = UP.take()
        return counts.get("l1", 0) / sum(counts.values())

    try:
        until(lambda: load.done > 100, "no answers", 60)
        before = part()
        UP.slow.add("l1")
        time.sleep(5 * gateway.slow())
        after = part()
    finally:
        UP.slow.clear()
        load.end()
    print("# %s: %.1f %% before, %.1f %% after" % (strategy, before * 100,
                                                   after * 100))
    return before, after


def test_latency(gw):
    """a deployment that becomes ten times slower keeps a tenth of its part"""
    before, after = shifts(gw, "latency")
    check(before > 0.15, "%f before" % before)
    check(after <= before / 10, "%f, %f" % (before, after))


def test_least_busy(gw):
    """90 % go elsewhere: by load alone a slow one is asked when it is empty"""
    before, after = shifts(gw, "least_busy")
    check(before > 0.25, "%f before" % before)
    check(after <= 0.1, "%f, %f" % (before, after))


def test_left(gw):
    """a deployment whose provider says that nothing is left is passed by,
    and the client is told in OpenAI's words"""
    UP.take()
    data = json.dumps({"model": "left", "messages": [
        {"role": "user", "content": "Hello"}]}).encode()

    def ask():
        r = gateway.call(gw.port, "POST", PATH, AUTH, data)
        check(r.status == 200, r.body)
        return r

    r = ask()
    check(r.get("x-ratelimit-remaining-requests") == "17", r.headers)
    check(r.get("x-ratelimit-reset-requests").endswith("s"), r.headers)
    for _ in range(5):
        ask()
    check(UP.take() == {"claude": 1, "a": 5}, "counts")


def test_hole(gw):
    """no request but those of the beginning waits for a black hole"""
    load = Load(gw, "hole", 16, 2000)
    load.end()
    d = deployments(gw, "hole")["@hole"]
    check(d["status"] == "cooldown", d)
    check(3 <= d["attempts"] <= 16 + 3, d)
    check(d["last_status"] == 504, d)
    check(d["in_flight"] == 0, d)


def test_drip(gw):
    """an answer byte by byte is given up at the limit for its first token"""
    UP.take()
    load = Load(gw, "drip", 16, 64, stream=True)
    load.end()
    check(UP.take() == {"drip": 64, "a": 64}, "counts")
    check(deployments(gw, "drip")["@drip"]["failures"] == 64, "failures")


def test_early(gw):
    """a stream that is reset before its first word: the next deployment"""
    UP.take()
    load = Load(gw, "early", 16, 500, stream=True)
    load.end()
    check(UP.take() == {"early": 500, "a": 500}, "counts")


def test_cut(gw):
    """a stream that the client has seen ends with an error, and never begins
    again"""
    UP.take()
    UP.hold.clear()
    data = body("cut", True)
    clients = [gateway.Client(gw.port) for _ in range(32)]
    for c in clients:
        c.send(gateway.request_bytes("POST", PATH, AUTH, data) + data)
    for c in clients:
        check(c.head().status == 200, "status")
        c.buf = c.until(b"begun") + c.buf
    UP.hold.set()
    for c in clients:
        while b"0\r\n\r\n" not in c.buf:
            try:
                c.fill()
            except gateway.Truncated:
                break
        check(b'"error"' in c.buf, c.buf)
        check(b"fine" not in c.buf and b"begun" not in c.buf, c.buf)
        c.close()
    check(UP.take() == {"cut": 32}, "counts")


def test_wrong_certificate(gw):
    """is a failed attempt: another deployment, and no key for the wrong one"""
    directory = os.path.join(gw.dir, "tls")
    os.makedirs(directory, exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-subj", "/CN=elsewhere.test", "-addext",
         "subjectAltName=DNS:elsewhere.test", "-keyout", "wrong.key", "-out",
         "wrong.pem"], cwd=directory, check=True, capture_output=True)
    base = os.path.join(directory, "wrong")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(base + ".pem", base + ".key")
    seen = []
    shaken = []

    class TlsServer(mock.Server):
        def serve(self, conn):
            try:
                conn.sock = context.wrap_socket(conn.sock, server_side=True)
                shaken.append(conn)
            except (OSError, ssl.SSLError):
                conn.sock.close()
                return
            mock.Server.serve(self, conn)

    server = TlsServer(lambda conn, req: seen.append(req))
    tls = gateway.Gateway(
        "shift-tls", "llmgw_zone llmgw:1m; llmgw_master_key %s; "
        "llmgw_model m { deployment @wrong; deployment @a; cooldown off; }"
        % KEY, """
        location / { llmgw on; }
        location @wrong { llmgw_provider openai; llmgw_api_key %s;
            proxy_ssl_trusted_certificate %s.pem;
            llmgw_base_url https://localhost:%d/v1; }
        location @a { llmgw_provider openai; llmgw_api_key %s;
            llmgw_base_url http://127.0.0.1:%d/a/v1; }
        """ % (SECRET, base, server.port, SECRET, UP.port)).start()
    try:
        UP.take()
        load = Load(tls, "m", 4, 40)
        load.end()
        check(UP.take() == {"a": 40}, "counts")
        d = deployments(tls, "m")["@wrong"]
        check((d["attempts"], d["failures"]) == (40, 40), d)
        check(shaken, "no handshake came to its end")
        check(not seen, "a request went out")
    finally:
        tls.stop()
        server.stop()
    check(not tls.faults(), tls.faults())


def test_reload(gw):
    """under streams: none is cut, no request fails, nothing is forgotten"""
    UP.take()
    UP.hold.clear()
    data = body("held", True)
    clients = [gateway.Client(gw.port, 60) for _ in range(16)]
    for c in clients:
        c.send(gateway.request_bytes("POST", PATH, AUTH, data) + data)
    for c in clients:
        check(c.head().status == 200, "status")
        c.buf = c.until(b"begun") + c.buf
    before = deployments(gw, "held")
    check(before["@e500"]["status"] == "cooldown", before)
    check(before["@held"]["in_flight"] == 16, before)

    load = Load(gw, "early", 4, stream=True)
    for _ in range(3):
        at = load.done
        gw.kill(signal.SIGHUP)
        until(lambda: load.done > at + 50, "no answers", 60)
    load.end()

    after = deployments(gw, "held")
    check(after["@e500"]["status"] == "cooldown", after)
    check(after["@e500"]["cooldown_ms"] < before["@e500"]["cooldown_ms"],
          (before, after))
    for name in after:
        check(after[name]["attempts"] == before[name]["attempts"],
              (before, after))
    check(after["@held"]["in_flight"] == 16, after)

    UP.hold.set()
    for c in clients:
        while b"[DONE]" not in c.buf:
            c.fill()
        check(b" ended" in c.buf and b'"error"' not in c.buf, c.buf)
        c.close()
    until(lambda: deployments(gw, "held")["@held"]["in_flight"] == 0,
          "in flight")


def main():
    gw = gateway.Gateway("shift", HTTP, SERVER, workers=2)
    only = sys.argv[1:]
    passed = failed = 0
    try:
        gw.start()
        for name, test in list(globals().items()):
            if not name.startswith("test_") or (only and name not in only):
                continue
            try:
                test(gw)
                passed += 1
                print("ok %s" % name)
            except (AssertionError, OSError, gateway.Truncated, KeyError,
                    IndexError, ValueError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        UP.hold.set()
        gw.stop()
        UP.server.stop()
        HOLE.close()

    for line in gw.faults():
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
