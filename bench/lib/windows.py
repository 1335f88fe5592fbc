"""The windows of a run: what is measured, in which order, and its checks."""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time

from . import instructions, legs, machine
from .cases import PROVIDERS, Case, References
from .machine import BenchError

GROUPS = ["body", "answer", "stream", "paced", "delay", "open", "memory",
          "cold", "leave", "stall", "tokenizer", "instructions"]

WARMUP = 0.2

# part of a core that others may use before a window is taken again
DISTURBED = 0.05
REPEATS = 3

# part of the windows that may stay disturbed in figures worth publishing
TOLERATED = 0.1
HELD = 2000
KB = 1024
MB = 1024 * 1024


class Spec:
    """
    A window that every leg gets in turn.

    Of two cores one is the worker's, the other the load's and the mock's.
    With one request at a time that measures how long a sleeping core takes to
    wake, four times a request; on one core the same path is only work.
    """

    def __init__(self, group, case, conns, requests=None, share=None,
                 one_core=False):
        self.group = group
        self.case = case
        self.conns = conns
        self.requests = requests    # a number instead of a time
        self.share = share          # open loop at this part of the maximum
        self.one_core = one_core

    def queues(self):
        """Waiting for a turn alone takes tens of milliseconds."""
        return self.case.size >= MB and self.conns > 1

    def name(self):
        how = "c=%d%s" % (self.conns, ", one core" if self.one_core else "")
        if self.share:
            how = "%d %% of its maximum" % round(self.share * 100)
        return "%s, %s" % (self.case.label(), how)


def plan(args):
    """All windows of a round."""
    quick = args.quick
    specs = []

    def add(group, case, conns, **kw):
        specs.append(Spec(group, case, conns, **kw))

    for p in PROVIDERS:
        for size in (KB, 16 * KB, 128 * KB, MB):
            case = Case(p, size, "a2048")
            add("body", case, 1, one_core=True)
            ladder = (1, 8, 16, 64) if size == KB and not quick else (16,)
            for c in ladder:
                add("body", case, c)
    for p in PROVIDERS:
        if not quick:
            image = Case(p, MB, "a2048", image=True)
            add("body", image, 1, one_core=True)
            add("body", image, 16)
            add("answer", Case(p, KB, "a512"), 16)
            add("answer", Case(p, KB, "a65536"), 16)
            add("delay", Case(p, KB, "a2048-d20"), 64)
            add("delay", Case(p, KB, "a2048-d60"), 64)
        # of a burst the first token's time is that of a 50 kB answer
        add("stream", Case(p, KB, "n4", True), 1, one_core=True)
        burst = Case(p, KB, "n200", True)
        add("stream", burst, 1, one_core=True)
        add("stream", burst, 16)
        paced = Case(p, KB, "n200-g20", True)
        add("paced", paced, 16, requests=16, one_core=True)
        if not quick:
            late = Case(p, KB, "n64-g20-t200", True)
            add("paced", late, 16, requests=16)
    for share in (0.5,) if quick else (0.25, 0.5, 0.75, 0.9):
        add("open", Case("openai", KB, "a2048"), 256, share=share)
    if args.groups:
        wanted = set(args.groups)
        # the maximum has to be found before a part of it is tried
        specs = [s for s in specs if s.group in wanted
                 or ("open" in wanted and is_ladder(s))]
    return specs


def is_ladder(spec):
    return (spec.group == "body" and spec.case.key == "openai-1 kB-a2048"
            and not spec.one_core)


