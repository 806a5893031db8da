"""What the servers cost while nothing happens: time from start to the first answer, memory of the process tree, and
memory for each connection that is open and idle."""

import os
import socket
import statistics
import time
from dataclasses import dataclass

from loads import Program
from servers import HOST, Failure, Machine, Server, stop, tree

STARTS = 5
CONNECTIONS = 7000
PAUSE = 0.5  # seconds for a server to take in what was sent
REQUEST = b"GET /1k.bin HTTP/1.1\r\nHost: bench\r\n\r\n"
HALF = b"GET /1k.bin HTTP/1.1\r\nHost: bench\r\nX-Half: of a head"
MOST_SECONDS, MOST_PROCESS, MOST_IDLE = 0.6, 15 * 1024 * 1024, 8 * 1024  # targets of ours


@dataclass
class Footprint:
    label: str
    seconds: float  # from start to the first answer, median
    pss: int  # bytes over the process tree, after the first answer
    processes: list[int]  # PSS of each
    idle: int  # bytes for a connection that has completed a request
    half: int  # bytes for a connection that has sent half a head


def programs(httpd: str) -> list[Program]:
    return [Program("httpd", "httpd-idle.conf", (httpd, "-d", "-f", "{conf}"), {}),
            Program("nginx", "nginx-idle.conf", ("nginx", "-e", "{dir}/error.log", "-c", "{conf}"), {}),
            Program("HAProxy", "haproxy-idle.cfg", ("haproxy", "-db", "-f", "{conf}"), {})]


def measure(program: Program, number: int, machine: Machine) -> Footprint:
    seconds = []
    for i in range(STARTS):
        begun = time.monotonic()
        server = Server(program, number + i, machine, machine.server, pause=0.002)
        try:
            ask(connect(server)).close()
            seconds.append(time.monotonic() - begun)
            if i < STARTS - 1:
                continue
            time.sleep(PAUSE)
            processes = sorted((pss(pid) for pid, _ in tree(server.process.pid)), reverse=True)
            idle = for_each(server, lambda: ask(connect(server)))
            half = for_each(server, lambda: send(connect(server), HALF))
        finally:
            stop(server.process)
    return Footprint(program.label, statistics.median(seconds), sum(processes), processes, idle, half)


def for_each(server: Server, make) -> int:
    """Bytes that the process tree grows by for each connection; a few are made first, so that pools exist."""
    connections = [make() for _ in range(200)]
    try:
        time.sleep(PAUSE)
        before = resident(server)
        connections += [make() for _ in range(CONNECTIONS)]
        time.sleep(PAUSE)
        return (resident(server) - before) // CONNECTIONS
    finally:
        for connection in connections:
            connection.close()
        time.sleep(PAUSE)


def connect(server: Server) -> socket.socket:
    return socket.create_connection((HOST, server.port), 10)


def send(connection: socket.socket, data: bytes) -> socket.socket:
    connection.sendall(data)
    return connection


def ask(connection: socket.socket) -> socket.socket:
    """One whole answer; the connection stays open."""
    connection.sendall(REQUEST)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += receive(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += receive(connection)
    return connection


def receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise Failure("the connection ended before its answer")
    return data


def rollup(pid: int, name: str) -> int:
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:"))


def pss(pid: int) -> int:
    return rollup(pid, "Pss")


def resident(server: Server) -> int:
    return sum(rollup(pid, "Rss") for pid, _ in tree(server.process.pid))


def print_footprints(httpd: str, machine: Machine) -> bool:
    """The table; True if ours holds."""
    try:
        found = [measure(program, 50 + 10 * i, machine) for i, program in enumerate(programs(httpd))]
    except (Failure, OSError) as failure:
        print(f"\nThe footprint could not be measured: {failure}", flush=True)
        return False
    ours = found[0]
    print(f"\nWith one server process and nothing to do; start to first answer is the median of {STARTS}; bytes for a connection are "
          f"resident memory of the tree, over {CONNECTIONS:,} connections.\n")
    print("| | start to first answer | PSS of the tree | processes | largest process | idle connection | half a head |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in found:
        print(f"| {row.label} | {row.seconds:.2f} s | {mebi(row.pss)} | {len(row.processes)} | {mebi(row.processes[0])} | {row.idle:,} B | {row.half:,} B |")
    print(f"| target | {MOST_SECONDS} s | | | {mebi(MOST_PROCESS)} | {MOST_IDLE:,} B | |", flush=True)
    return ours.seconds <= MOST_SECONDS and ours.processes[0] <= MOST_PROCESS and ours.idle <= MOST_IDLE


def mebi(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
