#!/usr/bin/env python3
"""What a provider stores, through the gateway: whose ids are whose, and where
what they name is kept.  The last line is "N passed, N failed".
"""

import json
import os
import re
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

ALICE = "sk-test-of-a-tenant-alice-01"
BOB = "sk-test-of-a-tenant-bob-0001"
EVE = "sk-test-of-a-tenant-eve-0001"
NAMES = {ALICE: "alice", BOB: "bob", EVE: "eve", gateway.MASTER: "master"}

TAG = re.compile(r"^([a-z]+_[A-Za-z0-9]+)_lg[A-Za-z0-9_-]{27}$")


def response(n, **more):
    return dict({
        "id": "resp_%d" % n, "object": "response", "created_at": 1760000000,
        "status": "completed", "model": "gpt-5.1", "error": None,
        "previous_response_id": "resp_0", "conversation": {"id": "conv_7"},
        "output": [
            {"id": "rs_%d" % n, "type": "reasoning", "summary": []},
            {"id": "msg_%d" % n, "type": "message", "status": "completed",
             "role": "assistant", "content": [
                 {"type": "output_text", "text": "say \"id\":\"resp_9\"",
                  "annotations": []}]}],
        "usage": {"input_tokens": 8, "output_tokens": 2,
                  "total_tokens": 10}}, **more)


def events(n):
    started = response(n, status="in_progress", output=[], usage=None)
    item = {"id": "msg_%d" % n, "type": "message", "role": "assistant"}
    at = {"item_id": "msg_%d" % n, "output_index": 0, "content_index": 0}
    out = [{"type": "response.created", "response": started},
           {"type": "response.in_progress", "response": started},
           {"type": "response.output_item.added", "output_index": 0,
            "item": item}]
    for word in ("It ", "is ", "item_id", " \u00e9."):
        out.append(dict(at, type="response.output_text.delta", delta=word))
    out.append({"type": "response.output_item.done", "output_index": 0,
                "item": item})
    out.append({"type": "response.completed", "response": response(n)})
    for i, ev in enumerate(out):
        ev["sequence_number"] = i
    return out


class Provider:
    """Two accounts at one port: what they got, and what they answer."""

    def __init__(self):
        self.server = mock.Server(self.handle)
        self.lock = threading.Lock()
        self.seen = []
        self.down = set()
        self.split = False
        self.cut = None

    def handle(self, conn, req):
        account, _, path = req.target[1:].partition("/")
        with self.lock:
            self.seen.append((account, req.method, "/" + path, req))
        if account in self.down:
            return self.json(conn, {"error": {"message": "down"}}, 503)

        body = json.loads(req.body) if req.body else {}
        base = path.split("?")[0]

        if req.method == "DELETE":
            return self.json(conn, {"id": base.split("/")[-1],
                                    "object": "response", "deleted": True})
        if base.endswith("/input_items") or base.endswith("/items"):
            return self.json(conn, {
                "object": "list", "first_id": "msg_a1", "last_id": "msg_b2",
                "has_more": False, "data": [{"id": "msg_a1"},
                                            {"id": "msg_b2", "x": {"id": "x_1"}}]})
        if base.startswith("v1/conversations"):
            return self.json(conn, {"id": "conv_7", "object": "conversation"})
        if body.get("stream") or "stream=true" in path:
            return self.stream(conn, 5)
        return self.json(conn, response(5 if account == "one" else 6))

    def json(self, conn, value, status=200):
        body = json.dumps(value).encode()
        conn.send(mock.head_bytes(status, "X", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(body))]) + body)

    def stream(self, conn, n):
        data = b"".join(mock.event_bytes([e["type"], e]) for e in events(n))
        data = data[:self.cut] if self.cut else data
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "text/event-stream"),
            ("Transfer-Encoding", "chunked")]))
        step = 1 if self.split else len(data)
        for i in range(0, len(data), step):
            conn.send(mock.chunk(data[i:i + step]))
        conn.send(b"0\r\n\r\n")

    def reset(self):
        with self.lock:
            self.seen = []
        self.down = set()
        self.split = False
        self.cut = None


class Failure(Exception):
    pass


def check(ok, *what):
    if not ok:
        raise Failure(" ".join(str(w) for w in what))


