#!/usr/bin/env python3
"""The wire vectors of t/vectors, end to end through nginx.

    run.py [SET[/NAME]] ...

Each vector runs in several modes: bodies in one piece, byte by byte, cut at
random places, and streams whose connection ends without its last chunk.  One
mock upstream plays the provider; one nginx has a location for each vector.
The last line is "N passed, N failed".
"""

import base64
import email.parser
import glob
import hashlib
import hmac
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

VECTORS = os.path.join(HERE, "..", "vectors")

# Providers that have to be there; vectors of others wait until they are.
REQUIRED = {"openai", "anthropic", "azure", "huggingface", "cohere",
            "bedrock", "gemini", "vertex"}

DIRECTIVES = {
    "api_key": "llmgw_api_key",
    "bearer_key": "llmgw_api_key",
    "access_token": "llmgw_bearer_token",
    "entra_token": "llmgw_bearer_token",
    "organization": "llmgw_openai_organization",
    "anthropic_version": "llmgw_anthropic_version",
    "api_version": "llmgw_azure_api_version",
    "region": "llmgw_aws_region",
    "access_key_id": "llmgw_aws_access_key_id",
    "secret_access_key": "llmgw_aws_secret_access_key",
    "session_token": "llmgw_aws_session_token",
    "family": "llmgw_model_family",
    "project": "llmgw_google_project",
    "location": "llmgw_google_location",
    "credentials": "llmgw_google_credentials",
    "kind": "llmgw_huggingface_kind",
    "bill_to": "llmgw_huggingface_bill_to",
    "adapter": "llmgw_huggingface_adapter",
    "api": "llmgw_bedrock_api",
}

# The path part of a provider's own base URL.
BASE_PATH = {"openai": "/v1", "huggingface": "/v1"}

BOUNDARY = "----llmgw-test-boundary-1f2e3d"

MODES = ["whole", "bytes", "cuts-1", "cuts-2", "cuts-3", "unended"]


# -- vectors ---------------------------------------------------------------


def encodable(text):
    """Whether a name, which JSON may have made of an escape, is UTF-8."""
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return False
    return True


class Vector:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.data = json.load(f)
        self.set = os.path.basename(os.path.dirname(path))
        self.file = os.path.splitext(os.path.basename(path))[0]
        self.name = "%s/%s" % (self.set, self.file)
        self.slug = "vec-%s-%s" % (self.set, self.file)
        self.config = self.data.get("config") or {}
        self.provider = self.config.get("provider", "openai")
        self.request = self.data["openai_request"]
        self.client_model = self.find_model()
        if not isinstance(self.client_model, str):
            self.client_model = None

    def find_model(self):
        r = self.request
        if (not isinstance(r, dict)
                or "{model}" in self.data.get("openai_path", "")):
            return None
        if "$text" in r:
            span = top_level_value(r["$text"], "model")
            return json.loads(r["$text"][span[0]:span[1]]) if span else None
        if "$multipart" in r:
            for part in r["$multipart"]:
                if part["name"] == "model":
                    return part["value"]
            return None
        return r.get("model")

    def is_stream(self):
        reply = self.data.get("provider_response") or {}
        return "sse" in reply or "events" in reply

    def target(self):
        path = self.data.get("openai_path", "/v1/chat/completions")
        return path.replace("{model}", self.slug)

    def credentials(self, port):
        """A file as Google gives out, with a key made for it."""
        value = dict(self.config["credentials"])
        self.key = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                           "rsa_keygen_bits:2048")
        # some tools write the line ends as two characters
        value["private_key"] = self.key.decode().replace("\n", "\\n")
        value["token_uri"] = "http://127.0.0.1:%d/%s/token" % (port,
                                                               self.slug)
        self.account = value
        return scratch(self.slug + ".json", json.dumps(value).encode())

    def location(self, port):
        base = self.config.get("base_url")
        path = (urllib.parse.urlsplit(base).path if base
                else BASE_PATH.get(self.provider, ""))
        lines = ["llmgw_provider %s;" % self.provider,
                 "llmgw_base_url http://127.0.0.1:%d/%s%s;"
                 % (port, self.slug, path)]
        for key, value in self.config.items():
            if key == "credentials":
                value = self.credentials(port)
            if key in DIRECTIVES:
                lines.append('%s "%s";' % (DIRECTIVES[key], value))
        return "location @%s { %s }\n" % (self.slug, " ".join(lines))

    def model(self):
        name = self.config.get("model") or self.client_model
        if name and not encodable(name):
            name = None
        param = ' "model=%s"' % name if name else ""
        return ("llmgw_model %s { deployment @%s%s; }\n"
                % (self.slug, self.slug, param))

    def client_body(self):
        """The client's bytes and content type, with the public model name."""
        r = self.request
        if r is None:
            return None, None
        if "$base64" in r:
            return base64.b64decode(r["$base64"]), None
        if "$text" in r:
            text = r["$text"]
            if self.client_model and not encodable(self.client_model):
                # the name itself is what is wrong with this request
                return text.encode("utf-8", "surrogatepass"), None
            span = top_level_value(text, "model")
            if span and self.client_model is not None:
                text = (text[:span[0]] + json.dumps(self.slug)
                        + text[span[1]:])
            return text.encode("utf-8", "surrogatepass"), "application/json"
        if "$multipart" in r:
            parts = [dict(p, value=self.slug) if p["name"] == "model" else p
                     for p in r["$multipart"]]
            return (multipart_bytes(parts),
                    "multipart/form-data; boundary=" + BOUNDARY)
        body = dict(r)
        if self.client_model is not None:
            body["model"] = self.slug
        return (json.dumps(body, ensure_ascii=False).encode("utf-8"),
                "application/json")


