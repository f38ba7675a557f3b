"""Runs every scenario against the pass-through and Weirgate in turn and prints a Markdown table.

Started by `loadtests/run`. Gateways sit on processor 0, upstream and driver on processor 1 (where
there are two). Processor time is read from /proc before and after the counted seconds; it never
judges, it prints ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

ROOT = Path(__file__).resolve().parent.parent
RIG = ROOT / "target" / "release" / "weirgate-rig"
TICKS = os.sysconf("SC_CLK_TCK")
MODELS = ["load-plain", "load-stream", "load-paced", "load-wait", "load-flood"]
PASSWORD = "load-table-only"  # noqa: S105 - an account of a throw-away data folder


def free_port() -> int:
    """Returns a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pinned(core: int, command: list[str]) -> list[str]:
    """Returns the command bound to one processor where the machine has several."""
    if shutil.which("taskset") and len(os.sched_getaffinity(0)) > 1:
        return ["taskset", "-c", str(core), *command]
    return command


def wait_for(port: int, seconds: float = 60.0) -> None:
    """Waits until something accepts on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after {seconds:.0f} s")


@dataclass
class Process:
    """A started program: its port and what it uses."""

    name: str
    port: int
    handle: subprocess.Popen[bytes]
    key: str = "sk-load"

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children so far."""
        fields = Path(f"/proc/{self.handle.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_kib(self) -> int:
        """Resident memory now."""
        for line in Path(f"/proc/{self.handle.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def stop(self) -> None:
        """Ends the process and waits for it."""
        self.handle.terminate()
        try:
            self.handle.wait(30)
        except subprocess.TimeoutExpired:
            self.handle.kill()


def start(name: str, core: int, port: int, command: list[str]) -> Process:
    """Starts a program on a processor and waits for its port."""
    log = (ROOT / ".tests" / f"load-{name}.log").open("wb")
    handle = subprocess.Popen(pinned(core, command), stdout=log, stderr=log)
    wait_for(port)
    return Process(name, port, handle)


def answer(reply: httpx.Response) -> Any:
    """Returns the data of a management answer or stops with its message."""
    body = orjson.loads(reply.content)
    if not body.get("success"):
        raise SystemExit(f"load table: {reply.request.url}: {body}")
    return body.get("data")


def prepare(weirgate: Process, upstream_port: int) -> None:
    """Sets a fresh server up as an admin would: account, prices, channel, key."""
    with httpx.Client(base_url=f"http://127.0.0.1:{weirgate.port}", timeout=30) as http:
        account = {"username": "root", "password": PASSWORD}
        answer(http.post("/api/setup", json={**account, "confirmPassword": PASSWORD}))
        user = answer(http.post("/api/user/login", json=account))
        http.headers["New-Api-User"] = str(user["id"])
        ratios = orjson.dumps(dict.fromkeys(MODELS, 0.001)).decode()
        answer(http.put("/api/option/", json={"key": "ModelRatio", "value": ratios}))
        channel = {
            "type": 1,
            "name": "load",
            "key": "sk-upstream",
            "models": ",".join(MODELS),
            "group": "default",
            "base_url": f"http://127.0.0.1:{upstream_port}",
        }
        answer(http.post("/api/channel/", json={"mode": "single", "channel": channel}))
        key = {"name": "load", "unlimited_quota": True, "expired_time": -1, "remain_quota": 0}
        answer(http.post("/api/token/", json=key))
        row = answer(http.get("/api/token/"))["items"][0]
        secret = row["key"]
        if "*" in secret:
            secret = answer(http.post(f"/api/token/{row['id']}/key"))["key"]
        weirgate.key = f"sk-{secret}"


def figures(line: str) -> dict[str, float]:
    """Reads the driver's `name=value` line."""
    return {name: float(value) for name, _, value in (word.partition("=") for word in line.split())}


@dataclass
class Scenario:
    """One workload, from its TOML file."""

    name: str
    title: str
    drive: list[str]
    per: str = "calls"
    limit: float | None = None
    warmup: float = 1.0
    memory: bool = False
    rows: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def measure(self, gateway: Process, seconds: float) -> None:
        """Drives one round and keeps its figures."""
        command = [
            str(RIG),
            "drive",
            "--port",
            str(gateway.port),
            "--key",
            gateway.key,
            *self.drive,
        ]
        command += ["--seconds", str(seconds), "--warmup", str(self.warmup)]
        before = gateway.resident_kib()
        driver = subprocess.Popen(pinned(1, command), stdout=subprocess.PIPE)
        time.sleep(self.warmup)
        cpu, clock = gateway.cpu_seconds(), time.monotonic()
        peak = 0
        while time.monotonic() < clock + seconds - 0.1:
            time.sleep(0.1)
            peak = max(peak, gateway.resident_kib())
        used = gateway.cpu_seconds() - cpu
        out, _ = driver.communicate(timeout=60)
        row = figures(out.decode())
        units = row[self.per]
        row["cpu_us"] = used / units * 1e6 if units else float("nan")
        row["rss_kib"], row["rss_before_kib"] = float(peak), float(before)
        self.rows.setdefault(gateway.name, []).append(row)

    def median(self, gateway: str, figure: str) -> float:
        """Median of a figure over the rounds."""
        return statistics.median(row[figure] for row in self.rows[gateway])

    def ratio(self) -> float:
        """Median of the rounds' ratios, each round against the pass-through beside it."""
        pairs = zip(self.rows["weirgate"], self.rows["pass-through"], strict=True)
        return statistics.median(ours["cpu_us"] / bare["cpu_us"] for ours, bare in pairs)


COLUMNS = [
    "workload",
    "gateway",
    "per s",
    "CPU µs per call or chunk",
    "p50 / p99 added ms",
    "RSS MiB",
    "errors",
    "ratio to pass-through",
]


def table(scenarios: list[Scenario], gateways: list[str]) -> str:
    """Returns the Markdown table."""
    rows = [COLUMNS, ["---"] * len(COLUMNS)]
    for scenario in scenarios:
        rows += [cells(scenario, name) for name in gateways if name in scenario.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cells(scenario: Scenario, name: str) -> list[str]:
    """Returns one gateway's row of a scenario."""

    def median(figure: str) -> float:
        return scenario.median(name, figure)

    memory, errors = f"{median('rss_kib') / 1024:.0f}", f"{median('errors'):.0f}"
    if scenario.memory:
        grown = (median("rss_kib") - median("rss_before_kib")) / 1024
        return [scenario.title, name, "", "", "", f"{memory} (+{grown:.1f})", errors, ""]
    added = [(median(f) - scenario.median("direct", f)) / 1000 for f in ("p50_us", "p99_us")]
    limit = f" (limit {scenario.limit})" if scenario.limit else ""
    return [
        scenario.title,
        name,
        f"{median(scenario.per) / median('seconds'):,.0f}",
        f"{median('cpu_us'):.1f}",
        f"{added[0]:.2f} / {added[1]:.2f}",
        memory,
        errors,
        f"**{scenario.ratio():.2f}**{limit}" if name == "weirgate" else "",
    ]


def chosen(only: str) -> list[Scenario]:
    """Reads the scenarios, all or those named."""
    names = [name for name in only.split(",") if name]
    paths = sorted((ROOT / "loadtests" / "scenarios").glob("*.toml"))
    return [
        Scenario(path.stem, **tomllib.loads(path.read_text()))
        for path in paths
        if not names or any(name in path.stem for name in names)
    ]


def serve_all(data: Path, running: list[Process]) -> None:
    """Starts the three programs; what started is in `running` even when a later one fails."""
    upstream, bare, ours = free_port(), free_port(), free_port()
    running.append(start("upstream", 1, upstream, [str(RIG), "upstream", "--port", str(upstream)]))
    command = [str(RIG), "passthrough", "--port", str(bare), "--upstream", str(upstream)]
    running.append(start("pass-through", 0, bare, command))
    server = [str(ROOT / ".venv/bin/weirgate"), "serve", "--workers", "1"]
    command = [*server, "--port", str(ours), "--data", str(data)]
    running.append(start("weirgate", 0, ours, command))
    prepare(running[2], upstream)


def main() -> None:
    """Starts the three programs, runs the rounds in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", default="", help="parts of scenario names, separated by commas")
    options = parser.parse_args()
    scenarios = chosen(options.only)
    (ROOT / ".tests").mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="weirgate-load-"))
    running: list[Process] = []
    try:
        serve_all(data, running)
        direct = Process("direct", running[0].port, running[0].handle)
        for scenario in scenarios:
            gateways = running[1:] if scenario.memory else [direct, *running[1:]]
            for number in range(1 if scenario.memory else options.rounds):
                print(f"{scenario.title}: round {number + 1}", file=sys.stderr, flush=True)
                for gateway in gateways:
                    scenario.measure(gateway, options.seconds)
        print(table(scenarios, ["direct", "pass-through", "weirgate"]))
    finally:
        for process in reversed(running):
            process.stop()
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
