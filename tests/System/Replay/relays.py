"""Plays the sessions of relayd: what the client sent, what it got, what the host saw, the log."""

import json
import os
import re
import signal
import socket
from pathlib import Path

import compare
import normal
from client import PATIENCE, answers, methods, play
from daemon import Daemon, Tail, settle
from place import START, Helpers
from vectors import exchange, recorded_order, runnable, without_tls_relay

CONFIGURATION = Path("/etc/relayd.conf")
HOST = re.compile(r"127\.0\.0\.[123]:21710")
# the host is the scheduler's choice: what the recording fixes is how one session's choice follows from the one before
CHOICE = {"rr": "next", "hash": "same", "loadbal": "same", "least": "any", "multi": "any"}
# the fields of the recorded host in the order in which it writes them
ORIGIN = ("upgrade connection x-backend content-type x-block-resp x-big x-rlog x-app x-backend-secret x-resp set-cookie set-cookie connection "
          "transfer-encoding content-length").split()
OTHER_ORIGINS = {"totls": "connection content-length content-type date last-modified server strict-transport-security".split()}
# what the rules of a relay add to requests and to answers, in their order
ADDED = {"rules": ("x-forwarded-for x-forwarded-by x-set x-macros cookie cookie".split(), "x-resp x-app".split())}
# what the relay itself adds behind that
OWN = ["connection", "upgrade"]
AFTER_RELOAD = "get-after-reload"
# no vector is about this relay: when the line of a session of it is there, those of the sessions before it are too
SENTINEL = ("fallback", 21709)
IN_USE = " of /etc/relayd.conf in use"


class Relays:
    def __init__(self, program: str, scratch: Path) -> None:
        self.helpers = Helpers(scratch)
        self.daemon = Daemon(program, CONFIGURATION, scratch / "relayd.out")
        self.last: dict[str, str] = {}
        self.children = 0

    def play(self, vectors: list[dict]):
        """Yields each vector with its differences, in the order in which they were recorded."""
        if not vectors:
            return
        self.origin = Tail(self.helpers.backends())
        configuration = runnable(vectors[0]["configuration"])
        try:
            self.start(configuration)
            for v in sorted((v for v in vectors if v["name"] != AFTER_RELOAD), key=recorded_order):
                yield v, self.one(v)
                self.ensure(configuration)
            for v in (v for v in vectors if v["name"] == AFTER_RELOAD):
                self.reload(without_tls_relay(configuration))
                yield v, self.one(v)
        finally:
            self.daemon.stop()
            self.helpers.stop()

    def start(self, configuration: str) -> None:
        self.write(configuration)
        self.daemon.start("-v")
        self.in_use()
        self.children = self.daemon.children()

    def ensure(self, configuration: str) -> None:
        """Starts it again where the last vector ended it."""
        if not self.daemon.alive() or self.daemon.children() < self.children:
            self.daemon.stop()
            self.start(configuration)

    def reload(self, configuration: str) -> None:
        self.write(configuration)
        self.daemon.process.send_signal(signal.SIGHUP)
        self.in_use()
        self.children = self.daemon.children()   # nobody needs keys any more

    def in_use(self) -> None:
        """Waits until it says that it works by the configuration, which is when the first round of checks is through."""
        said = settle(self.daemon.tail.lines, lambda said: not self.daemon.alive() or any(IN_USE in line for line in said), START)
        if not any(IN_USE in line for line in said):
            raise SystemExit("replay: relayd does not use the configuration: " + self.daemon.errors())
        self.logged(0)

    def write(self, configuration: str) -> None:
        CONFIGURATION.write_text(configuration)
        os.chmod(CONFIGURATION, 0o600)

    def one(self, v: dict) -> list:
        self.daemon.tail.lines()
        self.origin.lines()
        x = exchange(v)
        outcome = play(x)
        logged = self.logged(len(v["log"]))
        tcp = v["relay"] in ("tcp", "tcpblock")
        seen = [json.loads(line) for line in settle(self.origin.lines, lambda lines: len(lines) >= len(v["backend_saw"]), PATIENCE)]
        seen = [s for s in seen if tcp or s.get("tcp") != "eof"]
        found, change = self.choice(v, seen)
        got = normal.relayd_log([change(line) for line in logged], outcome.port)
        seen = json.loads(change(json.dumps(seen)))
        raw = change(outcome.raw.decode("latin1")).encode("latin1")
        found += compare.lines("log", normal.relayd_log(v["log"], 0), got)
        found += compare.backend(v["backend_saw"], seen)
        if x.stream:
            found += compare.text("received", v["received"], raw.decode("latin1")[:4000])
        else:
            found += compare.http(v["name"], v["responses"], answers(raw, methods(x.parts)))
        found += compare.endings(v, outcome)
        as_sent(found, v["relay"], x.parts)
        if not self.daemon.alive() or self.daemon.children() < self.children:
            found.append(compare.Difference("daemon", "alive", "a process died"))
        return found

    def logged(self, count: int) -> list[str]:
        """The lines of a session: as many as are recorded, if they come, and whatever is logged before the line of one more session."""
        found = settle(self.daemon.tail.lines, lambda lines: len(normal.relayd_log(lines, 0)) >= count, PATIENCE)
        with socket.create_connection(("127.0.0.1", SENTINEL[1]), START) as peer:
            peer.sendall(b"no request\r\n\r\n")
            while peer.recv(65536):
                pass
        mark = f"relay {SENTINEL[0]}, "
        found += settle(self.daemon.tail.lines, lambda lines: any(line.startswith(mark) for line in lines), START)
        if not any(line.startswith(mark) for line in found):
            raise SystemExit("replay: the log has no line for the session that ends an exchange")
        return [line for line in found if not line.startswith(mark)]

    def choice(self, v: dict, seen: list[dict]):
        """Checks which host was taken against the session before, then gives it the recorded host's name."""
        rule = CHOICE.get(v["relay"])
        if not rule or not seen or not v["backend_saw"]:
            return [], lambda text: text
        expected, got = v["backend_saw"][0]["who"], seen[0]["who"]
        before = self.last.get(v["relay"])
        self.last[v["relay"]] = got
        found = []
        if before and rule != "any":
            due = before if rule == "same" else f"127.0.0.{int(before[8]) % 3 + 1}:21710"
            if got != due:
                found.append(compare.Difference("choice of host", f"{due} after {before}", got))
        return found, lambda text: HOST.sub(lambda m: expected if m[0] == got else got if m[0] == expected else m[0], text)


def as_sent(found: list, relay: str, parts: list) -> None:
    """Says `as sent` where fields came in another order than recorded, but in the one in which they were sent, with what was added behind them."""
    sent = b"".join(p for p in parts if isinstance(p, bytes)).decode("latin1")
    heads = [[line.split(":")[0].lower() for line in head.split("\r\n")[1:]] for head in re.split(r"\r\n\r\n", sent)]
    to_host, to_client = ADDED.get(relay, ([], []))
    for d in found:
        if match := re.fullmatch(r"(origin\.)?(\d+)\.order", d.field):
            wanted = heads[min(int(match[2]), len(heads)) - 1] + to_host if match[1] else OTHER_ORIGINS.get(relay, ORIGIN) + to_client
            if is_subsequence(d.got.split(), wanted + OWN):
                d.got = "as sent"


def is_subsequence(names: list[str], whole: list[str]) -> bool:
    """Whether each name stands in the whole, behind the one before it."""
    rest = iter(whole)
    return all(name in rest for name in names)
