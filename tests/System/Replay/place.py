"""The scene of a replay: mounts of our own, the document tree, certificates, the FastCGI responder and the hosts behind relays.

Everything runs in mount, network and pid namespaces of its own, so the recorded configurations, paths and ports are used as they are
and nothing of the machine is touched.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE / "vectors"
START = 60             # seconds that a program may take to start on a busy machine
ACCEPTING = 0x10000    # SO_ACCEPTCON in the flags of /proc/net/unix
# alice:wonderland and bob:pa:ss (bcrypt, cost 8)
PASSWORDS = """alice:$2b$08$abcdefghijklmnopqrstuu9hwa7IwSVw.MklGzeilj98eEuSiyb8q
bob:$2b$08$bbcdefghijklmnopqrstuu6I9KnepKlb0zJErMh.VefL0Xb9WnmFe
"""
CHECK = "#!/bin/sh\n# relayd takes a positive status as up\n[ \"$1\" = 127.0.0.2 ] && exit 1\nexit 0\n"
URLS = "bad.example.com/\nwww.evil.example/path/\n"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC", "LC_ALL": "C", "LANG": "C", "HOME": "/root"}


def enter() -> None:
    """Starts this program again inside fresh namespaces; returns inside them."""
    if os.environ.get("REPLAY_INSIDE") == "1":
        return
    os.environ["REPLAY_INSIDE"] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", sys.executable, *sys.argv])


def sh(*argv: str) -> None:
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def build(scratch: Path) -> None:
    """Lays /etc and /var under a layer of ours, and an empty /run, and fills them. All of it is gone with the namespace."""
    sh("ip", "link", "set", "lo", "up")
    sh("mount", "-t", "tmpfs", "-o", "mode=0755", "replay", str(scratch))
    for name in ("etc", "var"):
        (scratch / name).mkdir()
        (scratch / (name + ".work")).mkdir()
        sh("mount", "-t", "overlay", "-o", f"lowerdir=/{name},upperdir={scratch}/{name},workdir={scratch}/{name}.work", "replay", f"/{name}")
    sh("mount", "-t", "tmpfs", "-o", "mode=0755", "replay", "/run")
    Path("/etc/mime.types").unlink(missing_ok=True)   # one recorded configuration includes it and must fail
    www, ssl, relayd = Path("/var/www"), Path("/etc/ssl"), Path("/etc/relayd")
    for path in (www / "logs", www / "run", www / "conf", ssl / "private", relayd):
        path.mkdir(parents=True, exist_ok=True)
    sh(sys.executable, str(VECTORS / "document-tree.py"), str(www))
    write(www / "conf/htpasswd", PASSWORDS, 0o600)
    certificate(ssl / "server.crt", ssl / "server.key", "www.example.com")
    certificate(ssl / "oracle.example.crt", ssl / "private/oracle.example.key", "oracle.example")
    write(relayd / "urls.txt", URLS, 0o644)
    write(relayd / "check.sh", CHECK, 0o755)


def leave(scratch: Path) -> None:
    for target in ("/etc", "/var", str(scratch)):
        sh("umount", "-l", target)


def write(path: Path, text: str, mode: int) -> None:
    path.write_text(text)
    path.chmod(mode)


def certificate(crt: Path, key: Path, name: str) -> None:
    sh("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={name}",
       "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(crt))
    key.chmod(0o600)


class Helpers:
    """The peers: started once, ended with `stop`."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.running: list[subprocess.Popen] = []

    def fastcgi(self) -> None:
        self.start(str(VECTORS / "fastcgi-responder.py"), "/var/www/run/fcgi.sock")
        wait_for(lambda: accepting("/var/www/run/fcgi.sock") and listening(21799), "the FastCGI responder")

    def backends(self) -> Path:
        """Starts the hosts behind relays; returns the file in which they write what they saw."""
        log = self.scratch / "backend.log"
        self.start(str(VECTORS / "relayd-backend.py"), str(log))
        self.start(str(VECTORS / "relayd-tls-backend.py"))
        wait_for(lambda: log.exists() and listening(21710, 21711, 21712, 21743), "the hosts")
        return log

    def start(self, *argv: str) -> None:
        self.running.append(subprocess.Popen([sys.executable, *argv], stdin=subprocess.DEVNULL, env=ENVIRONMENT))

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


def listening(*wanted: int) -> bool:
    """Whether all these TCP ports are listened on. Nothing connects: a probe would count as a session."""
    ports = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[3] == "0A":
            ports.add(int(columns[1].split(":")[1], 16))
    return ports.issuperset(wanted)


def accepting(path: str) -> bool:
    """Whether the socket of this path is listened on: the file is there a moment before."""
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return any(row[-1] == path and int(row[3], 16) & ACCEPTING for row in rows)


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + START
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"replay: {what} did not start within {START} s")
        time.sleep(0.05)
