"""Reads the vector files and turns each vector into an exchange to play."""

import json
from pathlib import Path

from client import Exchange, Wait, growth
from place import VECTORS

FILES = ("httpd-requests.json", "httpd-config.json")
SERVER_NAMES = {"tls-sni-unknown": "nope.example"}
PLAIN_ON_TLS = {"tls-plain-http-on-tls-port", "tls-plain"}
QUIET = 0.45   # seconds of silence after which the recorder hung up
# requests that the files abridge
ABRIDGED = {
    "reqline-oversize": "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
    "reqline-unfinished": "GET /" + "a" * 9000,
}


def load(paths: list[Path]) -> list[dict]:
    """Every vector of the files, each with `file` (its folder), `kind` and the configuration."""
    found = []
    for path in paths:
        data = json.loads(path.read_text())
        folder = str(path.parent)
        if isinstance(data, list):
            found += [dict(v, kind="httpd-config", file=folder) for v in data]
        else:
            found += [dict(v, kind="httpd", file=folder, configuration=data["config_text"]) for v in data["vectors"]]
    return found


def exchange(v: dict) -> Exchange:
    name = v["name"]
    sent = v["request"]
    if name in ABRIDGED:
        parts = [ABRIDGED[name].encode("latin1")]
    elif isinstance(sent, list):
        grown = iter(growth([count for _, count in v.get("bytes_seen_at", ())]))
        parts = [Wait(p["wait_s"], next(grown)) if isinstance(p, dict) else p.encode("latin1") for p in sent]
    else:
        raise SystemExit(f"replay: {name}: the file abridges the request and vectors.py does not know it")
    tls = v["config"] == "tls" and name not in PLAIN_ON_TLS
    return Exchange(
        address="127.0.0.1", port=v["port"], parts=parts, quiet=QUIET,
        answers=len([r for r in v["responses"] if "trailing_raw" not in r]),
        closes=v["closed_by_server"], closes_after=v["closed_after_s"] or 0.0, half_close=v.get("client_half_closed", False),
        server_name=SERVER_NAMES.get(name, "www.example.com") if tls else "")
