"""Short forms that `differences.json` uses, spelt out as changes: {"field", "from", "to"} and "pattern" where `to` is a regular expression."""

import re

NONE = "<none>"
# fields that the product may add to any file it serves
VALIDATORS = [{"field": r"{n}\.field\.etag", "from": ".*", "to": r'(?:W/)?"[^"]+"', "pattern": True},
              {"field": r"{n}\.field\.accept-ranges", "from": ".*", "to": "bytes"}]
NAMES = ("connection", "content-length", "content-type", "last-modified", "location", "www-authenticate", "content-range", "content-encoding",
         "transfer-encoding", "etag", "accept-ranges", "allow", "x-backend", "strict-transport-security", "x-app", "x-resp", "server", "date")


def spell(program: str, data: dict) -> list[dict]:
    """All changes of one class."""
    changes = list(data.get("changes", ()))
    for old, new in data.get("page", ()):
        changes += page(old, new)
    if "error" in data:
        changes += error(program, **data["error"])
    for answer in data.get("answers", ()):
        changes += one_answer(**answer)
    for n in data.get("gone", ()):
        changes.append({"field": rf"{n}\..*", "from": ".*", "to": NONE})
    return changes


def page(old: str, new: str) -> list[dict]:
    """The same error page under another status: status line, page and log line."""
    a, b = re.escape(old), new
    return [
        {"field": r"\d+\.status", "from": rf"(HTTP/1\.[01]) {a}", "to": "{1} " + b},
        {"field": r"\d+\.body", "from": rf"(.*<title>){a}(</title>.*<h1>){a}(</h1>.*)", "to": "{1}" + b + "{2}" + b + "{3}"},
        {"field": r"\d+\.body", "from": rf"(.*<title>){a}(</title>.*<h1>){re.escape(old[4:])}(</h1>.*)", "to": "{1}" + b + "{2}" + b[4:] + "{3}"},
        {"field": r"log\..*", "from": rf'(.*") {old[:3]} (\d+.*)', "to": "{1} " + b[:3] + " {2}"},
        {"field": r"log\..*", "from": rf"(.*)\({a}\)(.*)", "to": "{1}(" + b + "){2}"},
    ]


def listing(recorded: str, changed: dict[str, str]) -> str:
    """An expression for our page with the recorded title and rows; `changed` has our text for each name, or link, that is written differently."""
    title = re.search(r"<h1>(.*?)</h1>", recorded, re.S)[1]
    rows = re.search(r"<tbody>\n(.*)</tbody>", recorded, re.S)[1].replace("</td>\n    <td", "</td><td")
    for old, new in changed.items():
        if old not in rows:
            raise SystemExit(f"replay: no recorded listing has {old!r} in it")
        rows = rows.replace(old, new)
    return (rf"<!DOCTYPE html>\n.*<title>{re.escape(title)}</title>\n.*<h1>{re.escape(title)}</h1>\n.*"
            rf"<tbody>\n{re.escape(rows)}</tbody>\n.*</html>\n")


def error(program: str, status: str, n: int = 1, message: str = ".*", closes: bool = True) -> list[dict]:
    """Whatever was recorded: the n-th answer is this error page, nothing follows it, and nothing reaches the origin or the script."""
    version, banner = ("1.1", "httpd") if program == "httpd" else ("1.0", "relayd")
    fields = {"server": banner, "connection": "close" if closes else "keep-alive", "content-type": "text/html", "content-length": r"\d+", "date": "<date>"}
    changes = [
        {"field": rf"{n}\.status", "from": ".*", "to": f"HTTP/{version} {status}"},
        {"field": rf"{n}\.body", "from": ".*", "to": rf"<!DOCTYPE html>.*<title>{re.escape(status)}</title>.*<address>{banner}.*", "pattern": True},
        {"field": rf"{n}\.short", "from": ".*", "to": "False"},
        {"field": rf"{n}\.raw", "from": ".*", "to": NONE},
        {"field": rf"{n}\.order", "from": ".*", "to": "@sorted"} if program == "httpd" else {"field": rf"{n}\.order", "from": ".*", "to": "content-type content-length"},
        {"field": "answers", "from": ".*", "to": str(n)},
        {"field": rf"{n + 1}\..*", "from": ".*", "to": NONE},
        {"field": r"origin\.requests", "from": ".*", "to": str(n - 1)},
        {"field": rf"origin\.[{n}-9]\..*", "from": ".*", "to": NONE},
    ]
    changes += [{"field": rf"{n}\.field\.{k}", "from": ".*", "to": v, "pattern": True} for k, v in fields.items()]
    changes += [{"field": rf"{n}\.field\.{k}", "from": ".*", "to": NONE} for k in NAMES if k not in fields]
    if program == "httpd":
        changes.append({"field": rf"log\.\w+\.log\.{n}", "from": r'(.*") \d{3} \d+(.*)', "to": "{1} " + status[:3] + " 0{2}"})
        changes.append({"field": rf"log\.\w+\.log\.{n}", "from": NONE, "to": rf".* {status[:3]} 0.*", "pattern": True})
        changes.append({"field": rf"log\.\w+\.log\.{n + 1}", "from": ".*", "to": NONE})
    else:
        changes.append({"field": r"log\.1", "from": r"(relay \w+, session <n> \(1 active\), \S+, 127\.0\.0\.1) -> .*",
                        "to": r"{1} -> (?:127\.0\.0\.\d+)?:\d+, " + message + rf" \({re.escape(status)}\).*", "pattern": True})
    changes.append({"field": "closed by", "from": ".*", "to": "server" if closes else "client"})
    changes.append({"field": "answered at the waits", "from": ".*", "to": ".*", "pattern": True})
    return changes


def one_answer(n: int, status: str, body: str, fields: dict, log: str = "", total: int = 0) -> list[dict]:
    """Whatever was recorded: the n-th answer is this one; fields not named are absent."""
    values = {"date": "<date>", "server": "httpd"} | fields
    changes = [
        {"field": rf"{n}\.status", "from": ".*", "to": status},
        {"field": rf"{n}\.body", "from": ".*", "to": body},
        {"field": rf"{n}\.short", "from": ".*", "to": "False"},
        {"field": rf"{n}\.raw", "from": ".*", "to": NONE},
        {"field": rf"{n}\.order", "from": ".*", "to": "@sorted"},
    ]
    changes += [{"field": rf"{n}\.field\.{k}", "from": ".*", "to": v} for k, v in values.items()]
    changes += [{"field": rf"{n}\.field\.{k}", "from": ".*", "to": NONE} for k in NAMES if k not in values]
    if "last-modified" in fields:
        changes += [dict(c, field=c["field"].replace("{n}", str(n))) for c in VALIDATORS]
    if log:
        changes.append({"field": rf"log\.[\w.]+\.{n}", "from": ".*", "to": log})
    if total:
        changes.append({"field": "answers", "from": ".*", "to": str(total)})
    return changes
