#!/usr/bin/env python3
"""Active checks (llmgw_health_check) with two workers: what is asked, upstreams
that die and come back, what a check says nothing about, reloads and workers
that are killed, TLS.  The last line is "N passed, N failed".
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
ANSWER = b"HTTP/1.1 %d X\r\n%bContent-Length: 8\r\n\r\n{\"ok\":1}"
JSON = b"Content-Type: application/json\r\n"


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated, IndexError):
            pass            # a worker that was killed had the connection
        time.sleep(0.02)
    raise AssertionError(message)


class Upstream:
    """Answers checks (GET) and requests (POST); can be ended and begun."""

    def __init__(self):
        self.lock = threading.Lock()
        self.conns = []
        self.seen = []              # requests, the newest last
        self.check = 200            # the status of an answer to a check
        self.post = 200             # … and to a request
        self.head = b""
        self.size = 0               # of an answer to a check, more than usual
        self.silent = False
        self.port = 0
        self.begin()

    def begin(self):
        self.server = mock.Server(self.handle, port=self.port)
        self.port = self.server.port

    def end(self):
        """as a process that is killed: nothing listens, all is reset"""
        try:
            self.server.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.server.stop()
        with self.lock:
            conns, self.conns = self.conns, []
        for c in conns:
            try:
                c.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle(self, conn, req):
        with self.lock:
            self.conns.append(conn)
            self.seen.append(req)
        if req.method == "POST" and not req.body.find(b"ping") >= 0:
            conn.send(ANSWER % (self.post, JSON + self.head))
        elif self.silent:
            conn.wait_closed()
            conn.close()
        elif self.size:
            conn.send(b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n"
                      % self.size)
            conn.send(b" " * self.size)
        else:
            conn.send(ANSWER % (self.check, JSON))

    def count(self, method):
        with self.lock:
            return sum(r.method == method for r in self.seen)

    def last(self, method):
        with self.lock:
            return [r for r in self.seen if r.method == method][-1]


A, B, P, U = [Upstream() for _ in range(4)]
FAST = "interval=100ms timeout=2s jitter=0 passes=2"

HTTP = """
keepalive_requests 100000;
llmgw_zone llmgw:1m;
llmgw_master_key %s;
llmgw_model m { deployment @a; deployment @b; cooldown 1m; }
llmgw_model held { deployment @a model=held; deployment @b; }
llmgw_model other { deployment @a model=o; deployment @b; }
llmgw_model off { deployment @a model=x; deployment @b model=x; cooldown off; }
llmgw_model ping { deployment @ping model=gpt-4o; deployment @ping model=o3; }
llmgw_model claude { deployment @claude; }
llmgw_model uri { deployment @uri; }
llmgw_model mock { deployment @mock; }
upstream pair { server 127.0.0.1:%d; server 127.0.0.1:%d; }
""" % (KEY, gateway.free_port(), U.port)

SERVER = """
location / { llmgw on; }
location @a { llmgw_provider openai; llmgw_api_key %s; llmgw_health_check %s;
    llmgw_base_url http://127.0.0.1:%d/v1; }
location @b { llmgw_provider openai; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:%d/v1; }
location @ping { llmgw_provider openai; llmgw_api_key %s;
    llmgw_health_check ping %s; llmgw_base_url http://127.0.0.1:%d/v1; }
location @claude { llmgw_provider anthropic; llmgw_api_key %s;
    llmgw_health_check on; llmgw_base_url http://127.0.0.1:%d; }
location @uri { llmgw_provider openai; llmgw_api_key %s;
    llmgw_health_check uri=/health?full=1 %s; llmgw_base_url http://pair; }
location @mock { llmgw_provider mock; llmgw_health_check on; }
""" % (SECRET, FAST, A.port, SECRET, B.port, SECRET, FAST, P.port, SECRET,
       P.port, SECRET, FAST)


def ask(gw, model):
    data = json.dumps({"model": model, "messages": []}).encode()
    return gateway.call(gw.port, "POST", PATH, AUTH, data).status


def states(gw, model):
    r = gateway.call(gw.port, "GET", "/health", AUTH)
    check(r.status == 200, r.body)
    return [d for d in json.loads(r.body)["deployments"]
            if d["model_name"] == model]


def found(gw, model="m"):
    """what the last check of the model's first deployment said"""
    return states(gw, model)[0]["health_check"]


def becomes(gw, result, model="m", row=1):
    until(lambda: (found(gw, model)["result"] == result
                   and found(gw, model)["in_a_row"] >= row),
          "%s: not %s" % (model, result))


def well(gw):
    """@a is asked, and does well"""
    A.check = A.post = 200
    A.head = b""
    A.silent = False
    becomes(gw, "passed", row=3)
    until(lambda: (ask(gw, "m") == 200
                   and states(gw, "m")[0]["status"] == "healthy"),
          "@a is not well")


def workers(gw):
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    return {int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line}


def test_asked(gw):
    """what goes to the provider: the list of models, with the credential"""
    becomes(gw, "passed")
    r = A.last("GET")
    check(r.target == "/v1/models", r.target)
    check(r.get("authorization") == "Bearer " + SECRET, r.headers)
    check(r.get("host") == "127.0.0.1:%d" % A.port, r.headers)
    check(r.body == b"" and r.get("content-length") is None, r.headers)
    check(found(gw)["status"] == 200, found(gw))
    check(B.count("GET") == 0, "one without the directive is checked")
    check("health_check" not in states(gw, "m")[1], states(gw, "m"))
    check("health_check" not in states(gw, "mock")[0], states(gw, "mock"))


def test_kinds(gw):
    """Anthropic's headers; a path of the server; a chat for each model"""
    becomes(gw, "passed", "claude")
    r = P.last("GET")
    check(r.target == "/v1/models", r.target)
    check(r.get("x-api-key") == SECRET, r.headers)
    check(r.get("anthropic-version") == "2023-06-01", r.headers)

    becomes(gw, "passed", "uri")
    r = U.last("GET")
    check(r.target == "/health?full=1", r.target)
    check(r.get("authorization") == "Bearer " + SECRET, r.headers)
    check(r.get("host") == "pair", r.headers)

    becomes(gw, "passed", "ping")
    until(lambda: states(gw, "ping")[1]["health_check"]["result"] == "passed",
          "the second ping")
    with P.lock:
        seen = [r for r in P.seen if r.method == "POST"]
    for r in seen:
        check(r.target == PATH, r.target)
        check(r.get("content-type") == "application/json", r.headers)
        check(r.get("authorization") == "Bearer " + SECRET, r.headers)
        check(r.get("content-length") == str(len(r.body)), r.headers)
    bodies = [json.loads(r.body) for r in seen]
    check({b["model"] for b in bodies} == {"gpt-4o", "o3"}, bodies)
    check(all(b["max_completion_tokens"] == 16 for b in bodies), bodies)


def test_dies_and_comes_back(gw):
    """no request meets a deployment that checks find dead"""
    well(gw)
    A.end()
    becomes(gw, "failed", row=2)
    first = states(gw, "m")[0]
    check(first["status"] == "cooldown", first)
    check(first["health_check"]["reason"] == "no connection", first)
    check(states(gw, "other")[0]["status"] == "cooldown", "another model")
    check(states(gw, "off")[0]["status"] == "healthy", "cooldown off")
    for _ in range(10):
        row = found(gw)["in_a_row"]
        for model in ("m", "other"):
            check(ask(gw, model) == 200, "status")
        until(lambda: found(gw)["in_a_row"] > row, "no more checks")
    last = states(gw, "m")[0]
    check(last["status"] == "cooldown", last)
    check(last["attempts"] == first["attempts"], (first, last))
    A.begin()
    becomes(gw, "passed", row=2)
    before = A.count("POST")
    check(ask(gw, "m") == 200, "status")
    check(A.count("POST") == before + 1, "it is not asked again")
    check(states(gw, "m")[0]["status"] == "healthy", states(gw, "m"))
    check(states(gw, "other")[0]["status"] == "probing", "another model")
    check(ask(gw, "other") == 200, "status")
    check(states(gw, "other")[0]["status"] == "healthy", "another model")


def test_comes_back_early(gw):
    """a cooldown of failed requests ends with checks that pass"""
    well(gw)
    A.end()
    A.check = 404                       # says nothing: no check ends it
    A.begin()
    becomes(gw, "unclear")
    A.post = 500
    until(lambda: (ask(gw, "m") == 200
                   and states(gw, "m")[0]["status"] == "cooldown"),
          "no cooldown")
    row = found(gw)["in_a_row"]
    until(lambda: found(gw)["in_a_row"] > row + 2, "no more checks")
    check(states(gw, "m")[0]["status"] == "cooldown", states(gw, "m"))
    A.post = 200
    A.check = 200
    until(lambda: states(gw, "m")[0]["status"] == "probing", "no end")
    check(ask(gw, "m") == 200, "status")
    check(states(gw, "m")[0]["status"] == "healthy", states(gw, "m"))


def test_held(gw):
    """what a provider asked to wait for is waited for, checks or not"""
    well(gw)
    A.post = 429
    A.head = b"Retry-After: 30\r\n"
    check(ask(gw, "held") == 200, "status")
    A.post = 200
    A.head = b""
    check(states(gw, "held")[0]["status"] == "cooldown", states(gw, "held"))
    row = found(gw)["in_a_row"]
    until(lambda: found(gw)["in_a_row"] > row + 3, "no more checks")
    d = states(gw, "held")[0]
    check(d["status"] == "cooldown", d)
    check(d["health_check"]["result"] == "passed", d)


def test_results(gw):
    """which answers mean what"""
    for status, result in ((500, "failed"), (401, "failed"), (403, "failed"),
                           (404, "unclear"), (429, "unclear"),
                           (200, "passed"), (302, "failed"),
                           (204, "passed")):
        A.check = status
        until(lambda: found(gw).get("status") == status, "%d" % status)
        check(found(gw)["result"] == result, (status, found(gw)))
    A.check = 200
    A.size = 3000000                    # some lists of models are long
    row = found(gw)["in_a_row"]
    until(lambda: found(gw)["in_a_row"] > row + 2, "no more checks")
    check(found(gw)["result"] == "passed", found(gw))
    A.size = 0
    U.check = 404
    becomes(gw, "failed", "uri")
    U.check = 200
    P.check = 400
    becomes(gw, "unclear", "ping")
    P.check = 404
    becomes(gw, "failed", "ping")
    P.check = 200
    becomes(gw, "passed", "ping")


def test_silence(gw):
    """no answer within the time"""
    A.silent = True
    becomes(gw, "failed")
    check(found(gw)["reason"] == "no answer in time", found(gw))
    A.silent = False
    becomes(gw, "passed")


def test_one_worker(gw):
    """all workers together keep to the interval"""
    becomes(gw, "passed")
    before = A.count("GET")
    began = time.monotonic()
    until(lambda: A.count("GET") > before + 20, "no checks")
    n = A.count("GET") - before
    took = time.monotonic() - began
    check(n <= took / 0.1 + 2, "%d checks in %.2f s" % (n, took))


def test_killed(gw):
    """checks go on when workers are killed, also in the middle of one"""
    A.silent = True
    before = A.count("GET")
    until(lambda: A.count("GET") > before, "no check")
    for pid in workers(gw):
        os.kill(pid, signal.SIGKILL)
    A.silent = False
    before = A.count("GET")
    until(lambda: A.count("GET") > before + 3, "no more checks", 30)
    becomes(gw, "passed", row=3)


def test_reload(gw):
    """what is known outlives a reload"""
    well(gw)
    A.end()
    becomes(gw, "failed", row=3)
    row = found(gw)["in_a_row"]
    old = workers(gw)
    gw.kill(signal.SIGHUP)
    until(lambda: workers(gw) and not workers(gw) & old, "no new workers")
    d = states(gw, "m")[0]
    check(d["status"] == "cooldown", d)
    check(d["health_check"]["in_a_row"] >= row, d)
    until(lambda: found(gw)["in_a_row"] > row + 3, "no more checks")
    A.begin()
    well(gw)


def test_tls(gw):
    """a certificate is checked as for requests; a wrong one gets no key"""
    directory = os.path.join(gw.dir, "tls")
    os.makedirs(directory, exist_ok=True)
    for name, host in (("good", "localhost"), ("wrong", "elsewhere.test")):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-days", "2", "-subj", "/CN=" + host, "-addext",
             "subjectAltName=DNS:" + host, "-keyout", name + ".key", "-out",
             name + ".pem"], cwd=directory, check=True, capture_output=True)

    class TlsServer(mock.Server):
        def serve(self, conn):
            try:
                conn.sock = self.context.wrap_socket(conn.sock,
                                                     server_side=True)
            except (OSError, ssl.SSLError):
                conn.sock.close()
                return
            mock.Server.serve(self, conn)

    seen = []

    def handle(conn, req):
        seen.append(req)
        conn.send(ANSWER % (200, JSON))

    servers = {}
    text = ""
    for name in ("good", "wrong"):
        base = os.path.join(directory, name)
        servers[name] = TlsServer(handle)
        servers[name].context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        servers[name].context.load_cert_chain(base + ".pem", base + ".key")
        text += """
        location @%s { llmgw_provider openai; llmgw_api_key %s-%s;
            llmgw_health_check %s;
            proxy_ssl_trusted_certificate %s.pem;
            llmgw_base_url https://localhost:%d/v1; }
        """ % (name, SECRET, name, FAST, base, servers[name].port)
    tls = gateway.Gateway(
        "check-tls", "llmgw_zone llmgw:1m; llmgw_master_key %s; "
        "llmgw_model good { deployment @good; } "
        "llmgw_model wrong { deployment @wrong; }" % KEY,
        "location / { llmgw on; }" + text).start()
    try:
        becomes(tls, "passed", "good")
        becomes(tls, "failed", "wrong", row=2)
        check(found(tls, "wrong")["reason"]
              == "the certificate is not trusted", found(tls, "wrong"))
        check(states(tls, "wrong")[0]["status"] == "cooldown", "cooldown")
        check(all(r.get("authorization") == "Bearer %s-good" % SECRET
                  for r in seen), "a wrong server got a key")
    finally:
        tls.stop()
        for s in servers.values():
            s.stop()
    check(not tls.faults(), tls.faults())


def main():
    gw = gateway.Gateway("check", HTTP, SERVER, workers=2)
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
        gw.stop()
        for u in (A, B, P, U):
            u.server.stop()

    if SECRET in gw.log():
        failed += 1
        print("FAIL nginx: the credential is in the log")

    for line in gw.faults():
        if "exited on signal 9" in line:
            continue
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
