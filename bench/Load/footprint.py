"""What the servers cost while nothing happens: time from start to the first answer, memory of the process tree, and
memory for each connection that is open and idle."""

import os
import resource
import socket
import ssl
import statistics
import time
from dataclasses import dataclass

from loads import LOADS, Program, haproxy, our_program
from rounds import clear, start_origin
from servers import HOST, Failure, Machine, Server, end_strays, stop, tree

STARTS = 5
FIRST_REQUESTS = 24  # each on a connection of its own, so that every process of a server has completed one
CONNECTIONS = 7000
ENCRYPTED = 5000  # over TLS
SESSIONS = 10_000  # through a relay, where so many descriptors are allowed: each has two
PAUSE = 0.5  # seconds for a server to take in what was sent
OTHER_DESCRIPTORS = 1500  # of a relay: its own, those of the sessions that are made first, and what it keeps in reserve
REQUEST = b"GET /1k.bin HTTP/1.1\r\nHost: bench\r\n\r\n"
HALF = b"GET /1k.bin HTTP/1.1\r\nHost: bench\r\nX-Half: of a head"
MOST_SECONDS, MOST_PROCESS, MOST_IDLE, MOST_ENCRYPTED = 0.6, 15 * 1024 * 1024, 8 * 1024, 40 * 1024  # targets of ours
MOST_SESSION, MOST_HTTP_SESSION, MOST_TLS_SESSION = 12 * 1024, 16 * 1024, 48 * 1024  # of a relay


@dataclass
class Footprint:
    label: str
    seconds: float  # from start to the first answer, median
    pss: int  # bytes over the process tree, after the first answer
    processes: list[int]  # PSS of each
    idle: int  # bytes for a connection that has completed a request
    half: int  # bytes for a connection that has sent half a head
    processes_with_tls: list[int]  # PSS of each, where TLS is configured
    encrypted: int  # bytes for a connection over TLS that has completed a request


def programs(httpd: str) -> list[tuple[Program, Program]]:
    """Each without TLS, and with it: 1.3, P-256, tickets as they come."""
    httpd_tls = 'tls { certificate "{scratch}/p256.crt", key "{scratch}/p256.key" }'
    nginx_tls = "ssl_certificate {scratch}/p256.crt; ssl_certificate_key {scratch}/p256.key; ssl_protocols TLSv1.3;"

    def both(label: str, template: str, command: tuple[str, ...], plain: dict[str, str], encrypted: dict[str, str]) -> tuple[Program, Program]:
        return Program(label, template, command, plain), Program(f"{label} with TLS", template, command, encrypted)
    return [both("httpd", "httpd-idle.conf", (httpd, "-d", "-f", "{conf}"), {"TLS": "", "SERVER": ""}, {"TLS": "tls", "SERVER": httpd_tls}),
            both("nginx", "nginx-idle.conf", ("nginx", "-e", "{dir}/error.log", "-c", "{conf}"), {"LISTEN": "", "SERVER": ""},
                 {"LISTEN": "ssl", "SERVER": nginx_tls}),
            both("HAProxy", "haproxy-idle.cfg", ("haproxy", "-db", "-f", "{conf}"), {"BIND": ""},
                 {"BIND": "ssl crt {scratch}/p256.pem ssl-min-ver TLSv1.3"})]


def measure(program: Program, with_tls: Program, number: int, machine: Machine) -> Footprint:
    seconds = []
    for i in range(STARTS):
        begun = time.monotonic()
        server = Server(program, number + i, machine, machine.server, pause=0.002)
        try:
            ask(connect(server)).close()
            seconds.append(time.monotonic() - begun)
            if i < STARTS - 1:
                continue
            processes = memory(server, lambda: ask(connect(server)))
            idle = for_each(server, CONNECTIONS, lambda: ask(connect(server)))
            half = for_each(server, CONNECTIONS, lambda: send(connect(server), HALF))
        finally:
            stop(server.process)
    return Footprint(program.label, statistics.median(seconds), sum(processes), processes, idle, half,
                     *measure_encrypted(with_tls, number + STARTS, machine))


def measure_encrypted(program: Program, number: int, machine: Machine) -> tuple[list[int], int]:
    server = Server(program, number, machine, machine.server)
    try:
        processes = memory(server, lambda: ask(encrypt(connect(server))))
        return processes, for_each(server, ENCRYPTED, lambda: ask(encrypt(connect(server))))
    finally:
        stop(server.process)


