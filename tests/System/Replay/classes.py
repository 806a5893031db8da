"""Decides which differences are the product's decided ones.

A class of `differences.json` names vectors (patterns of whole names) and changes; a change names a field and turns the recorded value into
the one that the product gives. Classes combine: a value is decided when a chain of changes leads from the recorded value to what came. `must` names the
vectors on which the product may not stay with the recording; the originals, which never show the product's banner, may.
"""

import json
import re
from pathlib import Path

import shapes
from compare import Difference

DEPTH = 5
BANNERS = {"httpd-banner", "relayd-banner"}
KEY = re.compile(r"\d+\.(status|body|raw)|answers|exit|received|origin\..*|\d+\.field\.(allow|location|content-range|transfer-encoding|connection)")
LENGTH = re.compile(r"\d+\.field\.content-length")


class Change:
    def __init__(self, owner: str, data: dict) -> None:
        self.owner = owner
        self.field = re.compile(data["field"])
        self.old = re.compile(data["from"], re.S)
        self.new = data.get("to", "")
        self.pattern = data.get("pattern", False)
        self.add = data.get("add", 0)
        self.rows = data.get("rows", {})

    def values(self, field: str, value: str) -> str | re.Pattern | None:
        """What `value` becomes, or None where the change does not apply. With `pattern`, what came must match it as a whole."""
        if not self.field.fullmatch(field):
            return None
        match = self.old.fullmatch(value)
        if not match:
            return None
        if self.add:
            return str(int(value) + self.add)
        if self.new == "@sorted":
            return " ".join(sorted(value.split()))
        if self.new == "@listing":
            return re.compile(shapes.listing(value, self.rows), re.S)
        groups = [g or "" for g in match.groups()]
        if self.pattern:
            return re.compile(re.sub(r"\{(\d)\}", lambda m: re.escape(groups[int(m[1]) - 1]), self.new), re.S)
        return re.sub(r"\{(\d)\}", lambda m: groups[int(m[1]) - 1], self.new)


class Classes:
    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text())
        self.classes = data["classes"]
        self.product = False   # whether a banner of the product was seen: then `must` counts
        for c in self.classes:
            c["match"] = [re.compile(n) for n in c["vectors"]]
            c["not"] = [re.compile(n) for n in c.get("except", [])]
            c["due"] = [re.compile(n) for n in c.get("must", [])]
            c["list"] = [Change(c["id"], change) for change in shapes.spell(c["kind"].split("-")[0], c)]

    def decide(self, kind: str, name: str, found: list[Difference]) -> tuple[set[str], list[Difference]]:
        """The ids of the classes that explain differences, and the differences that none explains."""
        changes, due = [], []
        for c in self.classes:
            if c["kind"] == kind and any(m.fullmatch(name) for m in c["match"]) and not any(m.fullmatch(name) for m in c["not"]):
                changes += c["list"]
                due += [c for m in c["due"] if m.fullmatch(name)]
        used, kept, left, bodies = set(), set(), [], {}
        for d in found:
            ids = explain(changes, d)
            if ids is None:
                left.append(d)
            else:
                used |= ids
                kept |= ids if KEY.fullmatch(d.field) else set()   # a length or an order alone is no proof
                if d.field.endswith(".body"):
                    bodies[d.field.split(".")[0]] = len(d.got)
        # a length that is right for a decided body needs no class of its own
        still = [d for d in left if not (LENGTH.fullmatch(d.field) and d.got == str(bodies.get(d.field.split(".")[0])))]
        self.product |= bool(used & BANNERS)
        if self.product:
            still += [Difference(f"not as decided ({c['id']})", c["decision"], "as recorded") for c in due if c["id"] not in kept]
        return used, still


def explain(changes: list[Change], d: Difference) -> set[str] | None:
    seen = {d.expected}
    front = [(d.expected, frozenset())]
    for _ in range(DEPTH):
        following = []
        for value, ids in front:
            for change in changes:
                new = change.values(d.field, value)
                if new is None:
                    continue
                if isinstance(new, re.Pattern):
                    if new.fullmatch(d.got):
                        return set(ids | {change.owner})
                    continue
                if new == d.got:
                    return set(ids | {change.owner})
                if new not in seen:
                    seen.add(new)
                    following.append((new, ids | {change.owner}))
        front = following
    return None
