"""Starts and stops an nginx of our own, and speaks HTTP to it byte by byte.

Environment: LLMGW_NGINX (the binary), LLMGW_MODULE (the module's file; empty
when the binary holds it), LLMGW_TEST_DIR (where to work).
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

MASTER = "sk-llmgw-test-master-key-0001"


def binary():
    return os.environ.get("LLMGW_NGINX") or shutil.which(
        "nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def module():
    return os.environ.get(
        "LLMGW_MODULE", os.path.join(TOP, "build", "ngx_http_llmgw_module.so"))


def slow():
    """How much longer things may take (sanitizers)."""
    return float(os.environ.get("LLMGW_TEST_SLOW", "1"))


def free_port():
    """One below those that the system gives to outgoing connections."""
    while True:
        port = random.randint(20000, 31999)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def no_leaks(env):
    """nginx -t ends without freeing anything."""
    env = dict(env)
    if "ASAN_OPTIONS" in env:
        env["ASAN_OPTIONS"] += ",detect_leaks=0"
    return env


class Gateway:
    """One nginx. "http" and "server" are text for those blocks; @PORT@ stands
    for the port in both."""

    def __init__(self, name, http="", server="", workers=1, main=""):
        base = os.environ.get("LLMGW_TEST_DIR",
                              os.path.join(TOP, "build", "t"))
        self.dir = os.path.join(base, name)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(os.path.join(self.dir, "tmp"))
        self.port = free_port()
        self.proc = None
        self.conf = os.path.join(self.dir, "nginx.conf")
        self.errors = os.path.join(self.dir, "error.log")
        self.workers = workers
        self.main = main
        self.write(http, server)

    def write(self, http, server):
        load = "load_module %s;" % module() if module() else ""
        user = "user root;" if os.geteuid() == 0 else ""
        temp = "".join(
            "%s_temp_path %s/tmp/%s;\n" % (n, self.dir, n)
            for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # a binary upgrade hands on no others
        env = "".join("env %s;\n" % n for n in (
            "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
            if n in os.environ)
        text = """%s
%s
%s
%s
daemon off;
worker_processes %d;
pid %s/nginx.pid;
error_log %s %s;
events { worker_connections 1024; }
http {
access_log %s/access.log;
%s
%s
server {
listen 127.0.0.1:@PORT@;
%s
}
}
""" % (load, user, env, self.main, self.workers, self.dir, self.errors,
            os.environ.get("LLMGW_TEST_LOG", "info"), self.dir, temp, http,
            server)
        with open(self.conf, "w") as f:
            f.write(text.replace("@PORT@", str(self.port)))

    def check(self):
        """nginx -t: (exit status, what it said)"""
        p = subprocess.run([binary(), "-t", "-e", self.errors, "-c",
                            self.conf], env=no_leaks(os.environ),
                           capture_output=True, text=True)
        return p.returncode, p.stdout + p.stderr

    def start(self):
        out = open(os.path.join(self.dir, "start.log"), "w")
        self.proc = subprocess.Popen(
            [binary(), "-e", self.errors, "-c", self.conf], stdout=out,
            stderr=out, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.proc.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        self.stop()
        sys.exit("nginx does not start: " + self.tail())

    def tail(self):
        text = ""
        for name in ("start.log", "error.log"):
            try:
                with open(os.path.join(self.dir, name)) as f:
                    text += "".join(f.readlines()[-5:])
            except OSError:
                pass
        return text

    def kill(self, sig):
        os.kill(self.proc.pid, sig)

    def stop(self, sig=signal.SIGQUIT):
        if self.proc is None:
            return
        if self.proc.poll() is None:
            self.proc.send_signal(sig)
            try:
                self.proc.wait(10 * slow())
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        self.proc = None

    def faults(self):
        """Lines of the error log that no test may cause."""
        found = []
        try:
            with open(self.errors, errors="replace") as f:
                for line in f:
                    if any(w in line for w in
                           ("[alert]", "[emerg]", "exited on signal",
                            "AddressSanitizer")):
                        found.append(line.strip())
        except OSError:
            pass
        return found

    def log(self):
        with open(self.errors, errors="replace") as f:
            return f.read()


class Truncated(Exception):
    pass


class Response:
    def __init__(self):
        self.status = 0
        self.headers = []
        self.body = b""
        self.complete = False

    def get(self, name):
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return ", ".join(values) if values else None


class Client:
    """One connection to the gateway."""

    def __init__(self, port, timeout=20):
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(timeout * slow())
        self.buf = b""

    def send(self, data):
        self.sock.sendall(data)

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise Truncated()
        self.buf += data

    def until(self, mark):
        while mark not in self.buf:
            self.fill()
        head, self.buf = self.buf.split(mark, 1)
        return head

    def take(self, n):
        while len(self.buf) < n:
            self.fill()
        data, self.buf = self.buf[:n], self.buf[n:]
        return data

    def head(self):
        r = Response()
        while True:
            lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            r.status = int(lines[0].split(" ")[1])
            if r.status >= 200:
                break
        for line in lines[1:]:
            name, _, value = line.partition(":")
            r.headers.append((name, value.strip()))
        return r

    def response(self, method="POST"):
        """A whole response; "complete" says whether it ended as it should."""
        r = self.head()
        try:
            if method == "HEAD" or r.status in (204, 304):
                pass
            elif (r.get("transfer-encoding") or "") == "chunked":
                while True:
                    n = int(self.until(b"\r\n").split(b";")[0], 16)
                    if n == 0:
                        self.until(b"\r\n")
                        break
                    r.body += self.take(n)
                    self.take(2)
            elif r.get("content-length") is not None:
                n = int(r.get("content-length"))
                while len(self.buf) < n:
                    self.fill()
                r.body = self.take(n)
            else:
                while True:
                    self.fill()
            r.complete = True
        except Truncated:
            r.body += self.buf
            r.complete = (r.get("content-length") is None
                          and r.get("transfer-encoding") is None)
        return r

    def close(self):
        self.sock.close()


def request_bytes(method, target, headers, body, chunked=False):
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: 127.0.0.1"]
    lines += ["%s: %s" % h for h in headers]
    if body is not None:
        lines.append("Transfer-Encoding: chunked" if chunked
                     else "Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def call(port, method, target, headers, body=None):
    c = Client(port)
    try:
        c.send(request_bytes(method, target, headers, body) + (body or b""))
        return c.response(method)
    finally:
        c.close()
