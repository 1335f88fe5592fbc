#!/usr/bin/env python3
"""Access tokens: how they are obtained, kept, shared by workers, renewed, and
what happens when they are not to be had.  The last line is
"N passed, N failed".
"""

import base64
import concurrent.futures
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

KEY = gateway.MASTER
AUTH = [("Authorization", "Bearer " + KEY),
        ("Content-Type", "application/json")]
PATH = "/v1/chat/completions"
SECRET = "azure-Client~Secret.+/=0123456789"
DIR = os.path.join(os.environ.get("LLMGW_TEST_DIR",
                                  os.path.join(gateway.TOP, "build", "t")),
                   "token-files")


class TLSServer(mock.Server):
    """The same with TLS; "names" are the names that clients asked for."""

    def __init__(self, handler, cert, key):
        self.names = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.context.sni_callback = (
            lambda sock, name, context: self.names.append(name))
        super().__init__(handler)

    def serve(self, conn):
        try:
            conn.sock = self.context.wrap_socket(conn.sock, server_side=True)
        except (OSError, ssl.SSLError):
            conn.sock.close()
            return
        super().serve(conn)


class World:
    """A token endpoint and a provider.  The last segment of the endpoint's
    path says how it behaves."""

    def __init__(self):
        self.lock = threading.Condition()
        self.reset()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def reset(self):
        with self.lock:
            self.tokens = []            # requests for tokens
            self.calls = []             # requests to the provider
            self.lifetime = 3600
            self.gate = threading.Event()
            self.refuse = set()         # tokens that the provider refuses
            self.failing = None         # how the endpoint fails just now
            self.peers = []             # ports of those who ask for tokens

    def wait(self, what, timeout=15):
        with self.lock:
            return self.lock.wait_for(what, timeout * gateway.slow())

    def handle(self, conn, req):
        path = req.target.split("?")[0].strip("/").split("/")
        if path[0] == "up":
            with self.lock:
                self.calls.append(req)
                self.lock.notify_all()
            return self.provider(conn, req)
        with self.lock:
            self.tokens.append(req)
            self.peers.append(conn.sock.getpeername()[1])
            n = len(self.tokens)
            name = self.failing or path[-1]
            self.lock.notify_all()
        getattr(self, "do_" + name)(conn, req, n)

    def json(self, conn, value, status=200, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(
            value).encode()
        conn.send(mock.head_bytes(status, "x", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(body))] + list(headers)) + body)

    def provider(self, conn, req):
        auth = req.get("authorization") or ""
        if auth.replace("Bearer ", "") in self.refuse:
            return self.json(conn, {"error": {
                "message": "expired: " + auth, "type": "x", "param": None,
                "code": "invalid_api_key"}}, 401)
        self.json(conn, {"auth": auth})

    def token(self, n):
        return {"access_token": "token-%d" % n, "token_type": "Bearer",
                "expires_in": self.lifetime}

    def do_ok(self, conn, req, n):
        self.json(conn, self.token(n))

    def do_held(self, conn, req, n):
        """The token when the gate opens."""
        gate = self.gate
        conn.sock.settimeout(0.05)
        while not gate.is_set():
            try:
                if conn.sock.recv(1) == b"":
                    raise mock.Closed()
            except TimeoutError:
                pass
            except OSError:
                raise mock.Closed()
        conn.sock.settimeout(None)
        self.json(conn, self.token(n))

    def do_chunks(self, conn, req, n):
        """A token in chunks, byte by byte, after an answer that is none."""
        body = json.dumps(self.token(n)).encode()
        out = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        out += mock.head_bytes(200, "OK", [("Transfer-Encoding", "chunked")])
        out += b"".join(mock.chunk(body[i:i + 3])
                        for i in range(0, len(body), 3)) + b"0\r\n\r\n"
        for i in range(len(out)):
            conn.send(out[i:i + 1])

    def do_close(self, conn, req, n):
        """Up to the end of the connection; lifetime as text."""
        conn.send(b"HTTP/1.0 200 OK\r\n\r\n" + json.dumps(dict(
            self.token(n), expires_in="3599")).encode())
        conn.close()

    def do_metadata(self, conn, req, n):
        self.json(conn, self.token(n), headers=[("Metadata-Flavor",
                                                 "Google")])

    def do_refused(self, conn, req, n):
        self.json(conn, {"error": "invalid_client",
                         "error_description": "AADSTS7000215: wrong secret"},
                  401)

    def do_tells(self, conn, req, n):
        """An error that repeats the request."""
        body = urllib.parse.unquote_plus(req.body.decode())
        self.json(conn, {"error": "invalid_client",
                         "error_description": "you sent " + body}, 400)

    def do_html(self, conn, req, n):
        self.json(conn, b"<html><body>It works!</body></html>")

    def do_number(self, conn, req, n):
        self.json(conn, {"access_token": 17, "expires_in": 3600})

    def do_blank(self, conn, req, n):
        self.json(conn, {"access_token": "a b\r\nX-Evil: 1",
                         "expires_in": 3600})

    def do_dead(self, conn, req, n):
        self.json(conn, {"access_token": "a", "expires_in": 0})

    def do_mac(self, conn, req, n):
        self.json(conn, {"access_token": "a", "expires_in": 3600,
                         "token_type": "mac"})

    def do_large(self, conn, req, n):
        self.json(conn, {"access_token": "a" * 70000, "expires_in": 3600})

    def do_long(self, conn, req, n):
        self.json(conn, {"access_token": "a" * 8193, "expires_in": 3600})

    def do_cut(self, conn, req, n):
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"acc")
        conn.close()

    def do_ssh(self, conn, req, n):
        conn.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        conn.close()

    def do_closes(self, conn, req, n):
        conn.close()

    def do_500(self, conn, req, n):
        self.json(conn, b"oops", 500)

    def do_redirect(self, conn, req, n):
        self.json(conn, b"", 302, [("Location", "http://127.0.0.1:%d/ok"
                                    % self.port)])


