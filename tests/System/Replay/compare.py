"""Differences between a recording and what came, field by field."""

from dataclasses import dataclass

import normal
from client import LATENESS, PATIENCE, growth

ABSENT = "<none>"


@dataclass
class Difference:
    field: str
    expected: str
    got: str


def http(name: str, expected: list[dict], got: list[dict]) -> list[Difference]:
    """Status, every field, their order and the body of each answer."""
    expected = [normal.response(name, r) for r in expected]
    got = [normal.response(name, r) for r in got]
    found = []
    if len(expected) != len(got):
        found.append(Difference("answers", str(len(expected)), str(len(got))))
    for i in range(max(len(expected), len(got))):
        e = expected[i] if i < len(expected) else {}
        g = got[i] if i < len(got) else {}
        found += one_answer(f"{i + 1}.", e, g)
    return found


def one_answer(at: str, e: dict, g: dict) -> list[Difference]:
    found = []
    for part in ("raw", "status", "body", "short"):
        a, b = str(e.get(part, ABSENT)), str(g.get(part, ABSENT))
        if a != b:
            found.append(Difference(at + part, a, b))
    found += heads(at, e.get("fields", []), g.get("fields", []))
    return found


def heads(at: str, e: list, g: list) -> list[Difference]:
    """Fields by name (values in order), then the order of the names that both have."""
    found = []
    names = list(dict.fromkeys([k.lower() for k, _ in e] + [k.lower() for k, _ in g]))
    for name in names:
        a = " | ".join(v for k, v in e if k.lower() == name) if any(k.lower() == name for k, _ in e) else ABSENT
        b = " | ".join(v for k, v in g if k.lower() == name) if any(k.lower() == name for k, _ in g) else ABSENT
        if a != b:
            found.append(Difference(f"{at}field.{name}", a, b))
        elif [k for k, _ in e if k.lower() == name] != [k for k, _ in g if k.lower() == name]:
            found.append(Difference(f"{at}case.{name}", str([k for k, _ in e if k.lower() == name]), str([k for k, _ in g if k.lower() == name])))
    common = {k.lower() for k, _ in e} & {k.lower() for k, _ in g}
    a = [k.lower() for k, _ in e if k.lower() in common]
    b = [k.lower() for k, _ in g if k.lower() in common]
    if list(dict.fromkeys(a)) != list(dict.fromkeys(b)):
        found.append(Difference(f"{at}order", " ".join(a), " ".join(b)))
    return found


def endings(v: dict, outcome) -> list[Difference]:
    """Who closed, whether with a reset, and when, where that was a timeout."""
    closed = v["closed_by_server"] if v["kind"] == "httpd" else v["closed_by_relay"]
    found = []
    if outcome.error:
        found.append(Difference("connection", "accepted", outcome.error))
    if closed != (outcome.closed is not None):
        found.append(Difference("closed by", *("server" if c else "client" for c in (closed, outcome.closed is not None))))
    elif closed and v["closed_after_s"] >= 1 and abs(outcome.closed - v["closed_after_s"]) > LATENESS:
        found.append(Difference("closed after", f"{v['closed_after_s']} s", f"{outcome.closed:.2f} s"))
    elif closed and v["closed_after_s"] < 1 and outcome.closed > v["closed_after_s"] + PATIENCE:
        found.append(Difference("closed after", f"{v['closed_after_s']} s", f"{outcome.closed:.2f} s"))
    if v["reset"] != outcome.reset:
        found.append(Difference("reset", str(v["reset"]), str(outcome.reset)))
    e, g = growth([n for _, n in v.get("bytes_seen_at", ())]), growth(outcome.marks)
    if "bytes_seen_at" in v and e != g:
        found.append(Difference("answered at the waits", *(" ".join("yes" if came else "no" for came in x) for x in (e, g))))
    return found


def text(field: str, expected: list[str] | str, got: list[str] | str) -> list[Difference]:
    a, b = ("\n".join(x) if isinstance(x, list) else x for x in (expected, got))
    return [Difference(field, a or ABSENT, b or ABSENT)] if a != b else []


def lines(field: str, expected: list[str], got: list[str]) -> list[Difference]:
    """Line by line, so that a class can judge each."""
    found = []
    for i in range(max(len(expected), len(got))):
        a = expected[i] if i < len(expected) else ABSENT
        b = got[i] if i < len(got) else ABSENT
        if a != b:
            found.append(Difference(f"{field}.{i + 1}", a, b))
    return found


def backend(expected: list[dict], got: list[dict]) -> list[Difference]:
    """What the origin saw: head field by field, body, and plain TCP. Ends of TCP connections of health checks may come between."""
    ends = (any(x.get("tcp") == "eof" for x in expected), any(x.get("tcp") == "eof" for x in got))
    found = [] if ends[0] <= ends[1] else [Difference("origin.end", "eof", ABSENT)]
    expected = [x for x in expected if x.get("tcp") != "eof"]
    got = [x for x in got if x.get("tcp") != "eof"]
    if len(expected) != len(got):
        found.append(Difference("origin.requests", str(len(expected)), str(len(got))))
    for i in range(max(len(expected), len(got))):
        e = split(expected[i]) if i < len(expected) else {}
        g = split(got[i]) if i < len(got) else {}
        at = f"origin.{i + 1}."
        for part in ("who", "line", "body", "tcp", "partial", "exc"):
            a, b = str(e.get(part, ABSENT)), str(g.get(part, ABSENT))
            if a != b:
                found.append(Difference(at + part, a, b))
        found += heads(at, e.get("fields", []), g.get("fields", []))
    return found


def split(seen: dict) -> dict:
    if "request" not in seen:
        return dict(seen, fields=[])
    line, *rest = seen["request"].rstrip("\r\n").split("\r\n")
    fields = [x.split(": ", 1) if ": " in x else [x, ""] for x in rest]
    return {"who": seen["who"], "line": line, "fields": fields, "body": seen["body"]}
