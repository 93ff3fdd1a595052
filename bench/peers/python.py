"""Python's subprocess, and supervisord by its RPC. python.py PROGRAM WORK [ARG]... prints lines of 'figure value'."""
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import xmlrpc.client

program, work, rest = sys.argv[1], sys.argv[2], sys.argv[3:]


def start(rounds, megabytes, descriptors):
    held = [os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC) for _ in range(descriptors)]
    heap = bytearray(b"x" * (megabytes << 20))
    for _ in range(rounds):
        begin = time.perf_counter()
        child = subprocess.Popen([program, "-1", "hello"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        returned = time.perf_counter()
        os.read(child.stdout.fileno(), 1)
        print("returns", (returned - begin) * 1e6)
        print("first", (time.perf_counter() - begin) * 1e6)
        child.kill()
        child.communicate()
    del held, heap


def output(processor, kind, total, block):
    begin = time.perf_counter()
    child = subprocess.Popen([program, processor, kind, total, block], stdout=subprocess.PIPE, bufsize=0)
    buffer = bytearray(1 << 20)
    count = 0
    while got := child.stdout.readinto(buffer):
        count += got
    print("rate", count / (time.perf_counter() - begin) / 1e9)
    child.wait()


def input_(processor, total):
    begin = time.perf_counter()
    child = subprocess.Popen([program, processor, "sink", total], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    block = bytes(65536)
    for _ in range(int(total) // len(block)):
        child.stdin.write(block)
    child.stdout.read(1)
    print("rate", int(total) / (time.perf_counter() - begin) / 1e9)
    child.communicate()


def echo(processor, rounds):
    child = subprocess.Popen([program, processor, "echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    message = bytes(64)
    for round_ in range(-100, rounds):
        begin = time.perf_counter()
        child.stdin.write(message)
        child.stdout.read(64)
        if round_ >= 0:
            print("us", (time.perf_counter() - begin) * 1e6)
    child.communicate()


class UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.path)
        return connection


def supervisord(rounds, directory):
    """A running supervisord is asked to start its program, with startsecs=0."""
    fifo, path = f"{directory}/first", f"{directory}/supervisor.sock"
    if not os.path.exists(fifo):
        os.mkfifo(fifo)
    with open(f"{directory}/supervisord.conf", "w", encoding="utf-8") as file:
        file.write(f"""[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile={directory}/supervisord.pid
[unix_http_server]
file={path}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:one]
command={program} -1 signal {fifo}
autostart=false
autorestart=false
startsecs=0
stdout_logfile={directory}/one.log
stderr_logfile=NONE
""")
    first = os.open(fifo, os.O_RDWR | os.O_CLOEXEC)
    daemon = subprocess.Popen(["supervisord", "-c", f"{directory}/supervisord.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 15
        while not os.path.exists(path):
            if daemon.poll() is not None or time.monotonic() > deadline:
                sys.exit("python.py: supervisord did not come up")
            time.sleep(0.01)
        server = xmlrpc.client.ServerProxy("http://localhost", transport=UnixTransport(path))
        for _ in range(rounds):
            begin = time.perf_counter()
            server.supervisor.startProcess("one", False)
            returned = time.perf_counter()
            pid = int.from_bytes(os.read(first, 4), sys.byteorder)
            print("returns", (returned - begin) * 1e6)
            print("first", (time.perf_counter() - begin) * 1e6)
            os.kill(pid, signal.SIGKILL)
            while server.supervisor.getProcessInfo("one")["pid"] != 0:
                time.sleep(0.001)
    finally:
        daemon.terminate()
        daemon.wait()


if work == "start":
    start(int(rest[0]), int(rest[1]), int(rest[2]))
elif work == "output":
    output(*rest)
elif work == "input":
    input_(*rest)
elif work == "echo":
    echo(rest[0], int(rest[1]))
elif work == "supervisord":
    supervisord(int(rest[0]), rest[1])
else:
    sys.exit(2)