def top_level_value(text, name):
    """Where the first value of a top-level member stands."""
    decoder = json.JSONDecoder()
    blank = re.compile(r"[ \t\r\n]*")
    i = blank.match(text).end()
    if text[i:i + 1] != "{":
        return None
    i = blank.match(text, i + 1).end()
    try:
        while text[i] != "}":
            key, i = decoder.raw_decode(text, i)
            i = blank.match(text, i).end()
            if text[i] != ":":
                return None
            i = blank.match(text, i + 1).end()
            _, end = decoder.raw_decode(text, i)
            if key == name:
                return i, end
            i = blank.match(text, end).end()
            if text[i] == ",":
                i = blank.match(text, i + 1).end()
    except (ValueError, IndexError):
        pass
    return None


def multipart_bytes(parts):
    out = b""
    for p in parts:
        head = 'Content-Disposition: form-data; name="%s"' % p["name"]
        if "filename" in p:
            head += '; filename="%s"' % p["filename"]
        if "content_type" in p:
            head += "\r\nContent-Type: " + p["content_type"]
        value = (base64.b64decode(p["base64"]) if "base64" in p
                 else p["value"].encode())
        out += ("--%s\r\n%s\r\n\r\n" % (BOUNDARY, head)).encode()
        out += value + b"\r\n"
    return out + ("--%s--\r\n" % BOUNDARY).encode()


def multipart_parts(body, content_type):
    """The parts of a received body, in the vectors' form."""
    m = re.search(r"boundary=\"?([^\";]+)", content_type or "")
    if not m:
        return "no boundary in \"%s\"" % content_type
    pieces = body.split(b"--" + m.group(1).encode())
    if not pieces[-1].startswith(b"--"):
        return "no closing boundary"
    out = []
    for piece in pieces[1:-1]:
        head, _, value = piece[2:].partition(b"\r\n\r\n")
        msg = email.parser.HeaderParser().parsestr(head.decode("latin-1"))
        part = {"name": msg.get_param("name", header="content-disposition")}
        if msg.get_param("filename", header="content-disposition"):
            part["filename"] = msg.get_param("filename",
                                             header="content-disposition")
        if msg["content-type"]:
            part["content_type"] = msg["content-type"]
        out.append((part, value[:-2]))
    return out


# -- comparing -------------------------------------------------------------


