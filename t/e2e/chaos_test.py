#!/usr/bin/env python3
"""Clients and providers that behave in every wrong way at once, by chance but
from a fixed seed.  Whatever happens: no worker dies, no answer has a part of
another one, what is answered is well-formed, and a stream that is ended says
how.  The last line is "N passed, N failed".

    chaos_test.py [SEED [REQUESTS]]
"""

import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

THREADS = 12
TOKEN = re.compile(r"token-\d+-\d+-")


class Upstream:
    """Echoes the request's token, in one of many ways."""

    def __init__(self, seed):
        self.seed = seed
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def handle(self, conn, req):
        m = TOKEN.search(req.body.decode("latin-1"))
        token = m.group(0) if m else "token-none-"
        dialect = req.target.split("/")[1]
        rnd = random.Random("%s %s %s" % (self.seed, token, dialect))
        body = json.loads(req.body)
        stream = body.get("stream") is True
        how = rnd.random()

        if how < 0.05:
            return conn.close()
        if how < 0.08:
            return conn.reset()
        if how < 0.11:
            conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
            return conn.close()
        if how < 0.14:
            conn.send(bytes(rnd.randrange(256) for _ in range(200)))
            return conn.close()
        if how < 0.26:
            return self.error(conn, token, rnd)
        if how < 0.29:
            time.sleep(0.6)             # past the time limit

        if stream:
            self.stream(conn, token, dialect, rnd)
        else:
            self.whole(conn, token, dialect, rnd)

    def error(self, conn, token, rnd):
        status = rnd.choice([400, 401, 404, 408, 429, 500, 502, 503, 529])
        body = rnd.choice([
            json.dumps({"error": {"message": token, "type": "x",
                                  "param": None, "code": None}}),
            json.dumps({"type": "error", "error": {"type": "api_error",
                                                   "message": token}}),
            "<html>%s</html>" % token, "", "{", "null", "[1]",
            '{"error":"%s"}' % token, '{"error":{"message":7}}']).encode()
        self.send(conn, status, "application/json", [body], rnd)

    def whole(self, conn, token, dialect, rnd):
        text = token * rnd.choice([1, 5, 500, 5000])
        if dialect == "openai":
            body = {"id": "c", "object": "chat.completion", "created": 1,
                    "model": "m", "choices": [{
                        "index": 0, "finish_reason": "stop",
                        "message": {"role": "assistant", "content": text}}],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                              "total_tokens": 2}}
        else:
            body = {"id": "m", "type": "message", "role": "assistant",
                    "model": "c", "stop_reason": "end_turn",
                    "stop_sequence": None,
                    "content": [{"type": "text", "text": text}],
                    "usage": {"input_tokens": 1, "output_tokens": 1}}
        body = json.dumps(body).encode()
        if rnd.random() < 0.1:
            body = body[:rnd.randrange(len(body))]
        self.send(conn, 200, "application/json", [body], rnd)

    def stream(self, conn, token, dialect, rnd):
        n = rnd.choice([0, 1, 3, 50])
        if dialect == "openai":
            def chunk(delta, finish=None):
                return {"id": "c", "object": "chat.completion.chunk",
                        "created": 1, "model": "m", "choices": [{
                            "index": 0, "delta": delta,
                            "finish_reason": finish}]}
            events = [chunk({"role": "assistant", "content": ""})]
            events += [chunk({"content": token})] * n
            events += [chunk({}, "stop"), "[DONE]"]
        else:
            events = [{"type": "message_start", "message": {
                "id": "m", "type": "message", "role": "assistant",
                "model": "c", "content": [], "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 1, "output_tokens": 1}}},
                {"type": "content_block_start", "index": 0,
                 "content_block": {"type": "text", "text": ""}}]
            events += [{"type": "content_block_delta", "index": 0,
                        "delta": {"type": "text_delta", "text": token}}] * n
            events += [{"type": "content_block_stop", "index": 0},
                       {"type": "message_delta", "delta": {
                           "stop_reason": "end_turn",
                           "stop_sequence": None},
                        "usage": {"output_tokens": 1}},
                       {"type": "message_stop"}]
            events = [[e["type"], e] for e in events]
        what = rnd.random()
        if what < 0.1:
            at = rnd.randrange(len(events))
            events.insert(at, '{"error":{"message":"%s"}}' % token)
        elif what < 0.15:
            events.insert(rnd.randrange(len(events)), "{broken " + token)
        elif what < 0.2:
            events = events[:rnd.randrange(len(events))]
        self.send(conn, 200, "text/event-stream",
                  [mock.event_bytes(e) for e in events], rnd)

    def send(self, conn, status, ctype, pieces, rnd):
        framing = rnd.choice(["length", "chunked", "close"])
        data = b"".join(pieces)
        headers = [("Content-Type", ctype)]
        if framing == "length":
            headers.append(("Content-Length", len(data)))
        elif framing == "chunked":
            headers.append(("Transfer-Encoding", "chunked"))
        else:
            headers.append(("Connection", "close"))
        conn.send(mock.head_bytes(status, "X", headers))
        end = len(data)
        cut = rnd.random() < 0.12
        if cut and end:
            end = rnd.randrange(end)
        at = 0
        while at < end:
            n = min(end - at, rnd.choice([1, 7, 100, 1000, 100000]))
            piece = data[at:at + n]
            conn.send(mock.chunk(piece) if framing == "chunked" else piece)
            at += n
            if rnd.random() < 0.02:
                time.sleep(0.005)
        if cut:
            return rnd.choice([conn.close, conn.reset])()
        if framing == "chunked":
            conn.send(b"0\r\n\r\n")
        elif framing == "close":
            conn.close()


class Chaos:
    def __init__(self, seed, count):
        self.seed = seed
        self.count = count
        self.failures = []
        self.answered = 0
        self.lock = threading.Lock()

    def fail(self, text):
        with self.lock:
            self.failures.append(text)

    def body(self, token, rnd):
        model = rnd.choice(["openai", "anthropic", "both", "chain"])
        stream = rnd.random() < 0.5
        door = rnd.random() < 0.3
        value = {"model": model, "messages": [{
            "role": "user",
            "content": token + "x" * rnd.choice([0, 10, 5000, 100000])}]}
        if stream:
            value["stream"] = True
        if door:
            value["max_tokens"] = 10
        elif stream and rnd.random() < 0.5:
            value["stream_options"] = {"include_usage": True}
        return door, stream, json.dumps(value).encode()

    def one(self, client, token, rnd):
        """One request; whether the connection may be used again."""
        door, stream, body = self.body(token, rnd)
        headers = ([("x-api-key", gateway.MASTER)] if door else
                   [("Authorization", "Bearer " + gateway.MASTER)])
        path = "/v1/messages" if door else "/v1/chat/completions"
        chunked = rnd.random() < 0.3
        client.send(gateway.request_bytes("POST", path, headers, body,
                                          chunked))
        leave = rnd.random()
        end = len(body)
        if leave < 0.05:
            end = rnd.randrange(end)
        at = 0
        while at < end:
            n = min(end - at, rnd.choice([1, 50, 4096, 200000]))
            piece = body[at:at + n]
            client.send(mock.chunk(piece) if chunked else piece)
            at += n
        if leave < 0.05:
            return False
        if chunked:
            client.send(b"0\r\n\r\n")
        if leave < 0.1:
            return False                # without waiting
        if leave < 0.15:
            try:                        # in the middle of the answer
                client.until(b"\r\n\r\n")
                if not client.buf:
                    client.fill()
            except gateway.Truncated:
                pass
            return False

        r = client.response()
        self.check(token, door, stream, r)
        return r.complete and (r.get("connection") or "") != "close"

    def check(self, token, door, stream, r):
        with self.lock:
            self.answered += 1
        text = r.body.decode("utf-8", "replace")
        others = set(TOKEN.findall(text)) - {token}
        if others:
            self.fail("%s got parts of %s" % (token, others))
        ctype = r.get("content-type") or ""

        if ctype.startswith("text/event-stream"):
            if r.status != 200:
                self.fail("%s: a stream with status %d" % (token, r.status))
            if not r.complete:
                self.fail("%s: a stream without an end" % token)
            if door:
                good = (text.endswith('{"type":"message_stop"}\n\n')
                        or '"message_stop"' in text[-200:]
                        or "event: error\n" in text[-600:])
            else:
                good = text.endswith("data: [DONE]\n\n")
            if not good:
                self.fail("%s: a stream that ends with %r" % (token,
                                                              text[-150:]))
            return

        if not r.complete:
            return                      # a passing answer that was cut
        try:
            value = json.loads(text)
        except ValueError:
            self.fail("%s: %d, no JSON: %r" % (token, r.status, text[:200]))
            return
        if r.status >= 400:
            error = value.get("error")
            # a provider's own error object passes, whatever it holds

            members = ({"message", "type"} if door else
                       {"message", "type", "param", "code"})
            if not isinstance(error, dict) or not members <= set(error):
                self.fail("%s: an error of the form %r" % (token, text[:200]))

    def work(self, port, number):
        rnd = random.Random("%s client %d" % (self.seed, number))
        client = None
        for i in range(self.count // THREADS):
            token = "token-%d-%d-" % (number, i)
            try:
                if client is None:
                    client = gateway.Client(port)
                if not self.one(client, token, rnd):
                    client.close()
                    client = None
            except (OSError, gateway.Truncated, ValueError,
                    IndexError) as e:
                if isinstance(e, socket.timeout):
                    self.fail("%s: no answer" % token)
                if client:
                    client.close()
                client = None
        if client:
            client.close()


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "1"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1800

    up = Upstream(seed)
    names = ("openai", "anthropic")
    gw = gateway.Gateway("chaos", """
llmgw_zone llmgw:1m;
llmgw_master_key %s;
llmgw_model openai { deployment @openai; }
llmgw_model anthropic { deployment @anthropic; }
llmgw_model both { deployment @openai; deployment @anthropic; }
llmgw_model chain { deployment @anthropic; deployment @openai;
                    deployment @anthropic; fallback openai; }
client_body_buffer_size 4k;
""" % gateway.MASTER, "location / { llmgw on; }\n" + "\n".join(
        "location @%s { llmgw_provider %s; llmgw_api_key sk-x;\n"
        "proxy_read_timeout 400ms;\n"
        "llmgw_base_url http://127.0.0.1:%d/%s; }" % (n, n, up.port, n)
        for n in names), workers=2)
    chaos = Chaos(seed, count)
    try:
        gw.start()
        threads = [threading.Thread(target=chaos.work, args=(gw.port, i))
                   for i in range(THREADS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

        # nothing is left open

        end = time.monotonic() + 10 * gateway.slow()
        left = None
        while time.monotonic() < end:
            out = subprocess.run(["ps", "-o", "pid=", "--ppid",
                                  str(gw.proc.pid)], capture_output=True,
                                 text=True).stdout.split()
            left = sum(1 for pid in out for fd in
                       os.listdir("/proc/%s/fd" % pid)
                       if os.readlink("/proc/%s/fd/%s" % (pid, fd))
                       .startswith("socket:"))
            if left < 2 * (64 + 12):
                break
            time.sleep(0.1)
        if left is None or left >= 2 * (64 + 12):
            chaos.fail("%s sockets are left" % left)
        r = gateway.call(gw.port, "GET", "/health/liveliness", [])
        if r.status != 200:
            chaos.fail("does not serve at the end")
    finally:
        gw.stop()
        up.server.stop()

    if chaos.answered < count // 2:
        chaos.fail("only %d answers" % chaos.answered)
    chaos.failures += ["nginx: " + f for f in gw.faults()]
    for text in chaos.failures[:20]:
        print("FAIL " + text)
    failed = len(chaos.failures)
    print("%d passed, %d failed" % (max(chaos.answered - failed, 0), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
