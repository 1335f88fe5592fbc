"""The tables of docs/benchmarks.md, from results alone."""

import re
import statistics

from .windows import DISTURBED

NAMES = {"direct": "direct", "stock": "stock", "llmgw": "llmgw",
         "llmgw-full": "llmgw, full duty"}

GATEWAYS = ["llmgw", "llmgw-full"]


class Data:
    def __init__(self, results):
        self.r = results
        self.legs = results["legs"]
        self.rows = {}
        for w in results["windows"]:
            key = (w["label"], w["conns"], w["one_core"], w["share"])
            legs = self.rows.setdefault(key, {})
            legs.setdefault(w["leg"], {})[w["round"]] = w

    def keys(self, test):
        return [k for k in self.rows if test(*k)]

    def series(self, key, leg, value):
        """The value of each round."""
        return [value(w) for _, w in sorted(self.rows.get(key, {})
                                            .get(leg, {}).items())]

    def against(self, key, leg, base, value, how):
        """Each round's value against that of another leg in the round."""
        ours = self.rows.get(key, {}).get(leg, {})
        theirs = self.rows.get(key, {}).get(base, {})
        return [how(value(ours[n]), value(theirs[n]))
                for n in sorted(ours) if n in theirs]

    def ratio(self, key, leg):
        return self.against(key, leg, "stock", cpu, lambda a, b: a / b)

    def added(self, key, leg, value):
        return self.against(key, leg, "direct", value, lambda a, b: a - b)


def cpu(w):
    return w["cpu"]["worker"]["ns"] / max(w["requests"], 1) / 1e3


def use(w):
    """Nothing was measured where the window ended with its first failure."""
    return w["cpu"]["worker"]["ns"] / 1e9 / w["seconds"] if w["seconds"] else 0


def of(series, mark):
    return lambda w: w[series].get(mark, 0)


def number(x):
    if abs(x) >= 1000:
        return format(round(x), ",")
    if abs(x) >= 100:
        return "%.0f" % x
    return "%.1f" % x if abs(x) >= 10 else "%.2f" % x


def med(values, unit="", fmt=number):
    """Median and range."""
    if not values:
        return "–"
    text = fmt(statistics.median(values)) + unit
    if len(values) > 1:
        text += " <small>%s–%s</small>" % (fmt(min(values)), fmt(max(values)))
    return text


def signed(values):
    return med(values, fmt=lambda x: "%+.1f" % x if abs(x) < 100
               else "%+.0f" % x)


def times(values):
    return med(values, fmt=lambda x: "×%.2f" % x) if values else "–"


def table(head, rows):
    out = ["| " + " | ".join(head) + " |",
           "|---" + "|---:" * (len(head) - 1) + "|"]
    out += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(out) + "\n"


def short(label):
    return label.replace("openai", "OpenAI").replace("anthropic", "Anthropic")


def markdown(results):
    d = Data(results)
    parts = [heading(d)]
    if "soak" in results:
        parts.append(soak(d))
    if "held" in results:
        parts.append(held(d))
    if results["windows"]:
        parts += [aims(d), cost(d), latency(d), throughput(d), opened(d),
                  streams(d)]
    for key, section in (("memory", memory), ("stall", stall), ("cold", cold),
                         ("leave", leave), ("tokenizer", tokenizer),
                         ("instructions", instructions)):
        if results.get(key):
            parts.append(section(d))
    if results["windows"]:
        parts.append(validity(d))
    if results["problems"]:
        parts.append("## Failures\n\n" + "".join(
            "- %s\n" % p for p in results["problems"]))
    return "\n".join(p for p in parts if p)


