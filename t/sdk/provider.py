"""Three providers in one, OpenAI, Anthropic and Gemini, that refuse what the
real ones would.  What they answer is asked for in the text of the last user message:

    "weather"          a call of the tool get_weather, then a sentence
    "two tools"        two calls at once
    "image"            needs an image, and says so
    "json"             needs a JSON schema, and follows it
    "error N"          that status
    "flaky TAG"        429 with retry-after the first two times
    "cut"              a stream that ends in the middle
    "slow"             no answer
    anything else      "Hello there"
"""

import base64
import json
import re
import struct
import threading
import time

import mock
import provider_gemini

OPENAI_KEY = "sk-openai-upstream-key"
ANTHROPIC_KEY = "sk-ant-upstream-key"
GEMINI_KEY = "AIza-upstream-key"

CHAT_MEMBERS = {
    "model", "messages", "temperature", "top_p", "n", "stop", "max_tokens",
    "max_completion_tokens", "presence_penalty", "frequency_penalty",
    "logit_bias", "logprobs", "top_logprobs", "seed", "response_format",
    "tools", "tool_choice", "parallel_tool_calls", "stream",
    "stream_options", "reasoning_effort", "verbosity", "modalities", "audio",
    "prediction", "service_tier", "store", "metadata", "user",
    "safety_identifier", "prompt_cache_key"}

MESSAGES_MEMBERS = {
    "model", "messages", "max_tokens", "system", "stream", "temperature",
    "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "metadata",
    "thinking", "service_tier", "output_config", "output_format"}


class Refuse(Exception):
    def __init__(self, status, message, param=None, headers=()):
        Exception.__init__(self, message)
        self.status = status
        self.message = message
        self.param = param
        self.headers = list(headers)


def need(condition, message, param=None):
    if not condition:
        raise Refuse(400, "provider: " + message, param)


