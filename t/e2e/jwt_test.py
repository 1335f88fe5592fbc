#!/usr/bin/env python3
"""Tokens of an identity provider in place of keys, and keys that are bound to
their claims.  The last line is "N passed, N failed".
"""

import base64
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402

CHAT = "/v1/chat/completions"
BOUND = "sk-bound-to-a-claim-0001"

HTTP = """
llmgw_zone llmgw:2m;
llmgw_master_key %s;
llmgw_jwt jwks.json issuer=https://issuer.test audience=gateway,other
          leeway=5s user=sub team=realm.team;
llmgw_policy team red '{"models": ["m"]}';
llmgw_policy team blue '{}';
llmgw_policy user joe '{"rpm_limit": 2}';
llmgw_policy user mallory '{"blocked": true}';
llmgw_key %s 'policy={"jwt_claims": {"role": "service"}}';
llmgw_model m { deployment @mock; }
llmgw_model n { deployment @mock; }
""" % (gateway.MASTER, BOUND)

SERVER = """
location / { llmgw on; }
location @mock { llmgw_provider mock; }
"""


def check(value, what):
    if not value:
        raise AssertionError(what)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*args, data=None):
    return subprocess.run(("openssl",) + args, input=data, check=True,
                          capture_output=True).stdout


class Key:
    def __init__(self, path, kid, ec=False):
        self.path = path
        self.kid = kid
        self.alg = "ES256" if ec else "RS256"
        how = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] \
            if ec else ["-algorithm", "RSA", "-pkeyopt",
                        "rsa_keygen_bits:2048"]
        openssl("genpkey", "-out", path, *how)
        der = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
        if ec:
            self.jwk = {"kty": "EC", "crv": "P-256", "x": b64(der[-64:-32]),
                        "y": b64(der[-32:])}
        else:
            self.jwk = {"kty": "RSA", "e": "AQAB",
                        "n": b64(der[-5 - 256:-5])}
        self.jwk["kid"] = kid
        self.der = der

    def sign(self, text):
        sig = openssl("dgst", "-sha256", "-sign", self.path, data=text)
        if self.alg == "RS256":
            return sig
        r, s = sig[4:4 + sig[3]], sig[6 + sig[3]:]
        return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")

    def token(self, header=None, **claims):
        now = int(time.time())
        all_claims = {"iss": "https://issuer.test", "aud": "gateway",
                      "sub": "ann", "realm": {"team": "red"},
                      "iat": now, "exp": now + 300}
        all_claims.update(claims)
        all_claims = {k: v for k, v in all_claims.items() if v is not None}
        h = {"alg": self.alg, "kid": self.kid} if header is None else header
        text = b64(json.dumps(h).encode()) + "." \
            + b64(json.dumps(all_claims).encode())
        return text + "." + b64(self.sign(text.encode()))


def ask(gw, token, model="m", key=None):
    headers = [("Authorization", "Bearer " + token),
               ("Content-Type", "application/json")]
    if key:
        headers.append(("x-api-key", key))
    return gateway.call(gw.port, "POST", CHAT, headers, json.dumps({
        "model": model, "messages": [{"role": "user", "content": "x"}]
    }).encode())


def test_good(gw, k):
    """tokens of both algorithms, and names of their claims"""
    for key in (k["rsa"], k["ec"]):
        r = ask(gw, key.token())
        check(r.status == 200, r.body)
        check(ask(gw, key.token(header={"alg": key.alg})).status == 200,
              "without a kid")
        check(ask(gw, key.token(aud=["x", "other"])).status == 200, "aud")
    check(ask(gw, k["rsa"].token(), "n").status == 403, "the team's models")
    check(ask(gw, k["rsa"].token(realm={"team": ["blue"]}), "n").status
          == 200, "another team")


def test_bad(gw, k):
    """tokens that are not good; all are answered alike"""
    now = int(time.time())
    rsa = k["rsa"]
    good = rsa.token()
    head, claims, sig = good.split(".")
    hs = b64(json.dumps({"alg": "HS256"}).encode()) + "." + claims
    none = b64(json.dumps({"alg": "none"}).encode()) + "." + claims
    said = set()
    for name, token in {
            "expired": rsa.token(exp=now - 10),
            "no end": rsa.token(exp=None),
            "not yet": rsa.token(nbf=now + 60),
            "issuer": rsa.token(iss="https://other.test"),
            "audience": rsa.token(aud="somebody"),
            "no user": rsa.token(sub=None),
            "no team": rsa.token(realm={}),
            "a number": rsa.token(sub=5),
            "odd user": rsa.token(sub="a\nb"),
            "odd team": rsa.token(realm={"team": "a/b"}),
            "another key": k["other"].token(),
            "its kid": k["other"].token(header={"alg": "RS256",
                                                "kid": "rsa"}),
            "alg": rsa.token(header={"alg": "ES256"}),
            "crit": rsa.token(header={"alg": "RS256", "crit": ["b64"]}),
            "none": none + ".", "none and sig": none + "." + sig,
            "hs256": hs + "." + sig,
            "claims": head + "." + b64(b'{"exp":9999999999}') + "." + sig,
            "cut": good[:-4], "padded": good + "=", "empty": "ey..",
            "long": "ey" + "A" * 6000 + "." + claims + "." + sig}.items():
        r = ask(gw, token)
        check(r.status == 401, (name, r.status, r.body))
        said.add(r.body)
    check(len(said) == 1, said)
    log = gw.log()
    check(claims not in log and sig[:40] not in log, "it is in the log")