def heading(d):
    m = d.r["machine"]
    text = "# Benchmarks\n\n"
    text += ("Measured by `make bench` on %s; see bench/README.md for what is "
             "measured and how, and for what one machine cannot show. Figures "
             "are medians over %d round(s) of windows of %g s, with their "
             "range; legs took turns within each round in a random order.\n\n"
             % (m["date"], d.r["rounds"], d.r["seconds"]))
    text += table(["Machine", ""], [
        ["Processor", "%s, %d cores%s" % (
            m["cpu"], m["cores"], ", a virtual machine" if m["virtual"]
            else "")],
        ["Memory", "%s GiB" % m["memory_gib"]],
        ["System", "%s, Linux %s" % (m["system"], m["kernel"])],
        ["nginx", "%s, one worker process" % m["nginx"]],
        ["Module", "commit %s, %s" % (m["commit"], m["compiler"])],
        ["Cores", "one for the worker, one for load and mock" if d.r["pinned"]
         else "not pinned"],
    ])
    text += ("\n**direct**: no proxy. **stock**: nginx's `proxy_pass` with "
             "keep-alive, `proxy_buffering off`. **llmgw**: one static key, "
             "no log. **llmgw, full duty**: key check and an access log with "
             "every variable. All four talk to the same mock provider; of "
             "Anthropic cases direct and stock carry Anthropic's format, the "
             "gateway translates from OpenAI's.\n")
    return text


# Aims


def aims(d):
    """Aims beside what came out."""
    if not any(leg in d.legs for leg in GATEWAYS):
        return ""
    rows = []

    def key(label, conns, one_core=False):
        found = d.keys(lambda text, c, one, share: text == label and c == conns
                       and one == one_core and share is None)
        return found[0] if found else None

    def row(name, bound, unit, values, upper=True):
        cells = [name, ("≤ " if upper else "≥ ") + bound + unit]
        for leg in GATEWAYS:
            got = values(leg)
            if got is None or got == []:
                cells.append("–")
                continue
            got = statistics.median(got) if isinstance(got, list) else got
            limit = float(bound.replace(",", ""))
            met = got <= limit if upper else got >= limit
            cells.append("%s%s%s" % (number(got), unit, "" if met
                                     else " **missed**"))
        rows.append(cells)

    for label, bound in (("openai 1 kB → 2 kB", "1.15"),
                         ("openai 16 kB → 2 kB", "1.00"),
                         ("openai 128 kB → 2 kB", "1.00"),
                         ("openai 1 MB → 2 kB", "1.00"),
                         ("anthropic 1 kB → 2 kB", "1.40"),
                         ("anthropic 16 kB → 2 kB", "1.40"),
                         ("anthropic 128 kB → 2 kB", "1.40"),
                         ("anthropic 1 MB → 2 kB", "1.40"),
                         ("openai 1 kB → stream of 200", "1.20"),
                         ("anthropic 1 kB → stream of 200", "1.40")):
        row("CPU, %s" % short(label), bound, " × stock",
            lambda leg, label=label: d.ratio(key(label, 16), leg))
    row("Requests/s, 1 kB", "25,000", "",
        lambda leg: d.r["maximum"].get(leg), upper=False)
    one = key("openai 1 kB → 2 kB", 1, True)
    row("Added latency p50, 1 kB", "60", " µs",
        lambda leg: d.added(one, leg, of("lat", "p50")))
    row("Added latency p99, 1 kB", "75", " µs",
        lambda leg: d.added(one, leg, of("lat", "p99")))
    first = key("openai 1 kB → stream of 4", 1, True)
    row("Added TTFT p50", "100", " µs",
        lambda leg: d.added(first, leg, of("ttft", "p50")))
    row("Added TTFT p99", "200", " µs",
        lambda leg: d.added(first, leg, of("ttft", "p99")))
    paced = key("openai 1 kB → stream of 200, 20 ms apart", 16, True)
    row("Added gap between frames p50", "3", " µs",
        lambda leg: d.added(paced, leg, of("gap", "p50")))
    row("Added gap between frames p99", "30", " µs",
        lambda leg: d.added(paced, leg, of("gap", "p99")))
    mem = d.r.get("memory") or {}
    row("Memory of a worker after load", "15", " MiB",
        lambda leg: leg in mem and mem[leg]["loaded 1 kB"]["rss"] / 1024
        or None)
    row("Memory per open stream", "40", " kB",
        lambda leg: leg in mem and mem[leg]["streams openai"]
        and mem[leg]["streams openai"]["per_stream_kb"] or None)
    turns = d.r.get("stall") or {}
    row("Longest turn of the event loop, 1 MB prompts", "2", " ms",
        lambda leg: [t["max_cpu"] / 1000 for name, t in turns.items()
                     if name.split(" ")[0] == leg and "1 MB" in name] or None)
    row("Cold start", "50", " ms",
        lambda leg: (d.r.get("cold") or {}).get(leg))
    if d.r.get("tokenizer"):
        got = min(v for k, v in d.r["tokenizer"].items() if "MB" in k)
        rows.append(["JSON tokenizer on long strings", "≥ 1 GB/s",
                     "%.2f GB/s%s" % (got, "" if got >= 1 else
                                      " **missed**"), ""])
    return "## Aims\n\n" + table(
        ["", "aim", "llmgw", "llmgw, full duty"], rows)