def tagged(value, raw):
    m = TAG.match(value)
    check(m and m.group(1) == raw, "want", raw, "with a tag, got", value)
    return value


UP = Provider()

SERVER = """
location / { llmgw on; }
location @one {
    llmgw_provider openai; llmgw_api_key sk-one;
    llmgw_base_url http://127.0.0.1:%(port)d/one/v1;
}
location @two {
    llmgw_provider openai; llmgw_api_key sk-two;
    llmgw_base_url http://127.0.0.1:%(port)d/two;
}
location @azure {
    llmgw_provider azure; llmgw_api_key sk-azure;
    llmgw_base_url http://127.0.0.1:%(port)d/azure;
}
location @claude {
    llmgw_provider anthropic; llmgw_api_key sk-claude;
    llmgw_base_url http://127.0.0.1:%(port)d/claude;
}
"""

HTTP = """
llmgw_master_key %s;
llmgw_key %s name=alice;
llmgw_key %s name=bob;
llmgw_key %s name=eve models=other;
llmgw_model gpt { deployment @one model=gpt-5.1; deployment @two; }
llmgw_model other { deployment @two model=gpt-5.1; }
llmgw_model east { deployment @azure model=dep; }
llmgw_model claude { deployment @claude model=claude-sonnet-4-5; }
""" % (gateway.MASTER, ALICE, BOB, EVE)


