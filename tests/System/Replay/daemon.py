"""Starts a daemon in the foreground and follows what it writes."""

import os
import signal
import subprocess
import time
from pathlib import Path

from place import ENVIRONMENT


class Tail:
    """What was appended to a file since the last look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0

    def lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self.offset)
            data = file.read()
        end = data.rfind(b"\n") + 1
        self.offset += end
        return data[:end].decode("latin1").split("\n")[:-1]


class Daemon:
    def __init__(self, program: str, configuration: Path, log: Path) -> None:
        self.program = program
        self.configuration = configuration
        self.log = log
        self.tail = Tail(log)
        self.process: subprocess.Popen | None = None

    def start(self, *flags: str) -> None:
        with self.log.open("wb") as out:
            self.process = subprocess.Popen([self.program, "-d", *flags, "-f", str(self.configuration)], stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out, env=ENVIRONMENT, start_new_session=True)
        self.tail = Tail(self.log)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self) -> int:
        """Processes that the daemon has: a crash of one shows here when the daemon replaces none."""
        found = 0
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                found += int(fields[1]) == self.process.pid and fields[0] != "Z"
        return found

    def stop(self) -> None:
        if self.process is None:
            return
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def errors(self) -> str:
        return self.log.read_text("latin1")[-2000:] if self.log.exists() else ""


def settle(look, enough, seconds: float) -> list:
    """Collects what `look` gives until `enough` says so or the time is over."""
    found = look()
    end = time.monotonic() + seconds
    while not enough(found) and time.monotonic() < end:
        time.sleep(0.02)
        found += look()
    return found
