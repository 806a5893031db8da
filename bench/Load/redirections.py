#!/usr/bin/env python3
"""Measures what a connection through one of 1,000 redirections costs beside one through a redirection that is alone: CPU time of the whole
machine in the kernel, since no process sees a packet. Client, two balancers and a server have a network namespace each."""

import sys

sys.dont_write_bytecode = True

import os
import statistics
import subprocess
import tempfile
import time

REDIRECTIONS, ROUNDS, SECONDS = 1_000, 15, 2
MOST_RATIO = 1.05  # target
FIRST_PORT = 1001
BALANCERS = {"one": 1, "thousand": REDIRECTIONS}


class Ground:
    """Namespaces c, one, thousand and s; the client reaches 10.9.N.1 by balancer N, which reaches the server at 10.2.N.2."""

    def __init__(self, folder: str):
        self.folder, self.started = folder, []
        self.names = {name: f"redir-{os.getpid()}-{name}" for name in ("c", "s", *BALANCERS)}
        for name in self.names.values():
            run("ip", "netns", "add", name)
        for name in self.names:
            self.inside(name, "ip", "link", "set", "lo", "up")
            self.inside(name, "sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno", "net.ipv4.ip_local_port_range=10240 65000", "net.ipv4.ip_forward=1",
                        "net.ipv4.tcp_max_tw_buckets=1000")
        for number, name in enumerate(BALANCERS, 1):
            self.link("c", name, f"10.1.{number}")
            self.link("s", name, f"10.2.{number}")
            self.inside(name, "ip", "address", "add", f"10.9.{number}.1/32", "dev", "lo")
            self.inside("c", "ip", "route", "add", f"10.9.{number}.1", "via", f"10.1.{number}.1")
            self.inside("s", "ip", "route", "add", f"10.1.{number}.0/24", "via", f"10.2.{number}.1")

    def link(self, end: str, balancer: str, net: str):
        device = f"v{net.replace('.', '')}"
        run("ip", "link", "add", device, "netns", self.names[balancer], "type", "veth", "peer", "name", device, "netns", self.names[end])
        for name, last in ((balancer, 1), (end, 2)):
            self.inside(name, "ip", "address", "add", f"{net}.{last}/24", "dev", device)
            self.inside(name, "ip", "link", "set", device, "up")

    def inside(self, name: str, *command: str) -> str:
        return run("ip", "netns", "exec", self.names[name], *command)

    def start(self, name: str, *command: str) -> subprocess.Popen:
        self.started.append(subprocess.Popen(["ip", "netns", "exec", self.names[name], *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return self.started[-1]

    def close(self):
        for process in reversed(self.started):
            process.terminate()
            process.wait(20)
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], check=False)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def balance(ground: Ground, relayd: str, number: int, name: str, count: int) -> int:
    """Starts a relayd with so many redirections; the port of the last one, once it answers."""
    conf = f"{ground.folder}/{name}.conf"
    with open(conf, "w") as file:
        file.write(f'socket "{ground.folder}/{name}.sock"\ninterval 3600\ntable <hosts> {{ 10.2.{number}.2 }}\n')
        for port in range(FIRST_PORT, FIRST_PORT + count):
            file.write(f'redirect "r{port}" {{\n\tlisten on 10.9.{number}.1 port {port}\n\tforward to <hosts> port 80 check icmp\n}}\n')
    ground.start(name, relayd, "-d", "-f", conf)
    port = FIRST_PORT + count - 1
    for _ in range(300):
        if subprocess.run(["ip", "netns", "exec", ground.names["c"], "curl", "-s", "-o", "/dev/null", "-m", "1", f"http://10.9.{number}.1:{port}/"], check=False).returncode == 0:
            # What a connection leaves behind in the balancer is to be gone before its ports come again.
            ground.inside(name, "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_time_wait=1")
            return port
        time.sleep(0.1)
    raise SystemExit(f"redirections: {name}: no answer after 30 s")


def busy() -> float:
    """Ticks that all CPUs spent in the kernel, interrupts included."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return fields[2] + fields[5] + fields[6]


def window(ground: Ground, number: int, port: int) -> float:
    """Microseconds of the kernel for each connection of one request."""
    before = busy()
    output = ground.inside("c", "wrk", "-t1", "-c16", f"-d{SECONDS}s", "-H", "Connection: close", f"http://10.9.{number}.1:{port}/")
    spent = busy() - before
    requests = int(next(line.split()[0] for line in output.splitlines() if " requests in " in line))
    if requests < 1000 or "Non-2xx" in output or any(f"{kind} 0" not in output for kind in ("connect", "timeout") if "Socket errors" in output):
        raise SystemExit(f"redirections: wrk said: {output.strip()}")
    return spent / os.sysconf("SC_CLK_TCK") / requests * 1e6


def serve(ground: Ground):
    conf = f"{ground.folder}/nginx.conf"
    with open(conf, "w") as file:
        file.write(f"worker_processes 1; daemon off; pid {ground.folder}/nginx.pid; error_log /dev/null;\nevents {{ worker_connections 4096; }}\n"
                   "http { access_log off; server { listen 80 backlog=4096; return 200 ok; } }\n")
    ground.start("s", "nginx", "-c", conf, "-p", ground.folder)


def main() -> int:
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        print("usage: redirections.py RELAYD", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        ground = Ground(folder)
        try:
            serve(ground)
            ports = {name: balance(ground, os.path.abspath(sys.argv[1]), number, name, count) for number, (name, count) in enumerate(BALANCERS.items(), 1)}
            rounds = []
            for turn in range(ROUNDS + 1):
                order = list(enumerate(BALANCERS, 1))
                costs = {name: window(ground, number, ports[name]) for number, name in (order if turn % 2 == 0 else order[::-1])}
                if turn > 0:  # the first is for warming up
                    rounds.append((costs["one"], costs["thousand"]))
                    print(f"one {costs['one']:.1f}, last of {REDIRECTIONS} {costs['thousand']:.1f} µs of the kernel a connection", flush=True)
        finally:
            ground.close()
    ratios = sorted(thousand / one for one, thousand in rounds)
    ratio = statistics.median(ratios)
    print(f"ratio {ratio:.3f} [{ratios[0]:.3f}..{ratios[-1]:.3f}], target {MOST_RATIO}: {'yes' if ratio <= MOST_RATIO else 'no'}")
    return 0 if ratio <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
