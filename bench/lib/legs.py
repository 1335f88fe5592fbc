"""The legs of a comparison: straight to the mock, and through each nginx."""

import os
import re
import socket
import struct
import subprocess
import time

from . import machine
from .cases import MODELS, MODES, PROVIDERS

KEY = "sk-virtual-key-of-the-benchmark-0001"
MASTER_KEY = "sk-master-key-of-the-benchmark-0001"

CONF = {"stock": "stock.conf", "llmgw": "llmgw.conf",
        "llmgw-full": "llmgw-full.conf"}

# nginx says these when something went wrong, or may soon
BAD_LOG = re.compile(r"\[(warn|error|crit|alert|emerg)\]")


def render(name, values):
    """Fills in a template; "# for each MODEL" ... "# end" is repeated."""
    text = open(os.path.join(machine.BENCH, "conf", CONF[name])).read()

    def fill(text, values):
        return re.sub(r"%%(\w+)%%", lambda m: str(values[m.group(1)]), text)

    def each(m):
        out = []
        for provider in PROVIDERS:
            for mode in MODES:
                base = "/m/" + mode + ("/v1" if provider == "openai" else "")
                out.append(fill(m.group(1), {
                    **values, "PROVIDER": provider,
                    "MODEL": provider + "-" + mode, "BASE_PATH": base,
                    "UPSTREAM_MODEL": MODELS[provider]}))
        return "".join(out)

    text = re.sub(r"[ ]*# for each MODEL\n(.*?)[ ]*# end\n", each, text,
                  flags=re.S)
    return fill(text, values)


class Leg:
    """One way to the mock.  Without a configuration it is the direct one."""

    def __init__(self, m, name, mock_port):
        self.m = m
        self.name = name
        self.port = mock_port
        self.mock_port = mock_port
        self.child = None
        self.worker = None
        self.prefix = None
        self.log_seen = 0
        self.asked = 0

    @property
    def gateway(self):
        return self.name.startswith("llmgw")

    def command(self, main="daemon off;"):
        """Writes the configuration; returns the command that serves it."""
        self.port = machine.free_port()
        self.prefix = os.path.join(self.m.tmp,
                                   "%s-%d" % (self.name, self.port))
        os.makedirs(self.prefix)
        conf = os.path.join(self.prefix, "nginx.conf")
        with open(conf, "w") as f:
            f.write(render(self.name, {
                "MAIN": main, "PREFIX": self.prefix, "PORT": self.port,
                "MOCK": self.mock_port, "MODULE": self.m.module or "",
                "KEY": KEY, "MASTER_KEY": MASTER_KEY}))
        test = subprocess.run([self.m.nginx, "-t", "-q", "-p", self.prefix,
                               "-c", conf], stderr=subprocess.PIPE, text=True)
        if test.returncode != 0:
            raise machine.BenchError("%s: %s" % (self.name,
                                                 test.stderr.strip()))
        return [self.m.nginx, "-p", self.prefix, "-c", conf]

    def start(self, watched=False):
        if self.name == "direct":
            return self
        command, env = self.command(), dict(os.environ)
        if watched:
            env["LD_PRELOAD"] = machine.tool("turns.so")
            env["BENCH_TURNS"] = os.path.join(self.prefix, "turns")
        self.child = self.m.start(command, self.m.nginx_cores, env=env)
        end = time.monotonic() + 10
        while self.worker is None or not machine.accepts(self.port):
            if self.child.poll() is not None or time.monotonic() > end:
                raise machine.BenchError("%s: nginx did not start, see %s"
                                         % (self.name, self.errors()))
            time.sleep(0.01)
            self.worker = machine.worker_of(self.child.pid)
        return self

    def stop(self):
        if self.child:
            self.m.stop(self.child)
            self.child = self.worker = None

    def errors(self):
        """What the error log got since the last call."""
        if self.prefix is None:
            return []
        path = os.path.join(self.prefix, "error.log")
        with open(path, errors="replace") as f:
            f.seek(self.log_seen)
            new = f.read()
            self.log_seen = f.tell()
        return [line for line in new.splitlines() if BAD_LOG.search(line)]

    def logged(self):
        """Lines of the access log, which is then emptied; None: no log."""
        if self.prefix is None:
            return None
        path = os.path.join(self.prefix, "access.log")
        if not os.path.exists(path):
            return None
        with open(path, errors="replace") as f:
            lines = f.read().splitlines()
        os.truncate(path, 0)
        return lines

    def memory(self):
        return machine.memory(self.worker)

    def pin(self, cores):
        if self.worker and cores:
            os.sched_setaffinity(self.worker, cores)

    def turns(self, reset=False):
        """What a watched worker's event loop took, in microseconds."""
        with open(os.path.join(self.prefix, "turns"), "r+b") as f:
            got = struct.unpack("4q", f.read(32))
            if reset:
                f.seek(0)
                f.write(bytes(32))
        number, total, cpu, wall = got
        return {"n": number, "mean": total / max(number, 1) / 1e3,
                "max_cpu": cpu / 1e3, "max_wall": wall / 1e3}

    def path(self, case):
        if self.gateway:
            return "/v1/chat/completions"
        return "/m/%s%s" % (case.mode, "/v1/chat/completions"
                            if case.provider == "openai" else "/v1/messages")

    def headers(self, case):
        if self.gateway:
            return ["Authorization: Bearer " + KEY]
        if case.provider == "openai":
            return ["Authorization: Bearer sk-upstream-of-the-benchmark"]
        return ["x-api-key: sk-upstream-of-the-benchmark",
                "anthropic-version: 2023-06-01"]

    def ask(self, case, body):
        """One request over a connection of its own: status, body."""
        self.asked += 1
        return ask(self.port, self.path(case), self.headers(case), body)

    def dialect(self, case):
        """What the client speaks on this leg."""
        return "openai" if self.gateway else case.provider

    def model(self, case):
        if self.gateway:
            return case.provider + "-" + case.mode
        return MODELS[case.provider]


def ask(port, path, headers, body, timeout=30):
    head = ["POST %s HTTP/1.1" % path, "Host: 127.0.0.1",
            "Content-Type: application/json", "Connection: close",
            "Content-Length: %d" % len(body)] + headers
    with socket.create_connection(("127.0.0.1", port), timeout) as s:
        s.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        s.settimeout(timeout)
        got = b""
        while True:
            end = answer_end(got)
            if end:
                return end
            piece = s.recv(262144)
            if not piece:
                raise machine.BenchError("%s: cut answer %r" % (path, got))
            got += piece


def answer_end(got):
    """(status, body) of a complete answer, or None."""
    head, sep, rest = got.partition(b"\r\n\r\n")
    if not sep:
        return None
    status = int(head.split()[1])
    lower = head.lower()
    m = re.search(rb"\r\ncontent-length: *(\d+)", lower)
    if m:
        n = int(m.group(1))
        return (status, rest[:n]) if len(rest) >= n else None
    if b"transfer-encoding: chunked" not in lower:
        return None
    body, pos = b"", 0
    while True:
        eol = rest.find(b"\r\n", pos)
        if eol < 0:
            return None
        n = int(rest[pos:eol], 16)
        if n == 0:
            return (status, body) if rest.find(b"\r\n", eol + 2) >= 0 else None
        body += rest[eol + 2:eol + 2 + n]
        pos = eol + 2 + n + 2
        if len(rest) < pos:
            return None
