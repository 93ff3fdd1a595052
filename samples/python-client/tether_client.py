#!/usr/bin/env python3
"""A client of Tether in Python's standard library alone, written from docs/protocol.md. It starts nothing; it attaches."""
import argparse, contextlib, fcntl, json, os, signal, socket, stat, struct, sys, time

HELLO, INPUT, CLOSE_INPUT, WAIT_OUTPUT, CONSUMED, SIGNAL = 1, 2, 3, 4, 5, 6
WELCOME, INPUT_ACCEPTED, INPUT_CLOSED, OUTPUT, EXITED, REPLY, ERROR = range(128, 135)
PIECE = 64 * 1024  # the largest payload of a frame

class Record:
    """What is known of a program without asking its keeper."""
    def __init__(self, name):
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        home = os.environ.get("TETHER_HOME") or (runtime + "/tether" if runtime.startswith("/") else f"/tmp/tether-{os.geteuid()}")
        self.name, self.directory = name, os.path.join(os.path.abspath(home), name)
        if "/" in name or not name[:1].isalnum() or not os.path.isdir(self.directory):
            sys.exit(f"There is no program named '{name}' in '{home}'.")
        if not stat.S_ISDIR((status := os.lstat(home)).st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
            sys.exit(f"The directory '{home}' is not this user's alone, so nothing in it can be trusted.")
        self.handle, self.groups = os.open(self.directory, os.O_RDONLY), os.open(self.directory + "/positions", os.O_RDONLY)
        if os.pread(self.groups, 8, 0) != b"TETHERJ1":
            sys.exit(f"The record of '{name}' is damaged: 'positions' does not start with TETHERJ1.")

    def is_kept(self):
        try:
            fcntl.flock(self.handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(self.handle, fcntl.LOCK_UN)
            return False
        except BlockingIOError:
            return True

    def json(self, file):
        path = f"{self.directory}/{file}.json"
        return json.load(open(path, "rb")) if os.path.exists(path) else None

    def positions(self, section):  # 0 stdin, 1 stdout, 2 stderr
        start, end, capacity, flags = struct.unpack("<4q", os.pread(self.groups, 32, 32 + 32 * section))
        possible = 0 <= start <= end and 0 < capacity and end - start <= capacity
        return (start, end, capacity, bool(flags & 1)) if possible else sys.exit(f"'{self.name}' is damaged: its positions cannot be true.")

class Keeper:
    """A connection to a keeper, from the hello on."""
    def __init__(self, connection):
        self.socket, self.stream = connection, connection.makefile("rb")
        self.send(HELLO, {"magic": "tether", "minimumVersion": 1, "maximumVersion": 1, "client": "tether_client.py"})
        self.welcome = self.receive(WELCOME)[1]

    def send(self, kind, payload=b""):
        payload = json.dumps(payload).encode() if isinstance(payload, dict) else payload
        with contextlib.suppress(ConnectionError):  # what the keeper said before it went away is still there to be read
            self.socket.sendall(struct.pack("<IB", len(payload), kind) + payload)

    def receive(self, *wanted):
        """The next frame of a wanted type, others skipped; (None, None) when the connection ended before."""
        with contextlib.suppress(ConnectionError, struct.error):
            while header := self.stream.read(5):
                length, kind = struct.unpack("<IB", header)
                payload = self.stream.read(length)
                if kind == ERROR:
                    sys.exit("The keeper refused: " + json.loads(payload)["message"])
                if kind in wanted:
                    return kind, json.loads(payload) if kind in (WELCOME, EXITED, REPLY) else payload
        return None, None

def attach(record, args):
    """Connects to the keeper; None when there is none any more."""
    deadline = time.monotonic() + 5
    while record.is_kept() and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, ConnectionError):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(record.directory + "/socket")
            if struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1] != os.geteuid():
                sys.exit("The keeper is another user's.")
            if (keeper := Keeper(connection)).welcome:
                return keeper
        ask_for_socket(record.json("record"))  # it is still starting, or just ending, or a cleaner took the socket's file
        time.sleep(0.05)
    return sys.exit(f"'{record.name}' has ended or is stuck.") if record.is_kept() or args.command in ("write", "close", "signal") else None

