#!/usr/bin/env python3
"""Makes the seed corpora of the fuzz targets from the test vectors.

    fuzz/seeds.py [OUTPUT]

Writes OUTPUT/<target>/<name> (default: fuzz/corpus), small files only: a
fuzzer works best from the least text that reaches a piece of code.  The names
and words that the dialects know go into OUTPUT/../words.dict.
"""

import base64
import json
import os
import re
import struct
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VECTORS = os.path.join(TOP, "t", "vectors")
MAX = 3000
WORD = re.compile(r"^[a-z]+(_[a-z]+)*$")

# the order of the cases in openai.c and anthropic.c
OPENAI_REQUEST = {
    ("/v1/chat/completions", "anthropic"): (0, 1),
    ("/v1/chat/completions", "openai"): (2,),
    ("/v1/completions", "openai"): (3,),
    ("/v1/embeddings", "openai"): (4,),
    ("/v1/responses", "openai"): (5,),
    ("/v1/images/edits", "openai"): (6,),
}
ANTHROPIC_REQUEST = {
    ("/v1/messages", "openai"): (0,),
    ("/v1/messages", "anthropic"): (1,),
}

# the order of the cases in azure.c, huggingface.c, cohere.c and bedrock.c, for
# requests and for answers: whole, streams, errors
AZURE_REQUEST = {
    ("/v1/chat/completions", "azure"): (0, 1),
    ("/v1/images/generations", "azure"): (2,),
    ("/v1/messages", "azure"): (3,),
}
HUGGINGFACE_REQUEST = {
    ("/v1/chat/completions", "huggingface"): (0,),
    ("/v1/completions", "cohere"): (1,),
    ("/v1/embeddings", "huggingface"): (2,),
    ("/v1/rerank", "huggingface"): (3,),
}
COHERE_REQUEST = {
    ("/v1/chat/completions", "cohere"): (0, 1),
    ("/v1/completions", "cohere"): (2,),
    ("/v1/embeddings", "cohere"): (3,),
    ("/v1/rerank", "cohere"): (4,),
    ("/v2/rerank", "cohere"): (4,),
}
BEDROCK_REQUEST = {
    ("/v1/chat/completions", "bedrock"): (0, 1),
    ("/v1/embeddings", "bedrock"): (2, 3),
    ("/v1/images/generations", "bedrock"): (4, 5),
    ("/v1/rerank", "bedrock"): (6,),
}
GEMINI_REQUEST = {
    ("/v1/chat/completions", "gemini"): (0, 1, 2),
    ("/v1/embeddings", "gemini"): (3,),
    ("/v1/images/generations", "gemini"): (4,),
    ("/v1/chat/completions", "vertex"): (6, 5),
    ("/v1/embeddings", "vertex"): (7,),
    ("/v1/messages", "vertex"): (8,),
}
GEMINI_PATH = "/v1beta/models/{model}:"
GEMINI_DOOR_REQUEST = {
    (GEMINI_PATH + "generateContent", "openai"): (0,),
    (GEMINI_PATH + "generateContent", "anthropic"): (1,),
    (GEMINI_PATH + "generateContent", "gemini"): (2,),
    (GEMINI_PATH + "embedContent", "openai"): (3,),
    (GEMINI_PATH + "batchEmbedContents", "openai"): (4,),
}
# whole, streams, errors
GEMINI_DOOR_ANSWER = {
    "openai": ((5,), (6, 7), (16,)),
    "anthropic": ((8,), (9, 10), (17,)),
    "gemini": ((11,), (12, 13), (16,)),
}
ANSWERS = {
    "gemini": {"/v1/chat/completions": ((9, 11), (10, 12, 13), (23,)),
               "/v1/embeddings": ((14,), (), (23,)),
               "/v1/images/generations": ((15,), (), (23,))},
    "vertex": {"/v1/chat/completions": ((17, 19), (18, 20, 21), (24,)),
               "/v1/embeddings": ((22,), (), (24,)),
               "/v1/messages": ((19,), (21,), (24,)),
               "/v1/images/generations": ((16,), (), (24,))},
    "bedrock": {"/v1/chat/completions": ((7, 8), (9, 10, 11), (17, 18)),
                "/v1/embeddings": ((12, 13), (), (17,)),
                "/v1/images/generations": ((14, 15), (), (17,)),
                "/v1/messages": ((7,), (11,), (18,)),
                "/v1/rerank": ((16,), (), (17,))},
    "azure": {"/v1/chat/completions": ((4,), (5, 6, 8), (9, 10)),
              "/v1/completions": ((), (7,), ())},
    "huggingface": {"/v1/chat/completions": ((4,), (5, 6), (11, 12)),
                    "/v1/embeddings": ((7, 8), (), (11,)),
                    "/v1/rerank": ((9,), (), (11,)),
                    "/v2/rerank": ((9,), (), (11,))},
    "cohere": {"/v1/chat/completions": ((5, 8), (6, 7), (11, 12)),
               "/v1/embeddings": ((9,), (), (11,)),
               "/v1/rerank": ((10,), (), (11,)),
               "/v2/rerank": ((10,), (), (11,))},
}

