#!/usr/bin/env python3
"""The server around the requests: several workers and their zone, reloads of
the zone, the examples of conf-examples, TLS to a provider, and that no secret
is left where it can be read.  The last line is "N passed, N failed".
"""

import glob
import json
import os
import re
import signal
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
BODY = b'{"model":"m","messages":[]}'
UPSTREAM_KEY = "sk-upstream-secret-0123456789"


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
        time.sleep(0.05)
    raise AssertionError(message)


class Upstream:
    def __init__(self):
        self.count = 0
        self.lock = threading.Lock()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def handle(self, conn, req):
        with self.lock:
            self.count += 1
        if req.target.startswith("/fail/"):
            conn.send(b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}")
        else:
            conn.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                      b"Content-Length: 8\r\n\r\n{\"ok\":1}")


UP = Upstream()


def http(zone="llmgw:1m"):
    return """
llmgw_zone %s;
llmgw_master_key %s;
llmgw_model m { deployment @fail; deployment @ok; cooldown off; }
""" % (zone, KEY)


SERVER = """
location / { llmgw on; }
location @ok { llmgw_provider openai; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:%d/ok/v1; }
location @fail { llmgw_provider openai; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:%d/fail/v1; }
""" % (UPSTREAM_KEY, UP.port, UPSTREAM_KEY, UP.port)


def stats(gw):
    r = gateway.call(gw.port, "GET", "/health", AUTH)
    check(r.status == 200, r.body)
    return {d["deployment"]: d for d in json.loads(r.body)["deployments"]}


def ask(gw):
    return gateway.call(gw.port, "POST", PATH, AUTH, BODY).status


def workers(gw):
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    return {int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line}


def reload(gw):
    old = workers(gw)
    gw.kill(signal.SIGHUP)
    until(lambda: workers(gw) and not workers(gw) & old, "no new workers")


def test_two_workers_one_zone(gw):
    """counters are those of all workers"""
    n = 60
    check([ask(gw) for _ in range(n)] == [200] * n, "status")
    for _ in range(20):         # whichever worker answers
        s = stats(gw)
        check((s["@fail"]["attempts"], s["@fail"]["failures"],
               s["@ok"]["attempts"], s["@ok"]["failures"])
              == (n, n, n, 0), s)
    check(s["@fail"]["last_status"] == 500, s)


def test_reload_keeps_zone(gw):
    """a reload keeps the counters"""
    before = stats(gw)
    reload(gw)
    check(stats(gw) == before, "other counters")
    check(ask(gw) == 200, "status")
    check(stats(gw)["@ok"]["attempts"] == before["@ok"]["attempts"] + 1,
          "does not count on")


def test_killed_workers(gw):
    """workers that are killed under load take nothing with them"""
    stop = threading.Event()
    statuses = []

    def load():
        while not stop.is_set():
            try:
                statuses.append(ask(gw))
            except (OSError, gateway.Truncated, IndexError, ValueError):
                statuses.append(0)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads:
        t.start()
    try:
        for _ in range(4):
            old = workers(gw)
            pid = min(old)
            os.kill(pid, signal.SIGKILL)
            until(lambda: len(workers(gw)) == 2 and pid not in workers(gw),
                  "no new worker")
            time.sleep(0.2)
    finally:
        stop.set()
        for t in threads:
            t.join()
    check(ask(gw) == 200, "does not serve")
    s = stats(gw)
    check(s["@ok"]["attempts"] >= statuses.count(200), "counted too few")
    check(statuses.count(200) > 20, "served %d" % statuses.count(200))
    check(set(statuses) <= {200, 0}, set(statuses))


def test_reload_under_load(gw):
    """reloads under load lose no request"""
    stop = threading.Event()
    bad = []

    def load():
        while not stop.is_set():
            try:
                status = ask(gw)
                if status != 200:
                    bad.append(status)
            except (OSError, gateway.Truncated, IndexError, ValueError) as e:
                bad.append(repr(e))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads:
        t.start()
    try:
        for _ in range(3):
            reload(gw)
    finally:
        stop.set()
        for t in threads:
            t.join()
    check(not bad, bad[:5])


