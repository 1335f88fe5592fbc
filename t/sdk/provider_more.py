"""More providers behind the gateway: Azure OpenAI, Amazon Bedrock, Cohere,
Hugging Face and Vertex AI, as strict as provider.py and asked in the same
words."""

import base64
import hashlib
import hmac
import json
import re
import struct
import urllib.parse
import zlib

import mock
import provider
from provider import Refuse, last_text, need, reply

AZURE_KEY = "azure-upstream-key"
COHERE_KEY = "cohere-upstream-key"
HUGGINGFACE_KEY = "hf_upstreamkey"
VERTEX_TOKEN = "ya29.upstream-token"
AWS_KEY = "AKIAUPSTREAM"
AWS_SECRET = "aws-upstream-secret"
REGION = "eu-central-1"
CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
VERTEX = ("/v1/projects/my-project/locations/europe-west4/publishers/google"
          "/models/")

CONVERSE_MEMBERS = {
    "messages", "system", "inferenceConfig", "toolConfig", "outputConfig",
    "additionalModelRequestFields", "additionalModelResponseFieldPaths",
    "guardrailConfig", "requestMetadata", "performanceConfig", "serviceTier"}

INFERENCE = {"maxTokens", "temperature", "topP", "stopSequences"}

COHERE_MEMBERS = {
    "model", "messages", "stream", "tools", "tool_choice", "strict_tools",
    "documents", "citation_options", "response_format", "safety_mode",
    "max_tokens", "stop_sequences", "temperature", "seed", "k", "p",
    "frequency_penalty", "presence_penalty", "logprobs", "thinking",
    "priority"}


