#!/usr/bin/env python3
"""Streams that another deployment goes on with (midstream_fallback): what the
client gets, what the next provider is asked, and what it all comes to.  The
last line is "N passed, N failed".
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
RESPONSES = "/v1/responses"
GEMINI = "/v1beta/models/%s:streamGenerateContent?alt=sse"
TOOL = os.environ.get("LLMGW_LEDGER", os.path.join(gateway.TOP, "build",
                                                   "llmgw-ledger"))


def check(value, what):
    if not value:
        raise AssertionError(what)


def chunk(delta, finish=None, **more):
    return mock.event_bytes(dict({
        "id": "chatcmpl-first", "object": "chat.completion.chunk",
        "created": 11, "model": "gpt-first", "choices": [{
            "index": 0, "delta": delta, "finish_reason": finish}]}, **more))


def second(delta, finish=None, **more):
    return chunk(delta, finish, id="gen-second", created=22,
                 model="gpt-second", **more)


ROLE = chunk({"role": "assistant", "content": ""})
USAGE = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}


def claude(event):
    return mock.event_bytes([event["type"], event])


CLAUDE = [
    claude({"type": "message_start", "message": {
        "id": "msg_first", "type": "message", "role": "assistant",
        "model": "claude-first", "content": [], "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 1}}}),
    claude({"type": "content_block_start", "index": 0, "content_block": {
        "type": "text", "text": ""}})]

CLAUDE_END = [
    claude({"type": "content_block_stop", "index": 0}),
    claude({"type": "message_delta", "delta": {
        "stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 7}}),
    claude({"type": "message_stop"})]


def block(text):
    return claude({"type": "content_block_delta", "index": 0, "delta": {
        "type": "text_delta", "text": text}})


def frame(text, finish=None, **more):
    candidate = {"content": {"role": "model", "parts": [{"text": text}]},
                 "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return mock.event_bytes(dict({
        "candidates": [candidate], "responseId": "gem-first",
        "modelVersion": "gemini-first"}, **more))


class World:
    """The first segment of the path says how the provider behaves; what cuts
    an answer waits for the gate, so that the client has got it."""

    def __init__(self):
        self.lock = threading.Condition()
        self.server = mock.Server(self.handle)
        self.port = self.server.port
        self.reset()

    def reset(self):
        with self.lock:
            self.gate = threading.Event()
            self.gates = [threading.Event() for _ in range(4)]
            self.seen = []
            self.bodies = []
            self.closed = []

    def wait(self, what, timeout=15):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def handle(self, conn, req):
        how = req.target.split("/")[1]
        with self.lock:
            self.seen.append(how)
            self.bodies.append(json.loads(req.body))
            self.lock.notify_all()
        getattr(self, "do_" + how)(conn, req)

    def head(self, conn, status=200, kind="text/event-stream"):
        conn.send(mock.head_bytes(status, "X", [
            ("Content-Type", kind), ("Transfer-Encoding", "chunked")]))

    def send(self, conn, *pieces):
        for p in pieces:
            conn.send(mock.chunk(p))

    def end(self, conn, *pieces):
        self.send(conn, *pieces)
        conn.send(b"0\r\n\r\n")

    def hold(self, gate=None):
        check((gate or self.gate).wait(20 * gateway.slow()), "no gate")

    def hello(self, conn):
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "Hello"}),
                  chunk({"content": " wor"}))
        self.hold()

    def do_reset(self, conn, req):
        self.hello(conn)
        conn.reset()

    def do_half(self, conn, req):
        """In the middle of an event."""
        self.hello(conn)
        self.send(conn, chunk({"content": "LOST"})[:-20])
        conn.reset()

    def do_ends(self, conn, req):
        """The body is complete, the stream is not."""
        self.hello(conn)
        self.end(conn)

    def do_close(self, conn, req):
        self.hello(conn)
        conn.close()

    def do_error(self, conn, req):
        """What comes with the error is for the client."""
        self.hello(conn)
        self.send(conn, chunk({"content": "l"}) + mock.event_bytes(
            {"error": {"message": "overloaded", "type": "server_error",
                       "param": None, "code": None}}))
        conn.wait_closed()

    def do_much(self, conn, req):
        """As much as there was asked for, and the error with it."""
        self.hello(conn)
        n = int(json.loads(req.body)["messages"][0]["content"])
        self.send(conn, *[chunk({"content": "x" * 1000}) for _ in range(n)])
        self.send(conn, chunk({"content": "y" * 500}) + mock.event_bytes(
            {"error": {"message": "overloaded", "type": "server_error",
                       "param": None, "code": None}}))
        conn.wait_closed()
        with self.lock:
            self.closed.append("much")
            self.lock.notify_all()

    def do_wrong(self, conn, req):
        self.hello(conn)
        self.send(conn, mock.event_bytes(
            {"error": {"message": "no such thing", "param": "x",
                       "type": "invalid_request_error", "code": "bad"}}))
        conn.wait_closed()

    def do_stall(self, conn, req):
        self.hello(conn)
        conn.wait_closed()
        with self.lock:
            self.closed.append("stall")
            self.lock.notify_all()

    def do_again(self, conn, req):
        """A continuation that dies itself."""
        self.head(conn)
        self.send(conn, second({"role": "assistant", "content": ""}),
                  second({"content": "ld"}))
        self.hold(self.gates[0])
        conn.reset()

    def do_early(self, conn, req):
        """A continuation that dies before it has said anything."""
        self.head(conn)
        self.send(conn, second({"role": "assistant", "content": ""}))
        conn.reset()

    def do_busy(self, conn, req):
        body = b'{"error":{"message":"slow down","type":"x","code":"y"}}'
        self.head(conn, 429, "application/json")
        self.end(conn, body)

    def do_refuses(self, conn, req):
        body = b'{"error":{"message":"no","type":"invalid_request_error"}}'
        self.head(conn, 400, "application/json")
        self.end(conn, body)

    def do_silent(self, conn, req):
        conn.wait_closed()
        with self.lock:
            self.closed.append("silent")
            self.lock.notify_all()

    def do_good(self, conn, req):
        self.head(conn)
        self.end(conn, second({"role": "assistant", "content": ""}),
                 second({"content": "ld"}), second({"content": "!"}),
                 second({}, "stop"), second({}, choices=[], usage=USAGE),
                 mock.event_bytes("[DONE]"))

    def do_nousage(self, conn, req):
        self.head(conn)
        self.end(conn, second({"content": "ld!"}), second({}, "stop"),
                 mock.event_bytes("[DONE]"))

    def do_tools(self, conn, req):
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "Hello wor"}), chunk({
            "tool_calls": [{"index": 0, "id": "call_1", "type": "function",
                            "function": {"name": "f", "arguments": "{"}}]}))
        self.hold()
        conn.reset()

    def do_thinks(self, conn, req):
        self.head(conn)
        self.send(conn, ROLE, chunk({"reasoning_content": "hm"}),
                  chunk({"content": "Hello wor"}))
        self.hold()
        conn.reset()

    def do_done(self, conn, req):
        """Behind the reason why it ended."""
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "Hello wor"}),
                  chunk({}, "stop"))
        self.hold()
        conn.reset()

    def do_long(self, conn, req):
        self.head(conn)
        self.send(conn, ROLE)
        for _ in range(70):
            self.send(conn, chunk({"content": "x" * 4000}))
        self.send(conn, chunk({"content": " wor"}))
        self.hold()
        conn.reset()

    def do_claude(self, conn, req):
        self.head(conn)
        self.send(conn, *CLAUDE, block("Hello"), block(" wor"))
        self.hold()
        conn.reset()

    def do_cerror(self, conn, req):
        self.head(conn)
        self.send(conn, *CLAUDE, block("Hello"), block(" wor"))
        self.hold()
        self.send(conn, block("l") + claude({"type": "error", "error": {
            "type": "overloaded_error", "message": "Overloaded"}}))
        conn.wait_closed()

    def do_blanks(self, conn, req):
        self.head(conn)
        self.send(conn, ROLE, chunk({"content": "Hello wor"}),
                  chunk({"content": " \n"}))
        self.hold()
        conn.reset()

    def do_cgood(self, conn, req):
        self.head(conn)
        self.end(conn, *CLAUDE, block("ld!"), *CLAUDE_END)

    def do_cblanks(self, conn, req):
        """Says what it was not given itself, in two pieces."""
        self.head(conn)
        self.end(conn, *CLAUDE, block(" "), block("\nld!"), *CLAUDE_END)

    def do_gemini(self, conn, req):
        self.head(conn)
        self.send(conn, frame("Hello"), frame(" wor"))
        self.hold()
        conn.reset()

    def do_ggood(self, conn, req):
        self.head(conn)
        self.end(conn, frame("ld!", "STOP", responseId="gem-second",
                             modelVersion="gemini-second", usageMetadata={
                                 "promptTokenCount": 30,
                                 "candidatesTokenCount": 5,
                                 "totalTokenCount": 35}))


W = World()

KINDS = {"claude": "anthropic", "cerror": "anthropic", "cgood": "anthropic",
         "cblanks": "anthropic",
         "gemini": "gemini", "ggood": "gemini"}
NAMES = [n[3:] for n in dir(World) if n.startswith("do_")]
OLD = "model=claude-sonnet-4-5"


def server(more):
    out = """location / { llmgw on; } %s
    location @denied { deny all; llmgw_provider openai; llmgw_api_key sk-up;
        llmgw_base_url http://127.0.0.1:%d/good; }""" % (more, W.port)
    for name in NAMES:
        kind = KINDS.get(name, "openai")
        out += """
    location @%s { llmgw_provider %s; llmgw_api_key sk-up;
        llmgw_base_url http://127.0.0.1:%d/%s%s; }""" % (
            name, kind, W.port, name, "" if kind == "gemini" else "/v1")
    return out


def model(name, *deployments, more=""):
    """"first@second" goes on with the second one."""
    return "\nllmgw_model %s { %s cooldown off; %s %s }" % (
        name, "".join("deployment @%s; " % d for d in deployments),
        more, "" if "midstream" in more else "midstream_fallback on;")


HTTP = "llmgw_zone llmgw:1m; llmgw_master_key %s;" % gateway.MASTER

PLAIN = ["reset", "half", "ends", "close", "error", "wrong", "stall", "tools",
         "thinks", "done", "long", "gemini", "blanks", "much"]

for n in PLAIN:
    HTTP += model(n + "-good", n, "good")
HTTP += model("reset", "reset")
HTTP += model("off", "reset", "good", more="midstream_fallback off;")
HTTP += model("nousage", "reset", "nousage")
HTTP += model("busy", "reset", "busy", "early", "good")
HTTP += model("refused", "reset", "refuses", "good")
HTTP += model("nobody", "reset", "busy", "early", "refuses")
HTTP += model("again", "reset", "again", "good")
HTTP += model("again-none", "reset", "again")
HTTP += model("silent", "reset", "silent", "good")
HTTP += model("retry", "reset", more="retries 1 backoff=10ms;")
HTTP += model("fallback", "reset", more="fallback other;")
HTTP += "\nllmgw_model other { deployment @good; }"
HTTP += model("claude-old", "reset", "cgood " + OLD)
HTTP += model("claude-new", "reset", "cgood model=claude-sonnet-4-6", "good")
HTTP += model("claude-good", "claude " + OLD, "good")
HTTP += model("cerror-cgood", "cerror " + OLD, "cgood " + OLD)
HTTP += model("blanks-cgood", "blanks", "cgood " + OLD)
HTTP += model("blanks-cblanks", "blanks", "cblanks " + OLD)
HTTP += model("reset-ggood", "reset", "ggood")
HTTP += model("gemini-ggood", "gemini", "ggood")
HTTP += model("limited", "reset", "denied")


class Client(gateway.Client):
    """small: of what it has not read, it has hardly any."""

    def __init__(self, port, small):
        self.sock = socket.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.sock.settimeout(20 * gateway.slow())
        self.sock.connect(("127.0.0.1", port))
        self.buf = b""

    def fill(self, n=65536):
        data = self.sock.recv(n)
        if not data:
            raise gateway.Truncated()
        self.buf += data


class Gateway(gateway.Gateway):
    def __init__(self, name, more="", http=HTTP, **args):
        super().__init__("midstream-" + name, http, server(more), **args)

    def __enter__(self):
        W.reset()
        return self.start()

    def __exit__(self, *args):
        W.gate.set()
        for g in W.gates:
            g.set()
        self.stop()
        check(not self.faults(), self.faults())

    def open(self, name, path=CHAT, version=b"1.1", small=False, **more):
        body = {"model": name, "stream": True, "max_tokens": 90}
        if path == RESPONSES:
            body = {"model": name, "stream": True, "input": "Hi"}
        elif "v1beta" in path:
            path = path % name
            body = {"contents": [{"role": "user",
                                  "parts": [{"text": "Hi"}]}]}
        else:
            body["messages"] = [{"role": "user", "content": "Hi"}]
        body.update(more)
        data = json.dumps(body).encode()
        c = Client(self.port, small)
        head = gateway.request_bytes("POST", path, [
            ("Authorization", "Bearer " + gateway.MASTER),
            ("Content-Type", "application/json")], data)
        c.send(head.replace(b"HTTP/1.1", b"HTTP/" + version) + data)
        return c

    def until(self, c, mark):
        """Reads so far, and takes nothing away."""
        while mark not in c.buf:
            c.fill()

    def ask(self, name, path=CHAT, sign=b" wor", **more):
        """A stream that is cut when the client has seen the sign."""
        W.reset()
        c = self.open(name, path, **more)
        try:
            self.until(c, sign)
            W.gate.set()
            return c.response("POST")
        finally:
            c.close()


def events(r):
    """What is in the lines of data."""
    return [json.loads(d) for d in
            re.findall(rb"^data: (\{.*\})\r?$", r.body, re.M)]


def texts(r):
    return "".join(re.findall(r'"(?:content|text)": ?"([^"]*)"',
                              r.body.decode()))


def mark(name):
    return b": llmgw continued on @%s\n\n" % name.encode()


def whole(r, text="Hello world!", on="good"):
    """One stream of chat chunks, whatever it is made of."""
    check(r.status == 200 and r.complete, (r.status, r.body))
    check(r.body.count(mark(on)) == 1, r.body)
    check(r.body.endswith(b"data: [DONE]\n\n"), r.body[-60:])
    check(r.body.count(b"[DONE]") == 1, r.body)
    all_ = events(r)
    check(all("error" not in e for e in all_), r.body)
    for e in all_:
        check((e["id"], e["created"], e["model"])
              == ("chatcmpl-first", 11, "gpt-first"), e)
    choices = [c for e in all_ for c in e["choices"]]
    check(sum("role" in c["delta"] for c in choices) == 1, r.body)
    check([c["finish_reason"] for c in choices if c["finish_reason"]]
          == ["stop"], r.body)
    check("".join(c["delta"].get("content") or "" for c in choices) == text,
          r.body)
    return all_


def broken(r, sign=b"upstream_incomplete"):
    """The error event that there is without the option."""
    check(r.status == 200 and r.complete, (r.status, r.body))
    check(b"llmgw continued" not in r.body, r.body)
    check(r.body.endswith(b"data: [DONE]\n\n"), r.body[-80:])
    check(b'"error"' in r.body and sign in r.body, r.body)


def asked(text="Hello wor", n=-1):
    """The last message is the answer so far."""
    last = W.bodies[n]["messages"][-1]
    check(last["role"] == "assistant", W.bodies[n])
    said = last["content"]
    if isinstance(said, list):
        said = "".join(p["text"] for p in said)
    check(said == text, W.bodies[n])
    check(W.bodies[n]["messages"][0]["role"] == "user", W.bodies[n])


def test_cut():
    """wherever the stream is cut: the client sees one answer"""
    with Gateway("cut", "llmgw_stall_timeout 500ms;") as gw:
        for name in ("reset", "half", "ends", "close", "error", "stall"):
            r = gw.ask(name + "-good")
            text = "Hello wor" + ("l" if name == "error" else "")
            whole(r, text + "ld!")
            check(W.seen == [name, "good"], W.seen)
            asked(text)
        check(W.wait(lambda: "stall" in W.closed), "still open")
        check("the stream goes on at" in gw.log(), gw.log())


def test_kept_connection():
    """the client's connection is kept, and used again"""
    with Gateway("kept") as gw:
        c = gw.open("reset-good")
        gw.until(c, b" wor")
        W.gate.set()
        whole(c.response("POST"))
        data = json.dumps({"model": "other", "stream": True, "messages": [
            {"role": "user", "content": "Hi"}]}).encode()
        c.send(gateway.request_bytes("POST", CHAT, [
            ("Authorization", "Bearer " + gateway.MASTER),
            ("Content-Type", "application/json")], data) + data)
        r = c.response("POST")
        check(texts(r) == "ld!", r.body)
        c.close()


def test_http10():
    """a client without chunks: the body ends with the connection"""
    with Gateway("http10") as gw:
        c = gw.open("reset-good", version=b"1.0")
        gw.until(c, b" wor")
        W.gate.set()
        while True:
            try:
                c.fill()
            except gateway.Truncated:
                break
        check(c.buf.count(b"HTTP/1.1 200") == 1, c.buf)
        check(c.buf.endswith(b"data: [DONE]\n\n"), c.buf)
        check(mark("good") in c.buf, c.buf)
        c.close()


def test_usage():
    """one usage chunk, for both attempts"""
    with Gateway("usage") as gw:
        r = gw.ask("reset-good", stream_options={"include_usage": True})
        counts = [e["usage"] for e in whole(r) if e.get("usage")]
        check(len(counts) == 1, r.body)
        u = counts[0]
        check(u["completion_tokens"] > 5 and u["prompt_tokens"] > 30, u)
        check(u["total_tokens"]
              == u["prompt_tokens"] + u["completion_tokens"], u)
        more = u["completion_tokens"] - 5
        check(W.bodies[1].get("max_tokens",
                              W.bodies[1].get("max_completion_tokens"))
              == 90 - more, W.bodies[1])
        r = gw.ask("nousage", stream_options={"include_usage": True})
        counts = [e["usage"] for e in whole(r, on="nousage")
                  if e.get("usage")]
        check(len(counts) == 1 and counts[0]["completion_tokens"] > more,
              r.body)


def test_others():
    """who cannot go on is passed by"""
    with Gateway("others", "llmgw_ttft_timeout 400ms;") as gw:
        whole(gw.ask("busy"))
        check(W.seen == ["reset", "busy", "early", "good"], W.seen)
        whole(gw.ask("refused"))
        whole(gw.ask("silent"))
        check(W.wait(lambda: "silent" in W.closed), "still open")
        whole(gw.ask("fallback"))
        whole(gw.ask("claude-new"))
        check(W.seen == ["reset", "good"], W.seen)


def test_nobody():
    """nobody goes on: the error with which the stream broke off"""
    with Gateway("nobody") as gw:
        for name in ("nobody", "reset", "limited"):
            broken(gw.ask(name))
        check(gw.ask("reset-good").status == 200, "afterwards")


def test_retry():
    """the same deployment again, within its retries"""
    with Gateway("retry") as gw:
        r = gw.ask("retry", sign=b" wor")
        check(r.status == 200 and r.complete, r.body)
        check(r.body.count(mark("reset")) == 1, r.body)
        check(W.seen == ["reset", "reset"], W.seen)
        check(r.body.count(b'"error"') == 1, r.body)


def test_again():
    """the continuation dies itself"""
    with Gateway("again") as gw:
        for name in ("again", "again-none"):
            W.reset()
            c = gw.open(name)
            gw.until(c, b" wor")
            W.gate.set()
            gw.until(c, b'"ld"')
            W.gates[0].set()
            r = c.response("POST")
            c.close()
            check(r.body.count(mark("again")) == 1, r.body)
            check(W.seen[:2] == ["reset", "again"], W.seen)
            if name == "again":
                check(r.body.count(mark("good")) == 1, r.body)
                check(texts(r) == "Hello worldld!", r.body)
                asked("Hello world")
                check(r.body.count(b'"stop"') == 1, r.body)
            else:
                check(texts(r) == "Hello world", r.body)
                check(b"upstream_incomplete" in r.body, r.body)
            check(r.body.count(b"[DONE]") == 1 and r.complete, r.body)
            check(r.body.count(b'"role"') == 1, r.body)


def test_not():
    """what cannot be gone on with ends as without the option"""
    with Gateway("not") as gw:
        for name in ("tools", "thinks", "long"):
            broken(gw.ask(name + "-good", sign=b"call_1"
                          if name == "tools" else b" wor"))
            check(W.seen == [name], (name, W.seen))
        r = gw.ask("done-good", sign=b'"stop"')
        check(texts(r) == "Hello wor" and b"error" not in r.body, r.body)
        check(W.seen == ["done"] and b"continued" not in r.body, W.seen)
        broken(gw.ask("wrong-good"), b"no such thing")
        check(W.seen == ["wrong"], W.seen)
        for more in ({"n": 2}, {"logprobs": True},
                     {"response_format": {"type": "json_object"}}):
            broken(gw.ask("reset-good", **more))
            check(W.seen == ["reset"], (more, W.seen))
        broken(gw.ask("off"))
        check(W.seen == ["reset"], W.seen)


def test_claude():
    """to and from Claude; what it cannot be given it says once"""
    with Gateway("claude") as gw:
        r = gw.ask("claude-old")
        whole(r, on="cgood")
        asked()
        for on in ("cgood", "cblanks"):
            whole(gw.ask("blanks-" + on, sign=b"\\n"), "Hello wor \nld!",
                  on=on)
            asked()
        r = gw.ask("claude-good")
        check(r.status == 200 and texts(r) == "Hello world!", r.body)
        ids = {(e["id"], e["created"], e["model"]) for e in events(r)}
        check(len(ids) == 1, ids)
        check(r.body.count(b'"role"') == 1 and r.body.count(mark("good")) == 1,
              r.body)


def messages(r, text):
    """One message with one block."""
    check(r.status == 200 and r.complete, (r.status, r.body))
    types = [e["type"] for e in events(r)]
    check(types[:2] == ["message_start", "content_block_start"], types)
    check(types[-3:] == ["content_block_stop", "message_delta",
                         "message_stop"], types)
    check(set(types[2:-3]) == {"content_block_delta"}, types)
    check(all(e.get("index", 0) == 0 for e in events(r)), r.body)
    said = "".join(e["delta"]["text"] for e in events(r)
                   if e["type"] == "content_block_delta")
    check(said == text, r.body)
    return events(r)[-2]


def test_messages():
    """at the Messages API, passing or not"""
    with Gateway("messages") as gw:
        for name, on, text in (("claude-good", "good", "Hello world!"),
                               ("cerror-cgood", "cgood", "Hello worlld!"),
                               ("reset-good", "good", "Hello world!"),
                               ("claude-old", "cgood", "Hello world!")):
            r = gw.ask(name, MESSAGES)
            last = messages(r, text)
            check(r.body.count(mark(on)) == 1, r.body)
            check(last["delta"]["stop_reason"] == "end_turn", last)
            check(last["usage"]["output_tokens"] > 5, last)
            check(last["usage"]["input_tokens"] > 3, last)


def test_gemini():
    """at Gemini's API, and with Gemini behind others"""
    with Gateway("gemini") as gw:
        for name, on in (("gemini-ggood", "ggood"), ("gemini-good", "good"),
                         ("reset-good", "good")):
            r = gw.ask(name, GEMINI)
            check(r.status == 200 and r.complete, (r.status, r.body))
            check(r.body.count(mark(on)) == 1, r.body)
            all_ = events(r)
            check("".join(p["text"] for e in all_ for c in e["candidates"]
                          for p in c["content"].get("parts", []))
                  == "Hello world!", r.body)
            ends = [c["finishReason"] for e in all_ for c in e["candidates"]
                    if c.get("finishReason")]
            check(ends == ["STOP"], r.body)
            check(len({e["responseId"] for e in all_}) == 1, r.body)
            check(len({e["modelVersion"] for e in all_}) == 1, r.body)
            check(all_[-1]["usageMetadata"]["candidatesTokenCount"] > 5,
                  r.body)
        check(W.bodies[1]["messages"][-1]["content"] == "Hello wor", W.bodies)
        whole(gw.ask("reset-ggood"), on="ggood")
        last = W.bodies[1]["contents"][-1]
        check(last["role"] == "model"
              and last["parts"][0]["text"] == "Hello wor", last)


def test_responses():
    """at the Responses API, translated: items and numbers go on"""
    with Gateway("responses") as gw:
        r = gw.ask("claude-good", RESPONSES)
        check(r.status == 200 and r.complete, (r.status, r.body))
        check(r.body.count(mark("good")) == 1, r.body)
        all_ = events(r)
        check([e["sequence_number"] for e in all_]
              == list(range(len(all_))), r.body)
        check(all_[-1]["type"] == "response.completed", r.body)
        out = all_[-1]["response"]["output"]
        check(len(out) == 1 and out[0]["content"][0]["text"]
              == "Hello world!", out)
        check(all_[-1]["response"]["usage"]["output_tokens"] > 5, r.body)


def test_slow_client():
    """who has not taken all of it when the provider dies"""
    port = gateway.free_port()
    with Gateway("slow", http=HTTP + """
            server { listen 127.0.0.1:%d sndbuf=4k; %s }"""
                 % (port, server(""))) as gw:
        gw.port = port
        for n in list(range(12)) + [60, 61]:
            W.reset()
            c = gw.open("much-good", small=True, messages=[
                {"role": "user", "content": str(n)}])
            gw.until(c, b" wor")
            W.gate.set()

            # by then it is over, or waits for the client

            with W.lock:
                W.lock.wait_for(lambda: W.closed, 0.1)
            if n == 61:
                c.close()
                continue
            r = c.response("POST")
            c.close()
            whole(r, "Hello wor" + n * 1000 * "x" + 500 * "y" + "ld!")
        W.reset()
        c = gw.open("reset-good")
        gw.until(c, b" wor")
        W.gate.set()
        whole(c.response("POST"))
        c.close()


def test_http2():
    """the same over HTTP/2"""
    curl = shutil.which("curl")
    if curl is None:
        return
    port = gateway.free_port()
    http2 = "listen 127.0.0.1:%d http2;" % port
    version = subprocess.run([gateway.binary(), "-v"], capture_output=True,
                             text=True).stderr
    major, minor = map(int, re.search(r"/(\d+)\.(\d+)", version).groups())
    if (major, minor) >= (1, 25):
        http2 = "listen 127.0.0.1:%d; http2 on;" % port
    with Gateway("http2", http=HTTP + "server { %s %s }"
                 % (http2, server(""))):
        for name in ("reset-good", "error-good", "busy", "nobody", "silent"):
            W.reset()
            p = subprocess.Popen(
                [curl, "-sN", "--http2-prior-knowledge", "-m", "60",
                 "-H", "Authorization: Bearer " + gateway.MASTER,
                 "-d", json.dumps({"model": name, "stream": True, "messages":
                                   [{"role": "user", "content": "Hi"}]}),
                 "http://127.0.0.1:%d%s" % (port, CHAT)],
                stdout=subprocess.PIPE)
            got = b""
            while b" wor" not in got:
                data = os.read(p.stdout.fileno(), 65536)
                check(data, got)
                got += data
            W.gate.set()
            if name == "silent":
                check(W.wait(lambda: "silent" in W.seen), W.seen)
                p.kill()
                p.wait()
                check(W.wait(lambda: "silent" in W.closed), "still asked")
                continue
            r = gateway.Response()
            r.status = 200
            r.body = got + p.communicate(timeout=60)[0]
            r.complete = (p.returncode == 0)
            if name == "nobody":
                broken(r)
            else:
                whole(r, "Hello worlld!" if name == "error-good"
                      else "Hello world!")


def test_reload():
    """a worker that is on its way out goes on all the same"""
    with Gateway("reload") as gw:
        c = gw.open("reset-good")
        gw.until(c, b" wor")
        gw.kill(signal.SIGHUP)
        end = gw.open("other")
        check(texts(end.response("POST")) == "ld!", "the new worker")
        end.close()
        W.gate.set()
        whole(c.response("POST"))
        c.close()


def test_deadline():
    """the time of the request is over, before and behind the switch"""
    with Gateway("deadline", "llmgw_deadline 1500ms;") as gw:
        c = gw.open("stall-good")
        gw.until(c, b" wor")
        r = c.response("POST")
        c.close()
        broken(r, b"deadline_exceeded")
        check(W.seen == ["stall"], W.seen)
        broken(gw.ask("silent"))
        check(W.seen == ["reset", "silent"], W.seen)


def test_client_leaves():
    """while another one is asked"""
    with Gateway("leaves") as gw:
        c = gw.open("silent")
        gw.until(c, b" wor")
        W.gate.set()
        check(W.wait(lambda: "silent" in W.seen), W.seen)
        c.close()
        check(W.wait(lambda: "silent" in W.closed), "still asked")
        check("good" not in W.seen, W.seen)
        whole(gw.ask("reset-good"))


def test_pings():
    """signs of life while another one is asked"""
    with Gateway("pings", "llmgw_stream_keepalive 50ms;") as gw:
        c = gw.open("silent")
        gw.until(c, b" wor")
        W.gate.set()
        check(W.wait(lambda: "silent" in W.seen), W.seen)
        while c.buf.count(b": ping\n\n") < 2:
            c.fill()
        c.close()
        check(W.wait(lambda: "silent" in W.closed), "still asked")


LEDGER = """
llmgw_zone llmgw:4m;
llmgw_master_key %s;
llmgw_store file:%s;
llmgw_journal 1m;
llmgw_model m { deployment @reset; deployment @good;
    price input=1 output=2; midstream_fallback on; cooldown off; }
llmgw_model s { deployment @reset; deployment @silent;
    price input=1 output=2; midstream_fallback on; cooldown off; }
log_format said '$llmgw_attempts $llmgw_deployment $llmgw_continuations '
    '$status $llmgw_prompt_tokens $llmgw_completion_tokens $llmgw_cost '
    '$llmgw_usage_estimated';
"""


def test_ledger():
    """one record with both attempts' tokens and cost"""
    gw = Gateway("ledger")
    store = os.path.join(gw.dir, "store")
    said = os.path.join(gw.dir, "said.log")
    gw.write(LEDGER % (gateway.MASTER, store),
             server("access_log %s said;" % said))
    with gw:
        r = gw.ask("m", stream_options={"include_usage": True})
        u = [e["usage"] for e in whole(r) if e.get("usage")][0]
        W.reset()
        c = gw.open("s")
        gw.until(c, b" wor")
        W.gate.set()
        check(W.wait(lambda: "silent" in W.seen), W.seen)
        c.close()
        check(W.wait(lambda: "silent" in W.closed), "still asked")
    p = subprocess.run([TOOL, "export", store], capture_output=True,
                       text=True)
    check(p.returncode == 0, p.stderr)
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    check(len(rows) == 2, p.stdout)
    with open(said) as f:
        lines = [line.split() for line in f]
    for row, line in zip(rows, lines):
        check(row["attempts"] == 2 and line[0] == "2", (row, line))
        check(row["estimated"], row)
        check((str(row["prompt_tokens"]), str(row["completion_tokens"]))
              == tuple(line[4:6]), (row, line))
        check(abs(row["spend"] * 1e6 - row["prompt_tokens"]
                  - 2 * row["completion_tokens"]) < 1e-3, row)
        check(abs(row["spend"] - float(line[6])) < 1e-12, (row, line))
    check(lines[0][1:4] == ["@good", "1", "200"], lines)
    check((rows[0]["prompt_tokens"], rows[0]["completion_tokens"])
          == (u["prompt_tokens"], u["completion_tokens"]), (rows[0], u))
    check(not rows[0]["aborted"] and rows[1]["aborted"], rows)
    check(rows[0]["status"] == rows[1]["status"] == 200, rows)
    check(rows[1]["completion_tokens"] > 0, rows[1])


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
                IndexError, ValueError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))

    W.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
