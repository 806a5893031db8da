#!/usr/bin/env python3
"""Measures httpd with 10,000 servers of five locations, globs and patterns among them: how long they take to load, and whether a
request to the last of them costs more than one to the first."""

import sys

sys.dont_write_bytecode = True

import os
import socket
import statistics
import time

from clients import output_of
from ground import prepare
from loads import Program
from servers import HOST, Failure, Machine, Server, stop

SERVERS, ROUNDS, SECONDS, WARM_UP = 10_000, 31, 1, 4
MOST_SECONDS, MOST_RATIO = 2.0, 1.1  # targets
KINDS = (  # what stands in the configuration, and a host that it matches
    ('"www.site{}.example"', "www.site{}.example"), ('"*.site{}.example"', "x.site{}.example"),
    ('match "^%w+%.site{}%.example$"', "www.site{}.example"), ('"www.site{}.*"', "www.site{}.org"), ('match "%.site{}%."', "a.site{}.b"))
LOCATIONS = (
    'location "/exact" { block }', 'location "/img/*.png" { root "/none" }', 'location match "^/blog/(%d+)$" { block return 301 "/%1" }',
    'location "*.php" { block }', 'location match "%.bin$" { root "/htdocs" }')


def server_of(number: int) -> str:
    lines = [f"listen on {HOST} port @PORT@", "no log", "connection max requests 1000000000", *LOCATIONS]
    return f"server {KINDS[number % len(KINDS)][0].format(number)} {{\n\t" + "\n\t".join(lines) + "\n}\n"


def start(httpd: str, number: int, machine: Machine) -> tuple[Server, float, float]:
    """A started httpd, and the seconds until its first answer: by the clock, and of CPU time."""
    servers = "".join(server_of(i) for i in range(SERVERS)).replace("@PORT@", str(8001 + number))
    begun = time.monotonic()
    server = Server(Program("httpd", "httpd-many.conf", (httpd, "-d", "-f", "{conf}"), {"SERVERS": servers}), number, machine, machine.server, pause=0.01)
    with socket.create_connection((HOST, server.port), 20) as client:
        client.sendall(b"GET /1k.bin HTTP/1.0\r\n\r\n")
        if not client.recv(4096).startswith(b"HTTP/1.1 200 "):
            raise Failure("the first answer is not that of a file")
    return server, time.monotonic() - begun, sum(server.usage().clock.values())


def window(server: Server, number: int, seconds: int) -> tuple[float, float]:
    """Microseconds of user and of all CPU time that a request to one of the servers costs."""
    host = KINDS[number % len(KINDS)][1].format(number)
    before = server.usage()
    output = output_of(["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", f"{os.path.dirname(os.path.abspath(__file__))}/wrk.lua", "-H", f"Host: {host}",
                        f"http://{HOST}:{server.port}/1k.bin", "--", "0", "0"], server.machine, seconds)
    after = server.usage()
    totals = next((line.split() for line in output.splitlines() if line.startswith("TOTALS ")), None)
    if totals is None or sum(map(int, totals[4:9])):
        raise Failure(f"site {number}: wrk said: {output.strip()}")
    requests, ticks = int(totals[1]), os.sysconf("SC_CLK_TCK")
    return ((after.user - before.user) / ticks / requests * 1e6,
            sum(clock - before.clock.get(process, 0) for process, clock in after.clock.items()) / requests * 1e6)


def compare(server: Server, first: int, last: int) -> float:
    """Prints what both cost in interleaved rounds; the median of the ratios of user CPU time."""
    rounds = []
    for number in range(ROUNDS):
        costs = {site: window(server, site, SECONDS) for site in ((first, last) if number % 2 == 0 else (last, first))}
        rounds.append((costs[first], costs[last]))
    ratios, all_ratios = (sorted(last[i] / first[i] for first, last in rounds) for i in (0, 1))
    for name, i in (("first", 0), ("last", 1)):
        user, whole = (statistics.median(costs[i][j] for costs in rounds) for j in (0, 1))
        print(f"site {(first, last)[i]:5} ({name}): user {user:.2f} µs, all CPU {whole:.2f} µs a request")
    ratio = statistics.median(ratios)
    least = min(last[1] for _, last in rounds) / min(first[1] for first, _ in rounds)
    print(f"ratio of user CPU time {ratio:.3f} [{ratios[0]:.3f}..{ratios[-1]:.3f}], of all CPU time {statistics.median(all_ratios):.3f}, "
          f"of all in the smallest windows {least:.3f}", flush=True)
    return ratio


def main() -> int:
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        print("usage: many.py HTTPD", file=sys.stderr)
        return 2
    machine = prepare([])
    seconds, used = [], []
    for number in range(5):
        server, *taken = start(os.path.abspath(sys.argv[1]), number, machine)
        seconds.append(taken[0])
        used.append(taken[1])
        if number < 4:
            stop(server.process)
    print(f"{SERVERS} servers of {len(LOCATIONS)} locations answer after {statistics.median(seconds):.2f} s "
          f"[{min(seconds):.2f}..{max(seconds):.2f}], with {statistics.median(used):.2f} s of CPU time", flush=True)
    for site in (0, SERVERS - 1):
        window(server, site, WARM_UP)
    ratio = compare(server, 0, SERVERS - 1)
    stop(server.process)
    return 0 if statistics.median(seconds) < MOST_SECONDS and ratio <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