class Tests:
    def __init__(self, gw):
        self.gw = gw

    def ask(self, key, method, path, body=None, headers=()):
        UP.seen = []
        data = None if body is None else json.dumps(body).encode()
        r = gateway.call(self.gw.port, method, path, [
            ("Authorization", "Bearer " + key),
            ("Content-Type", "application/json")] + list(headers), data)
        check(r.complete, "the response is not complete")
        return r

    def post(self, key, body, path="/v1/responses"):
        return self.ask(key, "POST", path, dict({"model": "gpt",
                                                 "input": "Hi"}, **body))

    def created(self, key=ALICE, **body):
        r = self.post(key, body)
        check(r.status == 200, r.status, r.body)
        return json.loads(r.body)

    def missing(self, r):
        check(r.status == 404, "want 404, got", r.status, r.body)
        check(UP.seen == [], "the provider was asked:", UP.seen)
        error = json.loads(r.body)["error"]
        check(error["type"] == "invalid_request_error", error)
        return error

    def one(self):
        check(len(UP.seen) == 1, "want one request, got", len(UP.seen))
        account, method, path, req = UP.seen[0]
        return account, method, path, req

    # -- ids in whole answers

    def test_ids_have_tags(self):
        r = self.created()
        tagged(r["id"], "resp_5")
        tagged(r["previous_response_id"], "resp_0")
        tagged(r["conversation"]["id"], "conv_7")
        tagged(r["output"][0]["id"], "rs_5")
        tagged(r["output"][1]["id"], "msg_5")
        text = r["output"][1]["content"][0]["text"]
        check(text == "say \"id\":\"resp_9\"", text)

    def test_length_is_right(self):
        r = self.post(ALICE, {})
        check(int(r.get("content-length")) == len(r.body), r.headers)

    def test_not_stored_no_tags(self):
        check(self.created(store=False)["id"] == "resp_5")

    def test_another_key_another_tag(self):
        check(self.created(ALICE)["id"] != self.created(BOB)["id"])

    # -- requests that name what is stored

    def test_previous(self):
        before = self.created()["id"]
        self.created(previous_response_id=before)
        body = json.loads(self.one()[3].body)
        check(body["previous_response_id"] == "resp_5", body)

    def test_conversation(self):
        before = self.created()["conversation"]["id"]
        self.created(conversation=before)
        check(json.loads(self.one()[3].body)["conversation"] == "conv_7")
        self.created(conversation={"id": before})
        check(json.loads(self.one()[3].body)["conversation"]
              == {"id": "conv_7"})

    def test_previous_of_another_tenant(self):
        before = self.created()["id"]
        e = self.missing(self.post(BOB, {"previous_response_id": before}))
        check(e["code"] == "previous_response_not_found", e)
        check(e["param"] == "previous_response_id", e)

    def test_previous_without_tag(self):
        self.missing(self.post(ALICE, {"previous_response_id": "resp_5"}))

    def test_previous_forged(self):
        before = self.created()["id"]
        for forged in (before[:-1] + "A", before[:-1] + "B",
                       before.replace("resp_5", "resp_6"), before + "x",
                       before[:6] + before[7:]):
            self.missing(self.post(ALICE, {"previous_response_id": forged}))

    def test_conversation_of_another_tenant(self):
        before = self.created()["conversation"]["id"]
        self.missing(self.post(BOB, {"conversation": before}))
        self.missing(self.post(BOB, {"conversation": {"id": before}}))
        self.missing(self.post(BOB, {"conversation": "conv_7"}))

    def test_items(self):
        out = self.created()["output"]
        items = [{"role": "user", "content": "Hi"},
                 {"type": "item_reference", "id": out[1]["id"]}, out[0],
                 out[1], {"type": "message", "role": "user", "id": "msg_own",
                          "content": "x"},
                 {"type": "reasoning", "id": "rs_own", "summary": [],
                  "encrypted_content": "gAAA"}]
        self.created(input=items)
        got = json.loads(self.one()[3].body)["input"]
        check([i.get("id") for i in got]
              == [None, "msg_5", "rs_5", "msg_5", "msg_own", "rs_own"], got)

    def test_reference_without_tag(self):
        e = self.missing(self.post(ALICE, {"input": [
            {"type": "item_reference", "id": "msg_5"}]}))
        check(e["param"] == "input[0].id", e)

    def test_reference_of_another_tenant(self):
        item = self.created()["output"][1]
        self.missing(self.post(BOB, {"input": [
            {"type": "item_reference", "id": item["id"]}]}))
        self.missing(self.post(BOB, {"input": [item]}))

    def test_reasoning_that_would_be_looked_up(self):
        self.created(input=[{"type": "reasoning", "id": "rs_5",
                             "summary": []},
                            {"role": "user", "content": "x"}])
        got = json.loads(self.one()[3].body)["input"]
        check(got == [{"role": "user", "content": "x"}], got)

    # -- paths

    def test_get(self):
        before = self.created()["id"]
        r = self.ask(ALICE, "GET", "/v1/responses/" + before)
        check(r.status == 200, r.status, r.body)
        tagged(json.loads(r.body)["id"], "resp_5")
        account, method, path, req = self.one()
        check((account, method, path) == ("one", "GET", "/v1/responses/resp_5"),
              account, method, path)
        check(req.get("authorization") == "Bearer sk-one", req.headers)
        check(req.get("content-length") is None, req.headers)

    def test_get_of_others(self):
        before = self.created()["id"]
        for path in (before, "resp_5", before + "x", "resp_5_lg" + "A" * 27):
            self.missing(self.ask(BOB, "GET", "/v1/responses/" + path))
        self.missing(self.ask(ALICE, "GET", "/v1/responses/resp_5"))

    def test_delete_cancel_items(self):
        before = self.created()["id"]
        path = "/v1/responses/" + before
        r = self.ask(ALICE, "DELETE", path)
        tagged(json.loads(r.body)["id"], "resp_5")
        check(self.one()[1:3] == ("DELETE", "/v1/responses/resp_5"))
        self.ask(ALICE, "POST", path + "/cancel")
        check(self.one()[1:3] == ("POST", "/v1/responses/resp_5/cancel"))
        r = json.loads(self.ask(ALICE, "GET", path + "/input_items").body)
        tagged(r["first_id"], "msg_a1")
        tagged(r["data"][1]["id"], "msg_b2")
        check(r["data"][1]["x"]["id"] == "x_1", r)
        for how in ("DELETE", "GET"):
            self.missing(self.ask(BOB, how, path))
        self.missing(self.ask(BOB, "POST", path + "/cancel"))
        self.missing(self.ask(BOB, "GET", path + "/input_items"))

    def test_query(self):
        before = self.created()
        item = before["output"][1]["id"]
        self.ask(ALICE, "GET", "/v1/responses/%s/input_items?limit=5&key=x&"
                 "api-version=1&order=asc&after=%s&include[]=a.b&before=%s"
                 % (before["id"], item, "a\"b"))
        check(self.one()[2] == "/v1/responses/resp_5/input_items?limit=5&"
              "order=asc&after=msg_5&include[]=a.b", self.one()[2])

    def test_paths_that_are_none(self):
        before = self.created()["id"]
        for path in ("/", "/x", "/../models", "/input_items/x", "%2f..",
                     "/cancel/"):
            self.missing(self.ask(ALICE, "GET", "/v1/responses/" + before
                                  + path))
        r = self.ask(ALICE, "PUT", "/v1/responses/" + before)
        check(r.status == 405 and r.get("allow") == "GET, DELETE", r.status,
              r.headers)
        r = self.ask(ALICE, "GET", "/v1/responses/" + before + "/cancel")
        check(r.status == 405 and r.get("allow") == "POST", r.status)

    def test_no_key(self):
        r = gateway.call(self.gw.port, "GET", "/v1/responses/resp_5", [])
        check(r.status == 401, r.status)

    def test_conversations(self):
        r = self.ask(ALICE, "POST", "/v1/conversations", {"items": []})
        mine = tagged(json.loads(r.body)["id"], "conv_7")
        check(self.one()[:3] == ("one", "POST", "/v1/conversations"))
        path = "/v1/conversations/" + mine
        self.ask(ALICE, "GET", path)
        check(self.one()[2] == "/v1/conversations/conv_7")
        self.ask(ALICE, "POST", path, {"metadata": {"a": "b"}})
        check(self.one()[3].body == b'{"metadata": {"a": "b"}}')
        r = json.loads(self.ask(ALICE, "GET", path + "/items").body)
        item = tagged(r["data"][0]["id"], "msg_a1")
        self.ask(ALICE, "GET", path + "/items/" + item)
        check(self.one()[2] == "/v1/conversations/conv_7/items/msg_a1")
        for p in (path, path + "/items", path + "/items/" + item,
                  "/v1/conversations/conv_7"):
            self.missing(self.ask(BOB, "GET", p))
        self.missing(self.ask(ALICE, "GET", path + "/items/msg_a1"))

    # -- where it is kept

    def test_kept_at_the_second(self):
        UP.down = {"one"}
        before = self.created()
        check(tagged(before["id"], "resp_6"))
        UP.down = set()
        self.created(previous_response_id=before["id"])
        check(self.one()[0] == "two", self.one()[0])
        self.ask(ALICE, "GET", "/v1/responses/" + before["id"])
        account, _, path, _ = self.one()
        check((account, path) == ("two", "/v1/responses/resp_6"), account,
              path)

    def test_no_other_place_is_tried(self):
        before = self.created()["id"]
        UP.down = {"one"}
        r = self.post(ALICE, {"previous_response_id": before})
        check(r.status == 503, r.status)
        check([s[0] for s in UP.seen] == ["one"], UP.seen)

    def test_kept_where_the_model_is_not(self):
        before = self.created()["id"]
        r = self.ask(ALICE, "POST", "/v1/responses", {
            "model": "other", "input": "x", "previous_response_id": before})
        self.missing(r)

    def test_kept_where_the_key_may_not_go(self):
        r = self.ask(EVE, "POST", "/v1/responses", {"model": "other",
                                                    "input": "x"})
        mine = json.loads(r.body)["id"]
        check(self.ask(EVE, "GET", "/v1/responses/" + mine).status == 200)
        check(self.one()[0] == "two")

    def test_azure(self):
        r = self.ask(ALICE, "POST", "/v1/responses", {"model": "east",
                                                      "input": "x"})
        mine = json.loads(r.body)["id"]
        self.ask(ALICE, "GET", "/v1/responses/" + mine + "?include=a")
        account, _, path, req = self.one()
        check((account, path)
              == ("azure", "/openai/v1/responses/resp_6?include=a"), account,
              path)
        check(req.get("api-key") == "sk-azure", req.headers)

    def test_translated_stores_nothing(self):
        r = self.ask(ALICE, "POST", "/v1/responses", {
            "model": "claude", "input": "x", "previous_response_id": "resp_5"})
        check(r.status == 400 and UP.seen == [], r.status, r.body)
        check(json.loads(r.body)["error"]["code"] == "unsupported_parameter")

    # -- streams

    def stream(self, **how):
        for k, v in how.items():
            setattr(UP, k, v)
        r = self.post(ALICE, {"stream": True})
        check(r.status == 200, r.status, r.body)
        blocks = r.body.decode().split("\n\n")
        check(blocks.pop() == "", "the stream ends inside an event")
        out = []
        for block in blocks:
            name, data = block.split("\n")
            out.append(json.loads(data[6:]))
            check(name == "event: " + out[-1]["type"], name)
        return out

    def untagged(self, value):
        if isinstance(value, dict):
            return {k: self.untagged(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.untagged(v) for v in value]
        m = TAG.match(value) if isinstance(value, str) else None
        return m.group(1) if m else value

    def whole_stream(self, split):
        out = self.stream(split=split)
        tagged(out[0]["response"]["id"], "resp_5")
        tagged(out[2]["item"]["id"], "msg_5")
        tagged(out[4]["item_id"], "msg_5")
        tagged(out[-1]["response"]["output"][0]["id"], "rs_5")
        check(self.untagged(out) == events(5), "the stream has changed")

    def test_stream(self):
        self.whole_stream(False)

    def test_stream_in_bytes(self):
        self.whole_stream(True)

    def test_stream_cut(self):
        """Cut at many places: whole events, then the two that say so."""
        size = len(b"".join(mock.event_bytes([e["type"], e])
                            for e in events(5)))
        begun = len(b"".join(mock.event_bytes([e["type"], e])
                             for e in events(5)[:4]))
        for cut in range(begun, size - 4, 61):
            out = self.stream(cut=cut)
            check([e["type"] for e in out[-2:]]
                  == ["error", "response.failed"], cut, out[-2:])
            check([e["sequence_number"] for e in out]
                  == list(range(len(out))), cut)
            tagged(out[-1]["response"]["id"], "resp_5")

    def test_get_stream(self):
        before = self.created()["id"]
        r = self.ask(ALICE, "GET", "/v1/responses/" + before
                     + "?stream=true&starting_after=3")
        check(self.one()[2] == "/v1/responses/resp_5?stream=true&"
              "starting_after=3", self.one()[2])
        check(r.get("content-type") == "text/event-stream", r.headers)
        check(b'"id":"resp_5_lg' in r.body.replace(b" ", b""), r.body[:300])

    # -- the operator

    def test_master_sees_ids_as_they_are(self):
        check(self.created(gateway.MASTER)["id"] == "resp_5")
        r = self.post(gateway.MASTER, {"previous_response_id": "resp_1"})
        check(r.status == 200, r.status)
        r = self.ask(gateway.MASTER, "GET", "/v1/responses/resp_1")
        check(r.status == 200 and self.one()[2] == "/v1/responses/resp_1")

    def test_master_may_name_everybodys(self):
        mine = self.created()["id"]
        r = self.ask(gateway.MASTER, "GET", "/v1/responses/" + mine)
        check(r.status == 200 and self.one()[2] == "/v1/responses/resp_5")

    # -- the rest

    def test_websocket(self):
        r = self.ask(ALICE, "GET", "/v1/responses", headers=[
            ("Connection", "Upgrade"), ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "eA==")])
        check(r.status == 426, r.status)
        check(json.loads(r.body)["error"]["code"]
              == "websocket_not_supported", r.body)
        check(self.ask(ALICE, "GET", "/v1/responses").status == 405)

    def test_after_a_reload(self):
        before = self.created()["id"]
        self.gw.kill(signal.SIGHUP)
        end = time.monotonic() + 10 * gateway.slow()
        while "gracefully shutting down" not in self.gw.log():
            check(time.monotonic() < end, "no reload")
            time.sleep(0.02)
        self.created(previous_response_id=before)
        self.missing(self.post(BOB, {"previous_response_id": before}))


