"""What the program does not run yet: takes it out of the recorded configuration, and the vectors that need it out of the play.

httpd refuses at start what it does not run and names each such directive. `scope.json` says for each what depends on it: the `blocks` of the
configuration to take out (patterns of a block's beginning), and the vectors by what they send (`sends`) or by their configuration (`configs`).
A directive that runs is not named any more, and its vectors are played from that day on.
"""

import json
import re
from pathlib import Path

ENTRIES = json.loads((Path(__file__).resolve().parent / "scope.json").read_text())
REFUSAL = re.compile(r"^\S+:\d+:\d+: (.+) does not run in this version of httpd yet$", re.M)


def refused(messages: str) -> list[str]:
    """The directives that the program's messages name."""
    return sorted(set(REFUSAL.findall(messages)))


def cut(configuration: str, directives: list[str]) -> str:
    for directive in directives:
        for head in ENTRIES[directive].get("blocks", ()):
            while match := re.search(head, configuration, re.M):
                configuration = configuration[:match.start()] + configuration[end_of_block(configuration, match.start()):]
    return configuration


def end_of_block(text: str, at: int) -> int:
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "{") - (text[i] == "}")
        if text[i] == "}" and depth == 0:
            return i + 1
    raise SystemExit("replay: a block of the recorded configuration has no end")


def needs(v: dict, directives: list[str]) -> str:
    """The directive that this vector waits for; empty where it can be played."""
    sent = "".join(p for p in v["request"] if isinstance(p, str)) if isinstance(v["request"], list) else ""
    for directive in directives:
        entry = ENTRIES[directive]
        if v["config"] in entry.get("configs", ()) or ("sends" in entry and re.search(entry["sends"], sent, re.M)):
            return directive
    return ""