W = World()


def azure(name, more="", url=None):
    return """
    location @%s {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/up/v1;
        llmgw_azure_tenant t;
        llmgw_azure_client_id client-%s;
        llmgw_azure_client_secret "%s";
        llmgw_token_url %s;
        %s
    }""" % (name, W.port, name, SECRET,
            url or "http://127.0.0.1:%d/%s" % (W.port, name), more)


def google(name, path, url=True, more=""):
    return """
    location @%s {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/up/v1;
        llmgw_google_credentials "%s";
        %s
        %s
    }""" % (name, W.port, path,
            "llmgw_token_url http://127.0.0.1:%d/%s;" % (W.port, name)
            if url else "", more)


SECOND = """
    location @second {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/up/v1;
        llmgw_api_key sk-second;
    }""" % W.port


class Gateway(gateway.Gateway):
    """One for a test: models for the locations in "server", each on its own
    and, as NAME+, with a second deployment behind it."""

    count = 0
    all = []

    def __init__(self, server, workers=1, zone=True, http="", main="",
                 lifetime=3600, failing=None):
        self.world = (lifetime, failing)
        Gateway.count += 1
        super().__init__("token-%d" % Gateway.count,
                         self.http(server, zone, http),
                         self.server(server), workers, main)
        Gateway.all.append(self)

    @staticmethod
    def server(server):
        return "location / { llmgw on; } %s %s" % (server, SECOND)

    @staticmethod
    def http(server, zone, http):
        names = re.findall(r"location @(\w+)", server)
        return "%s llmgw_master_key %s; %s %s" % (
            "llmgw_zone llmgw:1m;" if zone else "", KEY, http, "\n".join(
                "llmgw_model %s { deployment @%s; } "
                "llmgw_model %s+ { deployment @%s; deployment @second; }"
                % (n, n, n, n) for n in names))

    def rewrite(self, server, zone=True, http=""):
        self.write(self.http(server, zone, http), self.server(server))

    def __enter__(self):
        W.reset()
        W.lifetime, W.failing = self.world
        return self.start()

    def __exit__(self, *args):
        self.stop()

    def ask(self, model, body=None):
        data = json.dumps({"model": model, "messages": [
            {"role": "user", "content": "Hi"}]}).encode()
        return gateway.call(self.port, "POST", PATH, AUTH, data)

    def bearer(self, model):
        """The token that the provider has got; fails unless all went well."""
        r = self.ask(model)
        check(r.status == 200, "%s: %d %r" % (model, r.status, r.body))
        return json.loads(r.body)["auth"].replace("Bearer ", "")

    def pids(self):
        out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                              str(self.proc.pid)], capture_output=True,
                             text=True)
        return [int(line.split()[0]) for line in out.stdout.splitlines()
                if "worker process" in line]

    def wait_log(self, text, n=1, timeout=15):
        end = time.monotonic() + timeout * gateway.slow()
        while self.log().count(text) < n:
            check(time.monotonic() < end, "not logged: " + text)
            time.sleep(0.02)


