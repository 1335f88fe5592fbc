"""The Gemini API, as strict as the real one: unknown members are refused."""

import re

PART = {"text", "inlineData", "fileData", "functionCall", "functionResponse",
        "thoughtSignature", "thought"}
MEMBERS = {"contents", "systemInstruction", "tools", "toolConfig",
           "generationConfig", "safetySettings"}
CONFIG = {"temperature", "topP", "topK", "maxOutputTokens", "stopSequences",
          "candidateCount", "seed", "presencePenalty", "frequencyPenalty",
          "responseMimeType", "responseJsonSchema", "responseSchema",
          "thinkingConfig", "responseLogprobs", "logprobs"}
USAGE = {"promptTokenCount": 11, "candidatesTokenCount": 7,
         "totalTokenCount": 18, "cachedContentTokenCount": 3}
MODEL = "gemini-2.5-flash"


def known(need, value, names, what):
    need(not set(value) - names, "Unknown name \"%s\" at '%s': Cannot find "
         "field." % ("".join(sorted(set(value) - names)[:1]), what))


def check_contents(need, body):
    """The number of images; whether the last turn is a tool's result; the
    last text of a user."""
    need(body.get("contents"), "contents is not specified")
    images, result, text, open_calls = 0, False, "", []
    for i, c in enumerate(body["contents"]):
        known(need, c, {"role", "parts"}, "contents[%d]" % i)
        need(c.get("role") in ("user", "model"), "role %s" % c.get("role"))
        need(c.get("parts"), "contents[%d].parts is empty" % i)
        calls = [p["functionCall"] for p in c["parts"] if "functionCall" in p]
        results = [p["functionResponse"] for p in c["parts"]
                   if "functionResponse" in p]
        for p in c["parts"]:
            known(need, p, PART, "contents[%d].parts" % i)
            if "inlineData" in p:
                need(re.fullmatch(r"\w+/[\w.+-]+", p["inlineData"]["mimeType"]),
                     "mimeType")
            images += "inlineData" in p or "fileData" in p
        if results:
            need([r["name"] for r in results] == open_calls,
                 "function response parts do not fit the function calls")
            need(all(isinstance(r["response"], dict) for r in results),
                 "response is no Struct")
        else:
            need(not open_calls, "a call without its result")
        open_calls = [f["name"] for f in calls]
        result = bool(results)
        texts = [p["text"] for p in c["parts"] if "text" in p]
        if c["role"] == "user" and texts:
            text = " ".join(texts)
    return images, result, text


class Gemini:
    """What a provider needs besides, see provider.py."""

    def gemini(self, conn, req, path, body, reply, need):
        m = re.fullmatch(r"/v1beta/models/([\w.-]+):(\w+)(\?alt=sse)?", path)
        need(m, "path %s" % path)
        need(m.group(1) == MODEL, "model %s" % m.group(1))

        if m.group(2) == "countTokens":
            return self.json(conn, {"totalTokens": 5})
        if m.group(2) == "batchEmbedContents":
            return self.json(conn, {"embeddings": [
                {"values": [0.5, -0.25, 1]} for _ in body["requests"]]})

        stream = m.group(2) == "streamGenerateContent"
        need(stream or m.group(2) == "generateContent", path)
        need(stream == bool(m.group(3)), "alt=sse")

        known(need, body, MEMBERS, "")
        config = body.get("generationConfig") or {}
        known(need, config, CONFIG, "generation_config")
        images, result, text = check_contents(need, body)
        tools = [f for t in body.get("tools") or []
                 for f in t.get("functionDeclarations") or []]
        for f in tools:
            known(need, f, {"name", "description", "parameters",
                            "parametersJsonSchema"}, "tools")

        self.wishes(conn, text)
        answer, calls = reply(text, result, images, bool(tools),
                              "responseJsonSchema" in config)

        def event(parts, finish=None, usage=True):
            candidate = {"index": 0, "content": {"role": "model",
                                                 "parts": parts}}
            if finish:
                candidate["finishReason"] = finish
            out = {"candidates": [candidate], "modelVersion": MODEL,
                   "responseId": "resp-1"}
            if usage:
                out["usageMetadata"] = USAGE
            return out

        parts = [{"functionCall": {"name": n, "args": a}} for n, a in calls]

        if not stream:
            return self.json(conn, event(
                ([{"text": answer}] if answer else []) + parts, "STOP"))

        events = [event([{"text": w}])
                  for w in re.findall(r"\S+\s*", answer or "")]
        events += [event([p]) for p in parts]
        if "cut" in text:
            return self.stream(conn, events, cut=True)
        last = event([], "STOP")
        del last["candidates"][0]["content"]
        self.stream(conn, events + [last])
