#!/usr/bin/env python3
"""The admin API: each endpoint, who may use it, what it refuses, and that what
it says holds for requests to models.  All of it with a store of files, and
with Redis where there is one.  The last line is "N passed, N failed".

    admin_test.py [TEST] ...

With LLMGW_SCHEMATHESIS (the program schemathesis) set, docs/openapi.yaml is
held against a running gateway as well, for LLMGW_SCHEMATHESIS_TIME seconds.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402
import resp     # noqa: E402

KEY = gateway.MASTER
CHAT = "/v1/chat/completions"
ANSWER = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": "hello"}}],
    "usage": {"prompt_tokens": 100, "completion_tokens": 100,
              "total_tokens": 200}}).encode()


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated):
            pass
        time.sleep(0.05)
    raise AssertionError(message)


def upstream(conn, req):
    conn.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
              b"Content-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER))


UP = mock.Server(upstream)

HTTP = """
llmgw_zone llmgw:16m;
llmgw_master_key %s;
@STORE@
llmgw_model gpt-4o {
    deployment @up;
    price input=1 output=9;
}
llmgw_model other { deployment @up model=gpt-4o; }
"""

SERVER = """
location / { llmgw on; llmgw_admin on; }
location @up { llmgw_provider openai; llmgw_api_key sk-upstream-0123456789;
    llmgw_base_url http://127.0.0.1:%d/v1; }
"""


def make(name, redis=None, workers=2):
    base = os.environ.get("LLMGW_TEST_DIR",
                          os.path.join(gateway.TOP, "build", "t"))
    files = os.path.join(base, name + "-store")
    shutil.rmtree(files, ignore_errors=True)
    store = "llmgw_store file:%s;" % files
    if redis:
        store = ("llmgw_store redis://127.0.0.1:%d; llmgw_node %s;"
                 " llmgw_journal 1m dir=%s; llmgw_sync 50ms;"
                 % (redis.port, name, files))
    return gateway.Gateway(name, (HTTP % KEY).replace("@STORE@", store),
                           SERVER % UP.port, workers=workers)


def send(gw, method, path, body=None, key=KEY, headers=()):
    h = [("Authorization", "Bearer " + key)] if key else []
    data = None
    if body is not None:
        h.append(("Content-Type", "application/json"))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
    r = gateway.call(gw.port, method, path, h + list(headers), data)
    if path != CHAT:
        check(r.get("content-type") == "application/json", r.headers)
    r.json = json.loads(r.body)
    return r


def post(gw, path, body=None, status=200, key=KEY):
    r = send(gw, "POST", path, body, key)
    check(r.status == status, (path, r.status, r.body))
    return r.json


def get(gw, path, status=200, key=KEY, **query):
    if query:
        path += "?" + urllib.parse.urlencode(query)
    r = send(gw, "GET", path, None, key)
    check(r.status == status, (path, r.status, r.body))
    return r.json


def chat(gw, key, model="gpt-4o", **more):
    body = dict({"model": model, "max_tokens": 100,
                 "messages": [{"role": "user", "content": "hi"}]}, **more)
    return send(gw, "POST", CHAT, body, key)


def sha(key):
    return hashlib.sha256(key.encode()).hexdigest()


def refused(gw, path, body, field, status=422):
    e = post(gw, path, body, status)
    check(e["error"]["param"] == field, e)
    check(e["error"]["code"] == str(status), e)
    return e


def test_key_works(gw):
    """a key that was made is good for what it was made for, at once"""
    k = post(gw, "/key/generate", {"models": ["gpt-4o"], "key_alias": "one",
                                   "metadata": {"a": [1, 2.5, None]}})
    check(re.match(r"^sk-[A-Za-z0-9_-]{32}$", k["key"]), k)
    check(k["token"] == k["token_id"] == sha(k["key"]), k)
    check(k["key_name"] == "sk-..." + k["key"][-4:], k)
    check(k["metadata"] == {"a": [1, 2.5, None]}, k)
    for _ in range(6):          # whichever worker answers
        check(chat(gw, k["key"]).status == 200, "chat")
    check(chat(gw, k["key"], "other").status == 403, "other model")
    info = get(gw, "/key/info", key=k["key"])
    check(info["info"]["key_alias"] == "one", info)
    check("key" not in info["info"], info)
    check(k["key"] not in json.dumps(info), info)
    check(get(gw, "/key/info?key=" + k["token"])["key"] == k["token"],
          "by digest")


def test_key_limits(gw):
    """limits of a key hold, and change when they are changed"""
    k = post(gw, "/key/generate", {"rpm_limit": 2})["key"]
    check([chat(gw, k).status for _ in range(3)] == [200, 200, 429], "rpm")
    post(gw, "/key/update", {"key": k, "rpm_limit": 4})
    check([chat(gw, k).status for _ in range(3)] == [200, 200, 429], "rpm 4")
    row = post(gw, "/key/update", {"key": sha(k), "rpm_limit": None})
    check(row["rpm_limit"] is None, row)
    check(chat(gw, k).status == 200, "no limit")


def summed(gw, token):
    """requests of a key that have come as far as the sums of reports"""
    return sum(x["log_count"] for x in get(gw, "/spend/keys")
               if x["token"] == token)


def test_key_budget(gw):
    """a budget ends, and spend is in the row; reset_spend opens it again"""
    k = post(gw, "/key/generate", {"max_budget": 0.002,
                                   "budget_duration": "1d"})
    check(k["budget_reset_at"], k)
    got = [chat(gw, k["key"]).status for _ in range(4)]
    check(got[0] == 200 and got[-1] == 429, got)
    n = got.count(200)
    row = get(gw, "/key/info?key=" + k["key"])
    check(abs(row["info"]["spend"] - n * 0.001) < 1e-9, row)
    until(lambda: summed(gw, k["token"]) >= n, "they are in no sum")
    row = post(gw, "/key/%s/reset_spend" % k["key"], {"reset_to": 0})
    check(row["spend"] == 0 and row["total_spend"] > 0, row)
    check(chat(gw, k["key"]).status == 200, "behind the reset")
    row = post(gw, "/key/update", {"key": k["key"], "spend": 0.0015})
    check(row["spend"] == 0.0015, row)
    k = post(gw, "/key/generate", {"spend": 1.5, "max_budget": 1})
    check(k["spend"] == 1.5, k)
    check(chat(gw, k["key"]).status == 429, "spent before it began")


def test_key_block(gw):
    """blocking and deleting are in force at once"""
    k = post(gw, "/key/generate", {})["key"]
    check(chat(gw, k).status == 200, "before")
    check(post(gw, "/key/block", {"key": k})["blocked"] is True, "row")
    for _ in range(4):
        check(chat(gw, k).status == 401, "blocked")
    check(post(gw, "/key/unblock", {"key": k})["blocked"] is False, "row")
    check(chat(gw, k).status == 200, "unblocked")
    d = post(gw, "/key/delete", {"keys": [k]})
    check(d == {"deleted_keys": [sha(k)]}, d)
    for _ in range(4):
        check(chat(gw, k).status == 401, "deleted")
    post(gw, "/key/delete", {"keys": [k]}, 404)
    get(gw, "/key/info?key=" + k, 404)
    post(gw, "/key/update", {"key": k, "models": []}, 404)


def test_key_delete_all_or_nothing(gw):
    """of keys of which one does not exist none is deleted"""
    k = post(gw, "/key/generate", {"key_alias": "stays"})["key"]
    post(gw, "/key/delete", {"keys": [k, "sk-no-such-key-at-all"]}, 404)
    check(chat(gw, k).status == 200, "it stays")
    post(gw, "/key/delete", {"key_aliases": ["stays", "no-such"]}, 404)
    check(chat(gw, k).status == 200, "it stays")
    post(gw, "/key/delete", {"key_aliases": ["stays"]})
    check(chat(gw, k).status == 401, "it goes")
    refused(gw, "/key/delete", {}, "keys")


def test_key_expires(gw):
    """a key ends with its duration"""
    k = post(gw, "/key/generate", {"duration": "1s"})
    check(k["expires"], k)
    until(lambda: chat(gw, k["key"]).status == 401, "it does not end")
    check(chat(gw, k["key"]).json["error"]["code"] == "expired_key", "code")
    row = post(gw, "/key/update", {"key": k["key"], "duration": "1h"})
    check(chat(gw, k["key"]).status == 200, row)
    row = post(gw, "/key/update", {"key": k["key"], "duration": "-1"})
    check(row["expires"] is None, row)


def test_key_own_value(gw):
    """a key may be given; one that is in use may not"""
    k = "sk-my-own-key-of-many-letters"
    check(post(gw, "/key/generate", {"key": k})["key"] == k, "own")
    check(chat(gw, k).status == 200, "own")
    e = post(gw, "/key/generate", {"key": k}, 409)
    check("in use" in e["error"]["message"], e)
    post(gw, "/key/generate", {"key": KEY}, 409)


def test_key_regenerate(gw):
    """a successor has limits, budget and what was counted; the old key is
    good until the grace period ends"""
    k = post(gw, "/key/generate", {"max_budget": 5, "rpm_limit": 3,
                                   "key_alias": "r"})["key"]
    check(chat(gw, k).status == 200, "old")
    check(chat(gw, k).status == 200, "old")
    n = post(gw, "/key/%s/regenerate" % k, {"grace_period": "1h"})
    check(n["key"] != k and n["token_id"] == sha(n["key"]), n)
    check(n["max_budget"] == 5 and n["key_alias"] == "r", n)
    check(abs(n["spend"] - 0.002) < 1e-9, n)
    check(n["rotation_count"] == 1, n)
    check(chat(gw, k).status == 200, "old in its grace period")
    check(chat(gw, n["key"]).status == 429, "they share the limit")
    row = get(gw, "/key/info?key=" + n["key"])["info"]
    check(abs(row["spend"] - 0.003) < 1e-9, row)
    post(gw, "/key/regenerate", {"key": k}, 409)
    m = post(gw, "/key/regenerate", {"key": n["key"], "rpm_limit": 100,
                                     "new_key": "sk-a-new-key-that-i-chose"})
    check(m["key"] == "sk-a-new-key-that-i-chose", m)
    check(chat(gw, n["key"]).status == 401, "no grace period")
    check(chat(gw, m["key"]).status == 200, "the newest")
    row = get(gw, "/key/info?key=" + m["key"])["info"]
    check(abs(row["spend"] - 0.004) < 1e-9, row)
    check(chat(gw, k).status in (200, 401), "the oldest")
    refused(gw, "/key/regenerate", {"key": m["key"], "spend": 0}, "spend")


def test_key_list(gw):
    """pages, filters and orders"""
    made = [post(gw, "/key/generate", {"user_id": "lister", "key_alias":
                                       "l%02d" % i, "max_budget": i})["token"]
            for i in range(13)]
    r = get(gw, "/key/list", user_id="lister")
    check((len(r["keys"]), r["total_count"], r["total_pages"],
           r["current_page"]) == (10, 13, 2, 1), r)
    seen = r["keys"] + get(gw, "/key/list", user_id="lister", page=2)["keys"]
    check(sorted(seen) == sorted(made), seen)
    r = get(gw, "/key/list", user_id="lister", size=3, sort_by="max_budget",
            sort_order="asc", return_full_object="true")
    check([k["key_alias"] for k in r["keys"]] == ["l00", "l01", "l02"], r)
    r = get(gw, "/key/list", user_id="lister", size=3, sort_by="key_alias")
    check(r["keys"] == made[:-4:-1], r)
    check(get(gw, "/key/list", key_alias="l03")["keys"] == [made[3]], "alias")
    check(get(gw, "/key/list", key_alias="l0", user_id="lister")["keys"]
          == [], "exact")
    r = get(gw, "/key/list", key_alias="l0", user_id="lister",
            substring_matching="true")
    check(r["total_count"] == 10, r)
    check(get(gw, "/key/list", key_hash=made[0])["keys"] == [made[0]], "hash")
    check(get(gw, "/key/list", user_id="lister", expires="expired")
          ["total_count"] == 0, "expired")
    check(get(gw, "/key/list", page=1000)["keys"] == [], "behind the end")
    e = get(gw, "/key/list", 422, include_everything="true")
    check(e["error"]["param"] == "include_everything", e)


def test_teams(gw):
    """teams: their models and limits, their keys, blocking and deleting"""
    t = post(gw, "/team/new", {
        "team_alias": "red", "models": ["gpt-4o"], "rpm_limit": 3,
        "members_with_roles": [{"user_id": "ann", "role": "admin"}],
        "members": ["bob"]})
    tid = t["team_id"]
    check(re.match(r"^[0-9a-f]{8}-[0-9a-f]{4}-4", tid), t)
    check({m["user_id"]: m["role"] for m in t["members_with_roles"]}
          == {"ann": "admin", "bob": "user"}, t)
    check(get(gw, "/user/info?user_id=ann")["user_info"]["teams"] == [tid],
          "the user's teams")
    k = post(gw, "/key/generate", {"team_id": tid})["key"]
    check(chat(gw, k, "other").status == 403, "not the team's model")
    check([chat(gw, k).status for _ in range(4)] == [200] * 3 + [429], "rpm")
    u = post(gw, "/team/update", {"team_id": tid, "rpm_limit": 100,
                                  "team_alias": "blue"})
    check(u["team_id"] == tid and u["data"]["team_alias"] == "blue", u)
    check(u["data"]["models"] == ["gpt-4o"], u)
    check(chat(gw, k).status == 200, "the new limit")
    r = send(gw, "PATCH", "/team/update", {"team_id": tid, "tpm_limit": 10})
    check(r.status == 200 and r.json["data"]["tpm_limit"] == 10, r.body)
    post(gw, "/team/update", {"team_id": tid, "tpm_limit": None})
    i = get(gw, "/team/info", team_id=tid)
    check([x["token"] for x in i["keys"]] == [sha(k)], i)
    check(i["team_info"]["spend"] > 0, i)
    check(post(gw, "/team/block", {"team_id": tid})["blocked"], "block")
    check(chat(gw, k).status == 401, "blocked")
    post(gw, "/team/unblock", {"team_id": tid})
    check(chat(gw, k).status == 200, "unblocked")
    check(tid in [x["team_id"] for x in get(gw, "/team/list")], "list")
    r = get(gw, "/v2/team/list", team_alias="blue")
    check(r["total"] == 1 and r["teams"][0]["team_id"] == tid, r)
    check([x["team_id"] for x in get(gw, "/team/list", user_id="bob")]
          == [tid], "teams of bob")
    d = post(gw, "/team/delete", {"team_ids": [tid]})
    check(d == {"deleted_teams": [tid]}, d)
    check(chat(gw, k).status == 401, "its keys are gone")
    get(gw, "/team/info", 404, team_id=tid)
    get(gw, "/key/info?key=" + k, 404)
    check(get(gw, "/user/info?user_id=ann")["user_info"]["teams"] == [],
          "the user's teams")


def test_members(gw):
    """members come, change and go"""
    tid = post(gw, "/team/new", {"team_id": "crew"})["team_id"]
    r = post(gw, "/team/member_add", {
        "team_id": tid, "max_budget_in_team": 0.001,
        "member": [{"user_id": "cat"}, {"user_id": "dog", "role": "admin"}]})
    check([u["user_id"] for u in r["updated_users"]] == ["cat", "dog"], r)
    check(len(r["members_with_roles"]) == 2, r)
    check([m["max_budget"] for m in r["updated_team_memberships"]]
          == [0.001, 0.001], r)
    k = post(gw, "/key/generate", {"team_id": tid, "user_id": "cat"})["key"]
    got = [chat(gw, k).status for _ in range(3)]
    check(got[0] == 200 and got[2] == 429, got)
    r = post(gw, "/team/member_update", {
        "team_id": tid, "user_id": "cat", "role": "admin",
        "max_budget_in_team": 5, "rpm_limit": 50})
    check(r["updated_team_memberships"][0]["max_budget"] == 5, r)
    check({m["user_id"]: m["role"] for m in r["members_with_roles"]}["cat"]
          == "admin", r)
    check(chat(gw, k).status == 200, "the new budget")
    i = get(gw, "/team/info", team_id=tid)
    check({m["user_id"] for m in i["team_memberships"]} == {"cat", "dog"},
          i["team_memberships"])
    r = post(gw, "/team/member_delete", {"team_id": tid, "user_id": "dog"})
    check([m["user_id"] for m in r["members_with_roles"]] == ["cat"], r)
    post(gw, "/team/member_delete", {"team_id": tid, "user_id": "dog"}, 404)
    post(gw, "/team/member_update", {"team_id": tid, "user_id": "dog",
                                     "role": "user"}, 404)
    post(gw, "/team/member_add", {"team_id": "no-such",
                                  "member": {"user_id": "cat"}}, 404)
    refused(gw, "/team/update", {"team_id": tid, "members_with_roles": []},
            "members_with_roles")


def test_users(gw):
    """users, with a key of their own"""
    u = post(gw, "/user/new", {"user_id": "eve", "user_email": "eve@x.org",
                               "models": ["gpt-4o"], "max_budget": 1,
                               "key_alias": "eve's"})
    check(u["user_id"] == "eve" and u["key"].startswith("sk-"), u)
    check(chat(gw, u["key"]).status == 200, "its key")
    check(chat(gw, u["key"], "other").status == 403, "its models")
    i = get(gw, "/user/info", user_id="eve")
    check(i["keys"][0]["key_alias"] == "eve's", i)
    check(i["user_info"]["spend"] > 0, i)
    check("key" not in post(gw, "/user/new", {"auto_create_key": False}),
          "no key")
    r = post(gw, "/user/update", {"user_id": "eve", "max_budget": 2})
    check(r["data"]["max_budget"] == 2, r)
    check(r["data"]["user_email"] == "eve@x.org", r)
    r = get(gw, "/user/list", user_email="eve@x.org")
    check(r["total"] == 1 and r["users"][0]["user_id"] == "eve", r)
    r = get(gw, "/user/list", user_ids="eve,nobody", page_size=5)
    check(r["total"] == 1 and r["page_size"] == 5, r)
    post(gw, "/user/new", {"user_id": "eve"}, 409)
    t = post(gw, "/team/new", {})["team_id"]
    v = post(gw, "/user/new", {"teams": [t], "auto_create_key": False})
    check(get(gw, "/team/info", team_id=t)["team_info"]["members_with_roles"]
          [0]["user_id"] == v["user_id"], "in the team")
    refused(gw, "/user/update", {"user_id": "eve", "teams": [t]}, "teams")
    refused(gw, "/user/new", {"teams": ["no-such"]}, "teams", 400)
    b = post(gw, "/user/block", {"user_ids": ["eve"]})
    check(b["blocked_users"][0]["blocked"] is True, b)
    check(chat(gw, u["key"]).status == 401, "blocked")
    post(gw, "/user/unblock", {"user_ids": ["eve"]})
    check(chat(gw, u["key"]).status == 200, "unblocked")
    d = post(gw, "/user/delete", {"user_ids": ["eve", v["user_id"]]})
    check(d == {"deleted_users": ["eve", v["user_id"]]}, d)
    check(chat(gw, u["key"]).status == 401, "its key is gone")
    check(get(gw, "/team/info", team_id=t)["team_info"]["members_with_roles"]
          == [], "out of the team")


def test_customers(gw):
    """end users: budgets and blocking"""
    k = post(gw, "/key/generate", {})["key"]
    c = post(gw, "/customer/new", {"user_id": "end-1", "alias": "first",
                                   "max_budget": 0.001})
    check(c["user_id"] == "end-1", c)
    got = [chat(gw, k, user="end-1").status for _ in range(3)]
    check(got[0] == 200 and got[2] == 429, got)
    check(chat(gw, k, user="end-2").status == 200, "another one")
    i = get(gw, "/customer/info", end_user_id="end-1")
    check(i["spend"] > 0 and i["alias"] == "first", i)
    post(gw, "/end_user/update", {"user_id": "end-1", "max_budget": 5})
    check(chat(gw, k, user="end-1").status == 200, "the new budget")
    b = post(gw, "/customer/block", {"user_ids": ["end-1", "end-3"]})
    check(len(b["blocked_users"]) == 2, b)
    check(chat(gw, k, user="end-1").status >= 400, "blocked")
    check(chat(gw, k, user="end-3").status >= 400, "blocked before it came")
    post(gw, "/customer/unblock", {"user_ids": ["end-1", "end-3"]})
    check(chat(gw, k, user="end-3").status == 200, "unblocked")
    check({"end-1", "end-3"} <= {x["user_id"]
                                 for x in get(gw, "/customer/list")}, "list")
    d = post(gw, "/customer/delete", {"user_ids": ["end-1"]})
    check(d == {"deleted_customers": ["end-1"]}, d)
    get(gw, "/customer/info", 404, end_user_id="end-1")
    refused(gw, "/customer/new", {}, "user_id")


def test_organizations(gw):
    """organizations"""
    o = post(gw, "/organization/new", {"organization_alias": "acme",
                                       "models": ["gpt-4o"]})
    oid = o["organization_id"]
    t = post(gw, "/team/new", {"organization_id": oid})["team_id"]
    k = post(gw, "/key/generate", {"team_id": t})["key"]
    check(chat(gw, k).status == 200, "its model")
    check(chat(gw, k, "other").status == 403, "another model")
    r = send(gw, "PATCH", "/organization/update",
             {"organization_id": oid, "models": []})
    check(r.status == 200 and r.json["models"] == [], r.body)
    check(chat(gw, k, "other").status == 200, "all models")
    check(get(gw, "/organization/info", organization_id=oid)
          ["organization_alias"] == "acme", "info")
    check(oid in [x["organization_id"]
                  for x in get(gw, "/organization/list")], "list")
    r = send(gw, "DELETE", "/organization/delete",
             {"organization_ids": [oid]})
    check(r.status == 200
          and r.json == {"deleted_organizations": [oid]}, r.body)
    refused(gw, "/team/new", {"organization_id": oid}, "organization_id", 400)
    refused(gw, "/key/generate", {"organization_id": oid}, "organization_id",
            400)


def test_budgets(gw):
    """a budget that several refer to"""
    b = post(gw, "/budget/new", {"budget_id": "small", "max_budget": 0.001,
                                 "budget_duration": "1d"})
    check(b["budget_id"] == "small", b)
    k = post(gw, "/key/generate", {"budget_id": "small"})["key"]
    got = [chat(gw, k).status for _ in range(3)]
    check(got[0] == 200 and got[2] == 429, got)
    post(gw, "/budget/update", {"budget_id": "small", "max_budget": 7})
    check(chat(gw, k).status == 200, "the new budget")
    r = post(gw, "/budget/info", {"budgets": ["small", "no-such"]})
    check([x["max_budget"] for x in r] == [7], r)
    check("small" in [x["budget_id"] for x in get(gw, "/budget/list")],
          "list")
    check(post(gw, "/budget/delete", {"id": "small"})["budget_id"] == "small",
          "delete")
    post(gw, "/budget/delete", {"id": "small"}, 404)
    refused(gw, "/key/generate", {"budget_id": "small"}, "budget_id", 400)
    refused(gw, "/budget/new", {"max_budget": -1}, "max_budget")


def test_tags(gw):
    """tags"""
    post(gw, "/tag/new", {"name": "blue", "description": "sky",
                          "max_budget": 3})
    check(post(gw, "/tag/update", {"name": "blue", "max_budget": 4})
          ["max_budget"] == 4, "update")
    r = post(gw, "/tag/info", {"names": ["blue", "red"]})
    check(list(r) == ["blue"] and r["blue"]["description"] == "sky", r)
    check([x["name"] for x in get(gw, "/tag/list")] == ["blue"], "list")
    post(gw, "/tag/delete", {"name": "blue"})
    check(get(gw, "/tag/list") == [], "list")


def test_models(gw):
    """models and prices, without secrets"""
    r = get(gw, "/model/info")
    m = {x["model_name"]: x for x in r["data"]}
    check(set(m) == {"gpt-4o", "other"}, m)
    check(m["gpt-4o"]["model_info"]["input_cost_per_token"] == 1e-06, m)
    check(m["other"]["litellm_params"]["model"] == "gpt-4o", m)
    check("sk-upstream" not in json.dumps(r), r)
    one = get(gw, "/v1/model/info",
              litellm_model_id=m["other"]["model_info"]["id"])
    check([x["model_name"] for x in one["data"]] == ["other"], one)


def test_spend(gw):
    """requests in the log, and sums of them"""
    t = post(gw, "/team/new", {"team_alias": "spenders"})["team_id"]
    k = post(gw, "/key/generate", {"team_id": t, "user_id": "spender",
                                   "tags": ["x-tag"], "key_alias": "s"})
    for i in range(5):
        check(chat(gw, k["key"], user="end-user-7").status == 200, "chat")

    def logged():
        r = get(gw, "/spend/logs/ui", api_key=k["key"])
        return r["total"] == 5

    until(logged, "requests do not come into the log")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    dates = {"start_date": today, "end_date": today}
    until(lambda: summed(gw, k["token"]) == 5, "they are in no sum")
    r = get(gw, "/spend/logs/ui", api_key=k["token"], page_size=2, page=2)
    check((len(r["data"]), r["total"], r["total_pages"]) == (2, 5, 3), r)
    row = r["data"][0]
    check(row["spend"] == 0.001 and row["total_tokens"] == 200, row)
    check(row["api_key"] == k["token"] and row["user"] == "spender", row)
    check(row["team_id"] == t and row["end_user"] == "end-user-7", row)
    check(row["model_group"] == "gpt-4o" and row["status"] == "success", row)
    check("x-tag" in row["request_tags"], row)
    check(row["metadata"]["user_api_key_alias"] == "s", row)
    one = get(gw, "/spend/logs", request_id=row["request_id"])
    check(len(one) == 1 and one[0] == row, one)
    check(len(get(gw, "/spend/logs", user_id="spender")) == 5, "by user")
    check(get(gw, "/spend/logs", user_id="nobody-at-all") == [], "nobody")
    check(get(gw, "/spend/logs", user_id="spender", min_spend="0.5") == [],
          "dear ones")
    days = get(gw, "/spend/logs", api_key=k["key"], **dates)
    check(len(days) == 1 and days[0]["startTime"] == today, days)
    check(abs(days[0]["spend"] - 0.005) < 1e-9, days)
    check(abs(days[0]["models"]["gpt-4o"] - 0.005) < 1e-9, days)
    check(len(get(gw, "/spend/logs", api_key=k["key"], summarize="false",
                  **dates)) == 5, "raw rows")

    def of(rows, name, value):
        return [x for x in rows if x[name] == value][0]

    s = of(get(gw, "/spend/keys"), "token", k["token"])
    check(abs(s["total_spend"] - 0.005) < 1e-9 and s["log_count"] == 5, s)
    s = of(get(gw, "/spend/users"), "user_id", "spender")
    check(s["total_tokens"] == 1000, s)
    s = of(get(gw, "/spend/teams", **dates), "team_id", t)
    check(s["log_count"] == 5, s)
    s = of(get(gw, "/spend/tags"), "individual_request_tag", "x-tag")
    check(abs(s["total_spend"] - 0.005) < 1e-9, s)
    r = get(gw, "/global/spend/report", **dates)
    s = of(r[0]["teams"], "team_name", t)
    check(r[0]["group_by_day"] == today
          and abs(s["total_spend"] - 0.005) < 1e-9
          and s["metadata"][0]["total_tokens"] == 1000, r)
    r = get(gw, "/global/spend/report", group_by="customer", **dates)
    check(of(r[0]["customers"], "customer", "end-user-7"), r)
    r = get(gw, "/global/spend/report", api_key=k["key"], **dates)
    check(len(r) == 1 and r[0]["total_input_tokens"] == 500
          and r[0]["model_details"][0]["model"], r)
    for group, name in (("day", None), ("user", "user_id"),
                        ("tag", "individual_request_tag"),
                        ("model", "model"), ("provider", "provider"),
                        ("organization", "organization_id")):
        r = get(gw, "/global/spend/report", group_by=group, **dates)
        check(r and r[0]["group_by_day"] == today, (group, r))
        check(name is None or name in r[0], (group, r))
    e = get(gw, "/global/spend/report", 422, group_by="moon", **dates)
    check(e["error"]["param"] == "group_by", e)


def test_audit(gw):
    """who has changed what"""
    k = post(gw, "/key/generate", {"key_alias": "before", "rpm_limit": 5})
    post(gw, "/key/update", {"key": k["key"], "key_alias": "after"})
    post(gw, "/key/block", {"key": k["key"]})
    post(gw, "/key/delete", {"keys": [k["key"]]})
    r = get(gw, "/audit", object_id=k["token"])
    check([x["action"] for x in r["audit_logs"]]
          == ["deleted", "blocked", "updated", "created"], r)
    check(r["total"] == 4 and r["page"] == 1, r)
    up = r["audit_logs"][2]
    check(up["before_value"] == {"key_alias": "before"}
          and up["updated_values"] == {"key_alias": "after"}, up)
    check(up["changed_by"] == "master" and up["client_ip"] == "127.0.0.1", up)
    check(up["table_name"] == "LiteLLM_VerificationToken", up)
    check(r["audit_logs"][0]["before_value"]["rpm_limit"] == 5, r)
    r = get(gw, "/audit", object_id=k["token"], action="blocked")
    check(r["total"] == 1, r)
    r = get(gw, "/audit", object_id=k["token"], page_size=3, page=2)
    check(len(r["audit_logs"]) == 1 and r["total_pages"] == 2, r)
    check(k["key"] not in json.dumps(get(gw, "/audit", page_size=1000)),
          "the key itself")


def test_who_may(gw):
    """administrators, viewers, owners of keys, and nobody"""
    for key in (None, "sk-nothing-that-was-made", "x"):
        r = send(gw, "GET", "/key/list", None, key)
        check(r.status == 401, (key, r.status))
        check(r.get("www-authenticate") == "Bearer", r.headers)
    r = gateway.call(gw.port, "GET", "/key/list", [("x-api-key", KEY)])
    check(r.status == 401, "another header")
    r = gateway.call(gw.port, "GET", "/key/list",
                     [("Cookie", "Authorization=Bearer " + KEY)])
    check(r.status == 401, "a cookie")

    admin = post(gw, "/user/new", {"user_id": "boss",
                                   "user_role": "proxy_admin"})["key"]
    k = post(gw, "/key/generate", {"key_alias": "by-boss"}, key=admin)
    check(k["created_by"] == "boss", k)
    a = get(gw, "/audit", object_id=k["token"])["audit_logs"][0]
    check(a["changed_by"] == "boss"
          and a["changed_by_api_key"] == sha(admin), a)

    # a key of an administrator is not good for more than it says

    llm = post(gw, "/key/generate", {"user_id": "boss", "key_type":
                                     "llm_api"})["key"]
    get(gw, "/key/list", 403, key=llm)
    check(chat(gw, llm).status == 200, "models")
    look = post(gw, "/key/generate", {"user_id": "boss", "key_type":
                                      "read_only"})["key"]
    get(gw, "/key/list", key=look)
    post(gw, "/key/generate", {}, 403, key=look)
    check(chat(gw, look).status == 403, "no models")

    viewer = post(gw, "/user/new", {"user_role": "proxy_admin_viewer"})["key"]
    get(gw, "/key/list", key=viewer)
    get(gw, "/audit", key=viewer)
    post(gw, "/key/generate", {}, 403, key=viewer)

    user = post(gw, "/user/new", {"user_id": "joe"})["key"]
    check(get(gw, "/key/info", key=user)["key"] == sha(user), "own key")
    get(gw, "/key/info?key=" + user, key=user)
    get(gw, "/key/info?key=" + admin, 403, key=user)
    for path in ("/key/list", "/user/list", "/spend/logs", "/audit",
                 "/model/info", "/user/info?user_id=joe"):
        get(gw, path, 403, key=user)
    post(gw, "/key/generate", {}, 403, key=user)
    post(gw, "/user/update", {"user_id": "joe", "user_role": "proxy_admin"},
         403, key=user)
    e = get(gw, "/key/info", 422)
    check(e["error"]["param"] == "key", e)

    # blocked, an administrator is none

    post(gw, "/user/block", {"user_ids": ["boss"]})
    get(gw, "/key/list", 401, key=admin)
    post(gw, "/user/unblock", {"user_ids": ["boss"]})
    post(gw, "/user/update", {"user_id": "boss",
                              "user_role": "internal_user"})
    get(gw, "/key/list", 403, key=admin)


def test_bad_input(gw):
    """what is not right is named"""
    for body, field in (
            ({"modles": []}, "modles"),
            ({"models": "all"}, "models"),
            ({"max_budget": "1"}, "max_budget"),
            ({"max_budget": -0.01}, "max_budget"),
            ({"rpm_limit": 1.5}, "rpm_limit"),
            ({"duration": "soon"}, "duration"),
            ({"budget_duration": "0d"}, "budget_duration"),
            ({"allowed_ips": ["nowhere"]}, "allowed_ips[0]"),
            ({"token": "x"}, "token"), ({"created_by": "me"}, "created_by"),
            ({"rotated_to": "0" * 64}, "rotated_to"),
            ({"user_role": "proxy_admin"}, "user_role"),
            ({"key": "not-a-key"}, "key"),
            ({"metadata": []}, "metadata"),
            ({"temp_budget_increase": 1}, "temp_budget_expiry"),
            ({"key_alias": "a\nb"}, "key_alias")):
        refused(gw, "/key/generate", body, field)
    refused(gw, "/key/generate", {"team_id": "no-such"}, "team_id", 400)
    for body in (b"{", b"[]", b"null", b'{"a":1}x', b'{"models":[],'
                 b'"models":[]}', b'{"key_alias":"\\ud800"}',
                 b'{"key_alias":"\xff"}', b'{"rpm_limit":1e999}',
                 b'{"metadata":' + b"[" * 500 + b"]" * 500 + b"}"):
        r = send(gw, "POST", "/key/generate", body)
        check(r.status == 400, (body[:40], r.status, r.body))
        check(r.json["error"]["message"], r.body)
    r = gateway.call(gw.port, "POST", "/key/generate",
                     [("Authorization", "Bearer " + KEY),
                      ("Content-Type", "text/plain")], b"{}")
    check(r.status == 415, r.status)
    r = send(gw, "POST", "/key/generate",
             b'{"metadata":{"a":"' + b"x" * 1100000 + b'"}}')
    check(r.status == 413, r.status)
    r = send(gw, "POST", "/key/generate",
             b'{"metadata":{"a":"' + b"x" * 600000 + b'"}}')
    check(r.status == 422, (r.status, r.body[:200]))
    r = send(gw, "GET", "/key/generate")
    check(r.status == 405 and r.get("allow") == "POST", r.headers)
    r = send(gw, "PUT", "/key/list", {})
    check(r.status == 405 and r.get("allow") == "GET", r.headers)
    r = send(gw, "GET", "/key/nothing")
    check(r.status == 404, r.status)
    r = send(gw, "GET", "/key/list")
    check(r.get("x-content-type-options") == "nosniff", r.headers)
    check(r.get("cache-control") == "no-store", r.headers)


def test_odd_names(gw):
    """names that mean something to others mean nothing here"""
    for name in ("<b>", "a b", "ümläut", "{x}", "a*b?[c]", "..%2f..", "'",
                 "x" * 256):
        u = post(gw, "/user/new", {"user_id": name,
                                   "auto_create_key": False})
        check(u["user_id"] == name, u)
        i = get(gw, "/user/info", user_id=name)
        check(i["user_info"]["user_id"] == name, i)
        post(gw, "/user/delete", {"user_ids": [name]})
    refused(gw, "/user/new", {"user_id": "x" * 257}, "user_id")
    refused(gw, "/team/new", {"team_id": "a/b"}, "team_id")


def test_concurrent_changes(gw):
    """changes of one record at the same time are all there afterwards"""
    tid = post(gw, "/team/new", {})["team_id"]
    errors = []

    def add(i):
        try:
            post(gw, "/team/member_add", {
                "team_id": tid, "member": {"user_id": "c%d" % i}})
        except AssertionError as e:
            if "409" not in repr(e):
                errors.append(e)
            else:
                errors.append(i)

    threads = [threading.Thread(target=add, args=(i,)) for i in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(all(isinstance(e, int) for e in errors), errors)
    got = {m["user_id"] for m in get(gw, "/team/info", team_id=tid)
           ["team_info"]["members_with_roles"]}
    check(got == {"c%d" % i for i in range(12)} - {"c%d" % e for e in errors},
          (got, errors))


def test_restart(gw):
    """all of it is there behind a restart; a key is nowhere in the files"""
    k = post(gw, "/key/generate", {"max_budget": 5, "key_alias": "stays"})
    check(chat(gw, k["key"]).status == 200, "before")
    n = post(gw, "/key/%s/regenerate" % k["key"], {})
    check(chat(gw, n["key"]).status == 200, "before")
    post(gw, "/key/update", {"key": n["key"], "key_alias": "changed"})
    gw.stop(signal.SIGTERM)
    gw.start()
    i = get(gw, "/key/info?key=" + n["key"])["info"]
    check(i["key_alias"] == "changed", i)
    check(abs(i["spend"] - 0.002) < 1e-9, i)
    check(chat(gw, n["key"]).status == 200, "behind")
    check(chat(gw, k["key"]).status == 401, "the old one")
    out = subprocess.run(["grep", "-rl", n["key"], gw.dir, gw.dir + "-store"],
                         capture_output=True, text=True).stdout
    check(out == "", out)


def test_openapi(gw):
    """docs/openapi.yaml and what the gateway does are the same"""
    program = os.environ.get("LLMGW_SCHEMATHESIS")
    if not program:
        return
    g = make("admin-schema").start()
    config = os.path.join(g.dir, "schemathesis.toml")
    with open(config, "w") as f:

        # TRACE never comes further than to nginx itself

        f.write('[phases.coverage]\nunexpected-methods = '
                '["GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"]\n')
    try:
        out = subprocess.run(
            [program, "--config-file", config, "run", os.path.join(gateway.TOP, "docs",
                                          "openapi.yaml"),
             "--url", "http://127.0.0.1:%d" % g.port,
             "-H", "Authorization: Bearer " + KEY,
             "--checks", "not_a_server_error,status_code_conformance,"
             "content_type_conformance,response_schema_conformance,"
             "unsupported_method,allow_header_conformance,"
             "negative_data_rejection",
             "--phases", "examples,coverage,fuzzing",
             "--mode", "all", "--max-time",
             os.environ.get("LLMGW_SCHEMATHESIS_TIME", "90"),
             "--generation-database", "none", "--seed", "1",
             "--continue-on-failure", "--no-color"],
            capture_output=True, text=True, cwd=g.dir,
            stdin=subprocess.DEVNULL)
        if out.returncode != 0:
            with open(os.path.join(g.dir, "schemathesis.log"), "w") as f:
                f.write(out.stdout + out.stderr)
            print(out.stdout[-6000:] + out.stderr[-2000:])
        check(out.returncode == 0, "schemathesis: see its output")
        check(not g.faults(), g.faults())
    finally:
        g.stop()


def test_documentation(gw):
    """what docs/admin.md shows can be done"""
    with open(os.path.join(gateway.TOP, "docs", "admin.md")) as f:
        blocks = re.findall(r"^```sh\n(.*?)^```", f.read(), re.M | re.S)
    check(len(blocks) > 6, "blocks")
    out = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "".join(blocks)],
        env=dict(os.environ, GW="http://127.0.0.1:%d" % gw.port,
                 LLMGW_MASTER_KEY=KEY),
        cwd=gw.dir, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    os.unlink(os.path.join(gw.dir, "key.json"))
    check(out.returncode == 0, out.stdout[-600:] + out.stderr[-600:])


def test_needs_store(gw):
    """without a store nginx says what is missing"""
    g = gateway.Gateway("admin-none", "llmgw_zone llmgw:1m; "
                        "llmgw_master_key %s; llmgw_model m { deployment @up;"
                        " }" % KEY, SERVER % UP.port)
    rc, said = g.check()
    check(rc != 0 and "llmgw_admin" in said and "llmgw_store" in said, said)


# what is the same for all stores, or needs one of files

ONCE = ("test_openapi", "test_needs_store")


def run(gw, only, skip=()):
    """(passed, failed)"""
    passed = failed = 0
    try:
        gw.start()
        for name, test in list(globals().items()):
            if (not name.startswith("test_") or (only and name not in only)
                    or name in skip):
                continue
            try:
                test(gw)
                passed += 1
                print("ok %s" % name)
            except (AssertionError, OSError, gateway.Truncated, KeyError,
                    IndexError, ValueError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        gw.stop()

    faults = gw.faults()
    for line in faults[:10]:
        print("FAIL nginx: " + line)

    return passed, failed + len(faults)


def main():
    only = sys.argv[1:]
    try:
        passed, failed = run(make("admin"), only)
        for _, binary in resp.servers()[:1]:
            server = resp.Server(binary).start()
            try:
                p, f = run(make("admin-redis", server), only, ONCE)
            finally:
                server.stop()
            passed, failed = passed + p, failed + f
    finally:
        UP.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