def check(value, what):
    if not value:
        raise AssertionError(what)


def form(req):
    return dict(urllib.parse.parse_qsl(req.body.decode(),
                                       keep_blank_values=True,
                                       strict_parsing=True))


def file(name, text):
    os.makedirs(DIR, exist_ok=True)
    path = os.path.join(DIR, name)
    with open(path, "w") as f:
        f.write(text if isinstance(text, str) else json.dumps(text))
    os.chmod(path, 0o600)
    return path


def openssl(*args):
    p = subprocess.run(["openssl"] + list(args), capture_output=True)
    check(p.returncode == 0, p.stderr)
    return p.stdout


def many(n, what):
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return [f.result() for f in [pool.submit(what) for _ in range(n)]]


# -- what is asked, and what of the answers is used ------------------------


def test_azure():
    """a client's credentials: the form that is sent, the token that is used"""
    with Gateway(azure("ok")) as gw:
        check(gw.bearer("ok") == "token-1", "token")
        check(gw.bearer("ok") == "token-1", "second request")
        req = W.tokens[0]
        check(len(W.tokens) == 1, "asked %d times" % len(W.tokens))
        check(req.method == "POST" and req.target == "/ok", req.target)
        check(req.get("content-type") == "application/x-www-form-urlencoded",
              req.get("content-type"))
        check(req.get("host") == "127.0.0.1:%d" % W.port, req.get("host"))
        check(form(req) == {
            "client_id": "client-ok", "client_secret": SECRET,
            "scope": "https://cognitiveservices.azure.com/.default",
            "grant_type": "client_credentials"}, form(req))
        check(SECRET not in gw.log() and "token-1" not in gw.log(),
              "a secret in the log")


def test_azure_scope():
    """another scope, as other clouds have"""
    with Gateway(azure("ok", "llmgw_token_scope a/.default;")) as gw:
        gw.bearer("ok")
        check(form(W.tokens[0])["scope"] == "a/.default", W.tokens[0].body)


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_google_account():
    """a service account: the assertion, checked with its public key"""
    os.makedirs(DIR, exist_ok=True)
    key = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                  "rsa_keygen_bits:2048").decode()
    public = file("public.pem", openssl("pkey", "-in", file("key.pem", key),
                                        "-pubout").decode())
    account = {"type": "service_account", "private_key": key,
               "private_key_id": "key-1", "client_email": "a@b.example",
               "project_id": "p", "client_id": "1",
               "token_uri": "http://127.0.0.1:%d/x/ok" % W.port}
    path = file("account.json", account)
    os.environ["LLMGW_TEST_PATH"] = path
    os.environ["LLMGW_TEST_JSON"] = json.dumps(dict(account,
                                                    client_email="c@d"))
    server = (google("a", path, url=False) + google("b", path).replace(
              "/b;", "/ok;").replace("llmgw_token_url", "llmgw_token_scope "
                                     "other; llmgw_token_url")
              + google("c", "env:LLMGW_TEST_PATH", url=False)
              + google("d", "env:LLMGW_TEST_JSON", url=False))
    with Gateway(server, main="env LLMGW_TEST_PATH; env LLMGW_TEST_JSON;"
                 ) as gw:
        before = int(time.time())
        got = [gw.bearer(m) for m in "abcd"]
        check(got[0] == got[2] and len(set(got)) == 3, got)
        seen = {}
        for req in W.tokens:
            f = form(req)
            check(f["grant_type"]
                  == "urn:ietf:params:oauth:grant-type:jwt-bearer", f)
            head, claims, signature = f["assertion"].split(".")
            check(json.loads(unbase64(head)) == {
                "alg": "RS256", "typ": "JWT", "kid": "key-1"}, head)
            c = json.loads(unbase64(claims))
            check(before - 30 < c["iat"] <= before
                  and c["exp"] - c["iat"] == 3600, c)
            check(c["aud"] == account["token_uri"], c)
            seen[c["iss"], c["scope"]] = req.target
            with open(file("signature", ""), "wb") as out:
                out.write(unbase64(signature))
            openssl("dgst", "-sha256", "-verify", public, "-signature",
                    os.path.join(DIR, "signature"),
                    file("signed", head + "." + claims))
        scope = "https://www.googleapis.com/auth/cloud-platform"
        check(seen == {("a@b.example", scope): "/x/ok",
                       ("c@d", scope): "/x/ok",
                       ("a@b.example", "other"): "/ok"}, seen)
        check("PRIVATE" not in gw.log() and "eyJ" not in gw.log(),
              "a secret in the log")