def test_limits(gw, k):
    """a user's limits are those of all his tokens"""
    got = [ask(gw, k["rsa"].token(sub="joe", jti=str(i))).status
           for i in range(3)]
    check(got == [200, 200, 429], got)
    check(ask(gw, k["ec"].token(sub="joe")).status == 429, "another key")
    check(ask(gw, k["rsa"].token(sub="jim")).status == 200, "another user")


def test_owners(gw, k):
    """who is blocked, and teams that do not exist"""
    check(ask(gw, k["rsa"].token(sub="mallory")).status == 401, "blocked")
    check(ask(gw, k["rsa"].token(realm={"team": "green"})).status == 401,
          "no such team")


def test_bound(gw, k):
    """a key that is bound to a claim is good beside such a token only"""
    check(ask(gw, k["rsa"].token(role="service"), key=BOUND).status == 200,
          "both")
    check(ask(gw, k["rsa"].token(role=["x", "service"]), key=BOUND).status
          == 200, "a list")
    for name, token in {"no claim": k["rsa"].token(),
                        "another": k["rsa"].token(role="services"),
                        "bad": k["other"].token(role="service"),
                        "none": "x"}.items():
        r = ask(gw, token, key=BOUND)
        check(r.status == 403, (name, r.status, r.body))
    check(ask(gw, BOUND).status == 403, "the key alone")


def test_keys(gw, k):
    """keys are still taken for keys"""
    check(ask(gw, gateway.MASTER).status == 200, "master key")
    check(ask(gw, "sk-a.b.c").status == 401, "a key with dots")


def test_reload(gw, k):
    """a reload brings new keys in, and old ones out"""
    write(gw, [k["other"]])
    gw.kill(signal.SIGHUP)
    end = time.monotonic() + 20 * gateway.slow()
    while ask(gw, k["other"].token()).status != 200:
        check(time.monotonic() < end, "no new keys")
        time.sleep(0.05)
    end = time.monotonic() + 20 * gateway.slow()
    while ask(gw, k["rsa"].token()).status != 401:
        check(time.monotonic() < end, "the old keys stay")
        time.sleep(0.05)


def test_configuration(gw, k):
    """what nginx -t says"""
    for text, word in (("llmgw_jwt none.json;", "none.json"),
                       ("llmgw_jwt nginx.conf;", "JWKS"),
                       ("llmgw_jwt jwks.json audience=a,,b;", "audience"),
                       ("llmgw_jwt jwks.json x=1;", "x=1"),
                       ("llmgw_jwt jwks.json leeway=2h;", "leeway"),
                       ("llmgw_jwt jwks.json; llmgw_jwt jwks.json;",
                        "duplicate")):
        g = gateway.Gateway("jwt-conf", text, "")
        write(g, [k["rsa"]])
        rc, said = g.check()
        check(rc != 0 and word in said, (text, said))


def write(gw, keys):
    with open(os.path.join(gw.dir, "jwks.json"), "w") as f:
        json.dump({"keys": [{"kty": "oct", "k": "AQAB"}]
                   + [k.jwk for k in keys]}, f)


def main():
    gw = gateway.Gateway("jwt", HTTP, SERVER, workers=1)
    k = {name: Key(os.path.join(gw.dir, name + ".pem"), name, name == "ec")
         for name in ("rsa", "ec", "other")}
    write(gw, [k["rsa"], k["ec"]])
    only = sys.argv[1:]
    passed = failed = 0
    try:
        gw.start()
        for name, test in list(globals().items()):
            if not name.startswith("test_") or (only and name not in only):
                continue
            try:
                test(gw, k)
                passed += 1
                print("ok %s" % name)
            except (AssertionError, OSError, gateway.Truncated, KeyError,
                    ValueError, subprocess.CalledProcessError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        gw.stop()

    for line in gw.faults():
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
