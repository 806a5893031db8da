#!/usr/bin/env python3
"""Replays recorded exchanges against an httpd or a relayd and reports every difference. README.md beside this file tells the rest."""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import configs
import place
import races
import vectors
from classes import Classes
from relays import Relays
from web import Web

HERE = Path(__file__).resolve().parent
WIDTH = 300


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--httpd", metavar="PATH")
    parser.add_argument("--relayd", metavar="PATH")
    parser.add_argument("--vectors", metavar="FILE", nargs="+", type=Path)
    parser.add_argument("--filter", metavar="RE", default="", help="only vectors whose KIND/NAME has a match; kinds: httpd, httpd-config, relayd")
    parser.add_argument("--part", metavar="I/N", default="1/1", help="of what is chosen, every Nth vector from the Ith on")
    parser.add_argument("--differences", metavar="FILE", type=Path, default=HERE / "differences.json")
    parser.add_argument("-v", action="store_true", help="also the vectors that are the same or decided, and whole values")
    options = parser.parse_args()
    if bool(options.httpd) == bool(options.relayd):
        parser.error("give either --httpd or --relayd")
    options.program = str(Path(options.httpd or options.relayd).resolve())
    first, step = (int(number) for number in options.part.split("/"))
    options.part = slice(first - 1, None, step)
    return options


def play(options: argparse.Namespace, chosen: list[dict], scratch: Path):
    for v in chosen:
        if v["kind"].endswith("-config"):
            yield v, configs.play(options.program, v)
    yield from Web(options.program, scratch).play([v for v in chosen if v["kind"] == "httpd"])
    yield from Relays(options.program, scratch).play([v for v in chosen if v["kind"] == "relayd"])


class Report:
    """Prints as it goes and counts."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.verbose = options.v
        self.classes = Classes(options.differences)
        self.counts: Counter = Counter()
        self.files: dict[str, Counter] = {}
        self.used: Counter = Counter()

    def add(self, v: dict, found: list) -> None:
        name = v["name"]
        found = races.without(v, found)
        ids, left = self.classes.decide(v["kind"], name, found)
        verdict = "different" if left else "decided" if ids else "same"
        self.counts[verdict] += 1
        self.files.setdefault(f"{v['file']} {v['kind']}", Counter())[verdict] += 1
        self.used.update(ids)
        if left:
            print(f"different {v['kind']}/{name}" + (f" (also decided: {', '.join(sorted(ids))})" if ids else ""), flush=True)
            for d in left:
                print(f"    {d.field}: expected {self.short(d.expected)}, came {self.short(d.got)}", flush=True)
        elif self.verbose:
            print(f"{verdict:9} {v['kind']}/{name}" + (f": {', '.join(sorted(ids))}" if ids else ""), flush=True)

    def short(self, value: str) -> str:
        value = repr(value)
        return value if self.verbose or len(value) <= WIDTH else value[:WIDTH] + f"... ({len(value)})"

    def finish(self) -> int:
        for name, counts in sorted(self.files.items()):
            print(f"{name}: {counts['same']} same, {counts['decided']} decided, {counts['different']} different")
        for name, count in sorted(self.used.items()):
            print(f"decided by {name}: {count}")
        total = sum(self.counts.values())
        print(f"{self.counts['same']} same, {self.counts['decided']} decided, {self.counts['different']} different of {total}")
        return 0 if total and not self.counts["different"] else 1


def main() -> int:
    options = arguments()
    place.enter()
    paths = options.vectors or [place.VECTORS / name for name in vectors.FILES["httpd" if options.httpd else "relayd"]]
    chosen = [v for v in vectors.load(paths) if re.search(options.filter, f"{v['kind']}/{v['name']}")][options.part]
    report = Report(options)
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        place.build(scratch)
        start = time.monotonic()
        for v, found in play(options, chosen, scratch):
            report.add(v, found)
        print(f"{time.monotonic() - start:.0f} s")
        place.leave(scratch)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
