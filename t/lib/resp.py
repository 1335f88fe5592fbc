"""Redis for tests: a client, servers of our own, and one that is none."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import gateway


class Error(Exception):
    """An error that the server answered."""


class Gone(Exception):
    """The connection has ended."""


def pack(args):
    out = [b"*%d\r\n" % len(args)]
    for a in args:
        if not isinstance(a, bytes):
            a = str(a).encode()
        out.append(b"$%d\r\n%s\r\n" % (len(a), a))
    return b"".join(out)


class Reader:
    """Replies, or commands, from a socket."""

    def __init__(self, sock):
        self.sock = sock
        self.buf = b""

    def fill(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Gone()
        self.buf += data

    def line(self):
        while b"\r\n" not in self.buf:
            self.fill()
        line, self.buf = self.buf.split(b"\r\n", 1)
        return line

    def read(self):
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return Error(rest.decode())
        if kind == b":":
            return int(rest)
        n = int(rest)
        if n < 0:
            return None
        if kind == b"*":
            return [self.read() for _ in range(n)]
        while len(self.buf) < n + 2:
            self.fill()
        data, self.buf = self.buf[:n], self.buf[n + 2:]
        return data


class Client:
    def __init__(self, address, password=None, user=None, timeout=20):
        if isinstance(address, str):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(timeout * gateway.slow())
            self.sock.connect(address)
        else:
            self.sock = socket.create_connection(
                ("127.0.0.1", address), timeout * gateway.slow())
        self.reader = Reader(self.sock)
        if password:
            self(*(["AUTH"] + ([user] if user else []) + [password]))

    def __call__(self, *args):
        self.sock.sendall(pack(args))
        reply = self.reader.read()
        if isinstance(reply, Error):
            raise reply
        return reply

    def close(self):
        self.sock.close()


def servers():
    """(name, binary) of what there is to test with."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    found = []
    for name in ("redis-server", "valkey-server"):
        binary = os.environ.get(
            "LLMGW_" + name.split("-")[0].upper()) or shutil.which(
                name, path=path)
        if binary:
            found.append((name, binary))
    return found


class Server:
    """One Redis, on a free port and on a unix socket; "args" are further
    lines of its configuration."""

    def __init__(self, binary, args=(), password=None, user=None, keep=False):
        self.binary = binary
        self.dir = tempfile.mkdtemp(prefix="llmgw-redis-")
        self.port = gateway.free_port()
        self.path = os.path.join(self.dir, "s")
        self.args = list(args)
        self.password = password
        self.user = user
        self.keep = keep
        self.proc = None

    def start(self):
        lines = ["bind 127.0.0.1", "port %d" % self.port,
                 "unixsocket %s" % self.path, "dir %s" % self.dir,
                 "databases 16", "daemonize no",
                 "appendonly %s" % ("yes" if self.keep else "no"),
                 "appendfsync always", 'save ""'] + self.args
        conf = os.path.join(self.dir, "conf")
        with open(conf, "w") as f:
            f.write("\n".join(lines) + "\n")
        self.log = open(os.path.join(self.dir, "log"), "a")
        self.proc = subprocess.Popen([self.binary, conf], stdout=self.log,
                                     stderr=self.log,
                                     stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20 * gateway.slow()
        while True:
            try:
                c = self.client()
                try:
                    c("PING")
                    return self
                finally:
                    c.close()
            except (OSError, Error, Gone):
                if self.proc.poll() is not None or time.monotonic() > end:
                    with open(os.path.join(self.dir, "log")) as f:
                        text = f.read()[-2000:]
                    self.stop()
                    raise SystemExit("%s does not start: %s"
                                     % (self.binary, text))
                time.sleep(0.02)

    def client(self):
        return Client(self.path, self.password, self.user)

    def kill(self):
        """As a crash would end it."""
        if self.proc:
            self.proc.kill()
            self.proc.wait()
            self.log.close()
            self.proc = None

    def stop(self):
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)


class Fake:
    """A server that answers what "handler(args, conn)" says: a text or bytes
    to send as they are, an exception for an error, None for nothing (the
    connection stays silent), or Fake.CLOSE."""

    CLOSE = object()

    def __init__(self, handler, port=None):
        self.handler = handler
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = port or gateway.free_port()
        self.sock.bind(("127.0.0.1", self.port))
        self.sock.listen(64)
        self.conns = []
        self.accepted = 0
        self.open = 0
        self.commands = []
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            with self.lock:
                self.conns.append(sock)
                self.accepted += 1
                self.open += 1
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def serve(self, sock):
        reader = Reader(sock)
        try:
            while True:
                args = reader.read()
                with self.lock:
                    self.commands.append(args)
                out = self.handler(args, sock)
                if out is Fake.CLOSE:
                    return
                if isinstance(out, Error):
                    out = "-%s\r\n" % out
                if isinstance(out, str):
                    out = out.encode()
                if out:
                    sock.sendall(out)
        except (Gone, OSError, ValueError):
            pass
        finally:
            sock.close()
            with self.lock:
                self.open -= 1
                if sock in self.conns:
                    self.conns.remove(sock)

    def count(self, name):
        with self.lock:
            return sum(1 for c in self.commands
                       if c and c[0].upper() == name.encode())

    def drop(self):
        """Ends all connections."""
        with self.lock:
            for s in self.conns:
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def stop(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        self.drop()