JSON = [
    b'null', b'[]', b'{}', b'""', b'-0.5e+10', b'12345678901234567890',
    b'[1,-2.50,1e400,true,false,null]',
    b'{"a":1,"b":2,"\\u0061":3}',
    b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\ud83d\\ude42\\ud800"',
    '"caf\u00e9 \u4e2d\u6587 \U0001f642"'.encode(),
    b'[[[[{"x":[{"y":{}}]}]]]]',
    b'{"t":"data:image/png;base64,iVBO\\u002BRw0K\\/Ggo="}',
    b'{"long":"' + b'abcdefgh' * 20 + '\u00e9\u0436\u4e2d'.encode() * 20
    + b'"}',
    b' { "a" : [ 1 , 2 ] , "b" : { } } \r\n',
]

SSE = [
    b'data: a\n\n', b'data: a\r\n\r\ndata: b\r\n\r\n', b'data: a\r\rdata: b\r\r',
    b'\xef\xbb\xbfevent: x\ndata: 1\ndata: 2\n\n: ping\n\n',
    b'data\ndata:\nid: 7\nretry: 1\n\n\n\ndata: [DONE]\n',
    b'event: message_start\ndata: {"type":"message_start"}\n\n',
]

PICK = [
    b'{"usage":{"prompt_tokens":1},"choices":[{"index":0,"delta":'
    b'{"content":"x","tool_calls":[{"index":0}]},"finish_reason":null}]}',
    b'{"error":"x","a":{"b":[1,2,{"c":"}"}]}}', b'[[[1,[2]]],[{"x":"\\""}]]',
]

# records; the first byte is the kind
ADMIN = [
    b"\x00eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJleHAiOjE3NjcyMjk5OTl9."
    + b"A" * 86,
    b'\x00eyJhbGciOiJSUzI1NiJ9.e30.AAAA',
    b'\x01{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV'
    b'76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},'
    b'{"kty":"RSA","e":"AQAB","n":"' + b"A" * 342 + b'"}]}',
    b'\x02{"key_alias":"a","models":["b","c"],"max_budget":1.5,'
    b'"budget_duration":"30d","duration":"1h","metadata":{"tags":["x"]},'
    b'"allowed_ips":["10.0.0.0/8"],"model_max_budget":{"m":{"budget_limit":1,'
    b'"time_period":"1d"}},"temp_budget_increase":1,"temp_budget_expiry":'
    b'"2026-01-31T00:00:00Z"}',
    b"\x06page=2&size=50&user_id=a%20b&sort_by=spend&expires=active",
    b'\x0b{"key":"sk-1","grace_period":"24h","models":null}',
    b'\x0d{"team_id":"t","members_with_roles":[{"user_id":"u"}]}',
    b'\x13{"team_id":"t","member":{"user_id":"u","role":"admin"},'
    b'"max_budget_in_team":2}',
    b"\x37start_date=2026-01-01&end_date=2026-01-31&min_spend=0.5&tag=x",
]

