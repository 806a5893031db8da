"""Takes out of recordings and answers what the files call volatile, and nothing else."""

import email.utils
import re

from client import dechunk, digest

DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
IMF_DATE = re.compile(rf"{DAY}, \d\d {MONTH} \d{{4}} \d\d:\d\d:\d\d GMT")
LOG_DATE = re.compile(rf"\[\d\d/{MONTH}/\d{{4}}:\d\d:\d\d:\d\d \+0000\]")
BOUNDARY = re.compile(r"multipart/byteranges; boundary=(\"?)([^\";]+)\1")
# relayd appends whatever errno was left from an earlier call
STALE = re.compile(r": (?:Success|Operation now in progress)$")
# lines that are about no session
NOISE = re.compile(r"^(send_icmp|host |hce_notify|pfe_dispatch|check_http_digest)")
# bodies of more than 9,000 bytes are kept as a digest of their bytes on the wire; this one came in chunks
CHUNKED_BODIES = dict.fromkeys(("fcgi-big", "fcgi-range-ignored"), digest(b"B" * 200000))


def response(name: str, r: dict) -> dict:
    """One answer, recorded or received: status, fields in order (name, value), body, without what is volatile."""
    if "trailing_raw" in r:
        return {"raw": dates(r["trailing_raw"])}
    fields = [[k, v] for k, v in r["headers"]]
    received = "raw_body" in r
    chunked = any(k.lower() == "transfer-encoding" and "chunked" in v for k, v in fields)
    body = r["raw_body"] if received else r["body"].encode("latin1") if "body" in r else None
    plain = dechunk(body) if chunked and body is not None else None
    if plain is not None:
        body = plain
    if body is None:
        text = "sha256:" + (CHUNKED_BODIES.get(name, r["body_sha256"]))
    elif len(body) > 9000 and not body.startswith(b"<!DOCTYPE html>"):
        text = "sha256:" + digest(body)
    else:
        text = re.sub(r"REMOTE_PORT=\d+", "REMOTE_PORT=<CPORT>", body.decode("latin1"))
    boundary = next((m[2] for k, v in fields if k.lower() == "content-type" and (m := BOUNDARY.fullmatch(v))), None)
    times = text.count(boundary) if boundary else 0
    date = next((v for k, v in fields if k.lower() == "date"), "")
    for f in fields:
        low = f[0].lower()
        if low == "content-length" and boundary and f[1].isdigit():
            f[1] = f"{int(f[1]) - times * len(boundary)} and {times} boundaries"
        elif low == "last-modified" and same_time(f[1], date):
            f[1] = "<now>"
        if low == "date":
            f[1] = IMF_DATE.sub("<date>", f[1])
        if boundary:
            f[1] = f[1].replace(boundary, "<boundary>")
    if boundary:
        text = text.replace(boundary, "<boundary>")
    return {"status": r["status_line"], "fields": fields, "body": text, "short": bool(r.get("short"))}


def same_time(a: str, b: str) -> bool:
    if not (IMF_DATE.fullmatch(a) and IMF_DATE.fullmatch(b)):
        return False
    return abs((email.utils.parsedate_to_datetime(a) - email.utils.parsedate_to_datetime(b)).total_seconds()) <= 2


def dates(text: str) -> str:
    return IMF_DATE.sub("<date>", text)


def httpd_log(line: str, port: int, responses: list[dict]) -> str:
    line = LOG_DATE.sub("[<time>]", line)
    line = re.sub(r", client \d+ \(", ", client <n> (", line)
    if port:
        line = line.replace(f":{port} ", ":<CPORT> ")
    for r in responses:
        for k, v in r.get("headers", ()):
            if k.lower() == "content-type" and "boundary=" in v:
                length = next((b for a, b in r["headers"] if a.lower() == "content-length"), "?")
                line = re.sub(rf" {re.escape(length)}$", " <length>", line)
    return line


def relayd_log(lines: list[str], port: int) -> list[str]:
    kept = [line for line in lines if not NOISE.match(line)]
    kept = [re.sub(r", session \d+ \(", ", session <n> (", line) for line in kept]
    kept = [STALE.sub(": <errno>", line) for line in kept]
    return [line.replace(f":{port} ", ":<CPORT> ") if port else line for line in kept]