def test_other_zone_size(gw):
    """another size of the zone is another zone, and no fault"""
    gw.write(http("llmgw:2m"), SERVER)
    reload(gw)
    check(stats(gw)["@ok"]["attempts"] == 0, "old counters")
    check(ask(gw) == 200, "status")


def test_no_secret_to_read(gw):
    """no key in logs, temporary files, process titles, nginx -T"""
    gateway.call(gw.port, "POST", PATH, AUTH,
                 b'{"model":"m","messages":[{"role":"user",'
                 b'"content":"a-prompt-of-mine"}]}')
    for root, _, files in os.walk(gw.dir):
        for name in files:
            if name == "nginx.conf":
                continue
            with open(os.path.join(root, name), "rb") as f:
                data = f.read()
            for secret in (KEY, UPSTREAM_KEY, "a-prompt-of-mine"):
                check(secret.encode() not in data, "%s in %s"
                      % (secret, name))
    for pid in list(workers(gw)) + [gw.proc.pid]:
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            check(UPSTREAM_KEY.encode() not in f.read(), "in the title")


def test_conf_examples(gw):
    """each file of conf-examples is one that nginx takes"""
    paths = sorted(glob.glob(os.path.join(gateway.TOP, "conf-examples",
                                          "*.conf")))
    check(paths, "no examples")
    for path in paths:
        with open(path) as f:
            text = f.read()
        load = "load_module %s;" % gateway.module() if gateway.module() else ""
        text, n = re.subn(r"load_module\s+\S+ngx_http_llmgw_module\.so;",
                          load, text)
        check(n <= 1, path)

        # nothing of the machine's own is touched

        text = text.replace("127.0.0.1:4000",
                            "127.0.0.1:%d" % gateway.free_port())
        text = re.sub(r"/var/(log|cache)/nginx", gw.dir, text)
        temp = "".join("%s_temp_path %s/tmp/x;\n" % (n, gw.dir) for n in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = text.replace("http {", "http {\n" + temp, 1)
        if "access_log" not in text:
            text = text.replace("http {", "http {\naccess_log off;", 1)
        conf = os.path.join(gw.dir, "example.conf")
        with open(conf, "w") as f:
            f.write("pid %s/example.pid;\nerror_log %s/example.log;\n%s"
                    % (gw.dir, gw.dir, text))
        env = dict(gateway.no_leaks(os.environ), LLMGW_MASTER_KEY=KEY,
                   OPENAI_API_KEY="sk-x", ANTHROPIC_API_KEY="sk-y")
        for name in re.findall(r"env:(\w+)", text):
            env.setdefault(name, "sk-z")
        os.makedirs(os.path.join(gw.dir, "logs"), exist_ok=True)
        p = subprocess.run([gateway.binary(), "-t", "-e", gw.errors + ".ex",
                            "-p", gw.dir, "-c", conf], env=env, capture_output=True,
                           text=True)
        check("test is successful" in p.stderr, "%s: %s"
              % (os.path.basename(path), p.stderr))


def certificates(directory):
    """An authority, a certificate for "localhost", and one of another."""
    def run(*args):
        subprocess.run(("openssl",) + args, cwd=directory, check=True,
                       capture_output=True)
    for ca in ("ca", "other"):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=test " + ca, "-keyout", ca + ".key", "-out",
            ca + ".pem")
    for name, ca in (("good", "ca"), ("foreign", "other"), ("wrong", "ca")):
        host = "elsewhere.test" if name == "wrong" else "localhost"
        with open(os.path.join(directory, "ext"), "w") as f:
            f.write("subjectAltName=DNS:%s\n" % host)
        run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + host,
            "-keyout", name + ".key", "-out", name + ".csr")
        run("x509", "-req", "-in", name + ".csr", "-CA", ca + ".pem",
            "-CAkey", ca + ".key", "-CAcreateserial", "-days", "2",
            "-extfile", "ext", "-out", name + ".pem")


