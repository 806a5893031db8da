"""What the interoperability checks have in common: counted checks, and a daemon started with a configuration."""

import os
import socket
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
checks = {True: 0, False: 0}


def check(what, holds, seen=""):
    checks[bool(holds)] += 1
    print(f"{'ok' if holds else 'FAILED'}: {what}" + ("" if holds else f": {seen}"), flush=True)


def result():
    """The last line, which counts; and the exit status."""
    print(f"{checks[True]} passed, {checks[False]} failed")
    return 1 if checks[False] else 0


def start(configuration, port, program="httpd"):
    daemon = subprocess.Popen([os.path.join(TOP, "artifacts/sbin", program), "-d", "-f", configuration])
    await_port(port, daemon)
    return daemon


def await_port(port, process):
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} does not answer")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
