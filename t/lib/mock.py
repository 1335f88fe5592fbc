#!/usr/bin/env python3
"""An upstream that does as it is told, on raw sockets.

As a module: Server(handler) calls handler(conn, request) for each request,
which sends what it likes: any bytes, in any pieces, cut anywhere.

As a program: "mock.py SCENARIOS.json" plays scenarios, prints its port, and
ends when its standard input does.  The first segment of a request's path names
the scenario; the control paths /__log, /__clear and /__closed/NAME tell what
happened.  A scenario is an object:

    status, reason, type, headers [[name, value]]
    body      a text; or
    json      an object; or
    sse       events: objects, strings (data), [event, data] pairs; or
    echo      true: JSON with "received", which says what came in
    framing   "length" (default), "chunked", "close"
    split     "whole" (default), "bytes", "turns" (whole and bytes by turns)
    cut       closes after that many bytes of the body
    pause     seconds between events
    delay     seconds before the head
    end       "keep" (default), "close", "reset", "hang", "gone"
              (hang: open until the gateway closes; gone: no answer at all)
    ops       raw: [["send", text], ["pause", s], ["wait"], ["close"],
              ["reset"]]
    turns     a list of scenarios for one request after the other; the last
              one stays
"""

import json
import socket
import struct
import sys
import threading
import time


class Closed(Exception):
    """The other side is gone, or we have closed."""


class Request:
    def __init__(self, head, method, target, headers):
        self.head = head
        self.method = method
        self.target = target
        self.headers = headers          # [(name, value)]
        self.body = b""
        self.conn = 0

    def get(self, name):
        """All values of a header, joined; None without any."""
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return ", ".join(values) if values else None


class Conn:
    def __init__(self, sock, number):
        self.sock = sock
        self.number = number
        self.buf = b""
        self.open = True

    def fill(self):
        try:
            data = self.sock.recv(65536)
        except OSError:
            raise Closed()
        if not data:
            raise Closed()
        self.buf += data

    def line(self, limit=1 << 20):
        while b"\n" not in self.buf:
            if len(self.buf) > limit:
                raise Closed()
            self.fill()
        line, self.buf = self.buf.split(b"\n", 1)
        return line.rstrip(b"\r")

    def take(self, n):
        while len(self.buf) < n:
            self.fill()
        data, self.buf = self.buf[:n], self.buf[n:]
        return data

    def read_request(self):
        while b"\r\n\r\n" not in self.buf:
            self.fill()
        head, self.buf = self.buf.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        method, target = lines[0].split(" ")[:2]
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        req = Request(head, method, target, headers)
        req.conn = self.number

        if (req.get("transfer-encoding") or "").lower() == "chunked":
            while True:
                n = int(self.line().split(b";")[0], 16)
                if n == 0:
                    while self.line():
                        pass
                    break
                req.body += self.take(n)
                self.take(2)
        else:
            req.body = self.take(int(req.get("content-length") or 0))

        return req

    def send(self, data):
        if not self.open:
            raise Closed()
        try:
            self.sock.sendall(data)
        except OSError:
            raise Closed()

    def wait_closed(self, timeout=20):
        """Whether the gateway closes the connection within the time."""
        self.sock.settimeout(timeout)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except socket.timeout:
            return False
        except OSError:
            return True

    def close(self):
        if self.open:
            self.open = False
            try:
                self.sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            self.sock.close()

    def reset(self):
        if self.open:
            self.open = False
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
            self.sock.close()


class Server:
    def __init__(self, handler, backlog=256, port=0):
        self.handler = handler
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", port))
        self.sock.listen(backlog)
        self.port = self.sock.getsockname()[1]
        self.conns = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.conns += 1
            threading.Thread(target=self.serve,
                             args=(Conn(sock, self.conns),),
                             daemon=True).start()

    def serve(self, conn):
        try:
            while conn.open:
                self.handler(conn, conn.read_request())
        except Closed:
            pass
        finally:
            conn.close()

    def stop(self):
        self.sock.close()


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def event_bytes(ev):
    """One event of a stream as its bytes."""
    name = None
    if isinstance(ev, list):
        name, ev = ev
    data = ev if isinstance(ev, str) else json.dumps(ev, separators=(",", ":"))
    text = "event: %s\n" % name if name else ""
    return (text + "data: " + data + "\n\n").encode()


def head_bytes(status, reason, headers):
    out = "HTTP/1.1 %d %s\r\n" % (status, reason)
    out += "".join("%s: %s\r\n" % (n, v) for n, v in headers)
    return (out + "\r\n").encode("latin-1")


