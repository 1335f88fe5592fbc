"""Redis for tests: a client, servers of our own, and what comes between."""

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
    path += ":" + os.path.join(gateway.TOP, "build", "deb", "valkey", "usr",
                               "bin")
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


class Proxy:
    """Between gateways and a server, and as bad as it is told to be:

    delay   seconds before each reply
    error   what each command is answered with ("only": just these commands)
    bytes   what is sent in place of replies
    silent  nothing is answered, and nothing closed
    slice   seconds between the bytes of a reply
    refuse  connections are closed at once
    """

    def __init__(self, target):
        self.target = target
        self.delay = self.slice = 0
        self.error = self.bytes = None
        self.only = ()
        self.silent = self.refuse = False
        self.lock = threading.Lock()
        self.socks = []
        self.open = self.accepted = self.most = 0
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = gateway.free_port()
        self.sock.bind(("127.0.0.1", self.port))
        self.sock.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def well(self):
        self.delay = self.slice = 0
        self.error = self.bytes = None
        self.only = ()
        self.silent = self.refuse = False

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            with self.lock:
                self.accepted += 1
            if self.refuse:
                sock.close()
                continue
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def serve(self, sock):
        up = None
        with self.lock:
            self.socks.append(sock)
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            up = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self.back, args=(up, sock),
                             daemon=True).start()
            reader = Reader(sock)
            while True:
                args = reader.read()
                name = args[0].decode().upper()
                if self.silent:
                    continue
                if self.bytes is not None:
                    sock.sendall(self.bytes)
                elif self.error and (not self.only or name in self.only):
                    sock.sendall(b"-%s\r\n" % self.error.encode())
                else:
                    up.sendall(pack(args))
        except (Gone, OSError, ValueError):
            pass
        finally:
            for s in (sock, up):
                if s:
                    try:
                        s.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                    s.close()
            with self.lock:
                self.open -= 1
                self.socks.remove(sock)

    def back(self, up, sock):
        try:
            while True:
                data = up.recv(65536)
                if not data:
                    break
                if self.delay:
                    time.sleep(self.delay)
                if self.slice:
                    for i in range(len(data)):
                        sock.sendall(data[i:i + 1])
                        time.sleep(self.slice)
                elif not self.silent:
                    sock.sendall(data)
        except OSError:
            pass
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def drop(self):
        """Ends all connections."""
        with self.lock:
            for s in self.socks:
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