class TlsServer(mock.Server):
    def __init__(self, handler, cert, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.names = []
        self.context.sni_callback = \
            lambda sock, name, context: self.names.append(name)
        mock.Server.__init__(self, handler)

    def serve(self, conn):
        try:
            conn.sock = self.context.wrap_socket(conn.sock, server_side=True)
        except (OSError, ssl.SSLError):
            conn.sock.close()
            return
        mock.Server.serve(self, conn)


def test_tls(gw):
    """a provider's certificate and name are verified by default"""
    directory = os.path.join(gw.dir, "tls")
    os.makedirs(directory, exist_ok=True)
    certificates(directory)
    seen = []

    def handler(conn, req):
        seen.append(req)
        conn.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 8\r\n\r\n{\"ok\":1}")

    servers = {}
    text = ""
    for name in ("good", "foreign", "wrong"):
        base = os.path.join(directory, name)
        servers[name] = TlsServer(handler, base + ".pem", base + ".key")
        text += """
        location @%s { llmgw_provider openai; llmgw_api_key %s;
            proxy_ssl_trusted_certificate %s/ca.pem;
            llmgw_base_url https://localhost:%d/v1; }
        """ % (name, UPSTREAM_KEY, directory, servers[name].port)
    text += """
        location @public { llmgw_provider openai; llmgw_api_key %s;
            llmgw_base_url https://localhost:%d/v1; }
        location @open { llmgw_provider openai; llmgw_api_key %s;
            proxy_ssl_verify off;
            llmgw_base_url https://localhost:%d/v1; }
        """ % (UPSTREAM_KEY, servers["good"].port, UPSTREAM_KEY,
               servers["wrong"].port)

    tls = gateway.Gateway(
        "server-tls", "llmgw_master_key %s;\n%s" % (KEY, "".join(
            "llmgw_model %s { deployment @%s; }\n" % (n, n)
            for n in ("good", "foreign", "wrong", "public", "open"))
            + "llmgw_model moves { deployment @wrong; deployment @good;"
              " retry_on connect; }\n"
              "llmgw_model stays { deployment @wrong; deployment @good;"
              " retry_on timeout invalid 502; }\n"),
        "location / { llmgw on; }" + text).start()
    try:
        for name, want in (("good", 200), ("foreign", 502), ("wrong", 502),
                           ("public", 502), ("open", 200), ("moves", 200),
                           ("stays", 502)):
            before = len(seen)
            r = gateway.call(tls.port, "POST", PATH, AUTH,
                             b'{"model":"%s","messages":[]}' % name.encode())
            check(r.status == want, "%s: %d %r" % (name, r.status, r.body))
            check((len(seen) > before) == (want == 200),
                  "%s: a request went out" % name)
        check("localhost" in servers["good"].names, "no server name")

        # sessions are used again, connections are kept

        for _ in range(3):
            check(gateway.call(tls.port, "POST", PATH, AUTH,
                               b'{"model":"good","messages":[]}').status
                  == 200, "again")
        check(servers["good"].conns < 4, "%d connections"
              % servers["good"].conns)
    finally:
        tls.stop()
        for s in servers.values():
            s.stop()
    check(not tls.faults(), tls.faults())


def test_trailers(gw):
    """no trailer and no header of an answer prints a credential"""
    gw.write(http("llmgw:2m") + """
add_trailer X-Trailer "b$llmgw_upstream_headers" always;
add_header X-Header "a$llmgw_upstream_headers" always;
""", SERVER)
    reload(gw)
    c = gateway.Client(gw.port)
    c.send(gateway.request_bytes(
        "POST", PATH, AUTH + [("TE", "trailers"), ("Connection", "close")],
        BODY) + BODY)
    got = b""
    try:
        while True:
            c.fill()
    except (gateway.Truncated, OSError):
        got = c.buf
    check(b"X-Header: a\r\n" in got, got)
    check(UPSTREAM_KEY.encode() not in got, got)


def test_quick_start_and_end(gw):
    """starting and ending leaves nothing behind"""
    g = gateway.Gateway("server-quick", http(), SERVER, workers=2).start()
    check(ask(g) == 200, "status")
    pids = workers(g)
    g.stop()
    for pid in pids:
        check(not os.path.exists("/proc/%d" % pid), "a worker stays")
    check(not g.faults(), g.faults())


def main():
    gw = gateway.Gateway("server", http(), SERVER, workers=2)
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
                    ValueError, subprocess.CalledProcessError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        gw.stop()
        UP.server.stop()

    for line in gw.faults():
        if "exited on signal 9" in line:
            continue
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