# Sections


def cost(d):
    legs = [leg for leg in d.legs if leg != "direct"]
    rows = []
    for key in d.keys(lambda label, c, one, share: share is None and not one
                      and c in (16, 64)):
        label, conns = key[0], key[1]
        if conns == 64 and "after" not in label:
            continue
        row = [short(label)]
        for leg in legs:
            row.append(med(d.series(key, leg, cpu)))
            if leg != "stock":
                row.append(times(d.ratio(key, leg)))
        rows.append(row)
    head = ["Request → answer"]
    for leg in legs:
        head.append(NAMES[leg] + ", µs")
        if leg != "stock":
            head.append("÷ stock")
    return ("## Processor time per request\n\nUser and system time of the "
            "worker, per request, with 16 requests at a time (64 where the "
            "mock waits 20 or 60 ms).\n\n" + table(head, rows))


def latency(d):
    legs = [leg for leg in d.legs if leg != "direct"]
    rows = []
    for key in d.keys(lambda label, c, one, share: c == 1 and one):
        row = [short(key[0])]
        for mark in ("p50", "p99"):
            row.append(med(d.series(key, "direct", of("lat", mark))))
            row += [signed(d.added(key, leg, of("lat", mark)))
                    for leg in legs]
        rows.append(row)
    if not rows:
        return ""
    head = ["Request → answer"]
    for mark in ("p50", "p99"):
        head.append("direct " + mark)
        head += ["%s %s" % (NAMES[leg], mark) for leg in legs]
    text = ("## Added latency\n\nOne request at a time, everything on one "
            "core, so that no sleeping core has to be woken; to the last "
            "byte of the answer. Direct in µs, the others as what they add "
            "to it.\n\n" + table(head, rows))
    rows = []
    for key in d.keys(lambda label, c, one, share: c == 1 and not one):
        rows.append([short(key[0])] + [
            med(d.series(key, leg, of("lat", mark)))
            for leg in d.legs for mark in ("p50", "p99")])
    if rows:
        text += ("\nThe same with the worker on a core of its own. Each of a "
                 "proxied request's four hops then wakes a sleeping core, "
                 "which costs more than the work; direct has no such hop. "
                 "µs.\n\n" + table(
                     ["Request → answer"] + ["%s %s" % (NAMES[leg], mark)
                                             for leg in d.legs
                                             for mark in ("p50", "p99")],
                     rows))
    return text


def throughput(d):
    text = ""
    for provider in ("openai", "anthropic"):
        rows = []
        keys = d.keys(lambda label, c, one, share: share is None and not one
                      and label == provider + " 1 kB → 2 kB")
        for key in sorted(keys, key=lambda k: k[1]):
            row = [str(key[1])]
            for leg in d.legs:
                row.append(med(d.series(key, leg, lambda w: w["rps"])))
                row.append(med(d.series(key, leg, of("lat", "p99"))))
                if leg != "direct":
                    row.append(med(d.series(key, leg,
                                            lambda w: 100 * use(w)), " %",
                                   fmt=lambda x: "%.0f" % x))
            rows.append(row)
        if not rows:
            continue
        head = ["connections"]
        for leg in d.legs:
            head += [NAMES[leg] + ", req/s", "p99, µs"]
            if leg != "direct":
                head.append("worker busy")
        text += "\n%s:\n\n%s" % (short(provider + " 1 kB → 2 kB"),
                                table(head, rows))
    return ("## Requests per second, closed loop\n" + text) if text else ""