def test_google_user():
    """a user's refresh token"""
    path = file("user.json", {"type": "authorized_user", "client_id": "id",
                              "client_secret": "se&cret",
                              "refresh_token": "1//refresh"})
    with Gateway(google("ok", path)) as gw:
        check(gw.bearer("ok") == "token-1", "token")
        check(form(W.tokens[0]) == {
            "client_id": "id", "client_secret": "se&cret",
            "refresh_token": "1//refresh", "grant_type": "refresh_token"},
            form(W.tokens[0]))


def test_google_metadata():
    """Google's metadata server, and what only claims to be one"""
    with Gateway(google("metadata", "metadata")
                 + google("ok", "metadata")) as gw:
        check(gw.bearer("metadata").startswith("token-"), "token")
        req = [t for t in W.tokens if t.target == "/metadata"][0]
        check(req.method == "GET" and req.get("metadata-flavor") == "Google",
              req.head)
        check(gw.ask("ok").status == 503, "no metadata server")
        check("not the metadata server" in gw.log(), "log")


def test_azure_managed_identity():
    """Azure's managed identity; its lifetime is a text"""
    with Gateway("""location @close {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/up/v1;
        llmgw_azure_managed_identity on;
        llmgw_azure_client_id abc-1;
        llmgw_token_url http://127.0.0.1:%d/metadata/close;
    }""" % (W.port, W.port)) as gw:
        check(gw.bearer("close") == "token-1", "token")
        req = W.tokens[0]
        url = urllib.parse.urlsplit(req.target)
        check(req.method == "GET" and req.get("metadata") == "true", req.head)
        check(url.path == "/metadata/close"
              and dict(urllib.parse.parse_qsl(url.query)) == {
                  "api-version": "2018-02-01", "client_id": "abc-1",
                  "resource": "https://cognitiveservices.azure.com/"},
              req.target)
        check("valid for 3599 seconds" in gw.log(), "lifetime")


def test_framing():
    """an answer in chunks, byte by byte, behind an early hint"""
    with Gateway(azure("chunks")) as gw:
        check(gw.bearer("chunks") == "token-1", "token")


def test_fixed():
    """a token that is given needs no endpoint, and wins over a key"""
    with Gateway("""location @fixed {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:%d/up/v1;
        llmgw_api_key sk-key;
        llmgw_bearer_token the-token;
    }""" % W.port) as gw:
        check(gw.bearer("fixed") == "the-token", "token")
        W.refuse.add("the-token")
        r = gw.ask("fixed")
        check(r.status == 401 and b"the-token" not in r.body, r.body)


def test_accounts():
    """two locations with one account share its token, others do not"""
    server = azure("ok") + azure("ok").replace("@ok", "@same") \
        + azure("ok").replace("@ok", "@other").replace("client-ok", "other")
    with Gateway(server) as gw:
        got = [gw.bearer(m) for m in ("ok", "same", "other")]
        check(got[0] == got[1] != got[2], got)
        check(len(W.tokens) == 2, len(W.tokens))


# -- what goes wrong -------------------------------------------------------


BAD = ["html", "number", "blank", "dead", "mac", "large", "long", "cut",
       "ssh", "closes", "500", "redirect", "refused", "tells"]


def test_useless_answers():
    """answers that are no tokens: the next deployment, or an error"""
    with Gateway("".join(azure(n) for n in BAD)) as gw:
        for name in BAD:
            check(gw.bearer(name + "+") == "sk-second", name)
            r = gw.ask(name)
            error = json.loads(r.body)["error"]
            want = 401 if name in ("refused", "tells") else 503
            check(r.status == want, "%s: %d %r" % (name, r.status, r.body))
            text = r.body.decode() + str(r.headers)
            check(SECRET not in text and "evil" not in text.lower(), text)
            check(error["code"] == {401: "invalid_upstream_credential",
                                    503: "upstream_unavailable"}[want],
                  error)
            if want == 503:
                check(r.get("retry-after") == "1", r.headers)
        check(json.loads(gw.ask("refused").body)["error"]["message"]
              == "the upstream refused the gateway's credential: "
              "invalid_client: AADSTS7000215: wrong secret", "message")
        check(SECRET not in gw.log() and "Secret" not in gw.log(),
              "a secret in the log")
        check(not [c for c in W.calls
                   if c.get("authorization") != "Bearer sk-second"],
              "a request without a token went out")