class Run:
    def __init__(self, m, args, out):
        self.m = m
        self.args = args
        self.out = out
        self.windows = []
        self.problems = []
        self.maximum = {}
        self.serial = 0
        self.mock, self.mock_port = m.start_mock()
        self.direct = legs.Leg(m, "direct", self.mock_port)
        self.legs = []
        self.refs = References(os.path.join(out, "bodies"))

    def start_legs(self):
        self.legs = [legs.Leg(self.m, n, self.mock_port).start()
                     for n in self.args.legs]

    def fail(self, leg, what, why):
        problem = "%s: %s: %s" % (leg.name, what, why)
        self.problems.append(problem)
        print("FAILED: " + problem, file=sys.stderr)

    def load_args(self, leg, case, conns):
        sent, expected = self.refs.files(self.direct, leg, case)
        args = ["--port", str(leg.port), "--path", leg.path(case),
                "--body", sent, "--expect", expected, "--conns", str(conns),
                "--cpu", "mock=%d" % self.mock.pid,
                "--delay", str(case.delay), "--ttft", str(case.ttft),
                "--gap", str(case.gap)]
        if case.gap:
            args.append("--stamps")
        if leg.worker:
            args += ["--cpu", "worker=%d" % leg.worker]
        for field in leg.headers(case):
            args += ["--header", field]
        return args

    def turn(self, leg, spec, number):
        """
        One leg's turn.  When others used the machine meanwhile it is taken
        again, and the least disturbed one counts; a failure always does.
        """
        tries = []
        for _ in range(1 if self.args.quick else REPEATS):
            tries.append(self.window(leg, spec, number))
            if tries[-1]["disturbed"] <= DISTURBED:
                break
        best = min(tries, key=lambda w: w["disturbed"])
        best["tries"] = len(tries)
        self.windows.append(best)
        if is_ladder(spec) and number == 0:
            self.maximum[leg.name] = max(self.maximum.get(leg.name, 0),
                                         best["rps"])

    def window(self, leg, spec, number):
        self.serial += 1
        args = self.load_args(leg, spec.case, spec.conns)
        args += ["--raw", os.path.join(self.out, "raw", "%05d" % self.serial)]
        if spec.requests:
            args += ["--requests", str(spec.requests)]
        else:
            args += ["--warmup", str(WARMUP), "--seconds",
                     str(self.args.seconds)]
        if spec.share:
            args += ["--rate", "%.1f" % (spec.share * self.maximum_of(leg))]
        leg.pin(self.m.load_cores if spec.one_core else self.m.nginx_cores)
        try:
            got = self.guarded(leg, args)
        except BenchError as e:
            raise BenchError("%s: %s: %s\n%s" % (
                leg.name, spec.name(), e, "\n".join(leg.errors())))
        self.check(leg, spec.name(), got, steps=not spec.queues())
        got.update(id=self.serial, round=number, leg=leg.name,
                   group=spec.group, case=spec.case.key,
                   label=spec.case.label(), provider=spec.case.provider,
                   conns=spec.conns, one_core=spec.one_core, share=spec.share,
                   rate=spec.share and spec.share * self.maximum_of(leg))
        return got

    def maximum_of(self, leg):
        """Of its own closed loop; the direct leg keeps stock's pace."""
        if leg.name == "direct" and "stock" in self.maximum:
            return self.maximum["stock"]
        return self.maximum[leg.name]

    def guarded(self, leg, args):
        """The load, and how much of the machine others took meanwhile."""
        pids = [self.mock.pid] + ([leg.worker] if leg.worker else [])
        used = sum(machine.cpu_seconds(p) for p in pids) + time.process_time()
        kids = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy, steal = machine.busy_seconds()
        start = time.monotonic()
        got = self.m.load(args)
        took = time.monotonic() - start
        busy_end, steal_end = machine.busy_seconds()
        kids_end = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = (sum(machine.cpu_seconds(p) for p in pids)
                + time.process_time() - used)
        used += (kids_end.ru_utime + kids_end.ru_stime
                 - kids.ru_utime - kids.ru_stime)
        others = max(0.0, (busy_end - busy - used) / took)
        got["disturbed"] = others + (steal_end - steal) / took
        return got

    def check(self, leg, what, got, steps=True):
        if got["failed"]:
            self.fail(leg, what, "%s %s" % (
                {k: n for k, n in got["failures"].items() if n}, got["said"]))
        for series in ("lat", "ttft", "gap", "transit"):
            if steps and got[series].get("step40"):
                self.fail(leg, what, "a step of 40 ms in %s" % series)
        for line in leg.errors()[:3]:
            self.fail(leg, what, line)
        self.check_log(leg, what, got["total"])

    def check_log(self, leg, what, expected):
        """Every answer was logged with its usage."""
        lines = leg.logged()
        if lines is None:
            return
        # the references were asked for before
        expected += leg.asked
        leg.asked = 0
        end = time.monotonic() + 2
        while len(lines) < expected and time.monotonic() < end:
            time.sleep(0.01)
            lines += leg.logged()
        good = sum(1 for line in lines if " in=1000 out=200 " in line)
        if len(lines) != expected or good != expected:
            self.fail(leg, what, "%d answers, %d log lines, %d of them with "
                      "the usage: %s" % (expected, len(lines), good,
                                         lines[-1:]))

    def rounds(self):
        specs = plan(self.args)
        if not specs:
            return
        for number in range(self.args.rounds):
            # fresh workers: what one allocated shapes what it does next
            self.start_legs()
            for spec in specs:
                turn = self.legs[:]
                random.shuffle(turn)
                for leg in turn:
                    self.turn(leg, spec, number)
            for leg in self.legs:
                leg.stop()
            print("round %d of %d done" % (number + 1, self.args.rounds),
                  file=sys.stderr)

    def proxies(self):
        return [n for n in self.args.legs if n != "direct"]

    def memory(self):
        """Resident memory of fresh workers: idle, loaded, holding streams."""
        rows = {}
        for name in self.proxies():
            row = rows[name] = {}
            leg = legs.Leg(self.m, name, self.mock_port).start()
            row["idle"] = leg.memory()
            for key, size in (("loaded 1 kB", KB), ("loaded 1 MB", MB)):
                case = Case("openai", size, "a2048")
                got = self.m.load(self.load_args(leg, case, 16)
                                  + ["--seconds", str(self.args.seconds)])
                self.check(leg, key, got, steps=size < MB)
                row[key] = leg.memory()
            leg.stop()
            for p in PROVIDERS:
                leg = legs.Leg(self.m, name, self.mock_port).start()
                row["streams " + p] = self.hold(leg, p)
                leg.stop()
        return rows

    def hold(self, leg, provider):
        case = Case(provider, KB, "n600-g500", True)
        args = self.load_args(leg, case, HELD)
        before = leg.memory()
        child = self.m.start(
            [machine.tool("load")] + args
            + ["--hold", "--rate", "2000", "--seconds", "2", "--timeout",
               "20"], self.m.load_cores, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        during = None
        if child.stdout.readline().startswith("{\"ready\""):
            time.sleep(1)
            during = leg.memory()
        out, err = child.communicate(timeout=60)
        self.m.stop(child)
        if during is None:
            self.fail(leg, "%d open streams" % HELD, err.strip())
            return None
        got = json.loads(out.splitlines()[-1])
        got["said"] = err.strip()
        if got["failed"]:
            self.fail(leg, "%d open streams" % HELD, "%s %s" % (
                got["failures"], got["said"]))
        leg.errors()
        return {"rss": during["rss"], "shared": during["shared"],
                "per_stream_kb": (during["rss"] - before["rss"]) / HELD,
                "gap": got["gap"]}

    def cold(self):
        """Milliseconds from exec to the first answer."""
        case = Case("openai", KB, "a512")
        rows = {}
        for name in self.proxies():
            # for the request's text only: this server is not measured
            leg = legs.Leg(self.m, name, self.mock_port).start()
            sent, _ = self.refs.files(self.direct, leg, case)
            leg.stop()
            command = leg.command()
            times = []
            for _ in range(3 if self.args.quick else 10):
                done = subprocess.run(
                    [machine.tool("cold"), str(leg.port), leg.path(case),
                     sent, leg.headers(case)[0], "--"] + command,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                if done.returncode != 0:
                    self.fail(leg, "cold start", done.stderr.strip())
                    break
                times.append(float(done.stdout))
            rows[name] = times
        return rows

    def leave(self):
        """Milliseconds from a client's leaving to the upstream's close."""
        rows = {}
        number = 5 if self.args.quick else 20
        for name in self.args.legs:
            leg = self.direct
            if name != "direct":
                leg = legs.Leg(self.m, name, self.mock_port).start()
            for p in PROVIDERS:
                case = Case(p, KB, "n200-g20", True)
                args = self.load_args(leg, case, 1)
                before = len(self.get("/aborts"))
                got = self.m.load(args + ["--leave", "5", "--rate", "8",
                                          "--requests", str(number)])
                if got["failed"]:
                    self.fail(leg, "leaving clients", got["failures"])
                end = time.monotonic() + 2
                seen = self.get("/aborts")[before:]
                while len(seen) < number and time.monotonic() < end:
                    time.sleep(0.05)
                    seen = self.get("/aborts")[before:]
                if len(seen) != number:
                    self.fail(leg, "leaving clients", "%d left, %d upstream "
                              "connections were closed" % (number, len(seen)))
                    continue
                rows["%s %s" % (name, p)] = [
                    (b - a) / 1e6 for a, b in zip(got["left_at"], seen)]
            leg.stop()
        return rows

    def stall(self):
        """How long one turn of the worker's event loop takes, by prompts."""
        rows = {}
        for name in self.proxies():
            for p in PROVIDERS:
                for size in (KB, MB):
                    case = Case(p, size, "a2048")
                    leg = legs.Leg(self.m, name, self.mock_port)
                    leg.start(watched=True)
                    args = self.load_args(leg, case, 1)
                    leg.turns(reset=True)
                    got = self.m.load(args + ["--requests", "200"])
                    self.check(leg, "turns of the event loop", got)
                    rows["%s %s" % (name, case.label())] = leg.turns()
                    leg.stop()
        return rows

    def tokenizer(self):
        """Gigabytes a second of the core's tokenizer."""
        rows = {}
        for case in (Case("openai", KB, "a2048"), Case("openai", MB, "a2048"),
                     Case("openai", MB, "a2048", image=True)):
            sent, _ = self.refs.files(self.direct, self.direct, case)
            done = self.m.start([machine.tool("tokenizer"), sent],
                                self.m.load_cores, stdout=subprocess.PIPE,
                                text=True)
            rows[case.label().split(" →")[0]] = float(done.communicate()[0])
        return rows

    def instructions(self):
        """What a request of 1 kB executes, and for what."""
        if not instructions.available():
            print("no valgrind: instructions are not counted",
                  file=sys.stderr)
            return None
        out = os.path.join(self.out, "callgrind")
        os.makedirs(out)
        chosen = [c for c in instructions.cases() if c.size == KB]
        rows = {}
        for case, got in instructions.counts(self.m, self.mock_port,
                                             self.refs, self.proxies(),
                                             chosen, out):
            rows[case.label()] = {
                name: {"total": c.total,
                       "parts": c.parts() if name != "stock" else []}
                for name, c in got.items()}
        return rows

    def get(self, path):
        """JSON from the mock."""
        request = ("GET %s HTTP/1.1\r\nHost: mock\r\n\r\n" % path).encode()
        with legs.socket.create_connection(("127.0.0.1", self.mock_port),
                                           5) as s:
            s.sendall(request)
            got = b""
            while legs.answer_end(got) is None:
                got += s.recv(65536)
        return json.loads(legs.answer_end(got)[1])

    def prove_step(self):
        """The check for steps of 40 ms sees one where there is one."""
        case = Case("openai", KB, "a512")
        args = self.load_args(self.direct, case, 1)
        args[args.index("--path") + 1] = "/m/a512-nagle/v1/chat/completions"
        got = self.m.load(args + ["--seconds", "1.5"])
        if not got["lat"]["step40"]:
            self.fail(self.direct, "a mock with Nagle's algorithm on",
                      "its steps of 40 ms were not found")

    def prove_mock(self):
        """An answer must cost the mock a third of stock's worker at most."""
        costs = {}
        for w in self.windows:
            if w["case"] == "openai-1 kB-a2048" and w["conns"] == 16:
                who = "mock" if w["leg"] == "direct" else "worker"
                costs.setdefault(w["leg"], []).append(
                    w["cpu"][who]["ns"] / w["requests"])
        if "stock" not in costs or "direct" not in costs:
            return None
        ratio = (statistics.median(costs["stock"])
                 / statistics.median(costs["direct"]))
        if ratio < 3:
            self.problems.append("the mock is only %.1f times as fast as "
                                 "stock nginx" % ratio)
        return ratio

    def soak(self):
        """Memory over many requests, which has to stay flat."""
        parts = 10
        rows = {}
        for name in self.proxies():
            leg = legs.Leg(self.m, name, self.mock_port).start()
            rows[name] = []
            for provider in PROVIDERS if leg.gateway else PROVIDERS[:1]:
                for case in (Case(provider, KB, "a2048"),
                             Case(provider, KB, "n64", True)):
                    number = self.args.soak // parts // 2
                    args = self.load_args(leg, case, 16)
                    kept = [leg.memory()["rss"]]
                    for _ in range(parts):
                        got = self.m.load(args + ["--requests", str(number)],
                                          timeout=3600)
                        self.check(leg, "soak", got)
                        kept.append(leg.memory()["rss"])
                    rows[name].append({"case": case.label(),
                                       "requests": number * parts,
                                       "rss": kept})
                    print("%s: %s: %s kB" % (name, case.label(), kept),
                          file=sys.stderr)
                    # the first part fills pools and caches
                    if kept[-1] > kept[1] + 256:
                        self.fail(leg, "soak", "memory grew from %d to %d kB"
                                  % (kept[1], kept[-1]))
            leg.stop()
        return rows

    def held(self):
        """The ladder of streams paced at 20 ms that no frame is late in."""
        rows = {}
        for name in self.args.legs:
            leg = self.direct
            if name != "direct":
                leg = legs.Leg(self.m, name, self.mock_port).start()
            rows[name] = []
            for number in (128, 256, 512, 1024, 2000):
                tries = []
                for _ in range(1 if self.args.quick else 4):
                    case = Case("openai", KB, "n600-g20", True)
                    got = self.m.load(self.load_args(leg, case, number) + [
                        "--hold", "--rate", "4000", "--seconds", "2"])
                    tries.append({"failed": got["failed"],
                                  "why": got["said"],
                                  "p99": got["gap"].get("p99")})
                rows[name].append({"streams": number, "tries": tries})
                print("%s: %d streams: %s" % (name, number, tries),
                      file=sys.stderr)
            leg.stop()
        return rows


def quiet(results):
    disturbed = sum(1 for w in results["windows"]
                    if w["disturbed"] > DISTURBED)
    return disturbed <= TOLERATED * len(results["windows"])


def run(m, args, out):
    r = Run(m, args, out)
    results = {"seconds": args.seconds, "rounds": args.rounds,
               "legs": args.legs, "pinned": bool(m.load_cores)}
    if args.soak:
        results["soak"] = r.soak()
    elif args.held:
        results["held"] = r.held()
    else:
        r.prove_step()
        r.rounds()
        for group in ("memory", "cold", "leave", "stall", "tokenizer",
                      "instructions"):
            if not args.groups or group in args.groups:
                results[group] = getattr(r, group)()
        results["mock_ratio"] = r.prove_mock()
    stats = r.get("/stats")
    if stats["invalid"]:
        r.problems.append("the mock got %d requests it could not read"
                          % stats["invalid"])
    results.update(windows=r.windows, maximum=r.maximum, mock=stats,
                   problems=r.problems)
    return results