def show(x):
    text = json.dumps(x, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "…"


def compare(want, got, path, key=None):
    """Differences as lines; [] when equal."""
    if want == "<any>":
        if isinstance(got, (str, int, float)) and not isinstance(got, bool):
            return []
        return ["%s: want any string or number, got %s" % (path, show(got))]

    if isinstance(want, dict) and set(want) == {"$json"}:
        try:
            return compare(want["$json"], json.loads(got), path + "($json)")
        except (TypeError, ValueError):
            return ["%s: want a string of JSON, got %s" % (path, show(got))]

    if isinstance(want, dict):
        if not isinstance(got, dict):
            return ["%s: want %s, got %s" % (path, show(want), show(got))]
        diffs = []
        for k in want:
            if k not in got:
                diffs.append("%s.%s: missing, want %s"
                             % (path, k, show(want[k])))
            else:
                diffs += compare(want[k], got[k], "%s.%s" % (path, k), k)
        for k in got:
            if k not in want:
                diffs.append("%s.%s: not wanted, got %s"
                             % (path, k, show(got[k])))
        return diffs

    if isinstance(want, list):
        if not isinstance(got, list):
            return ["%s: want %s, got %s" % (path, show(want), show(got))]
        diffs = []
        for i in range(min(len(want), len(got))):
            diffs += compare(want[i], got[i], "%s[%d]" % (path, i))
        for i in range(len(got), len(want)):
            diffs.append("%s[%d]: missing, want %s" % (path, i, show(want[i])))
        for i in range(len(want), len(got)):
            diffs.append("%s[%d]: not wanted, got %s"
                         % (path, i, show(got[i])))
        return diffs

    if key == "arguments" and isinstance(want, str) and isinstance(got, str):
        try:
            return compare(json.loads(want), json.loads(got), path + "(json)")
        except ValueError:
            pass

    if type(want) is bool or type(got) is bool or want is None or got is None:
        same = want is got
    else:
        same = want == got

    return [] if same else ["%s: want %s, got %s"
                            % (path, show(want), show(got))]


def compare_body(want, body, content_type, path):
    if want is None:
        return [] if body == b"" else ["%s: want none, got %r"
                                       % (path, body[:200])]
    if isinstance(want, dict) and "$text" in want:
        expect = want["$text"].encode("utf-8", "surrogatepass")
        return [] if body == expect else [
            "%s: want bytes %r" % (path, expect),
            "%s:  got bytes %r" % (path, body)]
    if isinstance(want, dict) and "$base64" in want:
        expect = base64.b64decode(want["$base64"])
        return [] if body == expect else [
            "%s: want bytes %r, got %r" % (path, expect, body)]
    if isinstance(want, dict) and "$multipart" in want:
        parts = multipart_parts(body, content_type)
        if isinstance(parts, str):
            return ["%s: %s" % (path, parts)]
        expect = []
        for p in want["$multipart"]:
            value = (base64.b64decode(p["base64"]) if "base64" in p
                     else p["value"].encode())
            expect.append(({k: v for k, v in p.items()
                            if k not in ("value", "base64")}, value))
        return [] if parts == expect else [
            "%s: want parts %r" % (path, expect),
            "%s:  got parts %r" % (path, parts)]
    try:
        return compare(want, json.loads(body), path)
    except ValueError:
        return ["%s: not JSON: %r" % (path, body[:300])]


def compare_headers(want, message, path):
    diffs = []
    for name, value in (want or {}).items():
        got = message.get(name)
        if value is None:
            if got is not None:
                diffs.append("%s.%s: must be absent, got \"%s\""
                             % (path, name, got))
        elif got is None or (value != "<any>" and got != value):
            diffs.append("%s.%s: want \"%s\", got %s"
                         % (path, name, value, show(got)))
    return diffs


def check_signature(config, req, name="bedrock"):
    """Signs a received request as AWS does, to see whether it fits."""
    m = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]+)/"
                     r"([^/]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), "
                     r"Signature=([0-9a-f]{64})", req.get("authorization"))
    if not m:
        return ["signature: not one: %s" % req.get("authorization")]
    key_id, day, region, service, names, signature = m.groups()
    if (key_id, region, service) != (config["access_key_id"],
                                     config["region"], name):
        return ["signature: scope %s/%s/%s" % (key_id, region, service)]
    path = "/".join(urllib.parse.quote(s, safe="-._~")
                    for s in req.target.split("/"))
    canonical = "\n".join(
        [req.method, path, ""]
        + ["%s:%s" % (n, " ".join((req.get(n) or "").split()))
           for n in names.split(";")]
        + ["", names, hashlib.sha256(req.body).hexdigest()])
    scope = "%s/%s/%s/aws4_request" % (day, region, service)
    text = "\n".join(["AWS4-HMAC-SHA256", req.get("x-amz-date"), scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + config["secret_access_key"]).encode()
    for part in (day, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return [] if key.hex() == signature else ["signature: does not fit"]


def check_token_request(account, key, want, req):
    """The assertion that is sent for an access token, and who signed it."""
    form = dict(urllib.parse.parse_qsl(req.body.decode("latin-1")))
    assertion = form.pop("assertion", "")
    expect = dict(want["form"])
    jwt = expect.pop("assertion")["$jwt"]
    diffs = compare_headers(want["headers"], req, "token.headers")
    diffs += compare(expect, form, "token.form")
    signed, _, signature = assertion.rpartition(".")
    try:
        header, claims = (json.loads(unbase64(p)) for p in signed.split("."))
    except ValueError as e:
        return diffs + ["token.assertion: %s" % e]
    claims = {k: claims.get(k) for k in jwt["claims"]}
    if claims.pop("aud") != account["token_uri"]:
        diffs.append("token.claims: another audience")
    diffs += compare(jwt["header"], header, "token.header")
    diffs += compare({k: v for k, v in jwt["claims"].items() if k != "aud"},
                     claims, "token.claims")
    public = scratch("public.pem",
                     openssl("pkey", "-pubout", "-in",
                             scratch("private.pem", key)))
    try:
        openssl("dgst", "-sha256", "-verify", public, "-signature",
                scratch("signature", unbase64(signature)),
                scratch("signed", signed.encode()))
    except subprocess.CalledProcessError:
        diffs.append("token.assertion: the signature does not fit")
    return diffs


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl(*args):
    return subprocess.run(["openssl"] + list(args), check=True,
                          capture_output=True).stdout


SCRATCH = tempfile.TemporaryDirectory(prefix="llmgw-e2e-")


def scratch(name, data):
    path = os.path.join(SCRATCH.name, name)
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, 0o600)
    return path


def parse_events(body):
    """An event stream in the form of "chunks"; strict about its form."""
    text = body.decode("utf-8")
    events = []
    if text and not text.endswith("\n\n"):
        raise ValueError("the stream ends inside an event: %r" % text[-80:])
    for block in re.split(r"\r?\n\r?\n", text):
        name, data = None, []
        for line in re.split(r"\r?\n", block):
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].lstrip(" "))
            elif line and not line.startswith(":"):
                raise ValueError("unknown line %r" % line)
        if not data:
            continue
        data = "\n".join(data)
        value = data if data == "[DONE]" else json.loads(data)
        events.append({"$event": name, "data": value} if name else value)
    return events