def ask_for_socket(facts):
    with contextlib.suppress(OSError):
        process = os.pidfd_open(facts["keeperProcessId"])  # held first, looked at then: the PID cannot become a stranger's
        ticks = int(open(f"/proc/{facts['keeperProcessId']}/stat").read().rpartition(")")[2].split()[19])
        if ticks == facts["keeperStartTicks"] and open("/proc/sys/kernel/random/boot_id").read().strip() == facts["bootId"]:
            signal.pidfd_send_signal(process, signal.SIGUSR1)

def status(record, args):
    kept, ended, facts = record.is_kept(), record.json("exit"), record.json("record")  # in this order
    state = "exited" if ended else "lost" if not kept else "running" if facts["processId"] else "starting"
    streams = {key: record.positions(section) for section, key in enumerate(("stdin", "stdout", "stderr"))}
    print(json.dumps({"name": record.name, "state": state, "pid": facts["processId"], "program": facts["program"], "exit": ended,
                      **{key: {"start": p[0], "end": p[1], "open": p[3] and kept} for key, p in streams.items()}}))

def read(record, args):
    section, keeper, offset = 1 + (args.stream == "stderr"), args.keeper, args.offset
    log = os.open(f"{record.directory}/{args.stream}.log", os.O_RDONLY)
    while True:
        more = args.follow and record.positions(section)[3]  # the flag first: what was written before it was cleared is seen
        start, end, capacity, _ = record.positions(section)
        if offset is not None and offset < start:
            print(f"{start - offset} bytes at offset {offset} have fallen out of the window.", file=sys.stderr)
        offset = max(start, offset or 0)
        if offset < end:
            count = min(PIECE, end - offset, capacity - offset % capacity)
            data, after = os.pread(log, count, offset % capacity), record.positions(section)
            if after[0] <= offset and after[2] == capacity:  # else their place was taken while they were copied
                offset += os.write(1, data) if len(data) == count else sys.exit(f"'{args.stream}.log' was truncated.")
            continue
        if not more:
            return
        if keeper:  # what was read is reported (policy "block"), then the wake-up is asked for
            keeper.send(CONSUMED, struct.pack("<Bq", section, offset))
            keeper.send(WAIT_OUTPUT, struct.pack("<Bq", section, offset))
        if (not keeper or keeper.receive(OUTPUT)[0] is None) and record.positions(section)[3]:
            sys.exit(f"The keeper of '{record.name}' is gone; this is all that it had kept.")

def write(record, args):
    data, in_flight = os.read(0, PIECE), 0
    while data or in_flight:
        if data and in_flight + len(data) <= args.keeper.welcome["inputCredit"]:
            args.keeper.send(INPUT, data)
            data, in_flight = os.read(0, PIECE), in_flight + len(data)
        else:
            kind, payload = args.keeper.receive(INPUT_ACCEPTED, INPUT_CLOSED)
            in_flight -= struct.unpack_from("<qq", payload)[1] if kind == INPUT_ACCEPTED else sys.exit(f"'{record.name}' reads no more.")

def close(record, args):
    args.keeper.send(CLOSE_INPUT)
    args.keeper.receive(INPUT_CLOSED)

def send_signal(record, args):
    number = int(args.signal) if args.signal.isdigit() else signal.Signals["SIG" + args.signal.upper().removeprefix("SIG")].value
    args.keeper.send(SIGNAL, {"id": 1, "signal": number, "tree": False})
    return (args.keeper.receive(REPLY)[1] or {"error": "The keeper is gone."})["error"]

def wait(record, args):
    ended = args.keeper and (args.keeper.welcome["exit"] or args.keeper.receive(EXITED)[1]) or record.json("exit")
    return ended["code"] if ended else f"The keeper of '{record.name}' is gone, and nobody knows how the program ended."

commands = {"status": status, "read": read, "write": write, "close": close, "signal": send_signal, "wait": wait}
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("command", choices=commands)
parser.add_argument("name")
parser.add_argument("signal", nargs="?", default="TERM", help="for 'signal': its name or number")
parser.add_argument("--stream", choices=("stdout", "stderr"), default="stdout")
parser.add_argument("--from", dest="offset", type=int, metavar="OFFSET", help="the oldest byte that there is, when not given")
parser.add_argument("--follow", action="store_true", help="until the stream ends")
arguments = parser.parse_args()
kept = Record(arguments.name)
arguments.keeper = attach(kept, arguments) if arguments.follow or arguments.command not in ("status", "read") else None
sys.exit(commands[arguments.command](kept, arguments))