POLICY = [
    b'\x00{"key_alias":"a\\u00e9","user_id":"u","team_id":"t","blocked":true,'
    b'"expires":"2026-01-31T23:59:59.5+02:00","models":["gpt-4o","*"],'
    b'"aliases":{"a":"b"},"allowed_routes":["llm_api_routes","/v1/x*"]}',
    b'\x00{"allowed_ips":["10.0.0.0/8","2001:db8::/33","::ffff:1.2.3.4"],'
    b'"allowed_client_fingerprints":["AB:cd"],"jwt_claims":{"sub":"x"},'
    b'"metadata":{"tags":["t"]},"rotated_to":"' + b"0f" * 32 + b'"}',
    b'\x00{"max_budget":12.5,"soft_budget":1e-05,"budget_duration":"30d",'
    b'"budget_limits":[{"max_budget":1,"budget_duration":"1mo"}],'
    b'"model_max_budget":{"m":{"budget_limit":3,"time_period":"1h"},"n":2},'
    b'"rpm_limit":60,"tpm_limit":1e5,"model_rpm_limit":{"m":7}}',
    b'\x81{"user_role":"proxy_admin","teams":["a"],"budget_id":"b"}',
    b'\x82{"team_alias":"x","members_with_roles":[{"role":"admin"}],'
    b'"team_member_budget":5,"team_member_budget_duration":"1d"}',
    b'\x87{"max_budget":1,"budget_reset_at":"2026-02-01"}',
    b'\x0012.5', b'\x002026-01-31T23:59:60Z', b'\x001mo', b'\x00::1/64',
]

HTTP = [
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
    b'Content-Length: 68\r\n\r\n'
    b'{"access_token":"ya29.a..","expires_in":3599,"token_type":"Bearer"}\n',
    b'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n'
    b'Transfer-Encoding: chunked\r\n\r\n'
    b'12;ext="a"\r\n{"access_token":"a\r\n13\r\n","expires_in":"59"}\r\n'
    b'0\r\nX-Trailer: 1\r\n\r\n',
    b'HTTP/1.0 400 Bad Request\n\n{"error":"invalid_grant",'
    b'"error_description":"Invalid \\u00e9 JWT\\r\\n."}',
    b'HTTP/1.1 403 x\r\nRetry-After: 7\r\n\r\n'
    b'{"error":{"status":"DENIED","message":"no"}}',
    b'HTTP/1.1 204 No Content\r\n\r\n',
]

OVERRIDES = [
    b'{"model":"m","timeout":5,"num_retries":2,"fallbacks":["a","b"],"x":1}',
    b'{"fallbacks":[{"model":"a"},"b"]}',
    b' { "timeout" : 1.5e0 ,\n"a":{"timeout":1}, "tim\\u0065out2":0 } ',
    b'{"a":[],"num_retries":0}',
    b'{"timeout":"x"}',
]

PRICE = [
    b'{"gpt-x":{"litellm_provider":"openai","mode":"chat",'
    b'"input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,'
    b'"cache_read_input_token_cost":1.25e-06,"supports_vision":true,'
    b'"input_cost_per_token_above_200k_tokens":5e-06,'
    b'"output_cost_per_reasoning_token":null}}',
    b'{"q":{"litellm_provider":"dashscope","mode":"chat","tiered_pricing":'
    b'[{"range":[0,32000.0],"input_cost_per_token":1e-6},'
    b'{"range":[32000.0,128000.0],"input_cost_per_token":1.8e-6}]}}',
    b'{"d":{"mode":"image_generation","input_cost_per_image":0.04,'
    b'"output_cost_per_image":0.0},"w":{"mode":"audio_transcription",'
    b'"input_cost_per_second":0.0001},"t":{"mode":"audio_speech",'
    b'"input_cost_per_character":1.5e-05},"sample_spec":{"a":"b"}}',
    b'{"own":{"provider":"openai","input":2,"output":"8.00","cached":0.5,'
    b'"cache_write":2.5,"tiers":[{"above":1000,"input":4}]},'
    b'"groq/own":{"image":1,"second":0.1,"query":1e-3,"characters":15}}',
]


def body(value):
    if isinstance(value, dict):
        if "$text" in value:
            return value["$text"].encode()
        if "$base64" in value:
            return base64.b64decode(value["$base64"])
        if "$multipart" in value:
            out = b""
            for part in value["$multipart"]:
                out += b'--b\r\nContent-Disposition: form-data; name="'
                out += part["name"].encode() + b'"'
                if "filename" in part:
                    out += b'; filename="' + part["filename"].encode() + b'"'
                out += b"\r\n\r\n"
                out += part.get("value", part.get("base64", "")).encode()
                out += b"\r\n"
            return out + b"--b--\r\n"
    return json.dumps(value, separators=(",", ":"),
                      ensure_ascii=False).encode()


