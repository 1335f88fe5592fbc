"""What workers execute in user space, counted by valgrind's callgrind.

Start and end of a server are taken out as the difference of a long and a short
run.  The counts hardly move from run to run, so that a change of a few percent
shows, which a measured time does not.
"""

import os
import re
import shutil
import subprocess
import time

from . import legs, machine
from .cases import PROVIDERS, Case
from .machine import BenchError

KB = 1024
SHORT, LONG = 20, 120

# what a request's instructions are for: functions with all that they call

PARTS = [
    ("reading and checking the request", ["llmgw_call_read"]),
    ("writing the provider's request", ["llmgw_call_prepare"]),
    ("the key", ["ngx_http_llmgw_authenticate"]),
    ("limits, budgets and costs", ["ngx_http_llmgw_admit",
                                   "ngx_http_llmgw_settle"]),
    ("choosing a deployment", ["ngx_http_llmgw_plan"]),
    ("reading and checking the answer, translating it",
     ["llmgw_reply_init", "llmgw_reply_feed", "llmgw_reply_end"]),
]


def cases():
    for p in PROVIDERS:
        for size in (KB, 16 * KB, 128 * KB):
            yield Case(p, size, "a2048")
        yield Case(p, KB, "n200", True)


def available():
    return shutil.which("valgrind") is not None


class Count:
    """One case at one leg: the profiles of a short and of a long run."""

    def __init__(self, m, refs, direct, name, case, out):
        self.files = [os.path.join(out, "%s-%s-%d.callgrind" % (
            name, case.key.replace(" ", ""), n)) for n in (SHORT, LONG)]
        total = [run(m, refs, direct, name, case, n, file)
                 for n, file in zip((SHORT, LONG), self.files)]
        self.total = (total[1] - total[0]) / (LONG - SHORT)

    def functions(self, inclusive=False):
        """Instructions of each function, or with those that it calls."""
        before, after = (annotated(f, inclusive) for f in self.files)
        return {f: (n - before.get(f, 0)) / (LONG - SHORT)
                for f, n in after.items()}

    def parts(self):
        per = self.functions(True)
        return [[what, sum(per.get(f, 0) for f in names)]
                for what, names in PARTS]


def annotated(file, inclusive):
    said = subprocess.run(
        ["callgrind_annotate", "--threshold=100",
         "--inclusive=%s" % ("yes" if inclusive else "no"), file],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found = {}
    for n, name in re.findall(r"^ *([\d,]+) \([\d. ]+%\)  \S*?:(\S+)", said,
                              re.M):
        name, level = name.split("'")[0], "'" in name
        n = int(n.replace(",", ""))
        if inclusive:
            # a function that calls itself is in the first of them
            found[name] = max(found.get(name, 0), 0 if level else n)
        else:
            found[name] = found.get(name, 0) + n
    return found


def run(m, refs, direct, name, case, number, file):
    """Instructions of a whole life of a server with so many requests."""
    leg = legs.Leg(m, name, direct.port)
    command = leg.command("daemon off; master_process off;")
    child = m.start(["valgrind", "--tool=callgrind", "-q",
                     "--callgrind-out-file=" + file] + command)
    end = time.monotonic() + 60
    while not machine.accepts(leg.port):
        if child.poll() is not None or time.monotonic() > end:
            raise BenchError("%s does not start under valgrind" % name)
        time.sleep(0.05)
    sent, expected = refs[name, case.key]
    args = ["--port", str(leg.port), "--path", leg.path(case), "--body", sent,
            "--expect", expected, "--requests", str(number), "--timeout", "60"]
    for field in leg.headers(case):
        args += ["--header", field]
    got = m.load(args)
    if got["failed"]:
        raise BenchError("%s: %s: %s" % (name, case.label(), got["said"]))
    end_server(m, child, leg.port)
    with open(file) as f:
        total = re.search(r"^(?:totals|summary): (\d+)", f.read(), re.M)
    if child.returncode != 0 or total is None:
        raise BenchError("%s ended with %d under valgrind: %s" % (
            name, child.returncode, leg.errors()))
    return int(total.group(1))


def end_server(m, child, port):
    """
    Ends a single process: it may look for the signal just before it waits for
    events, so it is given one.
    """
    end = time.monotonic() + 60
    child.terminate()
    while child.poll() is None and time.monotonic() < end:
        machine.accepts(port)
        time.sleep(0.1)
    m.stop(child)


def counts(m, mock_port, keep, names, chosen, out):
    """Yields each case with the counts of all legs."""
    direct = legs.Leg(m, "direct", mock_port)
    refs = {}
    for name in names:
        leg = legs.Leg(m, name, mock_port).start()
        for case in chosen:
            refs[name, case.key] = keep.files(direct, leg, case)
        leg.stop()
    for case in chosen:
        yield case, {name: Count(m, refs, direct, name, case, out)
                     for name in names}
