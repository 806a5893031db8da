#!/usr/bin/env python3
"""Measures httpd and relayd side by side with nginx, HAProxy and dnsdist: CPU time per request, or the p99 at a fixed rate. See README.md."""

import sys

sys.dont_write_bytecode = True

import argparse
import json
import os

from footprint import print_footprints, print_sessions
from ground import prepare, versions
from loads import LOADS, our_program
from rounds import measure
from servers import Failure

TOLERANCE = 0.03  # by which the median may miss the target
ENOUGH_ROUNDS = 11  # fewer give no verdict
HEADER = ("load", "rival at its best", "CPU µs/request, ours / rival", "ratio [min..max]", "ratio of the smallest windows",
          "requests/s, ours / rival", "p50, p99 µs, ours", "p50, p99 µs, rival", "system share, ours / rival", "target", "holds")


def arguments() -> argparse.Namespace:
    groups = {"all": list(LOADS), **{name: [n for n, loads in LOADS.items() if loads[0].ours == name] for name in ("httpd", "relayd")}}
    parser = argparse.ArgumentParser(description=__doc__, epilog="Loads: " + " ".join(LOADS) + "; or all, httpd, relayd for all of these.")
    parser.add_argument("loads", metavar="LOAD", nargs="*", help="what to measure")
    parser.add_argument("--httpd", metavar="PATH", help="the web server")
    parser.add_argument("--relayd", metavar="PATH", help="the relay")
    parser.add_argument("--rounds", metavar="N", type=int, default=ENOUGH_ROUNDS, help=f"default {ENOUGH_ROUNDS}; fewer give no verdict")
    parser.add_argument("--seconds", metavar="N", type=int, default=2, help="length of a window, default 2")
    parser.add_argument("--json", metavar="FILE", help="write every figure of every round there")
    parser.add_argument("--upstream", action="store_true", help="leave out of our configurations what upstream's programs lack")
    parser.add_argument("--footprint", action="store_true", help="measure start, memory and idle connections of httpd too")
    parser.add_argument("--sessions", action="store_true", help="measure idle sessions of relayd too")
    options = parser.parse_args()
    if unknown := [word for word in options.loads if word not in LOADS and word not in groups]:
        parser.error(f"there is no load {', '.join(unknown)}")
    options.loads = list(dict.fromkeys(name for word in options.loads for name in groups.get(word, [word])))
    for name in ("httpd", "relayd"):
        path = getattr(options, name)
        if path is None and (set(options.loads) & set(groups[name]) or name == "httpd" and options.footprint or name == "relayd" and options.sessions):
            parser.error(f"these loads need --{name}")
        if path is not None and (os.path.isdir(path) or not os.access(path, os.X_OK)):
            parser.error(f"{path} is not a program")
    if options.rounds < 1 or not 1 <= options.seconds <= 60:
        parser.error("--rounds is at least 1, --seconds 1 to 60")
    return options


def verdict(result: dict) -> str:
    if len(result["ratios"]) < ENOUGH_ROUNDS:
        return "no verdict"
    return "yes" if round(result["ratio"] - TOLERANCE, 6) <= result["target"] else "**no**"


def line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def latencies(setting: dict) -> str:
    return f"{setting['p50']:.0f}, {setting['p99']:.0f}"


def result_line(name: str, result: dict) -> str:
    ours = result["settings"][0]
    rival = next(s for s in result["settings"][1:] if s["label"] == result["best"])
    ratio = f"**{result['ratio']:.3f}** [{min(result['ratios']):.3f}..{max(result['ratios']):.3f}]"
    name = name if result["compared"] == "us" else f"{name}: ratio of {result['compared']}"
    return line(name, rival["label"], f"{ours['us']:.2f} / {rival['us']:.2f}", ratio, f"{result['least_disturbed']:.3f}",
                f"{ours['rate']:,.0f} / {rival['rate']:,.0f} = {result['rate_ratio']:.2f}", latencies(ours), latencies(rival),
                f"{ours['system']:.0%} / {rival['system']:.0%}", f"{result['target']:.2f}", verdict(result))


def print_rounds(name: str, result: dict):
    count = len(result["ratios"])
    print(f"\n{name}: CPU µs/request in each round; other work took {result['other_work']:.0%} of the servers' CPU.\n")
    print(line("setting", *(str(i + 1) for i in range(count)), "requests/s", "p50, p99 µs", "system share"))
    print(line(*["---"] * (count + 4)))
    for setting in result["settings"]:
        print(line(setting["label"], *(f"{r['us']:.2f}" for r in setting["rounds"]), f"{setting['rate']:,.0f}", latencies(setting),
                   f"{setting['system']:.0%}"))
    print(line(f"{result['settings'][0]['label']} / {result['best']}", *(f"{r:.3f}" for r in result["ratios"]), "", "", ""), flush=True)


def main() -> int:
    options = arguments()
    loads = {load.title or name: load for name in options.loads for load in LOADS[name]}
    measured = versions({"openssl"} | {program.command[0] for load in loads.values() for program in load.rivals})
    machine = prepare(options.loads)
    print(f"CPU time per request over the process tree in {options.rounds} interleaved rounds of {options.seconds} s. "
          f"A target holds if the median ratio less {TOLERANCE} is at or below it.\n{measured}\n")
    print(line(*HEADER))
    print(line(*["---"] * len(HEADER)), flush=True)
    results = {}
    for name, load in loads.items():
        ours = our_program(load, os.path.abspath(getattr(options, load.ours)), options.upstream)
        try:
            results[name] = measure(load, ours, options.rounds, options.seconds, machine)
            print(result_line(name, results[name]), flush=True)
        except Failure as failure:
            results[name] = {"failed": str(failure)}
            print(line(name, f"failed: {failure}", *[""] * 7, f"{load.target:.2f}", "**no**"), flush=True)
    whole = {name: result for name, result in results.items() if "failed" not in result}
    for name, result in whole.items():
        print_rounds(name, result)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"measured": measured, "rounds": options.rounds, "seconds": options.seconds, "loads": results}, file, indent=1)
    footprint = not options.footprint or print_footprints(os.path.abspath(options.httpd), machine)
    sessions = not options.sessions or print_sessions(os.path.abspath(options.relayd), machine)
    return 0 if footprint and sessions and all(name in whole and verdict(whole[name]) == "yes" for name in loads) else 1


if __name__ == "__main__":
    sys.exit(main())