def hosted():
    """Tools of another service, left out or refused by configuration."""
    models = ("llmgw_master_key %s;\nllmgw_model gpt { deployment @one; }\n"
              "llmgw_model claude { deployment @claude; }\n"
              % gateway.MASTER)
    server = (SERVER % {"port": UP.server.port}).replace(
        "llmgw on;", "llmgw on; llmgw_hosted_tools %s;")
    mcp = {"model": "claude", "input": "x", "tools": [
        {"type": "mcp", "server_label": "a"}, {"type": "web_search"},
        {"type": "function", "name": "f"}]}
    bash = {"model": "gpt", "max_tokens": 9, "messages": [
        {"role": "user", "content": "x"}], "tool_choice": {
            "type": "tool", "name": "bash"}, "tools": [
                {"type": "bash_20250124", "name": "bash"},
                {"type": "web_search_20250305", "name": "web_search"},
                {"name": "f", "input_schema": {"type": "object"}}]}
    key = gateway.MASTER

    gw = gateway.Gateway("responses-omit", models, server % "omit")
    t = Tests(gw.start())
    try:
        t.ask(key, "POST", "/v1/responses", mcp)
        names = [x["name"] for x in json.loads(t.one()[3].body)["tools"]]
        check(names == ["f", "web_search"], names)
        r = t.ask(key, "POST", "/v1/messages", bash)
        body = json.loads(t.one()[3].body)
        check([x["function"]["name"] for x in body["tools"]] == ["f"], body)
        check("tool_choice" not in body, body)
        check(r.get("x-llmgw-dropped-params")
              == "tools.bash_20250124, tools.web_search", r.headers)
    finally:
        gw.stop()

    gw = gateway.Gateway("responses-refuse", models, server % "refuse")
    t = Tests(gw.start())
    try:
        mcp["tools"] = mcp["tools"][1:]
        r = t.ask(key, "POST", "/v1/responses", mcp)
        check(r.status == 400 and UP.seen == [], r.status)
        check(json.loads(r.body)["error"]["param"] == "tools[0].type", r.body)
        bash["tools"] = bash["tools"][1:]
        r = t.ask(key, "POST", "/v1/messages", bash)
        check(r.status == 400 and UP.seen == [], r.status)
        check(json.loads(r.body)["error"]["message"].startswith(
            "tools.0.type: "), r.body)
    finally:
        gw.stop()


