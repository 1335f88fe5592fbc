#!/usr/bin/env python3
"""What requests cost, through everything that ends processes: restarts,
reloads, workers, the master and all of them killed under load, a disk that is
full.  What a gateway says was spent is what its clients were answered for, none
lost and none twice.  The last line is "N passed, N failed".
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

PATH = "/v1/chat/completions"


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
        time.sleep(0.02)
    raise AssertionError(message)


class Upstream:
    """Answers cost a dollar."""

    def __init__(self):
        self.server = mock.Server(self.handle, 1024)
        self.port = self.server.port

    def handle(self, conn, req):
        body = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "a"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 1,
                      "total_tokens": 6}}).encode()
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


UP = Upstream()

HTTP = """
llmgw_zone llmgw:4m;
llmgw_master_key %s;
llmgw_store file:%s;
llmgw_journal 1m;
llmgw_model m { deployment @up model=m; price input=0 output=1000000; }
llmgw_model free { deployment @free; price input=0 output=0; }
llmgw_policy team t '{"max_budget":1000000000}';
llmgw_key sk-store-test-key-1 'policy={"team_id":"t","max_budget":%d}';
llmgw_key sk-store-test-key-2 'policy={"team_id":"t"}';
keepalive_requests 10000000;
%s
"""

SERVER = """
location / { llmgw on; }
location @free { llmgw_provider mock; }
location @up { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/v1; }
""" % UP.port

PLENTY = 1000000000


def make(name, more="", workers=2, directory=None):
    gw = gateway.Gateway("store-" + name, workers=workers)
    gw.store = directory or os.path.join(gw.dir, "store")
    gw.more = more
    budget(gw, PLENTY)
    return gw


def budget(gw, dollars):
    gw.write(HTTP % (gateway.MASTER, gw.store, dollars, gw.more), SERVER)


def finish(gw, allow=()):
    gw.stop()
    bad = [line for line in gw.faults()
           if not any(a in line for a in allow)]
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def ask(gw, key=1, model="m"):
    body = json.dumps({"model": model, "max_tokens": 1, "messages": [
        {"role": "user", "content": "hello"}]}).encode()
    return gateway.call(gw.port, "POST", PATH,
                        [("Authorization", "Bearer sk-store-test-key-%d" % key),
                         ("Content-Type", "application/json")], body)


def workers(gw):
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    return {int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line}


def spent(gw):
    """What the gateway says, after a restart with a budget of nothing."""
    gw.stop()
    budget(gw, 0)
    gw.start()
    r = ask(gw)
    m = re.search(rb"has spent \$(\d+) of \$0", r.body)
    check(r.status == 429 and m, r.body)
    gw.stop()
    budget(gw, PLENTY)
    return int(m.group(1))


class Load:
    """Requests in several threads; what was answered as a whole, and what may
    have been."""

    def __init__(self, gw, threads=6):
        self.gw = gw
        self.done = 0
        self.cut = 0
        self.refused = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.loop)
                        for _ in range(threads)]
        for t in self.threads:
            t.start()

    def loop(self):
        while not self.stopped.is_set():
            try:
                r = ask(self.gw)
                with self.lock:
                    if r.status == 200 and r.complete:
                        self.done += 1
                    elif r.status == 200:
                        self.cut += 1
                    else:
                        self.refused += 1
            except (OSError, gateway.Truncated, IndexError, ValueError) as e:
                refused = isinstance(e, ConnectionRefusedError)
                with self.lock:
                    self.cut += not refused
                if refused:
                    time.sleep(0.01)

    def more(self, n):
        begin = self.done
        until(lambda: self.done >= begin + n, "no more answers")

    def stop(self):
        self.stopped.set()
        for t in self.threads:
            t.join()

    def check(self, gw, what):
        self.stop()
        n = spent(gw)

        # those that were cut may have been at their last byte

        check(self.done <= n <= self.done + self.cut,
              "%s: %d answered, %d cut, %d spent"
              % (what, self.done, self.cut, n))


def test_restart():
    """what was spent is known after a restart, a reload, and both"""
    gw = make("restart").start()
    try:
        check([ask(gw).status for _ in range(20)] == [200] * 20, "status")
        check(spent(gw) == 20, "after one restart")
        gw.start()
        check([ask(gw).status for _ in range(5)] == [200] * 5, "status")
        old = workers(gw)
        gw.kill(signal.SIGHUP)
        until(lambda: workers(gw) and not workers(gw) & old, "no new workers")
        check([ask(gw).status for _ in range(5)] == [200] * 5, "status")
        check(ask(gw, model="free").status == 200, "free")
        n = spent(gw)
        check(n == 30, "%d of 30" % n)
        check(spent(gw) == 30, "once more")
    finally:
        finish(gw)


def test_budget_holds():
    """a budget that is spent stays spent"""
    gw = make("holds")
    budget(gw, 3)
    gw.start()
    try:
        check([ask(gw).status for _ in range(4)] == [200] * 3 + [429], "at once")
        gw.stop()
        gw.start()
        r = ask(gw)
        check(r.status == 429 and b"has spent $3 of $3" in r.body, r.body)
        check(ask(gw, 2).status == 200, "the team's other key")
    finally:
        finish(gw)


def test_killed_workers():
    """workers are killed under load, one by one and all at once"""
    gw = make("workers").start()
    try:
        load = Load(gw)
        for how in (min, max, None, None):
            load.more(100)
            pids = workers(gw)
            for pid in (pids if how is None else [how(pids)]):
                os.kill(pid, signal.SIGKILL)
            until(lambda: len(workers(gw)) == 2, "no new workers")
        load.more(100)
        load.check(gw, "workers")
    finally:
        finish(gw, ["exited on signal 9", "was locked by"])


def test_killed_master():
    """all processes are killed at once under load, again and again"""
    gw = make("master").start()
    try:
        load = Load(gw)
        for _ in range(3):
            load.more(150)
            pids = workers(gw)
            gw.proc.kill()
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            gw.proc.wait()
            gw.proc = None
            until(lambda: not any(os.path.exists("/proc/%d" % p)
                                  for p in pids), "they live")
            gw.start()
        load.more(100)
        load.check(gw, "all")
    finally:
        finish(gw, ["exited on signal 9", "was locked by"])


def test_master_alone():
    """the master is killed, and its workers later"""
    gw = make("orphans").start()
    try:
        check([ask(gw).status for _ in range(30)] == [200] * 30, "status")
        pids = workers(gw)
        gw.proc.kill()
        gw.proc.wait()
        gw.proc = None
        check([ask(gw).status for _ in range(10)] == [200] * 10, "orphans")
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(os.path.exists("/proc/%d" % pid)
                              for pid in pids), "workers do not end")
        gw.start()
        n = spent(gw)
        check(n == 40, "%d of 40" % n)
    finally:
        finish(gw)


def test_reloads():
    """reloads under load"""
    gw = make("reloads").start()
    try:
        load = Load(gw)
        for _ in range(4):
            load.more(60)
            old = workers(gw)
            gw.kill(signal.SIGHUP)
            until(lambda: len(workers(gw) - old) == 2, "no new workers")
        load.more(50)
        load.stop()
        check(load.cut == 0, "%d cut" % load.cut)
        load.check(gw, "reloads")
    finally:
        finish(gw)


def test_under_way():
    """requests that were under way are named at the next start"""
    gw = make("lost").start()
    try:
        go = threading.Event()
        held = mock.Server(lambda conn, req: go.wait(30))
        text = SERVER + ("location @held { llmgw_provider openai; "
                         "llmgw_api_key k; llmgw_base_url "
                         "http://127.0.0.1:%d/v1; }" % held.port)
        gw.more = ("llmgw_model held { deployment @held; "
                   "price input=1 output=1; }")
        gw.write(HTTP % (gateway.MASTER, gw.store, PLENTY, gw.more), text)
        gw.stop()
        gw.start()
        clients = []
        for _ in range(3):
            c = gateway.Client(gw.port)
            body = json.dumps({"model": "held", "messages": []}).encode()
            c.send(gateway.request_bytes(
                "POST", PATH, [("Authorization",
                                "Bearer sk-store-test-key-1"),
                               ("Content-Type", "application/json")], body)
                   + body)
            clients.append(c)
        until(lambda: held.conns == 3, "not under way")
        pids = workers(gw)
        gw.proc.kill()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        gw.proc.wait()
        gw.proc = None
        go.set()
        gw.start()
        until(lambda: len(set(re.findall(
            r"request ([0-9a-f]{32})", gw.log()))) == 3,
            "not named: " + "\n".join(
                line for line in gw.log().splitlines() if "llmgw" in line))
        held.stop()
    finally:
        finish(gw, ["llmgw: "])


def test_no_disk():
    """a directory that cannot be written to: requests are refused, not lost"""
    if os.geteuid() != 0 or not shutil.which("mount"):
        print("skipped test_no_disk: not root")
        return
    directory = os.path.join(os.environ.get(
        "LLMGW_TEST_DIR", os.path.join(gateway.TOP, "build", "t")),
        "store-small")
    os.makedirs(directory, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none",
                       directory], capture_output=True).returncode:
        print("skipped test_no_disk: no mount")
        return
    gw = make("disk", workers=1, directory=os.path.join(directory, "s"))
    try:
        gw.start()
        check([ask(gw).status for _ in range(20)] == [200] * 20, "status")
        big = os.path.join(directory, "big")
        fd = os.open(big, os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(fd, b"x" * 4096)
        except OSError:
            pass
        os.close(fd)
        n = 20
        refused = 0
        for _ in range(4000):
            s = ask(gw).status
            n += s == 200
            refused += s == 503
            if refused:
                break
        check(n > 100, "%d in what the journal holds" % n)
        check(refused, "never refused")
        os.unlink(big)
        until(lambda: ask(gw).status == 200, "does not come back")
        n += 1
        got = spent(gw)
        check(got == n, "%d answered, %d spent" % (n, got))
    finally:
        finish(gw, ["llmgw: "])
        subprocess.run(["umount", directory])


def main():
    only = sys.argv[1:]
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        began = time.monotonic()
        try:
            test()
            passed += 1
            print("ok %s (%.1f s)" % (name, time.monotonic() - began))
        except (AssertionError, OSError, gateway.Truncated) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    UP.server.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
