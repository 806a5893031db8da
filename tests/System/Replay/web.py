"""Plays the httpd vectors: requests, answers, log files and standard error."""

import os
import socket
from pathlib import Path

import compare
import normal
import races
from client import PATIENCE, answers, methods, play
from daemon import Daemon, Tail, settle
from place import START, Helpers, listening, wait_for
from vectors import exchange

LOGS = Path("/var/www/logs")
CONFIGURATION = Path("/etc/httpd.conf")
SENTINEL = (21780, "/sentinel")   # lines come in batches: when this request's is there, those of the requests before it are too


class Web:
    def __init__(self, program: str, scratch: Path) -> None:
        self.helpers = Helpers(scratch)
        self.daemon = Daemon(program, CONFIGURATION, scratch / "httpd.out")
        self.tails: dict[str, Tail] = {}
        self.children = 0
        self.asked = 0   # how many sentinels there were

    def play(self, vectors: list[dict]):
        """Yields each vector with its differences."""
        if not vectors:
            return
        self.helpers.fastcgi()
        try:
            self.write(vectors[0]["configuration"])
            self.ports = sorted({v["port"] for v in vectors})
            self.start()
            for v in vectors:
                yield v, self.one(v)
        finally:
            self.daemon.stop()
            self.helpers.stop()

    def write(self, configuration: str) -> None:
        CONFIGURATION.write_text(configuration)
        os.chmod(CONFIGURATION, 0o600)

    def start(self) -> None:
        self.daemon.start("-v")
        wait_for(lambda: not self.daemon.alive() or listening(*self.ports), "httpd")
        if not self.daemon.alive():
            raise SystemExit("replay: httpd ended: " + self.daemon.errors())
        self.logged(0)
        self.daemon.tail.lines()
        self.children = self.daemon.children()

    def new_lines(self) -> list:
        """(file, line) of every log file of the daemon."""
        for path in LOGS.glob("*.log"):
            self.tails.setdefault(path.name, Tail(path))
        return [(name, line) for name in sorted(self.tails) for line in self.tails[name].lines()]

    def logged(self, count: int) -> list:
        """The lines of an exchange: as many as are recorded, if they come, and whatever is written before the line of one more request."""
        found = settle(self.new_lines, lambda found: len(found) >= count, PATIENCE)
        self.asked += 1
        mark = f"{SENTINEL[1]}?{self.asked} "
        with socket.create_connection(("127.0.0.1", SENTINEL[0]), START) as peer:
            peer.sendall(f"GET {mark}HTTP/1.1\r\nHost: sentinel\r\nConnection: close\r\n\r\n".encode())
            while peer.recv(65536):
                pass
        found += settle(self.new_lines, lambda found: any(mark in line for _, line in found), START)
        if not any(mark in line for _, line in found):
            raise SystemExit(f"replay: the log has no line for {mark}")
        return [(name, line) for name, line in found if mark not in line]

    def one(self, v: dict) -> list:
        self.new_lines()
        self.daemon.tail.lines()
        x = exchange(v)
        outcome = play(x)
        got = answers(outcome.raw, methods(x.parts))
        count = sum(len(lines) for lines in v["log"].values())
        logged = self.logged(count)
        said = self.daemon.tail.lines()
        found = compare.http(v["name"], races.orderly(v, v["responses"]), races.orderly(v, got))
        found += compare.endings(v, outcome)
        for name in sorted(set(v["log"]) | {n for n, _ in logged}):
            a = [normal.httpd_log(line, 0, v["responses"]) for line in v["log"].get(name, [])]
            b = [normal.httpd_log(line, outcome.port, got) for n, line in logged if n == name]
            found += compare.lines(f"log.{name}", a, b)
        found += compare.lines("stderr", [normal.httpd_log(s, 0, []) for s in v["stderr"]], [normal.httpd_log(s, outcome.port, []) for s in said])
        if not self.daemon.alive() or self.daemon.children() < self.children:
            found.append(compare.Difference("daemon", "alive", "a process died"))
            self.start()
        return found