def test_nobody_listens():
    """no connection: the next deployment at once, and few attempts"""
    url = "http://127.0.0.1:%d/" % gateway.free_port()
    with Gateway(azure("dead", url=url)) as gw:
        for _ in range(20):
            check(gw.bearer("dead+") == "sk-second", "fallback")
        check(gw.ask("dead").status == 503, "status")
        check(gw.log().count("no access token of") <= 3, "attempts")


def test_back_off():
    """a failing endpoint is asked again later and later, whoever waits"""
    with Gateway(azure("500"), workers=2) as gw:
        end = time.monotonic() + 4
        while time.monotonic() < end:
            check(gw.ask("500").status == 503, "status")
            time.sleep(0.005)
        check(2 <= len(W.tokens) <= 4, "asked %d times" % len(W.tokens))


def test_recovers():
    """the endpoint comes back"""
    with Gateway(azure("ok"), failing="500") as gw:
        gw.wait_log("no access token of")
        W.failing = None
        gw.wait_log("access token of \"client-ok\" obtained")
        check(gw.bearer("ok").startswith("token-"), "token")


def test_no_answer_in_time():
    """a request waits no longer than it may"""
    with Gateway(azure("held", "llmgw_token_timeout 400ms;")) as gw:
        start = time.monotonic()
        check(gw.bearer("held+") == "sk-second", "fallback")
        took = time.monotonic() - start
        check(took < 2 * gateway.slow(), "%.1f s" % took)
        gw.wait_log("no answer in time")
        check(gw.ask("held").status == 503, "status")


def test_old_token():
    """a token that is still good outlives a failing endpoint"""
    with Gateway(azure("ok"), lifetime=8) as gw:
        check(gw.bearer("ok") == "token-1", "token")
        W.failing = "500"
        check(W.wait(lambda: len(W.tokens) >= 2), "no second request")
        gw.wait_log("no access token of")
        check(gw.bearer("ok") == "token-1", "old token")
        W.failing = None
        check(W.wait(lambda: len(W.tokens) >= 3), "no third request")
        gw.wait_log("obtained", 2)
        check(gw.bearer("ok") == "token-3", "new token")


# -- waiting ---------------------------------------------------------------


def test_wait():
    """requests wait for the first token, and nobody asks twice"""
    with Gateway(azure("held"), workers=2) as gw:
        with concurrent.futures.ThreadPoolExecutor(30) as pool:
            jobs = [pool.submit(gw.bearer, "held") for _ in range(30)]
            check(W.wait(lambda: W.tokens), "not asked")
            time.sleep(0.3)
            check(not any(j.done() for j in jobs), "did not wait")
            W.gate.set()
            check({j.result() for j in jobs} == {"token-1"}, "tokens")
        check(len(W.tokens) == 1, "asked %d times" % len(W.tokens))


def test_client_leaves():
    """a client that leaves while its request waits"""
    with Gateway(azure("held")) as gw:
        clients = []
        for _ in range(10):
            c = gateway.Client(gw.port)
            data = json.dumps({"model": "held", "messages": []}).encode()
            c.send(gateway.request_bytes("POST", PATH, AUTH, data) + data)
            clients.append(c)
        check(W.wait(lambda: W.tokens), "not asked")
        time.sleep(0.2)
        for c in clients[:9]:
            c.close()
        gw.wait_log("client prematurely closed connection", 9)
        W.gate.set()
        check(clients[9].response().status == 200, "the one that stayed")
        check(len(W.calls) == 1, "%d calls" % len(W.calls))
        check(gw.bearer("held") == "token-1", "afterwards")