def sse(events):
    out = b""
    for ev in events:
        if ev.get("event"):
            out += b"event: " + ev["event"].encode() + b"\n"
        data = ev["data"]
        out += b"data: " + (data.encode() if isinstance(data, str)
                            else body(data)) + b"\n\n"
    return out


def words(value, out):
    """Member names, and strings that look like one of a list of words."""

    if isinstance(value, dict):
        for key, v in value.items():
            out.add(key)
            words(v, out)
    elif isinstance(value, list):
        for v in value:
            words(v, out)
    elif isinstance(value, str) and WORD.match(value):
        out.add(value)


class Corpus:
    def __init__(self, root):
        self.root = root
        self.seen = set()

    def add(self, target, name, data):
        if len(data) > MAX or (target, data) in self.seen:
            return
        self.seen.add((target, data))
        folder = os.path.join(self.root, target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)


def answer_cases(vector):
    """The target and the cases that read this vector's answer."""

    config, answer = vector["config"], vector["provider_response"]
    path = vector.get("openai_path", "/v1/chat/completions").split("?")[0]
    ok = answer["status"] < 300
    stream = "sse" in answer or "events" in answer

    if path.startswith(GEMINI_PATH):
        if "mbed" in path:
            return "gemini_door", (15 if "batch" in path else 14,)
        cases = GEMINI_DOOR_ANSWER.get(config["provider"], ((), (), ()))
        return ("gemini_door",
                cases[2 if not ok else 1 if stream else 0])

    if config.get("api") == "invoke" and ok:
        return "bedrock", ((21, 22) if stream else (20,))

    if config["provider"] in ANSWERS:
        cases = ANSWERS[config["provider"]].get(path, ((), (), ()))
        target = {"vertex": "gemini"}.get(config["provider"],
                                          config["provider"])
        return target, cases[2 if not ok else 1 if stream else 0]

    if config["provider"] == "openai":
        if path == "/v1/rerank":
            return ("huggingface", (10,)) if ok else (None, ())
        if path == "/v1/responses":
            return ("openai", (12,)) if stream else (None, ())
        if path not in ("/v1/chat/completions", "/v1/completions",
                        "/v1/messages"):
            return None, ()
        if not ok:
            return "openai", (10, 11, 15)
        return "openai", ((8, 9, 14) if stream else (7, 13))

    if config["provider"] == "anthropic":
        if not ok:
            return "anthropic", (7, 8, 11)
        return "anthropic", ((3, 5, 10) if stream else (2, 4, 6, 9))

    return None, ()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def frame(kind, seq, payload):
    """A record as src/core/llmgw_record.h describes it."""
    pad = -len(payload) % 8
    size = len(payload) + pad + 32
    head = struct.pack("<IIQBBBB", 0x5257474c, size, seq, kind, 1, pad, 0)
    body = payload + bytes(pad)
    return (head + struct.pack("<I", crc32c(head + body)) + body
            + struct.pack("<II", size, 0x5257474c ^ 0xffffffff))


def member(tag, data):
    return struct.pack("<BH", tag, len(data)) + data


def spend():
    """A request with some of everything."""
    fixed = struct.pack("<QQqqq14I4IHH", 1, 2, 3, 4, 5,
                        *([7] * 13 + [0xffffffff]), 8, 9, 10, 11, 200, 1)
    texts = (member(1, b"req-1") + member(2, b"ab" * 32) + member(4, b"user")
             + member(8, b"model") + member(64, b"tag"))
    charge = struct.pack("<BqHH", 0, 1760000000, 0xffff, 0)
    tagged = struct.pack("<BqHH", 6, 0, 0xff00, 0)
    named = struct.pack("<BqHH", 8, 0, 6, 2) + b"global7d"
    return fixed + texts + b"".join(member(65, c)
                                    for c in (charge, tagged, named))