class Provider(provider.Provider):
    def handle(self, conn, req):
        _, kind, path = req.target.split("/", 2)
        if kind not in ("azure", "bedrock", "cohere", "huggingface",
                        "vertex"):
            return provider.Provider.handle(self, conn, req)
        try:
            need(req.method == "POST", "method %s" % req.method)
            need(req.get("transfer-encoding") is None, "a chunked request")
            need(req.get("cookie") is None, "a cookie")
            need((req.get("content-type") or "").startswith(
                "application/json"), "content type")
            getattr(self, kind)(conn, req, "/" + path, json.loads(req.body))
        except Refuse as e:
            name, headers, error = getattr(self, kind + "_error")(e)
            body = json.dumps(error).encode()
            conn.send(mock.head_bytes(e.status, "X", [
                ("Content-Type", "application/json"), (name, "req_upstream"),
                ("Content-Length", len(body))] + e.headers + headers) + body)

    def answer(self, conn, name, value):
        body = json.dumps(value).encode()
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "application/json"), (name, "req_upstream"),
            ("Content-Length", len(body))]) + body)

    def pieces(self, conn, name, ctype, events, cut):
        """A stream, each event in two pieces."""
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", ctype), (name, "req_upstream"),
            ("Transfer-Encoding", "chunked")]))
        for data in events:
            half = len(data) // 2
            conn.send(mock.chunk(data[:half]) + mock.chunk(data[half:]))
        if cut:
            conn.close()
            return
        conn.send(b"0\r\n\r\n")

    # -- OpenAI's format at other places

    def azure(self, conn, req, path, body):
        if req.get("api-key") != AZURE_KEY:
            raise Refuse(401, "Access denied due to invalid subscription key")
        need(req.get("authorization") is None, "two credentials")
        m = re.fullmatch(r"/openai/deployments/my-gpt/(\S+)"
                         r"\?api-version=2024-10-21", path)
        if m is None:
            m = re.fullmatch(r"/openai/v1/(\S+)", path)
            need(m, "path %s" % path)
            need(body.get("model") == "my-gpt", "model %s"
                 % body.get("model"))
        if m.group(1) == "embeddings":
            return self.openai_embeddings(conn, body)
        need(m.group(1) == "chat/completions", "path %s" % path)
        self.openai_chat_completions(conn, body)

    def azure_error(self, e):
        return "x-request-id", [], {"error": {
            "message": e.message, "code": str(e.status)}}

    def huggingface(self, conn, req, path, body):
        if req.get("authorization") != "Bearer " + HUGGINGFACE_KEY:
            raise Refuse(401, "Invalid username or password.")
        need(path == "/v1/chat/completions", "path %s" % path)
        need(body["model"] == "meta-llama/Llama-3.3-70B-Instruct:groq",
             "model %s" % body["model"])
        self.openai_chat_completions(conn, body)

    def huggingface_error(self, e):
        return "x-request-id", [], {"error": e.message}

    # -- Vertex AI

    def vertex(self, conn, req, path, body):
        if req.get("authorization") != "Bearer " + VERTEX_TOKEN:
            raise Refuse(401, "Request had invalid credentials")
        need(req.get("x-goog-api-key") is None, "two credentials")
        need(path.startswith(VERTEX), "path %s" % path)
        self.gemini(conn, req, "/v1beta/models/" + path[len(VERTEX):], body,
                    reply, need)

    def vertex_error(self, e):
        status = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED",
                  403: "PERMISSION_DENIED", 404: "NOT_FOUND",
                  429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
                  503: "UNAVAILABLE"}
        return "x-other", [], {"error": {
            "code": e.status, "message": e.message,
            "status": status.get(e.status, "UNKNOWN")}}

    # -- Cohere

    def cohere(self, conn, req, path, body):
        if req.get("authorization") != "Bearer " + COHERE_KEY:
            raise Refuse(401, "invalid api token")
        if path == "/v2/embed":
            need(body["embedding_types"] == ["float"], "embedding_types")
            need(body["input_type"] == "search_document", "input_type")
            return self.answer(conn, "x-debug-trace-id", {
                "id": "e", "embeddings": {"float": [
                    [0.5, -0.25, 1] for _ in body["texts"]]},
                "texts": body["texts"],
                "meta": {"billed_units": {"input_tokens": 2}}})

        need(path == "/v2/chat", "path %s" % path)
        unknown = set(body) - COHERE_MEMBERS
        need(not unknown, "unknown members %s" % sorted(unknown))
        images, after_tool = self.cohere_messages(body["messages"])
        need(body.get("tool_choice") in (None, "REQUIRED", "NONE"),
             "tool_choice")
        need(0.01 <= body.get("p", 0.5) <= 0.99, "p")
        for tool in body.get("tools") or []:
            need(set(tool["function"]) <= {"name", "description",
                                           "parameters"}, "a tool")

        text = last_text(body["messages"])
        self.wishes(conn, text)
        answer, calls = reply(text, after_tool, images,
                              bool(body.get("tools")), "json_schema"
                              in (body.get("response_format") or {}))
        usage = {"billed_units": {"input_tokens": 5, "output_tokens": 3},
                 "tokens": {"input_tokens": 11, "output_tokens": 7},
                 "cached_tokens": 3}
        finish = "TOOL_CALL" if calls else "COMPLETE"
        message = {"role": "assistant"}
        if answer:
            message["content"] = [{"type": "text", "text": answer}]
        if calls:
            message["tool_plan"] = "I will look."
            message["tool_calls"] = [
                {"id": "get_weather_%d" % i, "type": "function",
                 "function": {"name": n, "arguments": json.dumps(a)}}
                for i, (n, a) in enumerate(calls)]

        if not body.get("stream"):
            return self.answer(conn, "x-debug-trace-id", {
                "id": "c1", "finish_reason": finish, "message": message,
                "usage": usage})

        events = [{"type": "message-start", "id": "c1", "delta": {
            "message": {"role": "assistant", "content": [], "tool_plan": "",
                        "tool_calls": [], "citations": []}}}]

        def event(kind, index, **delta):
            events.append({"type": kind, "index": index,
                           "delta": {"message": delta}})

        if answer:
            event("content-start", 0, content={"type": "text", "text": ""})
            for word in re.findall(r"\S+\s*", answer):
                event("content-delta", 0, content={"text": word})
        if answer and "cut" not in text:
            events.append({"type": "content-end", "index": 0})
        for i, call in enumerate(message.get("tool_calls", [])):
            args = call["function"]["arguments"]
            event("tool-call-start", i, tool_calls=dict(
                call, function={"name": call["function"]["name"],
                                "arguments": ""}))
            for piece in re.findall(r".{1,5}", args):
                event("tool-call-delta", i,
                      tool_calls={"function": {"arguments": piece}})
            events.append({"type": "tool-call-end", "index": i})
        if "cut" not in text:
            events.append({"type": "message-end", "delta": {
                "finish_reason": finish, "usage": usage}})
        self.pieces(conn, "x-debug-trace-id", "text/event-stream",
                    [mock.event_bytes([e["type"], e]) for e in events],
                    "cut" in text)

    def cohere_messages(self, messages):
        images, calls, last = 0, set(), None
        for m in messages:
            last = m["role"]
            content = m.get("content")
            need(last in ("system", "user", "assistant", "tool"), "role")
            need("name" not in m, "name")
            if isinstance(content, list):
                for part in content:
                    need(part["type"] in ("text", "image_url"), "a part")
                    images += part["type"] == "image_url"
            elif last != "assistant" or "tool_calls" not in m:
                need(isinstance(content, str) and content,
                     "message must be at least 1 token long")
            for call in m.get("tool_calls", []):
                json.loads(call["function"]["arguments"])
                calls.add(call["id"])
            if last == "tool":
                need(m["tool_call_id"] in calls, "tool_call_id")
                calls.discard(m["tool_call_id"])
        need(not calls, "a call without its result")
        return images, last == "tool"

    def cohere_error(self, e):
        return "x-debug-trace-id", [], {"id": "e1", "message": e.message}

    # -- Bedrock

    def bedrock(self, conn, req, path, body):
        self.signature(req)
        m = re.fullmatch(r"/model/([^/]+)/(converse|converse-stream)", path)
        need(m, "path %s" % path)
        need(urllib.parse.unquote(m.group(1)) == CLAUDE, "model %s"
             % m.group(1))
        unknown = set(body) - CONVERSE_MEMBERS
        need(not unknown, "unknown members %s" % sorted(unknown))
        unknown = set(body.get("inferenceConfig") or {}) - INFERENCE
        need(not unknown, "unknown members %s" % sorted(unknown))

        images, after_tool, text = self.converse_messages(body["messages"])
        tools = [t["toolSpec"] for t in
                 (body.get("toolConfig") or {}).get("tools", [])
                 if "toolSpec" in t]
        for t in tools:
            need(t["inputSchema"]["json"]["type"] == "object", "inputSchema")
        forced = ((body.get("toolConfig") or {}).get("toolChoice")
                  or {}).get("tool")

        self.wishes(conn, text)
        answer, calls = reply(
            text, after_tool, images, bool(tools),
            bool(forced) or "json_schema" in json.dumps(
                body.get("outputConfig") or body.get(
                    "additionalModelRequestFields") or {}))
        if forced and "json" in text:
            calls = [(forced["name"], json.loads(answer))]
            answer = None

        usage = {"inputTokens": 8, "outputTokens": 7, "totalTokens": 18,
                 "cacheReadInputTokens": 3, "cacheWriteInputTokens": 0}
        stop = "tool_use" if calls else "end_turn"
        blocks = [{"text": answer}] if answer else []
        blocks += [{"toolUse": {"toolUseId": "tooluse_%d" % i, "name": n,
                                "input": a}}
                   for i, (n, a) in enumerate(calls)]

        if m.group(2) == "converse":
            return self.answer(conn, "x-amzn-requestid", {
                "output": {"message": {"role": "assistant",
                                       "content": blocks}},
                "stopReason": stop, "usage": usage,
                "metrics": {"latencyMs": 5}})

        events = [("messageStart", {"role": "assistant"})]
        for i, block in enumerate(blocks):
            if "text" in block:
                events += [("contentBlockDelta", {
                    "contentBlockIndex": i, "delta": {"text": w}})
                    for w in re.findall(r"\S+\s*", block["text"])]
            else:
                use = block["toolUse"]
                events.append(("contentBlockStart", {
                    "contentBlockIndex": i, "start": {"toolUse": {
                        "toolUseId": use["toolUseId"],
                        "name": use["name"]}}}))
                events += [("contentBlockDelta", {
                    "contentBlockIndex": i,
                    "delta": {"toolUse": {"input": p}}})
                    for p in re.findall(r".{1,5}", json.dumps(use["input"]))]
            if "cut" in text:
                break
            events.append(("contentBlockStop", {"contentBlockIndex": i}))
        if "cut" not in text:
            events += [("messageStop", {"stopReason": stop}),
                       ("metadata", {"usage": usage,
                                     "metrics": {"latencyMs": 5}})]
        self.pieces(conn, "x-amzn-requestid",
                    "application/vnd.amazon.eventstream",
                    [frame(n, e) for n, e in events], "cut" in text)

    def converse_messages(self, messages):
        images, calls, after_tool, text = 0, [], False, ""
        for i, m in enumerate(messages):
            need(m["role"] == ("assistant" if i % 2 else "user"),
                 "the roles must alternate, beginning with the user's")
            need(m["content"], "content is empty")
            results = []
            uses = []
            for block in m["content"]:
                need(len(block) == 1, "a block with %d members" % len(block))
                kind = list(block)[0]
                need(kind in ("text", "image", "toolUse", "toolResult",
                              "document", "cachePoint"), "block %s" % kind)
                if kind == "text":
                    need(block["text"].strip(), "an empty text")
                if kind == "image":
                    base64.b64decode(block["image"]["source"]["bytes"],
                                     validate=True)
                    need(block["image"]["format"] == "png", "format")
                    images += 1
                if kind == "toolUse":
                    need(isinstance(block["toolUse"]["input"], dict),
                         "input")
                    uses.append(block["toolUse"]["toolUseId"])
                if kind == "toolResult":
                    results.append(block["toolResult"]["toolUseId"])
            if m["role"] == "user":
                need(sorted(results) == sorted(calls),
                     "the results do not fit the calls")
                texts = [b["text"] for b in m["content"] if "text" in b]
                text = " ".join(texts) if texts else text
            calls = uses
            after_tool = bool(results)
        return images, after_tool, text

    def signature(self, req):
        """Signs the request as AWS does, to see whether it fits."""
        m = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]+)/bedrock/"
            r"aws4_request, SignedHeaders=([a-z0-9;-]+), "
            r"Signature=([0-9a-f]{64})", req.get("authorization") or "")
        if not m or (m.group(1), m.group(3)) != (AWS_KEY, REGION):
            raise Refuse(403, "The security token is invalid")
        day, names, signature = m.group(2), m.group(4), m.group(5)
        need("host" in names and "x-amz-date" in names, "SignedHeaders")
        path = "/".join(urllib.parse.quote(s, safe="-._~")
                        for s in req.target.split("/"))
        canonical = "\n".join(
            [req.method, path, ""]
            + ["%s:%s" % (n, " ".join((req.get(n) or "").split()))
               for n in names.split(";")]
            + ["", names, hashlib.sha256(req.body).hexdigest()])
        text = "\n".join([
            "AWS4-HMAC-SHA256", req.get("x-amz-date"),
            "%s/%s/bedrock/aws4_request" % (day, REGION),
            hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + AWS_SECRET).encode()
        for part in (day, REGION, "bedrock", "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        if key.hex() != signature:
            raise Refuse(403, "The request signature does not match")

    def bedrock_error(self, e):
        names = {400: "ValidationException", 403: "AccessDeniedException",
                 404: "ResourceNotFoundException",
                 429: "ThrottlingException", 500: "InternalServerException",
                 503: "ServiceUnavailableException"}
        return ("x-amzn-requestid",
                [("x-amzn-errortype", names.get(e.status, "UnknownError"))],
                {"message": e.message})


def frame(name, value):
    """A frame of an event stream, with both its sums."""
    def header(key, text):
        return (bytes([len(key)]) + key.encode() + b"\x07"
                + struct.pack(">H", len(text)) + text.encode())

    headers = (header(":event-type", name)
               + header(":content-type", "application/json")
               + header(":message-type", "event"))
    payload = json.dumps(value).encode()
    head = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    head += struct.pack(">I", zlib.crc32(head))
    data = head + headers + payload
    return data + struct.pack(">I", zlib.crc32(data))
