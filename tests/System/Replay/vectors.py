"""Reads the vector files and turns each vector into an exchange to play."""

import json
import re
from pathlib import Path

from client import Exchange, Wait, growth
from place import VECTORS

FILES = {"httpd": ("httpd-requests.json", "httpd-config.json"), "relayd": ("relayd-sessions.json",)}
SERVER_NAMES = {"tls-sni-unknown": "nope.example"}
PLAIN_ON_TLS = {"tls-plain-http-on-tls-port", "tls-plain"}
QUIET = {"httpd": 0.45, "relayd": 0.4}   # seconds of silence after which the recorder hung up
# where it waited longer or shorter
OTHER_QUIET = {"tcp-connect-close": 0.2, "client-abort": 0.1, "slow-resp-client-close": 0.2, "slow": 1.5, "nosuch-connect-fail": 2.0}
ADDRESSES = {"multi-listen2": "127.0.0.2"}
# what relayd does not run yet, and what stands in for it so that all ids stay the recorded ones
STAND_INS = (
    (r'^redirect "rdr" \{\n.*?^\}\n', ""),
)
LAST = 1 << 30
# requests that the files abridge
ABRIDGED = {
    "hdr-toolarge-noerr": "GET /x HTTP/1.1\r\nHost: a.example\r\nX: " + "a" * 9000 + "\r\n\r\n",
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
            kind = "httpd" if "request" in data["vectors"][0] else "relayd"
            found += [dict(v, kind=kind, file=folder, configuration=data["config_text"]) for v in data["vectors"]]
    return found


def recorded_order(v: dict) -> int:
    """relayd keeps state between sessions (round robin): they are played in the order of their recorded session numbers."""
    numbers = [int(match[1]) for line in v["log"] if (match := re.search(r"session (\d+) ", line))]
    return numbers[0] if numbers else LAST


def runnable(configuration: str) -> str:
    """The recorded configuration as far as it is run."""
    for pattern, stand_in in STAND_INS:
        configuration = re.sub(pattern, stand_in, configuration, flags=re.M | re.S)
    return configuration


def without_tls_relay(configuration: str) -> str:
    """The configuration that the reload was recorded with: no relay that listens with TLS."""
    return re.sub(r'^(relay "tls"|http protocol "httpsp") \{\n.*?^\}\n', "", configuration, flags=re.M | re.S)


def exchange(v: dict) -> Exchange:
    name = v["name"]
    sent = v["request"] if v["kind"] == "httpd" else v["sent"]
    if name in ABRIDGED:
        parts = [ABRIDGED[name].encode("latin1")]
    elif isinstance(sent, list):
        grown = iter(growth([count for _, count in v.get("bytes_seen_at", ())]))
        parts = [Wait(p["wait_s"], next(grown, False)) if isinstance(p, dict) else p.encode("latin1") for p in sent]
    else:
        raise SystemExit(f"replay: {name}: the file abridges the request and vectors.py does not know it")
    place = v["config"] if v["kind"] == "httpd" else v["relay"]
    tls = place == "tls" and name not in PLAIN_ON_TLS
    names = {"httpd": "www.example.com", "relayd": "oracle.example"}
    return Exchange(
        address=ADDRESSES.get(name, "127.0.0.1"), port=v["port"], parts=parts, quiet=OTHER_QUIET.get(name, QUIET[v["kind"]]),
        answers=len([r for r in v.get("responses", ()) if "trailing_raw" not in r]),
        closes=v["closed_by_server"] if v["kind"] == "httpd" else v["closed_by_relay"],
        closes_after=v["closed_after_s"] or 0.0, half_close=v.get("client_half_closed", False),
        server_name=SERVER_NAMES.get(name, names[v["kind"]]) if tls else "",
        stream="received" in v, stream_bytes=len(v.get("received", "")))