class Provider(provider_gemini.Gemini):
    def __init__(self):
        self.server = mock.Server(self.handle)
        self.port = self.server.port
        self.lock = threading.Lock()
        self.flaky = {}

    def stop(self):
        self.server.stop()

    def handle(self, conn, req):
        _, kind, path = req.target.split("/", 2)
        try:
            need("?" not in req.target or kind == "gemini", "a query string")
            need(req.get("transfer-encoding") is None, "a chunked request")
            need(req.get("cookie") is None, "a cookie")
            if kind == "openai":
                self.openai(conn, req, "/" + path)
            elif kind == "gemini":
                if req.get("x-goog-api-key") != GEMINI_KEY:
                    raise Refuse(401, "API key not valid")
                need(req.get("authorization") is None, "two credentials")
                self.gemini(conn, req, "/" + path, json.loads(req.body),
                            reply, need)
            else:
                self.anthropic(conn, req, "/" + path)
        except Refuse as e:
            if kind == "openai":
                types = {401: "invalid_request_error", 429: "requests"}
                error = {"error": {
                    "message": e.message, "param": e.param, "code": None,
                    "type": types.get(e.status, "invalid_request_error"
                                      if e.status < 500 else "server_error")}}
            elif kind == "gemini":
                status = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED",
                          403: "PERMISSION_DENIED", 404: "NOT_FOUND",
                          429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
                          503: "UNAVAILABLE"}
                error = {"error": {"code": e.status, "message": e.message,
                                   "status": status.get(e.status, "UNKNOWN")}}
                if e.status == 429:
                    e.headers = []
                    error["error"]["details"] = [{
                        "@type": "type.googleapis.com/google.rpc.RetryInfo",
                        "retryDelay": "0.9s"}]
            else:
                types = {400: "invalid_request_error",
                         401: "authentication_error",
                         403: "permission_error", 404: "not_found_error",
                         422: "invalid_request_error",
                         429: "rate_limit_error", 529: "overloaded_error"}
                error = {"type": "error", "error": {
                    "type": types.get(e.status, "api_error"),
                    "message": e.message}, "request_id": "req_up"}
            self.json(conn, error, e.status, e.headers)

    @staticmethod
    def request_id(value):
        """The name of the header, by whose answer it is."""
        if isinstance(value, list):
            value = value[1]
        anthropic = value.get("type") in ("message", "error", "message_start")
        return "request-id" if anthropic else "x-request-id"

    def json(self, conn, value, status=200, headers=()):
        body = json.dumps(value).encode()
        conn.send(mock.head_bytes(status, "X", [
            ("Content-Type", "application/json"),
            (self.request_id(value), "req_upstream"),
            ("Content-Length", len(body))] + list(headers)) + body)

    def stream(self, conn, events, cut=False):
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "text/event-stream"),
            (self.request_id(events[0]), "req_upstream"),
            ("Transfer-Encoding", "chunked")]))
        for ev in events:
            data = mock.event_bytes(ev)
            half = len(data) // 2
            conn.send(mock.chunk(data[:half]) + mock.chunk(data[half:]))
        if cut:
            conn.close()
            return
        conn.send(b"0\r\n\r\n")

    # what every wish begins with

    def wishes(self, conn, text):
        m = re.search(r"error (\d+)", text)
        if m:
            raise Refuse(int(m.group(1)), "as you wished")
        m = re.search(r"flaky (\S+)", text)
        if m:
            with self.lock:
                n = self.flaky.get(m.group(1), 0)
                self.flaky[m.group(1)] = n + 1
            if n < 2:
                raise Refuse(429, "slow down", None, [("retry-after", "1")])
        if "slow" in text:
            time.sleep(1)

    # -- OpenAI

    def openai(self, conn, req, path):
        if req.get("authorization") != "Bearer " + OPENAI_KEY:
            raise Refuse(401, "Incorrect API key provided")
        need(req.get("x-api-key") is None, "two credentials")
        need(req.method == "POST", "method %s" % req.method)

        if path == "/v1/audio/transcriptions":
            return self.transcription(conn, req)

        need((req.get("content-type") or "").startswith("application/json"),
             "content type %s" % req.get("content-type"))
        body = json.loads(req.body)
        need(isinstance(body.get("model"), str), "no model", "model")
        name = path.rsplit("/v1/", 1)[1].replace("/", "_")
        getattr(self, "openai_" + name)(conn, body)

    def check_messages(self, messages):
        calls = set()
        images = 0
        for i, m in enumerate(messages):
            where = "messages[%d]" % i
            need(m.get("role") in ("system", "developer", "user", "assistant",
                                   "tool"), "role", where)
            content = m.get("content")
            if isinstance(content, list):
                for part in content:
                    need(part["type"] in ("text", "image_url", "refusal",
                                          "input_audio", "file"),
                         "part %s" % part["type"], where)
                    if part["type"] == "image_url":
                        need(isinstance(part["image_url"]["url"], str), "url")
                        images += 1
            else:
                need(content is None or isinstance(content, str), "content",
                     where)
            if m["role"] == "assistant":
                for call in m.get("tool_calls") or []:
                    need(call["type"] == "function"
                         and isinstance(call["function"]["arguments"], str),
                         "tool call", where)
                    calls.add(call["id"])
            if m["role"] == "tool":
                need(m.get("tool_call_id") in calls,
                     "a tool result without its call", where)
                calls.discard(m["tool_call_id"])
        need(not calls, "a tool call without its result")
        return images

    def openai_chat_completions(self, conn, body):
        unknown = set(body) - CHAT_MEMBERS
        need(not unknown, "unknown members %s" % sorted(unknown))
        need(isinstance(body.get("messages"), list) and body["messages"],
             "messages", "messages")
        images = self.check_messages(body["messages"])
        if "stream_options" in body:
            need(body.get("stream") is True, "stream_options without stream")
        if body["model"] == "broken":
            raise Refuse(503, "broken")
        if body["model"] == "slow":
            time.sleep(1)

        text = last_text(body["messages"])
        self.wishes(conn, text)
        answer, calls = reply(text, body["messages"][-1]["role"] == "tool",
                              images, bool(body.get("tools")),
                              (body.get("response_format") or {}).get("type")
                              == "json_schema")
        usage = {"prompt_tokens": 11, "completion_tokens": 7,
                 "total_tokens": 18,
                 "prompt_tokens_details": {"cached_tokens": 3}}
        base = {"id": "chatcmpl-1", "created": 1760000000,
                "model": "gpt-4o-2024-08-06"}

        if not body.get("stream"):
            message = {"role": "assistant", "content": answer,
                       "refusal": None, "annotations": []}
            if calls:
                message["tool_calls"] = [
                    {"id": "call_%d" % i, "type": "function",
                     "function": {"name": n, "arguments": json.dumps(a)}}
                    for i, (n, a) in enumerate(calls)]
            return self.json(conn, dict(
                base, object="chat.completion", usage=usage, choices=[{
                    "index": 0, "message": message, "logprobs": None,
                    "finish_reason": "tool_calls" if calls else "stop"}]))

        def chunk(delta, finish=None):
            return dict(base, object="chat.completion.chunk", usage=None,
                        choices=[{"index": 0, "delta": delta,
                                  "logprobs": None, "finish_reason": finish}])

        events = [chunk({"role": "assistant", "content": ""})]
        for word in re.findall(r"\S+\s*", answer or ""):
            events.append(chunk({"content": word}))
        for i, (n, a) in enumerate(calls):
            events.append(chunk({"tool_calls": [{
                "index": i, "id": "call_%d" % i, "type": "function",
                "function": {"name": n, "arguments": ""}}]}))
            for piece in re.findall(r".{1,5}", json.dumps(a)):
                events.append(chunk({"tool_calls": [{
                    "index": i, "function": {"arguments": piece}}]}))
        if "cut" in text:
            return self.stream(conn, events, cut=True)
        events.append(chunk({}, "tool_calls" if calls else "stop"))
        if (body.get("stream_options") or {}).get("include_usage"):
            events.append(dict(base, object="chat.completion.chunk",
                               choices=[], usage=usage))
        self.stream(conn, events + ["[DONE]"])

    def openai_completions(self, conn, body):
        self.json(conn, {"id": "cmpl-1", "object": "text_completion",
                         "created": 1, "model": body["model"],
                         "choices": [{"text": "Hello there", "index": 0,
                                      "logprobs": None,
                                      "finish_reason": "stop"}],
                         "usage": {"prompt_tokens": 1,
                                   "completion_tokens": 2,
                                   "total_tokens": 3}})

    def openai_embeddings(self, conn, body):
        vector = [0.5, -0.25, 1.0]
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack("<3f", *vector)).decode()
        self.json(conn, {"object": "list", "model": body["model"],
                         "data": [{"object": "embedding", "index": 0,
                                   "embedding": vector}],
                         "usage": {"prompt_tokens": 2, "total_tokens": 2}})

    def openai_moderations(self, conn, body):
        self.json(conn, {"id": "modr-1", "model": body["model"],
                         "results": [{"flagged": False, "categories": {},
                                      "category_scores": {}}]})

    def openai_images_generations(self, conn, body):
        need(isinstance(body.get("prompt"), str), "prompt")
        self.json(conn, {"created": 1, "data": [{"b64_json": "aGk="}]})

    def openai_audio_speech(self, conn, body):
        need(body.get("voice") == "alloy", "voice")
        data = bytes(range(256)) * 20
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "audio/mpeg"),
            ("Transfer-Encoding", "chunked")])
            + mock.chunk(data[:1000]) + mock.chunk(data[1000:])
            + b"0\r\n\r\n")

    def transcription(self, conn, req):
        ctype = req.get("content-type") or ""
        need(ctype.startswith("multipart/form-data; boundary="), ctype)
        need(b'name="model"\r\n\r\ngpt-4o\r\n' in req.body, "the model's part")
        need(b"RIFF\x00\xff--\r\n\r\ndata" in req.body, "the file's bytes")
        self.json(conn, {"text": "Hello there"})

    def openai_responses(self, conn, body):
        need("stream_options" not in body, "stream_options")
        item = {"id": "msg_1", "type": "message", "status": "completed",
                "role": "assistant", "content": [
                    {"type": "output_text", "text": "Hello there",
                     "annotations": []}]}
        response = {"id": "resp_1", "object": "response", "created_at": 1,
                    "status": "completed", "model": body["model"],
                    "output": [item], "parallel_tool_calls": True,
                    "tool_choice": "auto", "tools": [], "usage": {
                        "input_tokens": 3, "output_tokens": 2,
                        "total_tokens": 5,
                        "input_tokens_details": {"cached_tokens": 0},
                        "output_tokens_details": {"reasoning_tokens": 0}}}
        if not body.get("stream"):
            return self.json(conn, response)
        events = [
            ("response.created", {"response": dict(response, output=[])}),
            ("response.output_item.added", {
                "output_index": 0, "item": dict(item, content=[])}),
            ("response.content_part.added", {
                "output_index": 0, "content_index": 0, "item_id": "msg_1",
                "part": {"type": "output_text", "text": "",
                         "annotations": []}}),
            ("response.output_text.delta", {
                "output_index": 0, "content_index": 0, "item_id": "msg_1",
                "delta": "Hello there"}),
            ("response.completed", {"response": response})]
        self.stream(conn, [[n, dict(d, type=n, sequence_number=i)]
                           for i, (n, d) in enumerate(events)])

    # -- Anthropic

    def anthropic(self, conn, req, path):
        if req.get("x-api-key") != ANTHROPIC_KEY:
            raise Refuse(401, "invalid x-api-key")
        need(req.get("authorization") is None, "two credentials")
        need(re.fullmatch(r"\d{4}-\d\d-\d\d",
                          req.get("anthropic-version") or ""), "version")
        body = json.loads(req.body)
        if path == "/v1/messages/count_tokens":
            need("max_tokens" not in body and "stream" not in body, "members")
            return self.json(conn, {"input_tokens": 5})
        need(path == "/v1/messages", "path %s" % path)
        unknown = set(body) - MESSAGES_MEMBERS
        need(not unknown, "unknown members %s" % sorted(unknown))
        need(isinstance(body.get("max_tokens"), int)
             and body["max_tokens"] > 0, "max_tokens")
        messages = body.get("messages")
        need(isinstance(messages, list) and messages, "messages")
        need(messages[0]["role"] == "user", "the first role")

        calls = set()
        images = 0
        tool_result = False
        for i, m in enumerate(messages):
            need(m["role"] in ("user", "assistant"), "role %s" % m["role"])
            content = m["content"]
            if isinstance(content, str):
                need(content, "empty content")
                content = [{"type": "text", "text": content}]
            tool_result = False
            for block in content:
                need(block["type"] in ("text", "image", "tool_use",
                                       "tool_result", "thinking", "document"),
                     "block %s" % block["type"])
                if block["type"] == "text":
                    need(block["text"], "an empty text block")
                if block["type"] == "image":
                    need(block["source"]["type"] in ("base64", "url"),
                         "source")
                    images += 1
                if block["type"] == "tool_use":
                    need(isinstance(block["input"], dict), "input")
                    calls.add(block["id"])
                if block["type"] == "tool_result":
                    need(block["tool_use_id"] in calls, "tool_use_id")
                    calls.discard(block["tool_use_id"])
                    tool_result = True
            if m["role"] == "user":
                need(not calls, "a tool_use without its result")

        for tool in body.get("tools") or []:
            need(tool["input_schema"]["type"] == "object", "input_schema")

        text = last_text(messages)
        self.wishes(conn, text)
        schema = json.dumps(body.get("output_config")
                            or body.get("output_format") or {})
        forced = (body.get("tool_choice") or {}).get("type") == "tool"
        answer, used = reply(text, tool_result, images,
                             bool(body.get("tools")),
                             "json_schema" in schema or forced)
        if forced and "json" in text:
            used = [(body["tool_choice"]["name"], json.loads(answer))]
            answer = None

        blocks = []
        if answer:
            blocks.append({"type": "text", "text": answer})
        for i, (n, a) in enumerate(used):
            blocks.append({"type": "tool_use", "id": "toolu_%d" % i,
                           "name": n, "input": a})
        usage = {"input_tokens": 11, "cache_read_input_tokens": 3,
                 "cache_creation_input_tokens": 0, "output_tokens": 7}
        message = {"id": "msg_1", "type": "message", "role": "assistant",
                   "model": "claude-sonnet-4-5-20250929", "content": blocks,
                   "stop_reason": "tool_use" if used else "end_turn",
                   "stop_sequence": None, "usage": usage}
        if not body.get("stream"):
            return self.json(conn, message)

        events = [{"type": "message_start", "message": dict(
            message, content=[], stop_reason=None,
            usage=dict(usage, output_tokens=1))}]
        for i, block in enumerate(blocks):
            if block["type"] == "text":
                events.append({"type": "content_block_start", "index": i,
                               "content_block": {"type": "text",
                                                 "text": ""}})
                events += [{"type": "content_block_delta", "index": i,
                            "delta": {"type": "text_delta", "text": w}}
                           for w in re.findall(r"\S+\s*", block["text"])]
            else:
                events.append({"type": "content_block_start", "index": i,
                               "content_block": dict(block, input={})})
                events += [{"type": "content_block_delta", "index": i,
                            "delta": {"type": "input_json_delta",
                                      "partial_json": p}}
                           for p in re.findall(r".{1,5}",
                                               json.dumps(block["input"]))]
            if "cut" in text:
                break
            events.append({"type": "content_block_stop", "index": i})
        if "cut" not in text:
            events += [{"type": "message_delta", "delta": {
                "stop_reason": message["stop_reason"],
                "stop_sequence": None}, "usage": {"output_tokens": 7}},
                {"type": "message_stop"}]
        self.stream(conn, [[e["type"], e] for e in events],
                    cut="cut" in text)


def last_text(messages):
    """The text of the last message of a user that is no tool result."""
    for m in reversed(messages):
        if m["role"] != "user":
            continue
        content = m["content"]
        if isinstance(content, str):
            return content
        texts = [p["text"] for p in content if p["type"] == "text"]
        if texts:
            return " ".join(texts)
    return ""


def reply(text, after_tool, images, tools, schema):
    """(text or None, [(tool, arguments)])"""
    if after_tool:
        return "It is 21 degrees.", []
    if "two tools" in text:
        need(tools, "no tools")
        return None, [("get_weather", {"city": "Paris"}),
                      ("get_weather", {"city": "Rome"})]
    if "weather" in text:
        need(tools, "no tools")
        return None, [("get_weather", {"city": "Paris"})]
    if "image" in text:
        need(images, "no image")
        return "I see %d image." % images, []
    if "json" in text:
        need(schema, "no schema")
        return '{"name": "Ada", "age": 36}', []
    return "Hello there", []