def test_http2_waits():
    """the same over HTTP/2, also when one stream of several is cancelled"""
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
    server = azure("held")
    http = "server { %s %s }" % (http2, Gateway.server(server))
    with Gateway(server, http=http) as gw:
        data = json.dumps({"model": "held", "messages": []})
        args = [curl, "-s", "--http2-prior-knowledge", "-m", "30",
                "-H", "Authorization: Bearer " + KEY, "-d", data,
                "http://127.0.0.1:%d%s" % (port, PATH)]
        leaves = subprocess.Popen(args, stdout=subprocess.DEVNULL)
        stays = subprocess.Popen(args, stdout=subprocess.PIPE)
        check(W.wait(lambda: W.tokens), "not asked")
        time.sleep(0.3)
        leaves.kill()
        leaves.wait()
        time.sleep(0.2)
        W.gate.set()
        out, _ = stays.communicate(timeout=30)
        check(b"token-1" in out, out)
        check(len(W.calls) == 1, "%d calls" % len(W.calls))


def test_quit_while_waiting():
    """a graceful stop lets requests have their token"""
    with Gateway(azure("held")) as gw:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            job = pool.submit(gw.bearer, "held")
            check(W.wait(lambda: W.tokens), "not asked")
            time.sleep(0.2)
            gw.kill(signal.SIGQUIT)
            time.sleep(0.2)
            W.gate.set()
            check(job.result() == "token-1", "token")
        gw.proc.wait(10 * gateway.slow())


def test_quit_while_asking():
    """a graceful stop does not wait for a token that nobody waits for"""
    with Gateway(azure("held")) as gw:
        check(W.wait(lambda: W.tokens), "not asked")
        start = time.monotonic()
        gw.kill(signal.SIGQUIT)
        gw.proc.wait(10 * gateway.slow())
        check(time.monotonic() - start < 3 * gateway.slow(), "it waited")


# -- renewal ---------------------------------------------------------------


def test_renewed_ahead():
    """a new token ahead of the old one's end: no request sees the change"""
    with Gateway(azure("ok"), workers=2, lifetime=4) as gw:
        seen = set()
        end = time.monotonic() + 10
        while time.monotonic() < end:
            start = time.monotonic()
            seen.add(gw.bearer("ok"))
            check(time.monotonic() - start < 1 * gateway.slow(), "it waited")
            time.sleep(0.02)
        check(3 <= len(seen) <= 5, seen)
        check(len(W.tokens) <= 5, "asked %d times" % len(W.tokens))


def test_idle_renewal():
    """tokens are renewed without requests, and at the start"""
    with Gateway(azure("ok"), workers=2, lifetime=4):
        check(W.wait(lambda: len(W.tokens) >= 3), "not renewed")


def test_refused_token():
    """a token that the provider refuses is replaced, and the request made
    again once"""
    with Gateway(azure("ok"), lifetime=12) as gw:
        check(gw.bearer("ok") == "token-1", "token")
        W.refuse.add("token-1")

        # a young token is not refused for its age

        r = gw.ask("ok")
        check(r.status == 401 and b"token-1" not in r.body, r.body)
        check(len(W.tokens) == 1, "asked for a young one")

        end = time.monotonic() + 15 * gateway.slow()
        while True:
            r = gw.ask("ok")
            if r.status == 200:
                break
            check(r.status == 401 and time.monotonic() < end, r.status)
            time.sleep(0.1)

        check(json.loads(r.body)["auth"] == "Bearer token-2", r.body)
        check(len(W.tokens) == 2, len(W.tokens))
        check("token-1" not in gw.log(), "a token in the log")

        # one that is always refused costs no more than that

        W.refuse.add("token-2")
        n = len(W.calls)
        check(gw.ask("ok").status == 401, "status")
        check(len(W.calls) - n == 1 and len(W.tokens) == 2, "again")


# -- workers ---------------------------------------------------------------


def test_one_for_all():
    """four workers, one token"""
    with Gateway(azure("ok"), workers=4) as gw:
        got = many(40, lambda: gw.bearer("ok"))
        check(set(got) == {"token-1"} and len(W.tokens) == 1, W.tokens)


def test_without_zone():
    """no zone: each worker has its own"""
    with Gateway(azure("ok"), workers=3, zone=False) as gw:
        many(60, lambda: gw.bearer("ok"))
        check(W.wait(lambda: len(W.tokens) == 3), len(W.tokens))
        time.sleep(0.2)
        many(20, lambda: gw.bearer("ok"))
        check(len(W.tokens) == 3, len(W.tokens))