def memory(server: Server, make) -> list[int]:
    """PSS of each process, the largest first, while nothing happens and no connection is open."""
    for _ in range(FIRST_REQUESTS):
        make().close()
    time.sleep(PAUSE)
    return sorted((pss(pid) for pid, _ in tree(server.process.pid)), reverse=True)


def for_each(server: Server, count: int, make) -> int:
    """Bytes that the process tree grows by for each connection; a few are made first, so that pools exist."""
    connections = [make() for _ in range(200)]
    try:
        time.sleep(PAUSE)
        before = resident(server)
        connections += [make() for _ in range(count)]
        time.sleep(PAUSE)
        return (resident(server) - before) // count
    finally:
        for connection in connections:
            connection.close()
        time.sleep(PAUSE)


def connect(server: Server) -> socket.socket:
    connection = socket.create_connection((HOST, server.port), 10)
    # As browsers do; else the request waits 40 ms for the acknowledgement of the handshake's end, which no server hurries to send.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def encrypt(connection: socket.socket) -> socket.socket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)


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
        found = [measure(*pair, 50 + 10 * i, machine) for i, pair in enumerate(programs(httpd))]
    except (Failure, OSError) as failure:
        print(f"\nThe footprint could not be measured: {failure}", flush=True)
        return False
    ours = found[0]
    print(f"\nIn the default configuration of each (httpd: three servers) and with nothing to do; start to first answer is the median of {STARTS}; bytes for a connection are "
          f"resident memory of the tree, over {CONNECTIONS:,} connections, with TLS {ENCRYPTED:,}.\n")
    print("| | start to first answer | PSS of the tree | processes | largest process | idle connection | half a head | largest process with TLS | "
          "idle connection over TLS |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in found:
        print(f"| {row.label} | {row.seconds:.2f} s | {mebi(row.pss)} | {len(row.processes)} | {mebi(row.processes[0])} | {row.idle:,} B | {row.half:,} B | "
              f"{mebi(row.processes_with_tls[0])} | {row.encrypted:,} B |")
    print(f"| target | {MOST_SECONDS} s | | | {mebi(MOST_PROCESS)} | {MOST_IDLE:,} B | | {mebi(MOST_PROCESS)} | {MOST_ENCRYPTED:,} B |", flush=True)
    return (ours.seconds <= MOST_SECONDS and max(ours.processes[0], ours.processes_with_tls[0]) <= MOST_PROCESS and ours.idle <= MOST_IDLE
            and ours.encrypted <= MOST_ENCRYPTED)


def print_sessions(relayd: str, machine: Machine) -> bool:
    """Memory for each session of a relay that has moved a request and its answer and is idle; True if all of ours hold."""
    many = min(SESSIONS, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_DESCRIPTORS) // 2)
    kinds = [("plain", "tcp-1k", haproxy("copying", "tcp", maxconn=many + 300), many, MOST_SESSION, connect),
             ("HTTP", "relay-1k", haproxy(maxconn=many + 300), many, MOST_HTTP_SESSION, connect),
             ("HTTP with TLS", "relay-tls-1k", haproxy(certificate="p256", maxconn=many + 300), ENCRYPTED, MOST_TLS_SESSION, lambda server: encrypt(connect(server)))]
    try:
        rows = [(kind, count, most, [session_size(load, program, count, make, 80 + 2 * i + j, machine)
                                     for j, program in enumerate((our_program(LOADS[load][0], relayd, upstream=False), rival))])
                for i, (kind, load, rival, count, most, make) in enumerate(kinds)]
    except (Failure, OSError) as failure:
        print(f"\nThe sessions could not be measured: {failure}", flush=True)
        return False
    print("\nResident memory of the tree for each idle session of a relay, after 1 KiB each.\n")
    print("| relay | sessions | relayd | HAProxy | target |\n| --- | --- | --- | --- | --- |")
    for kind, count, most, (ours, rival) in rows:
        print(f"| {kind} | {count:,} | {ours:,} B | {rival:,} B | {most:,} B |", flush=True)
    return all(sizes[0] <= most for _, _, most, sizes in rows)


def session_size(load: str, program: Program, count: int, make, number: int, machine: Machine) -> int:
    origin = start_origin(LOADS[load][0], machine)
    try:
        server = Server(program, number, machine, machine.server)
        try:
            return for_each(server, count, lambda: ask(make(server)))
        finally:
            stop(server.process)
    finally:
        stop(origin)
        end_strays()
        clear(machine)


def mebi(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