def opened(d):
    rows = []
    for key in d.keys(lambda label, c, one, share: share is not None):
        for leg in d.legs:
            if leg not in d.rows[key]:
                continue
            rows.append([
                "%.0f %%" % (100 * key[3]), NAMES[leg],
                number(statistics.median(d.series(key, leg,
                                                  lambda w: w["rate"])))]
                + [med(d.series(key, leg, of("lat", mark)))
                   for mark in ("p50", "p99", "p999")])
    if not rows:
        return ""
    return ("## Constant arrivals, open loop\n\nOpenAI 1 kB → 2 kB, at parts "
            "of each leg's own maximum (direct: at stock's pace). Latency "
            "counts from the planned time of a request, in µs.\n\n"
            + table(["of the maximum", "", "req/s", "p50", "p99", "p99.9"],
                    rows))


def streams(d):
    proxies = [leg for leg in d.legs if leg != "direct"]
    rows = []
    for key in d.keys(lambda label, c, one, share: c == 1 and one
                      and label.endswith("stream of 4")):
        for mark in ("p50", "p99"):
            rows.append(["%s, %s" % (short(key[0]), mark),
                         med(d.series(key, "direct", of("ttft", mark)))]
                        + [signed(d.added(key, leg, of("ttft", mark)))
                           for leg in proxies])
    text = ""
    if rows:
        text += ("\nTime to the first token, one stream at a time, everything "
                 "on one core: direct in µs, the others as added.\n\n"
                 + table(["Request → answer", "direct"]
                         + [NAMES[leg] for leg in proxies], rows))
    rows = []
    for key in d.keys(lambda label, c, one, share: "apart" in label):
        where = "one core" if key[2] else "cores apart"
        for series, name in (("gap", "gap"), ("transit", "on the way")):
            for mark in ("p50", "p99"):
                rows.append(["%s, %s: %s %s" % (short(key[0]), where, name,
                                                mark),
                             med(d.series(key, "direct", of(series, mark)))]
                            + [signed(d.added(key, leg, of(series, mark)))
                               for leg in proxies])
    if rows:
        text += ("\n16 streams paced by the mock: the gap between two frames "
                 "at the client, and how long a frame is on the way from the "
                 "mock; direct in µs, the others as added.\n\n"
                 + table(["", "direct"] + [NAMES[leg] for leg in proxies],
                         rows))
    return ("## Streams\n" + text) if text else ""


def memory(d):
    mem = d.r["memory"]
    rows = []
    for name, part in (("idle", "idle"), ("after 1 kB, 16 at a time",
                                          "loaded 1 kB"),
                       ("after 1 MB, 16 at a time", "loaded 1 MB"),
                       ("2,000 open streams, OpenAI", "streams openai"),
                       ("2,000 open streams, Anthropic",
                        "streams anthropic")):
        row = [name]
        for leg in mem:
            got = mem[leg].get(part)
            if not got:
                row.append("–")
                continue
            text = "%.1f MiB" % (got["rss"] / 1024)
            if "per_stream_kb" in got:
                text += " (%.1f kB a stream)" % got["per_stream_kb"]
            elif part.startswith("loaded"):
                text += " (at most %.1f)" % (
                    (got["peak"] - got["shared"]) / 1024)
            if got["shared"] >= 64:
                text += ", shared %.1f MiB" % (got["shared"] / 1024)
            row.append(text)
        rows.append(row)
    return ("## Resident memory of the worker\n\nFresh workers; shared "
            "library pages are in it, the kernel's socket buffers are not. "
            "What is shared, and of a size that is configured (the used part "
            "of the zone, and of the journal, 16 MB a worker), is said "
            "apart.\n\n"
            + table([""] + [NAMES[leg] for leg in mem], rows))


def stall(d):
    rows = [[short(re.sub(r"^(\S+) (.*)$", r"\2, ", name))
             + NAMES[name.split(" ")[0]], number(t["mean"]),
             number(t["max_cpu"]), number(t["max_wall"])]
            for name, t in d.r["stall"].items()]
    return ("## Turns of the event loop\n\nWhat passes between two calls of "
            "epoll_wait() in the worker, over 200 requests one by one: as "
            "long as that takes, nothing else is served. µs.\n\n"
            + table(["", "mean", "longest, processor", "longest, clock"],
                    rows))