class Player:
    """Plays scenarios, and keeps a log of what was asked."""

    def __init__(self, scenarios):
        self.scenarios = scenarios
        self.cond = threading.Condition()
        self.clear()

    def clear(self):
        with self.cond:
            self.log = []
            self.count = {}
            self.closed = {}

    def __call__(self, conn, req):
        name = req.target.lstrip("/").split("/")[0].split("?")[0]

        if name.startswith("__"):
            return self.control(conn, name, req)

        with self.cond:
            n = self.count.get(name, 0)
            self.count[name] = n + 1
            self.log.append({
                "scenario": name, "method": req.method, "target": req.target,
                "headers": ["%s: %s" % h for h in req.headers],
                "body": req.body.decode("latin-1"), "conn": req.conn})

        s = self.scenarios.get(name)
        if s is None:
            s = {"status": 500, "body": "no scenario \"%s\"" % name}
        if "turns" in s:
            s = s["turns"][min(n, len(s["turns"]) - 1)]

        try:
            self.play(conn, req, s, n, name)
        except Closed:
            self.note_closed(name)
            raise

    def note_closed(self, name):
        with self.cond:
            self.closed[name] = self.closed.get(name, 0) + 1
            self.cond.notify_all()

    def control(self, conn, name, req):
        body = "ok"
        if name == "__log":
            with self.cond:
                body = json.dumps(self.log, indent=1)
        elif name == "__count":
            which = req.target.split("/")[2]
            with self.cond:
                body = str(self.count.get(which, 0))
        elif name == "__order":
            with self.cond:
                body = " ".join(e["scenario"] for e in self.log)
        elif name == "__clear":
            self.clear()
        elif name == "__closed":
            which = req.target.split("/")[2]
            with self.cond:
                done = self.cond.wait_for(lambda: self.closed.get(which), 10)
                body = "closed" if done else "open"
        body = (body + "\n").encode()
        conn.send(head_bytes(200, "OK", [("Content-Type", "text/plain"),
                                         ("Content-Length", len(body))])
                  + body)

    def raw(self, conn, ops, name):
        for op in ops:
            if op[0] == "send":
                conn.send(op[1].encode("latin-1"))
            elif op[0] == "pause":
                time.sleep(op[1])
            elif op[0] == "close":
                conn.close()
            elif op[0] == "reset":
                conn.reset()
            elif op[0] == "wait":
                if conn.wait_closed():
                    self.note_closed(name)
                conn.close()

    def play(self, conn, req, s, n, name):
        if "ops" in s:
            return self.raw(conn, s["ops"], name)

        if s.get("delay"):
            time.sleep(s["delay"])

        end = s.get("end", "keep")
        if end == "gone":
            if conn.wait_closed():
                self.note_closed(name)
            return conn.close()

        pieces, ctype = self.body(req, s)
        framing = s.get("framing", "chunked" if "sse" in s else "length")
        split = s.get("split", "whole")
        if split == "turns":
            split = "bytes" if n % 2 else "whole"

        headers = list(s.get("headers", []))
        ctype = s.get("type", ctype)
        if ctype:
            headers.append(["Content-Type", ctype])
        if framing == "length":
            headers.append(["Content-Length", sum(map(len, pieces))])
        elif framing == "chunked":
            headers.append(["Transfer-Encoding", "chunked"])
        else:
            headers.append(["Connection", "close"])

        conn.send(head_bytes(s.get("status", 200), s.get("reason", "OK"),
                             headers))

        left = s.get("cut")
        pause = s.get("pause", 0)

        for i, piece in enumerate(pieces):
            if i and pause:
                time.sleep(pause)
            if left is not None:
                piece = piece[:left]
                left -= len(piece)
            for p in self.split(piece, split):
                conn.send(chunk(p) if framing == "chunked" else p)
            if left == 0:
                break

        if left is not None:
            if end != "reset":
                return conn.close()
            time.sleep(0.1)         # a reset discards what was not read yet
            return conn.reset()

        if end == "hang":
            if conn.wait_closed():
                self.note_closed(name)
            return conn.close()
        if end == "reset":
            return conn.reset()
        if framing == "chunked":
            conn.send(b"0\r\n\r\n")
        if framing == "close" or end == "close":
            conn.close()

    @staticmethod
    def split(piece, split):
        if split == "bytes":
            return [piece[i:i + 1] for i in range(len(piece))]
        return [piece] if piece else []

    @staticmethod
    def body(req, s):
        if s.get("echo"):
            answer = {
                "id": "chatcmpl-echo", "object": "chat.completion",
                "created": 1760000000, "model": "echo",
                "choices": [{"index": 0, "message": {
                    "role": "assistant", "content": "ok", "refusal": None},
                    "logprobs": None, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 7, "completion_tokens": 2,
                          "total_tokens": 9},
                "received": {
                    "line": "%s %s" % (req.method, req.target),
                    "headers": ["%s: %s" % h for h in req.headers],
                    "body": req.body.decode("latin-1")}}
            return [json.dumps(answer, indent=1).encode()], "application/json"
        if "json" in s:
            return [json.dumps(s["json"]).encode()], "application/json"
        if "sse" in s:
            return [event_bytes(e) for e in s["sse"]], "text/event-stream"
        return [s.get("body", "").encode("latin-1")], "text/plain"


def main():
    with open(sys.argv[1]) as f:
        scenarios = json.load(f)
    server = Server(Player(scenarios))
    print(server.port, flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
