"""Plays one recorded exchange over a socket and takes the answer apart the way the recorder did."""

import hashlib
import re
import socket
import ssl
import time
from dataclasses import dataclass, field

PATIENCE = 30.0  # seconds more than recorded before an answer or a close counts as missing: half of the server's own timeouts
OPEN = 1.0       # seconds that a connection may stay open behind an answer that keeps it, where the server closed at once
LATENESS = 0.8   # seconds that a late close (a timeout) may be off


@dataclass
class Wait:
    """A pause between two parts of what is sent."""
    seconds: float
    answered: bool   # whether something came meanwhile; then it is waited for


@dataclass
class Exchange:
    """What to send and what the recording lets us wait for."""
    address: str
    port: int
    parts: list            # bytes, or a Wait
    quiet: float           # silence after which the recorder hung up
    answers: int = 0       # answers that were recorded
    closes: bool = False   # whether the server closed
    closes_after: float = 0.0
    half_close: bool = False
    server_name: str = ""  # TLS when set
    stream: bool = False   # plain TCP: no answers to take apart
    stream_bytes: int = 0


@dataclass
class Outcome:
    raw: bytes = b""
    port: int = 0
    closed: float | None = None
    reset: bool = False
    marks: list = field(default_factory=list)
    error: str = ""


def play(x: Exchange) -> Outcome:
    result = Outcome()
    try:
        peer = socket.create_connection((x.address, x.port), timeout=PATIENCE)
    except OSError as error:
        result.error = f"connect: {error}"
        return result
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    result.port = peer.getsockname()[1]
    if x.server_name:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            peer = context.wrap_socket(peer, server_hostname=x.server_name)
        except OSError as error:
            result.error = f"handshake: {error}"
            return result
    start = time.monotonic()
    for part in x.parts:
        if isinstance(part, bytes):
            peer.settimeout(PATIENCE)
            try:
                peer.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                result.reset = True
        else:
            before, begin = len(result.raw), time.monotonic()
            read(peer, part.seconds, result, start)
            while part.answered and len(result.raw) == before and result.closed is None and time.monotonic() < begin + PATIENCE:
                read(peer, part.seconds, result, start)
            result.marks.append(len(result.raw))
    if x.half_close:
        try:
            peer.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    begin = time.monotonic()
    while result.closed is None:
        read(peer, x.quiet, result, start)
        whole = complete(x, result)
        allowed = OPEN if whole and x.closes_after < OPEN and kept(x, result) else PATIENCE + x.closes_after
        if result.closed is not None or time.monotonic() > begin + allowed or (whole and not x.closes):
            break
    peer.close()
    return result


def complete(x: Exchange, result: Outcome) -> bool:
    """Whether nothing of the recorded answer is outstanding."""
    if x.stream:
        return len(result.raw) >= x.stream_bytes
    found = answers(result.raw, methods(x.parts))
    return len(found) >= x.answers and not any(a.get("short") or (a.get("chunked") and not a["raw_body"].endswith(b"0\r\n\r\n")) for a in found)


def kept(x: Exchange, result: Outcome) -> bool:
    """Whether the last answer leaves the connection open: it says where it ends and announces no close."""
    found = answers(result.raw, methods(x.parts))
    if not found or "trailing_raw" in found[-1]:
        return False
    fields = {name.lower(): value.lower() for name, value in found[-1]["headers"]}
    framed = "content-length" in fields or found[-1]["chunked"] or re.match(r"HTTP/1\.\d (1\d\d|204|304)", found[-1]["status_line"])
    return bool(framed) and "close" not in fields.get("connection", "")


def growth(marks: list[int]) -> list[bool]:
    """For each wait, whether something more had come."""
    return [n > before for before, n in zip([0, *marks], marks)]


def read(peer: socket.socket, quiet: float, result: Outcome, start: float) -> None:
    if result.closed is not None:
        return
    peer.settimeout(quiet)
    while True:
        try:
            piece = peer.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        except ConnectionResetError:
            result.reset = True
            piece = b""
        except ssl.SSLError:
            piece = b""
        if not piece:
            result.closed = time.monotonic() - start
            return
        result.raw += piece


def methods(parts: list) -> list[str]:
    """The methods of the requests sent, to know which answers carry no body."""
    sent = b"".join(p for p in parts if isinstance(p, bytes))
    found = [m.decode() for m in re.findall(rb"(?:\A|\r\n\r\n(?:[^\r\n]{0,200}?))([A-Za-z]+) [^\r\n]* HTTP/\d", sent)]
    return found or [sent.split(b" ")[0].decode("latin1")]


def answers(raw: bytes, asked: list[str]) -> list[dict]:
    """Splits what came back into answers; what is none becomes one entry `trailing_raw`."""
    found, i = [], 0
    while raw:
        end = raw.find(b"\r\n\r\n")
        if end < 0 or not re.match(rb"HTTP/[\d.]+ \d+", raw):
            found.append({"trailing_raw": raw[:2000].decode("latin1")})
            break
        head = raw[:end].decode("latin1").split("\r\n")
        rest = raw[end + 4:]
        fields = [tuple(line.split(": ", 1)) if ": " in line else (line, "") for line in head[1:]]
        by_name = {name.lower(): value for name, value in fields}
        code = int(head[0].split(" ")[1])
        method = asked[min(i, len(asked) - 1)]
        length = by_name.get("content-length", "")
        bodiless = method == "HEAD" or code in (204, 304) or 100 <= code < 200
        chunked = not bodiless and "chunked" in by_name.get("transfer-encoding", "")
        if bodiless:
            used = 0
        elif chunked:
            last = rest.find(b"0\r\n\r\n")
            used = last + 5 if last >= 0 else len(rest)
        elif length.isdigit():
            used = min(int(length), len(rest))
        else:
            used = len(rest)
        answer = {"status_line": head[0], "headers": [list(f) for f in fields], "raw_body": rest[:used], "chunked": chunked}
        if length.isdigit() and not bodiless and not chunked and int(length) != used:
            answer["short"] = True
        found.append(answer)
        raw = rest[used:]
        if not (100 <= code < 200):
            i += 1
    return found


def dechunk(raw: bytes) -> bytes | None:
    """The body inside a chunked one, or None where the framing is broken."""
    body = b""
    while True:
        line, _, raw = raw.partition(b"\r\n")
        if not re.fullmatch(rb"[0-9A-Fa-f]+(;.*)?", line):
            return None
        size = int(line.split(b";")[0], 16)
        if size == 0:
            return body
        if raw[size:size + 2] != b"\r\n":
            return None
        body += raw[:size]
        raw = raw[size + 2:]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
