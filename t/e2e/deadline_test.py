#!/usr/bin/env python3
"""llmgw_deadline: attempts, waits and streams end with the time that a request
has, in each client's own words, and nobody else is blamed for it.  The last
line is "N passed, N failed".
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway             # noqa: E402
import mock                # noqa: E402
import pulse_test as pulse  # noqa: E402

from pulse_test import CHAT, GEMINI, MESSAGES, W, check, texts  # noqa: E402

RESPONSES = "/v1/responses"
AUTH = [("Authorization", "Bearer " + gateway.MASTER)]


def failing(conn, req):
    """An error that asks for more time than there is."""
    conn.send(b"HTTP/1.1 503 X\r\nRetry-After: 6\r\n"
              b"Content-Length: 2\r\n\r\n{}")


def mute(conn, req):
    conn.wait_closed()


E503 = mock.Server(failing)

HTTP = pulse.HTTP + """
llmgw_model wait { deployment @e503; retries 3 max=8s; cooldown off; }
llmgw_model wait+ { deployment @e503; retries 3 max=8s; cooldown off;
                    fallback good; }
llmgw_model two { deployment @short; deployment @silent; deployment @good; }
llmgw_model tls { deployment @tls; deployment @good; }
llmgw_model slot { deployment @silent; }
llmgw_key sk-llmgw-test-one-key-00001
          'policy={"max_parallel_requests": 1}';