def test_full_zone():
    """a zone without room: each worker has its own, and says so"""
    server = "".join(azure("ok").replace("@ok", "@t%d" % i)
                     .replace("client-ok", "client-%d" % i)
                     for i in range(12))
    gw = Gateway(server, workers=1)
    with open(gw.conf) as f:
        text = f.read()
    with open(gw.conf, "w") as f:
        f.write(text.replace("llmgw:1m", "llmgw:64k"))
    with gw:
        for i in range(12):
            check(gw.bearer("t%d" % i).startswith("token-"), i)
        check("no room in llmgw_zone" in gw.log(), "log")
        check(len(W.tokens) == 12, len(W.tokens))
    with open(gw.errors) as f:
        lines = [x for x in f if "no room in llmgw_zone" not in x]
    with open(gw.errors, "w") as f:
        f.writelines(lines)


def holder(port):
    """The process at the other end of a connection."""
    with open("/proc/net/tcp") as f:
        for line in f:
            field = line.split()
            if field[1].endswith(":%04X" % port) and field[9] != "0":
                inode = "socket:[%s]" % field[9]
                break
        else:
            return None
    for pid in os.listdir("/proc"):
        try:
            for fd in os.listdir("/proc/%s/fd" % pid):
                if os.readlink("/proc/%s/fd/%s" % (pid, fd)) == inode:
                    return int(pid)
        except (OSError, ValueError):
            continue
    return None


def test_killed_worker():
    """a worker that is killed while it asks: another one does"""
    with Gateway(azure("held"), workers=3) as gw:
        check(W.wait(lambda: W.tokens), "not asked")
        pid = holder(W.peers[0])
        check(pid in gw.pids(), pid)
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            def job():
                try:
                    return gw.bearer("held")
                except (OSError, gateway.Truncated):
                    return None         # it was with the killed one
            jobs = [pool.submit(job) for _ in range(20)]
            time.sleep(0.2)
            os.kill(pid, signal.SIGKILL)
            check(W.wait(lambda: len(W.tokens) >= 2), "not asked again")
            W.gate.set()
            got = [j.result() for j in jobs]
            check(set(got) <= {None, "token-2"} and "token-2" in got, got)
        check(len(W.tokens) == 2, len(W.tokens))


# -- reloads ---------------------------------------------------------------


def test_reload():
    """a reload keeps the token; another secret has another token"""
    with Gateway(azure("ok"), workers=2) as gw:
        check(gw.bearer("ok") == "token-1", "token")
        old = set(gw.pids())
        gw.kill(signal.SIGHUP)
        end = time.monotonic() + 15 * gateway.slow()
        while set(gw.pids()) & old or len(gw.pids()) != 2:
            check(time.monotonic() < end, "no new workers")
            time.sleep(0.05)
        many(10, lambda: check(gw.bearer("ok") == "token-1", "old token"))
        check(len(W.tokens) == 1, len(W.tokens))

        old = set(gw.pids())
        gw.rewrite(azure("ok").replace(SECRET, "new-secret"))
        gw.kill(signal.SIGHUP)
        while set(gw.pids()) & old or len(gw.pids()) != 2:
            check(time.monotonic() < end, "no new workers")
            time.sleep(0.05)
        many(10, lambda: check(gw.bearer("ok") == "token-2", "new token"))
        check(form(W.tokens[-1])["client_secret"] == "new-secret", "secret")


def test_reload_while_waiting():
    """a reload while requests wait: old and new workers get one token"""
    with Gateway(azure("held")) as gw:
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            jobs = [pool.submit(gw.bearer, "held") for _ in range(5)]
            check(W.wait(lambda: W.tokens), "not asked")
            time.sleep(0.2)
            old = set(gw.pids())
            gw.kill(signal.SIGHUP)
            end = time.monotonic() + 15 * gateway.slow()
            while not set(gw.pids()) - old:
                check(time.monotonic() < end, "no new workers")
                time.sleep(0.05)
            time.sleep(0.2)
            jobs += [pool.submit(gw.bearer, "held") for _ in range(5)]
            time.sleep(0.3)
            W.gate.set()
            check({j.result() for j in jobs} == {"token-1"}, "tokens")
        check(len(W.tokens) == 1, len(W.tokens))


# -- TLS -------------------------------------------------------------------


