"""Processes: starting servers, the CPU time of their process trees, ending them."""

import ctypes
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from dataclasses import dataclass

from loads import ORIGIN_TLS, Program

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = "127.0.0.1"
FIRST_PORT = 8001
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """A load that cannot be measured, or whose answers are wrong; the message says why."""


@dataclass
class Machine:
    """Where things run: one CPU for the server that is measured, others for the clients and for what is behind it."""

    scratch: str
    server: int
    client: int
    origin: int


@dataclass
class Usage:
    """CPU time that a process tree has used so far."""

    clock: dict[tuple[int, str], float]  # seconds of each process, exact; threads that ended are included
    user: int  # ticks over the tree
    system: int


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …; [11] and [12] user and system ticks, [19] start."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def tree(root: int) -> dict[tuple[int, str], list[str]]:
    """The living processes under root, root included: (pid, start) to the fields of stat_of."""
    stats, children = {}, {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            stats[pid] = stat_of(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(stats[pid][1]), []).append(pid)
    found, waiting = {}, [root]
    while waiting:
        pid = waiting.pop()
        if pid in stats and stats[pid][0] not in "ZX":
            found[(pid, stats[pid][19])] = stats[pid]
        waiting += children.get(pid, [])
    return found


class Server:
    """A started program with its process tree, its own folder and its port."""

    def __init__(self, program: Program, number: int, machine: Machine, cpu: int, port: int | None = None,
                 pause: float = 0.05):
        self.program, self.machine, self.label = program, machine, program.label
        self.port = port or FIRST_PORT + number
        self.folder = os.path.join(machine.scratch, f"{number:02d}")
        self.output = os.path.join(self.folder, "output")
        self.family: set[tuple[int, str]] = set()  # processes that must not end; set once the server is seen to work
        os.makedirs(self.folder)
        conf = os.path.join(self.folder, program.template)
        values = {"DIR": self.folder, "PORT": str(self.port), "ROOT": f"{machine.scratch}/www", "TLSPORT": str(ORIGIN_TLS),
                  "CERT": f"{machine.scratch}/p256", **program.values}
        with open(os.path.join(HERE, "conf", program.template)) as file:
            text = re.sub(r"@([A-Z]+)@", lambda m: values[m[1]], file.read())
        with open(conf, "w") as file:
            file.write(text.replace("{scratch}", machine.scratch).replace("{dir}", self.folder))
        command = [word.replace("{conf}", conf).replace("{dir}", self.folder) for word in program.command]
        self.process = spawn(command, cpu, self.output)
        try:
            self.wait(pause)
        except Failure:
            stop(self.process)
            raise

    def wait(self, pause: float):
        """Waits until the port answers, looking again after so many seconds."""
        deadline = time.monotonic() + 20
        while not self.answers():
            if self.process.poll() is not None:
                raise Failure(f"{self.label} ended at start: {said(self.output)}")
            if time.monotonic() > deadline:
                raise Failure(f"{self.label} did not answer on port {self.port} within 20 s: {said(self.output)}")
            time.sleep(pause)

    def answers(self) -> bool:
        if self.program.udp:
            return ask_dns(self.port, 0.2) is not None
        try:
            socket.create_connection((HOST, self.port), 0.5).close()
            return True
        except OSError:
            return False

    def usage(self) -> Usage:
        if self.process.poll() is not None:
            raise Failure(f"{self.label} ended: {said(self.output)}")
        clocks, user, system = {}, 0, 0
        for (pid, start), stat in tree(self.process.pid).items():
            try:
                clocks[(pid, start)] = time.clock_gettime(~pid << 3 | 2)  # the process CPU clock of pid
            except OSError:
                continue  # it has just ended
            user, system = user + int(stat[11]), system + int(stat[12])
        if gone := self.family - clocks.keys():
            raise Failure(f"{self.label}: {len(gone)} of its processes ended; it said: {said(self.output)}")
        return Usage(clocks, user, system)


def spawn(command: list[str], cpu: int, output: str) -> subprocess.Popen:
    """Starts a program on its CPU. It is asked to end should this process die."""
    def prepare():
        os.sched_setaffinity(0, {cpu})
        os.setpriority(os.PRIO_PROCESS, 0, -10)
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    try:
        with open(output, "wb") as file:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, preexec_fn=prepare)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not installed") from None


def compiled(machine: Machine, name: str) -> str:
    """The program that is made of a source of that name here, in the scratch folder."""
    program = os.path.join(machine.scratch, name)
    if not os.path.exists(program):
        if not shutil.which("cc"):
            raise Failure(f"{name}.c needs a C compiler (cc)")
        done = subprocess.run(["cc", "-O2", "-o", program, f"{HERE}/{name}.c"], capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"{name}.c does not compile: {done.stderr[:300]}")
    return program


def stop(process: subprocess.Popen):
    """Asks the process to end; what is left of its tree after 5 s is killed."""
    if process.poll() is not None:
        return
    family = tree(process.pid).keys()
    process.terminate()
    deadline = time.monotonic() + 5
    while (left := family & tree(os.getpid()).keys()) and time.monotonic() < deadline:
        process.poll()
        time.sleep(0.02)
    for pid, _ in left:
        kill(pid)
    process.wait()


def end_strays():
    """Kills what servers left behind; orphans are handed to this process."""
    for pid, _ in tree(os.getpid()):
        if pid != os.getpid():
            kill(pid)
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def kill(pid: int):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def said(path: str) -> str:
    """The first lines of a program's output, where the reason for its end usually is."""
    with open(path, errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    return "; ".join(lines[:3])[:300] or "it said nothing"


def ask_dns(port: int, timeout: float) -> str | None:
    """The address that a name server gives for a name; None without a whole answer."""
    query = struct.pack(">6H", 4242, 0x0100, 1, 0, 0, 0) + b"\5check\7example\0" + struct.pack(">2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        try:
            s.connect((HOST, port))
            s.send(query)
            answer = s.recv(512)
        except OSError:
            return None
    whole = len(answer) >= len(query) + 16 and answer[:2] == query[:2] and answer[3] & 15 == 0 and answer[6:8] == b"\0\1"
    return socket.inet_ntoa(answer[len(query) + 12 : len(query) + 16]) if whole else None