llmgw_queue 10 timeout=60s;
upstream mute { server 127.0.0.1:%(mute)d; server 127.0.0.1:%(mute)d; }
"""

SERVER = """
location @e503 { llmgw_provider openai;
                 llmgw_base_url http://127.0.0.1:%(e503)d/v1; }
location @short { llmgw_provider openai; proxy_read_timeout 100ms;
                  llmgw_base_url http://127.0.0.1:%(pulse)d/silent/v1; }
location @tls { llmgw_provider openai; llmgw_base_url https://mute/v1;
                proxy_ssl_verify off; }
location /v1/messages { llmgw on; llmgw_deadline off; }
"""


class Gateway(pulse.Gateway):
    def __init__(self, name, time):
        # connections to it are counted, nothing is answered

        self.mute = gateway.socket.socket()
        self.mute.bind(("127.0.0.1", 0))
        self.mute.listen(16)
        ports = {"e503": E503.port, "pulse": W.port,
                 "mute": self.mute.getsockname()[1]}
        gateway.Gateway.__init__(
            self, "deadline-" + name, HTTP.replace("%(mute)d",
                                                   str(ports["mute"])),
            pulse.server("llmgw_deadline %s;" % time + SERVER % ports))

    def __exit__(self, *args):
        super().__exit__(*args)
        self.mute.close()

    def failures(self, model):
        r = gateway.call(self.port, "GET", "/health", AUTH)
        return sum(d["failures"] for d in json.loads(r.body)["deployments"]
                   if d["model_name"] == model)


def expired(r):
    error = json.loads(r.body)["error"]
    return (r.status, error.get("code")) == (504, "deadline_exceeded")


def test_no_answer():
    """no other attempt, and no failure of the deployment"""
    with Gateway("answer", "400ms") as gw:
        for name in ("silent", "headers", "comments"):
            for stream in (False, True):
                W.reset()
                r = gw.ask(name + "+", stream=stream)
                check(expired(r), (name, stream, r.status, r.body))
                check(W.seen == [name], W.seen)
                check(W.wait(lambda: name in W.closed),
                      name + " is still open")
            check(gw.failures(name + "+") == 0, name)
        check(gw.ask("good").status == 200, "good")


def test_dialects():
    """the error of each API"""
    with Gateway("dialects", "400ms") as gw:
        r = gw.ask("silent", GEMINI)
        error = json.loads(r.body)
        error = (error[0] if isinstance(error, list) else error)["error"]
        check((r.status, error["status"]) == (504, "DEADLINE_EXCEEDED"),
              r.body)
        body = json.dumps({"model": "silent", "input": "Hi"}).encode()
        r = gateway.call(gw.port, "POST", RESPONSES, AUTH + [
            ("Content-Type", "application/json")], body)
        check(expired(r), (r.status, r.body))
        body = json.dumps({"model": "silent", "max_tokens": 9, "messages": [
            {"role": "user", "content": "Hi"}]}).encode()
        r = gateway.call(gw.port, "POST", CHAT, AUTH + [
            ("anthropic-version", "2023-06-01"),
            ("Content-Type", "application/json")], body)
        check(r.status == 504, (r.status, r.body))


def test_stream():
    """a stream that has begun ends with an error event"""
    with Gateway("stream", "500ms") as gw:
        for name, path in (("thinks", CHAT), ("pings", CHAT),
                           ("thinks", GEMINI)):
            W.reset()
            r = gw.ask(name, path)
            check(r.status == 200 and r.complete, (name, path, r.status))
            check(texts(r.body).startswith("Hello"), r.body)
            if path == CHAT:
                check(b'"code":"deadline_exceeded"' in r.body
                      and r.body.endswith(b"data: [DONE]\n\n"), r.body)
            else:
                last = json.loads(r.body)[-1]["error"]
                check(last["status"] == "DEADLINE_EXCEEDED", last)
            check(W.wait(lambda: name in W.closed), name + " is still open")
        check(gw.failures("thinks") == 0, "failures")


def test_off():
    """off in a location, where there is one around it"""
    with Gateway("off", "200ms") as gw:
        c = gw.open("thinks", MESSAGES)
        c.until(b"Hello")
        c.sock.settimeout(0.6)
        try:
            check(not c.sock.recv(65536), "something came")
        except TimeoutError:
            pass
        c.sock.settimeout(20 * gateway.slow())
        W.gate.set()
        c.until(b"message_stop")
        c.close()


def test_wait():
    """a wait that would be longer is not begun: the error, or a fallback"""
    with Gateway("wait", "5s") as gw:
        r = gw.ask("wait", stream=False)
        check(r.status == 503, (r.status, r.body))
        r = gw.ask("wait+")
        check(r.status == 200 and texts(r.body) == "good", r.body)


def test_second():
    """what is left of it is the next attempt's"""
    with Gateway("second", "%dms" % (2000 * gateway.slow())) as gw:
        r = gw.ask("two", stream=False)
        check(expired(r), (r.status, r.body))
        check(W.seen == ["silent", "silent"], W.seen)


def test_handshake():
    """an upstream that does not say a word; its other server is not asked"""
    with Gateway("handshake", "400ms") as gw:
        r = gw.ask("tls")
        check(expired(r), (r.status, r.body))
        gw.mute.setblocking(False)
        gw.mute.accept()[0].close()
        try:
            gw.mute.accept()
            check(False, "a second connection")
        except BlockingIOError:
            pass
        check(W.seen == [], W.seen)


def test_queue():
    """the wait for a slot is a part of it"""
    with Gateway("queue", "400ms") as gw:
        gateway_key = "sk-llmgw-test-one-key-00001"
        data = json.dumps({"model": "slot", "max_tokens": 9, "messages": [
            {"role": "user", "content": "Hi"}]}).encode()
        head = [("Authorization", "Bearer " + gateway_key),
                ("Content-Type", "application/json")]
        first = gateway.Client(gw.port)
        first.send(gateway.request_bytes("POST", MESSAGES, head, data) + data)
        check(W.wait(lambda: W.seen == ["silent"]), "not under way")
        r = gateway.call(gw.port, "POST", CHAT, head, data)
        check(r.status == 429, (r.status, r.body))
        check(W.seen == ["silent"], W.seen)
        first.close()


def test_conf():
    """what nginx -t finds"""
    for value in ("0", "x", "-1", "1 2", "1s; llmgw_deadline 2s"):
        gw = Gateway("conf", value)
        status, text = gw.check()
        gw.mute.close()
        check(status != 0 and "emerg" in text
              and ("invalid time" in text or "duplicate" in text
                   or "arguments" in text), (value, text))


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
    E503.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
