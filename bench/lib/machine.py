"""Processes: built, pinned, started, measured and always stopped again."""

import ctypes
import glob
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(BENCH)
BUILD = os.path.join(TOP, "build", "bench")

TOOLS = {
    "mock": ["mock.c", "answers.c", "timer.c", "http.c"],
    "load": ["load.c", "load_options.c", "cpu.c", "expect.c", "samples.c",
             "http.c"],
    "cold": ["cold.c", "http.c"],
    "turns.so": ["turns.c"],
    "tokenizer": ["tokenizer.c", "http.c", "../src/core/*.c"],
}

SHARED = ["-shared", "-fPIC"]

PR_SET_PDEATHSIG = 1


class BenchError(Exception):
    """Something that ends the run, said in one line."""


def build_tools(names=None):
    os.makedirs(BUILD, exist_ok=True)
    cc = os.environ.get("CC", "cc")
    headers = (glob.glob(os.path.join(BENCH, "*.h"))
               + glob.glob(os.path.join(TOP, "src", "core", "*.h")))
    for name in names or TOOLS:
        sources = []
        for pattern in TOOLS[name]:
            sources += sorted(glob.glob(os.path.join(BENCH, pattern)))
        made = tool(name)
        if os.path.exists(made) and all(
                os.path.getmtime(s) < os.path.getmtime(made)
                for s in sources + headers):
            continue
        cmd = [cc, "-O2", "-Wall", "-Wextra", "-o", made]
        if name.endswith(".so"):
            cmd += SHARED
        if name == "tokenizer":
            sources += ["-lcrypto", "-lz", "-lm"]
        done = subprocess.run(cmd + sources, stderr=subprocess.PIPE,
                              text=True)
        if done.returncode != 0:
            raise BenchError("%s does not build: %s" % (name, done.stderr))


def tool(name):
    return os.path.join(BUILD, name)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def accepts(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class Machine:
    """Everything that a run starts; a context manager that stops it all."""

    def __init__(self, nginx, module, pin):
        self.nginx = nginx
        self.module = module
        self.libc = ctypes.CDLL(None)
        self.children = []
        self.tmp = None
        cores = sorted(os.sched_getaffinity(0))
        self.load_cores = self.nginx_cores = None
        if pin and len(cores) > 1:
            self.load_cores, self.nginx_cores = {cores[0]}, {cores[1]}

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: exit(143))
        self.tmp = tempfile.mkdtemp(prefix="llmgw-bench-")
        # the unprivileged worker of a master that runs as root
        os.chmod(self.tmp, 0o755)
        if self.module:
            # a build meanwhile must not change what is measured
            self.module = shutil.copy(self.module, self.tmp)
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            self.stop(child)
        shutil.rmtree(self.tmp, ignore_errors=True)

    def start(self, cmd, cores=None, **kw):
        def prepare():
            # also when the run itself is killed
            self.libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if cores:
                os.sched_setaffinity(0, cores)

        child = subprocess.Popen(cmd, preexec_fn=prepare,
                                 stdin=subprocess.DEVNULL, **kw)
        self.children.append(child)
        return child

    def stop(self, child):
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child in self.children:
            self.children.remove(child)

    def start_mock(self):
        child = self.start([tool("mock"), "0"], self.load_cores,
                           stdout=subprocess.PIPE, text=True)
        line = child.stdout.readline()
        if not line.startswith("port "):
            raise BenchError("the mock did not start")
        return child, int(line.split()[1])

    def load(self, args, timeout=120):
        """Runs the load generator; returns what it counted."""
        child = self.start([tool("load")] + args, self.load_cores,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise BenchError("the load generator hangs: %s" % " ".join(args))
        finally:
            self.stop(child)
        if child.returncode not in (0, 1):
            raise BenchError("load: %s" % err.strip())
        counted = json.loads(out.splitlines()[-1])
        counted["said"] = err.strip()
        return counted


def worker_of(master):
    """The process id of the only child of an nginx master."""
    path = "/proc/%d/task/%d/children" % (master, master)
    if os.path.exists(path):
        kids = open(path).read().split()
    else:
        kids = [p for p in os.listdir("/proc") if p.isdigit()
                and parent_of(p) == master]
    return int(kids[0]) if len(kids) == 1 else None


def parent_of(pid):
    try:
        stat = open("/proc/%s/stat" % pid).read()
    except OSError:
        return None
    return int(stat.rsplit(")", 1)[1].split()[1])


def memory(pid):
    """
    Resident memory in kB: what the process has mapped for itself, what it
    shares (zone, journal), and the most that both ever were.
    """
    sums = {"p": 0, "s": 0}
    for line in open("/proc/%d/smaps" % pid):
        m = re.match(r"[0-9a-f]+-[0-9a-f]+ ...([ps]) |Rss: +(\d+) kB", line)
        if m and m.group(1):
            kind = m.group(1)
        elif m:
            sums[kind] += int(m.group(2))
    peak = re.search(r"^VmHWM:\s+(\d+) kB",
                     open("/proc/%d/status" % pid).read(), re.M)
    return {"rss": sums["p"], "shared": sums["s"], "peak": int(peak.group(1))}


def cpu_seconds(pid):
    """User and system time of a process."""
    ns = int(open("/proc/%d/schedstat" % pid).read().split()[0])
    return ns / 1e9


def busy_seconds():
    """Time that all cores were busy, with steal apart."""
    tick = os.sysconf("SC_CLK_TCK")
    f = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
    user, nice, system, _idle, _wait, irq, soft, steal = f
    return (user + nice + system + irq + soft) / tick, steal / tick


def describe(nginx):
    """What a figure depends on."""
    cpu = "unknown"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    release = "unknown"
    for line in open("/etc/os-release"):
        if line.startswith("PRETTY_NAME="):
            release = line.split("=", 1)[1].strip().strip('"')
    said = subprocess.run([nginx, "-v"], stderr=subprocess.PIPE,
                          text=True).stderr
    cc = subprocess.run([os.environ.get("CC", "cc"), "--version"],
                        stdout=subprocess.PIPE, text=True).stdout
    commit = subprocess.run(["git", "-C", TOP, "describe", "--always",
                             "--dirty"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True).stdout
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cpu": cpu,
        "virtual": "hypervisor" in open("/proc/cpuinfo").read(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "system": release,
        "kernel": platform.release(),
        "nginx": said.strip().split("/")[-1],
        "compiler": cc.splitlines()[0] if cc else "unknown",
        "commit": commit.strip() or "unknown",
    }
