"""Runs every scenario against the pass-through and Weirgate in turn and prints a Markdown table.

Started by `loadtests/run`. Gateways sit on processor 0, upstream and driver on processor 1 (where
there are two). Processor time is read from /proc before and after the counted seconds; it never
judges, it prints ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from tests.support import certificates
from tests.support.clock import until
from tests.support.ports import accepts, free_port
from tests.support.process import Admin, Weirgate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from tests.support.certificates import Certificate

ROOT = Path(__file__).resolve().parent.parent
RIG = ROOT / "target" / "release" / "weirgate-rig"
TICKS = os.sysconf("SC_CLK_TCK")
MODELS = ["load-plain", "load-stream", "load-paced", "load-wait", "load-flood"]
# A memory figure begins when resident memory has stood still, within so much, for so long.
STEADY_KIB, STEADY_S, REST_S = 256, 4.0, 60.0
# Asked for in chat's form, answered by the provider in Anthropic's.
CROSSED = "load-crossed"


def pinned(core: int, command: list[str]) -> list[str]:
    """Returns the command bound to one processor where the machine has several."""
    if shutil.which("taskset") and len(os.sched_getaffinity(0)) > 1:
        return ["taskset", "-c", str(core), *command]
    return command


@dataclass
class Process:
    """A running program: its port and what it uses."""

    name: str
    port: int
    pid: int
    key: str = "sk-load"
    drive: tuple[str, ...] = ()
    """What the driver needs besides, to reach it."""

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_kib(self) -> int:
        """Resident memory now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def rest(self) -> None:
        """Waits until earlier rounds have left nothing to do: rows to write, memory to free."""
        steady_since, last = time.monotonic(), self.resident_kib()
        deadline = steady_since + REST_S
        while (now := time.monotonic()) < min(deadline, steady_since + STEADY_S):
            time.sleep(0.2)
            if abs(self.resident_kib() - last) > STEADY_KIB:
                steady_since, last = now, self.resident_kib()


@contextmanager
def rig(name: str, core: int, role: list[str], *drive: str) -> Iterator[Process]:
    """Runs one role of the rig on a processor, from when its port accepts until the block ends."""
    port = free_port()
    command = pinned(core, [str(RIG), *role, "--port", str(port)])
    with subprocess.Popen(command) as handle:
        try:
            until(lambda: accepts(port), bool)
            yield Process(name, port, handle.pid, drive=drive)
        finally:
            handle.terminate()


@dataclass
class Setting:
    """How Weirgate is served and what it calls."""

    base_url: str
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    drive: tuple[str, ...] = ()
    trusted: ssl.SSLContext | bool = True


@contextmanager
def weirgate(core: int, setting: Setting) -> Iterator[Process]:
    """Runs a fresh server of one worker, all its threads on a processor."""
    options, environment = setting.options, setting.environment
    with (
        TemporaryDirectory(prefix="weirgate-load-") as data,
        Weirgate(Path(data), "--workers", "1", *options, **environment) as server,
    ):
        if pinned(core, []):
            subprocess.run(
                ["taskset", "-acp", str(core), str(server.pid)],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        port = int(server.address.rpartition(":")[2])
        key = prepare(server, setting)
        yield Process("weirgate", port, server.pid, key, setting.drive)


def prepare(server: Weirgate, setting: Setting) -> str:
    """Sets a fresh server up as an admin would: account, prices, channel; returns a key."""
    admin, base_url = Admin(server, setting.trusted), setting.base_url
    admin.option("ModelRatio", orjson.dumps(dict.fromkeys([*MODELS, CROSSED], 0.001)).decode())
    admin.add_channel(base_url, models=",".join(MODELS))
    admin.add_channel(base_url, type=14, name="crossed", models=CROSSED)
    return admin.add_key()


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
    kind: str = ""
    """tls: the gateways' ports speak it; http2: the upstream is called by HTTP/2 over TLS."""

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
            *gateway.drive,
            *self.drive,
        ]
        command += ["--seconds", str(seconds), "--warmup", str(self.warmup)]
        if self.memory:
            gateway.rest()
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


@contextmanager
def programs(kind: str, certificate: Certificate) -> Iterator[tuple[Process, Process, Process]]:
    """Runs upstream, pass-through and Weirgate, as a kind of workload needs them."""
    shown = ["--cert", str(certificate.cert), "--private-key", str(certificate.key)]
    trust = ("--ca", str(certificate.cert))
    with ExitStack() as stack:
        if kind == "http2":
            direct = stack.enter_context(rig("direct", 1, ["upstream", *shown], *trust))
            role = ["passthrough", "--upstream", str(direct.port), *trust]
            bare = stack.enter_context(rig("pass-through", 0, role))
            setting = Setting(
                f"https://localhost:{direct.port}",
                environment={"WEIRGATE_UPSTREAM_CA": str(certificate.cert)},
            )
        elif kind == "tls":
            upstream = stack.enter_context(rig("upstream", 1, ["upstream"]))
            direct = stack.enter_context(rig("direct", 1, ["upstream", *shown], *trust))
            role = ["passthrough", "--upstream", str(upstream.port), *shown]
            bare = stack.enter_context(rig("pass-through", 0, role, *trust))
            setting = Setting(
                f"http://127.0.0.1:{upstream.port}",
                options=certificate.options,
                drive=trust,
                trusted=certificate.trusted(),
            )
        else:
            direct = stack.enter_context(rig("direct", 1, ["upstream"]))
            role = ["passthrough", "--upstream", str(direct.port)]
            bare = stack.enter_context(rig("pass-through", 0, role))
            setting = Setting(f"http://127.0.0.1:{direct.port}")
        yield direct, bare, stack.enter_context(weirgate(0, setting))


def run(scenario: Scenario, gateways: list[Process], rounds: int, seconds: float) -> None:
    """Measures a workload, round by round, the gateways in turn."""
    for number in range(1 if scenario.memory else rounds):
        print(f"{scenario.title}: round {number + 1}", file=sys.stderr, flush=True)
        for gateway in gateways:
            scenario.measure(gateway, seconds)


def main() -> None:
    """Starts the three programs, runs the rounds in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", default="", help="parts of scenario names, separated by commas")
    options = parser.parse_args()
    scenarios = chosen(options.only)
    with TemporaryDirectory(prefix="weirgate-load-") as folder:
        certificate = certificates.make(Path(folder))
        for kind in dict.fromkeys(scenario.kind for scenario in scenarios):
            chain = [scenario for scenario in scenarios if scenario.kind == kind]
            with programs(kind, certificate) as (direct, bare, ours):
                for scenario in chain:
                    gateways = [bare, ours] if scenario.memory else [direct, bare, ours]
                    run(scenario, gateways, options.rounds, options.seconds)
    print(table(scenarios, ["direct", "pass-through", "weirgate"]))


if __name__ == "__main__":
    main()