def compare_stream(want, body, path):
    try:
        got = parse_events(body)
    except (ValueError, UnicodeDecodeError) as e:
        return ["%s: %s" % (path, e)]
    diffs = compare(want, got, path)
    for member in ("id", "created"):
        values = {json.dumps(c[member]) for c in got
                  if isinstance(c, dict) and "$event" not in c
                  and member in c}
        if len(values) > 1:
            diffs.append("%s: \"%s\" changes: %s" % (path, member, values))
    return diffs


# -- running ---------------------------------------------------------------


class Run:
    def __init__(self, vectors):
        self.vectors = vectors
        self.by_slug = {v.slug: v for v in vectors}
        self.mode = "whole"
        self.seen = []
        self.tokens = {}
        self.server = mock.Server(self.upstream)

    def upstream(self, conn, req):
        """The provider: notes the request, answers as the vector says."""
        mode = self.mode            # the next request may change it
        path = req.target.split("?")[0]
        v = self.by_slug.get(path.split("/")[1])
        if v and path == "/%s/token" % v.slug:
            self.tokens[v.slug] = req
            reply = v.data["token_exchange"]["response"]
            body = json.dumps(reply["body"]).encode()
            conn.send(mock.head_bytes(reply["status"], "X",
                                      [("Content-Type", "application/json"),
                                       ("Content-Length", len(body))]) + body)
            return
        self.seen.append(req)
        reply = v and v.data.get("provider_response")
        if not reply:
            conn.send(b"HTTP/1.1 500 no reply\r\nContent-Length: 0\r\n\r\n")
            return

        headers = list((reply.get("headers") or {}).items())
        if "sse" in reply:
            body = b"".join(mock.event_bytes([e.get("event"), e["data"]])
                            for e in reply["sse"])
        elif "body_base64" in reply:
            body = base64.b64decode(reply["body_base64"])
        else:
            body, ctype = plain_body(reply.get("body"))
            if ctype and not any(n.lower() == "content-type"
                                 for n, _ in headers):
                headers.append(("Content-Type", ctype))

        rnd = random.Random("%s %s" % (v.name, mode))
        pieces = cut(body, mode, rnd)
        framing = "chunked" if v.is_stream() else "length"
        if mode.startswith("cuts"):
            framing = rnd.choice(["chunked", "length", "close"])
        if mode in ("bytes", "unended"):
            framing = "chunked"

        if framing == "chunked":
            headers.append(("Transfer-Encoding", "chunked"))
            pieces = [mock.chunk(p) for p in pieces]
            if mode != "unended":
                pieces.append(b"0\r\n\r\n")
        elif framing == "length":
            headers.append(("Content-Length", len(body)))
        else:
            headers.append(("Connection", "close"))

        conn.send(mock.head_bytes(reply["status"], "X", headers))
        for piece in pieces:
            conn.send(piece)
        if framing == "close" or mode == "unended":
            conn.close()

    def one(self, v, mode, port):
        """Runs one vector in one mode; returns the differences."""
        self.mode = mode
        self.seen = []
        body, ctype = v.client_body()
        method = v.data.get("openai_method", "POST")
        headers = list((v.data.get("openai_headers") or {}).items())
        names = {n.lower() for n, _ in headers}
        if ctype and "content-type" not in names:
            headers.append(("Content-Type", ctype))
        if v.target().startswith("/v1/messages"):
            headers.append(("x-api-key", gateway.MASTER))
        elif "{model}" in v.data.get("openai_path", ""):
            headers.append(("x-goog-api-key", gateway.MASTER))
        else:
            headers.append(("Authorization", "Bearer " + gateway.MASTER))

        rnd = random.Random("%s %s request" % (v.name, mode))
        chunked = mode == "bytes" or (mode.startswith("cuts")
                                      and rnd.random() < 0.5)
        client = gateway.Client(port)
        try:
            client.send(gateway.request_bytes(method, v.target(), headers,
                                              body, chunked))
            if body is not None:
                for piece in cut(body, mode, rnd):
                    client.send(mock.chunk(piece) if chunked else piece)
                if chunked:
                    client.send(b"0\r\n\r\n")
            response = client.response(method)
        except (OSError, gateway.Truncated) as e:
            return ["no response: %r" % e]
        finally:
            client.close()

        return self.check_request(v) + self.check_response(v, response)

    def check_request(self, v):
        want = v.data["provider_request"]
        if want is None:
            return (["upstream: must not be asked, got %s %s"
                     % (self.seen[0].method, self.seen[0].target)]
                    if self.seen else [])
        if len(self.seen) != 1:
            return ["upstream: want one request, got %d" % len(self.seen)]

        req = self.seen[0]
        diffs = []
        path, _, query = req.target.partition("?")
        path = path[len("/" + v.slug):]
        want_path, _, want_query = want["path"].partition("?")
        if req.method != want.get("method", "POST"):
            diffs.append("upstream.method: want %s, got %s"
                         % (want.get("method"), req.method))
        if path != want_path:
            diffs.append("upstream.path: want %s, got %s" % (want_path, path))
        if sorted(query.split("&")) != sorted(want_query.split("&")):
            diffs.append("upstream.query: want %s, got %s"
                         % (want_query, query))
        diffs += compare_headers(want.get("headers"), req,
                                 "upstream.headers")
        if (req.get("authorization") or "").startswith("AWS4-"):
            diffs += check_signature(v.config, req)
        if "token_exchange" in v.data:
            diffs += (check_token_request(v.account, v.key,
                                          v.data["token_exchange"]["request"],
                                          self.tokens[v.slug])
                      if v.slug in self.tokens
                      else ["token: nobody asked for one"])
        if gateway.MASTER in req.head.decode("latin-1"):
            diffs.append("upstream.headers: hold the client's key")
        if len(re.findall(rb"(?im)^content-length:", req.head)) > 1:
            diffs.append("upstream.headers: two lengths")
        diffs += compare_body(want.get("body"), req.body,
                              req.get("content-type"), "upstream.body")
        return diffs

    def check_response(self, v, response):
        want = v.data["openai_response"]
        diffs = []
        if not response.complete:
            diffs.append("client: the response is not complete")
        if response.status != want["status"]:
            diffs.append("client.status: want %d, got %d: %r"
                         % (want["status"], response.status,
                            response.body[:300]))
            return diffs
        diffs += compare_headers(want.get("headers"), response,
                                 "client.headers")
        if "chunks" in want:
            diffs += compare_stream(want["chunks"], response.body,
                                    "client.chunks")
        elif "body" in want:
            diffs += compare_body(want["body"], response.body,
                                  response.get("content-type"),
                                  "client.body")
        return diffs