def records(corpus):
    total = struct.pack("<8q2BH", 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2) + b"idm"
    entity = struct.pack("<QqBBH", 1, 2, 2, 0, 4) + b'team{"a":1}'
    file = struct.pack("<IIQQq", 1, 1, 1, 1, 1) + b"node"
    payloads = {1: file, 3: spend(), 4: spend(), 5: total, 6: total,
                7: entity, 9: entity}
    whole = b""
    for kind, payload in payloads.items():
        corpus.add("record", "payload_%d" % kind, bytes([kind]) + payload)
        whole += frame(kind, kind, payload)
    corpus.add("record", "frames", b"\0" + whole)
    corpus.add("record", "torn", b"\0" + whole[:-5])
    corpus.add("record", "damaged",
               b"\0" + whole[:300] + b"?" * 40 + whole[340:])
    for name, place, data in (("none", 4000, b""), ("head", 256, b"\x80\1"),
                              ("tail", 512, b"\x40\0"),
                              ("entry", 4096 + 2048 + 8, b"\xff\xff"),
                              ("slot", 4096 + 3 * 512, b"\1\0\0\0")):
        corpus.add("ring", name, struct.pack("<I", place) + data)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(TOP, "fuzz",
                                                              "corpus")

    # what a fuzzer has found stays
    for folder, _, files in os.walk(root):
        for file in files:
            if not file.startswith("found_"):
                os.remove(os.path.join(folder, file))

    corpus = Corpus(root)
    known = set()

    for i, data in enumerate(JSON):
        corpus.add("json", "seed_%02d" % i, data)
        corpus.add("pick", "json_%02d" % i, b"\x07" + data)
    for i, data in enumerate(SSE):
        corpus.add("sse", "seed_%02d" % i, b"\x07\x00" + data)
        corpus.add("sse", "small_%02d" % i, b"\x03\x90" + data)
    for i, data in enumerate(PICK):
        corpus.add("pick", "seed_%02d" % i, b"\x07" + data)
    for i, data in enumerate(HTTP):
        corpus.add("http", "seed_%02d" % i, b"\x07" + data)
    for i, data in enumerate(OVERRIDES):
        corpus.add("overrides", "seed_%02d" % i, b"\x00" + data)
        corpus.add("overrides", "native_%02d" % i, b"\x01" + data)
    for i, data in enumerate(PRICE):
        corpus.add("price", "seed_%02d" % i, data)
    records(corpus)

    for i, data in enumerate(ADMIN):
        corpus.add("admin", "seed_%02d" % i, data)

    for i, data in enumerate(POLICY):
        corpus.add("policy", "seed_%02d" % i, data)

    for folder, _, files in sorted(os.walk(VECTORS)):
        for file in sorted(files):
            if not file.endswith(".json"):
                continue
            with open(os.path.join(folder, file)) as f:
                vector = json.load(f)
            if "config" not in vector:
                continue            # made for a runner of its own
            for member in ("openai_request", "provider_response"):
                words(vector.get(member), known)
            name = os.path.basename(folder)[:6] + "_" + file[:-5]
            provider = vector["config"]["provider"]
            path = vector.get("openai_path",
                              "/v1/chat/completions").split("?")[0]

            request = body(vector["openai_request"])
            for target, table in (("openai", OPENAI_REQUEST),
                                  ("anthropic", ANTHROPIC_REQUEST),
                                  ("azure", AZURE_REQUEST),
                                  ("huggingface", HUGGINGFACE_REQUEST),
                                  ("cohere", COHERE_REQUEST),
                                  ("bedrock", BEDROCK_REQUEST),
                                  ("gemini", GEMINI_REQUEST),
                                  ("gemini_door", GEMINI_DOOR_REQUEST)):
                for case in table.get((path, provider), ())[:1]:
                    corpus.add(target, "%s_q%d" % (name, case),
                               bytes([case, 7]) + request)

            answer = vector.get("provider_response")
            if not answer:
                continue
            if "sse" in answer:
                data = sse(answer["sse"])
            elif "body_base64" in answer:
                data = base64.b64decode(answer["body_base64"])
            else:
                data = body(answer["body"])
            target, cases = answer_cases(vector)
            if file.startswith("extra_"):
                cases = cases[:1]
            for case in cases:
                corpus.add(target, "%s_a%d" % (name, case),
                           bytes([case, 7]) + data)
            if not file.startswith("extra_"):
                corpus.add("json", name, body(vector["provider_response"]))
                if "sse" in answer:
                    corpus.add("sse", name, b"\x07\x00" + data)

    with open(os.path.join(os.path.dirname(os.path.abspath(root)),
                           "words.dict"), "w") as f:
        for word in sorted(known):
            if re.match(r"^[A-Za-z_]{2,32}$", word):
                f.write('"\\"%s\\""\n' % word)


if __name__ == "__main__":
    main()