def certificates():
    """An authority, and certificates of it for localhost and another name."""
    os.makedirs(DIR, exist_ok=True)
    p = lambda n: os.path.join(DIR, n)      # noqa: E731
    if os.path.exists(p("other.pem")):
        return p
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=test authority", "-keyout", p("ca.key"),
            "-out", p("ca.pem"))
    for name, alt in (("localhost", "DNS:localhost,IP:127.0.0.1"),
                      ("other", "DNS:other.example")):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj",
                "/CN=" + name, "-keyout", p(name + ".key"),
                "-out", p(name + ".csr"))
        file(name + ".ext", "subjectAltName=" + alt)
        openssl("x509", "-req", "-in", p(name + ".csr"), "-CA", p("ca.pem"),
                "-CAkey", p("ca.key"), "-CAcreateserial", "-days", "2",
                "-extfile", p(name + ".ext"), "-out", p(name + ".pem"))
    return p


def test_tls():
    """TLS: the name is sent, and the certificate has to fit"""
    p = certificates()
    good = TLSServer(W.handle, p("localhost.pem"), p("localhost.key"))
    other = TLSServer(W.handle, p("other.pem"), p("other.key"))
    trust = "llmgw_trusted_certificate %s;" % p("ca.pem")
    url = "https://%s:%d/ok"
    server = (azure("good", trust, url % ("localhost", good.port))
              + azure("address", trust, url % ("127.0.0.1", good.port))
              + azure("other", trust, url % ("localhost", other.port))
              + azure("system", "", url % ("localhost", good.port))
              + azure("plain", trust, url % ("localhost", W.port)))
    with Gateway(server) as gw:
        check(gw.bearer("good").startswith("token-"), "good")
        check("localhost" in good.names, good.names)
        check(gw.bearer("address").startswith("token-"), "address")
        for name in ("other", "system", "plain"):
            check(gw.ask(name).status == 503, name)
        log = gw.log()
        check("SSL certificate does not match \"localhost\"" in log, "name")
        check("SSL certificate verify error" in log, "authority")
        check(not [t for t in W.tokens if b"client-other" in t.body
                   or b"client-system" in t.body], "sent to a stranger")
    good.stop()
    other.stop()


# -- nginx -t --------------------------------------------------------------


def refused(server, message):
    gw = Gateway(server)
    rc, out = gw.check()
    check(rc != 0 and message in out, "%d %s" % (rc, out))
    check("PRIVATE" not in out and "sec-ret" not in out, out)


def test_configuration():
    """mistakes that nginx -t finds"""
    refused(azure("ok").replace("llmgw_azure_tenant t;", "").replace(
        "llmgw_token_url", "#"), "needs \"llmgw_azure_tenant\"")
    refused(azure("ok").replace("tenant t;", "tenant a/b;"),
            "invalid \"llmgw_azure_tenant a/b\"")
    refused(azure("ok", "llmgw_bearer_token x;"), "more than one kind")
    refused(azure("ok", "llmgw_google_credentials metadata;"),
            "more than one kind")
    refused(azure("ok", url="ftp://a/b"), "must begin with \"https://\"")
    refused(azure("ok", url="https://a/b", more="llmgw_trusted_certificate "
                  "/nonexistent;"), "/nonexistent")
    refused("location @a { llmgw_provider openai; llmgw_token_url "
            "http://127.0.0.1/; }", "go with")
    refused(google("ok", "/nonexistent"), "cannot read the secret file")
    refused(google("ok", "env:LLMGW_TEST_NOT_SET"), "is not set")
    for text, message in (
            ("sec-ret", "is not a JSON object"),
            ("[\"sec-ret\"]", "is not a JSON object"),
            ({"a": "sec-ret"}, "has the type \"\""),
            ({"type": "external_account", "x": "sec-ret"},
             "has the type \"external_account\""),
            ({"type": "authorized_user", "client_id": "a",
              "client_secret": "sec-ret"}, "has no text \"refresh_token\""),
            ({"type": "service_account", "private_key": "sec-ret"},
             "has no text \"client_email\""),
            ({"type": "service_account", "client_email": "a",
              "private_key": "-----BEGIN PRIVATE KEY-----\nsec-ret\n"
              "-----END PRIVATE KEY-----\n"}, "is not an RSA key"),
            ({"type": "service_account", "client_email": "a", "token_uri": 1,
              "private_key": "x"}, "has no text \"token_uri\"")):
        refused(google("ok", file("bad.json", text)), message)


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
                ValueError, subprocess.TimeoutExpired) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))

    for gw in Gateway.all:
        for line in gw.faults():
            if "exited on signal 9" in line or "[emerg]" in line:
                continue
            failed += 1
            print("FAIL nginx: " + line)

    W.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