def plain_body(body):
    if body is None:
        return b"", None
    if isinstance(body, dict) and "$text" in body:
        return body["$text"].encode("utf-8", "surrogatepass"), None
    if isinstance(body, dict) and "$base64" in body:
        return base64.b64decode(body["$base64"]), None
    return (json.dumps(body, ensure_ascii=False).encode("utf-8"),
            "application/json")


def cut(data, mode, rnd):
    if mode == "bytes":
        return [data[i:i + 1] for i in range(len(data))]
    if mode.startswith("cuts"):
        n = rnd.randint(1, 12)
        at = sorted({0, len(data)} | {rnd.randint(0, len(data))
                                      for _ in range(n)})
        return [data[a:b] for a, b in zip(at, at[1:])]
    return [data] if data else []


def is_vector(path):
    """Whether a file is a request with its answers, and no other data."""
    with open(path, encoding="utf-8") as f:
        return "openai_request" in json.load(f)


def known_providers(names):
    """Which of these the module has."""
    known = set()
    for name in sorted(names):
        g = gateway.Gateway(
            "e2e-provider",
            server="location / { llmgw on; }\n"
                   "location @p { llmgw_provider %s; llmgw_base_url "
                   "http://127.0.0.1:9; }" % name)
        rc, text = g.check()
        if "unknown provider" not in text:
            known.add(name)
    return known