def cold(d):
    rows = [[NAMES[leg], med(times)] for leg, times in d.r["cold"].items()
            if times]
    return ("## Cold start\n\nFrom exec() to the first complete answer from "
            "the upstream, ms.\n\n" + table(["", "ms"], rows))


def leave(d):
    rows = [[name, number(statistics.median(t)), number(max(t))]
            for name, t in d.r["leave"].items()]
    return ("## Clients that leave\n\nFrom the client's close in the middle "
            "of a stream to the close of the upstream connection, ms.\n\n"
            + table(["", "median", "longest"], rows))


def tokenizer(d):
    rows = [[short(name), "%.2f GB/s" % v]
            for name, v in d.r["tokenizer"].items()]
    return "## JSON tokenizer\n\n" + table(["Request", ""], rows)


def instructions(d):
    text = ("## What a request is made of\n\nInstructions that the worker "
            "executes in user space for a request of 1 kB, counted by "
            "callgrind; what is left is nginx's own work, done twice in part "
            "(the request is routed to the location of its deployment), and "
            "memory. This is what a missed figure above is made of; the "
            "largest part is JSON, which is read and checked before it is "
            "trusted, and which stock does not look at.\n\n")
    for name in [n for n in NAMES if n.startswith("llmgw")]:
        cases = {c: legs for c, legs in d.r["instructions"].items()
                 if name in legs}
        if not cases:
            continue
        rows = [["stock, all"] + [number(legs["stock"]["total"])
                                  if "stock" in legs else "–"
                                  for legs in cases.values()],
                ["%s, all" % NAMES[name]]
                + [number(legs[name]["total"]) for legs in cases.values()]]
        parts = zip(*[legs[name]["parts"] for legs in cases.values()])
        rows += [[part[0][0]] + [number(n) for _, n in part]
                 for part in parts]
        text += table([NAMES[name]] + [short(c) for c in cases],
                      rows) + "\n"
    return text


def soak(d):
    rows = []
    for leg, runs in d.r["soak"].items():
        for run in runs:
            rows.append([NAMES[leg], short(run["case"]),
                         format(run["requests"], ",")]
                        + ["%d" % run["rss"][i] for i in (0, 1, -1)])
    return ("## Memory over many requests\n\nResident memory of the worker, "
            "kB: before, after a tenth, at the end.\n\n"
            + table(["", "Request → answer", "requests", "before",
                     "after a tenth", "end"], rows))


def held(d):
    rows = []
    for leg, rungs in d.r["held"].items():
        for rung in rungs:
            good = sum(1 for t in rung["tries"] if not t["failed"]
                       and t["p99"] is not None and t["p99"] <= 25000)
            rows.append([NAMES[leg], str(rung["streams"]),
                         "%d of %d" % (good, len(rung["tries"])),
                         ", ".join("–" if t["p99"] is None
                                   else "%.1f" % (t["p99"] / 1000)
                                   for t in rung["tries"])])
    return ("## Streams held\n\nStreams with a frame every 20 ms, two "
            "seconds: tries with a p99 gap of at most 25 ms.\n\n"
            + table(["", "streams", "held", "p99 gaps, ms"], rows))


def validity(d):
    ws = d.r["windows"]
    disturbed = sum(1 for w in ws if w["disturbed"] > DISTURBED)
    again = sum(1 for w in ws if w["tries"] > 1)
    text = ("## What the figures rest on\n\n%d windows; in each one every "
            "answer was compared byte for byte with what the mock sent (a "
            "translated one with an answer whose meaning was compared) and "
            "%d failed. The check for steps of 40 ms, which finds those of a "
            "mock with Nagle's algorithm on, found %s. "
            % (len(ws), sum(w["failed"] for w in ws),
               "some" if any("40 ms" in p for p in d.r["problems"])
               else "none"))
    if d.r.get("mock_ratio"):
        text += ("An answer cost the mock %.1f times less than it cost "
                 "stock's worker to proxy it. " % d.r["mock_ratio"])
    text += ("%d windows were taken again because others, or the host, used "
             "more than %d %% of a core meanwhile; in %d it stayed so.\n"
             % (again, 100 * DISTURBED, disturbed))
    return text