def secretless():
    """Without a master key and a secret nothing stored can be named."""
    gw = gateway.Gateway(
        "responses-secretless", "llmgw_key %s name=alice;\n"
        "llmgw_model gpt { deployment @one; }\n" % ALICE,
        SERVER.split("location @two")[0] % {"port": UP.server.port})
    t = Tests(gw.start())
    try:
        check(t.created()["id"] == "resp_5")
        t.missing(t.post(ALICE, {"previous_response_id": "resp_5"}))
        t.missing(t.ask(ALICE, "GET", "/v1/responses/resp_5"))
    finally:
        gw.stop()


def secret():
    """Two gateways with one secret know each other's ids."""
    text = ("llmgw_secret 0123456789abcdef;\nllmgw_master_key %s;\n"
            "llmgw_key %s name=alice;\nllmgw_model gpt { deployment @one; }\n")
    server = SERVER.split("location @two")[0] % {"port": UP.server.port}
    one = gateway.Gateway("responses-secret-1", text % (gateway.MASTER, ALICE),
                          server)
    two = gateway.Gateway("responses-secret-2",
                          text % ("sk-another-master-key-0002", ALICE), server)
    try:
        mine = Tests(one.start()).created()["id"]
        Tests(two.start()).created(previous_response_id=mine)
    finally:
        one.stop()
        two.stop()


def main():
    gw = gateway.Gateway("responses", HTTP,
                         SERVER % {"port": UP.server.port}, workers=2)
    passed = failed = 0
    tests = Tests(gw)
    todo = [(n[5:], getattr(tests, n)) for n in dir(tests)
            if n.startswith("test_")]
    todo += [("hosted", hosted), ("secretless", secretless),
             ("secret", secret)]

    try:
        gw.start()
        for name, test in todo:
            UP.reset()
            try:
                test()
                passed += 1
                print("ok " + name)
            except (Failure, OSError, gateway.Truncated, ValueError, KeyError,
                    IndexError) as e:
                failed += 1
                print("FAIL %s: %r" % (name, e))
    finally:
        gw.stop()
        UP.server.stop()

    for line in gw.faults():
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