def main():
    paths = sorted(glob.glob(os.path.join(VECTORS, "*", "*.json")))
    paths = [p for p in paths    # what is in extra are no calls
             if os.path.basename(os.path.dirname(p)) != "extra"]
    vectors = [Vector(p) for p in paths if is_vector(p)]
    only = sys.argv[1:]
    if only:
        vectors = [v for v in vectors if v.name in only or v.set in only]

    later = ({v.provider for v in vectors} - REQUIRED)
    later -= known_providers(later)
    skipped = [v for v in vectors if v.provider in later]
    vectors = [v for v in vectors if v.provider not in later]

    if not vectors:
        sys.exit("e2e: no vectors in t/vectors")

    run = Run(vectors)
    port = run.server.port
    gw = gateway.Gateway(
        "e2e",
        http="llmgw_zone llmgw:4m;\nllmgw_master_key %s;\n%s" % (
            gateway.MASTER, "".join(v.model() for v in vectors)),
        server="location / { llmgw on; }\n"
               + "".join(v.location(port) for v in vectors))

    passed = failed = 0
    try:
        gw.start()
        for v in vectors:
            for mode in MODES:
                if mode == "unended" and not v.is_stream():
                    continue
                diffs = run.one(v, mode, gw.port)
                if diffs:
                    failed += 1
                    print("FAIL %s (%s)" % (v.name, mode))
                    for d in diffs[:12]:
                        print("     " + d)
                else:
                    passed += 1
    finally:
        gw.stop()
        run.server.stop()

    for line in gw.faults():
        failed += 1
        print("FAIL nginx: " + line)

    if skipped:
        print("e2e: %d vectors wait for providers that are not there yet: %s"
              % (len(skipped), ", ".join(sorted(later))))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
