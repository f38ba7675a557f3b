"""Runs the real-client scripts and the provider recordings through a real server.

`python -m tests.conformance.run FOLDER [--node PACKAGES]` takes a folder with `mock_upstream.py`
and `clients/`, works on a copy of it, and drives every client family over every chat provider kind;
with a folder for npm packages the Node clients too. It prints the scripts' own `PASS name` and
`FAIL name why` lines and a matrix of counts at the end.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.matrix import (
    CHAT_ALONE,
    CROSSED,
    GOLDENS,
    KINDS,
    LONE_NODE_CLIENTS,
    LONE_SCRIPTS,
    NODE_CLIENTS,
    NODE_SCRIPTS,
    NOT_CROSSED,
    PYTHON_FORMS,
    PYTHON_PACKAGES,
    RERANKER,
    RESPONSES_ALONE,
    SCRIPTS,
    SKIPS,
    Kind,
)
from tests.conformance.packages import NotInstalledError, install
from tests.support.clock import until
from tests.support.ports import accepts, free_port
from tests.support.process import Admin, Weirgate

OWN_CLIENTS = Path(__file__).parent / "clients"
PYTHON_CASES = OWN_CLIENTS / "python_packages.py"
PROVIDER = Path(__file__).parent / "provider.py"
ALL_KINDS = (*KINDS, CHAT_ALONE, RESPONSES_ALONE, RERANKER)
# No script takes longer than this, in seconds; the longest took 26.
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Run:
    """One script against one provider kind."""

    script: str
    kind: Kind
    command: list[str]


@dataclass(slots=True)
class Result:
    """What a script said."""

    run: Run
    counts: Counter[str] = field(default_factory=Counter)
    code: int = 0
    seconds: float = 0


def runs(base: str, key: str, mock: str, *, node: bool) -> Iterator[Run]:
    """Yields every run, native ones and crossed ones."""
    at = ["--base", base, "--key", key]
    # The Node scripts do not ask what reached the provider.
    where = [*at, "--mock", mock]
    scripts = [*SCRIPTS, *(NODE_SCRIPTS if node else ())]
    for script, _own in scripts:
        for kind in kinds_of(script):
            is_node = script.endswith(".mjs")
            start = ["node", f"clients/{script}", *at]
            if not is_node:
                start = [sys.executable, f"clients/{script}", *where]
            command = [*start, "--model", kind.model]
            if skips := SKIPS.get((script, kind.name)):
                command += ["--skip", ",".join(skips)]
            yield Run(script, kind, command)
    yield from python_runs(at, mock)
    if node:
        yield from node_runs(at, mock)
    for script, kind, model in LONE_SCRIPTS:
        command = [sys.executable, f"clients/{script}", *where, "--model", model]
        yield Run(script, kind, command)
    for protocol, own in GOLDENS:
        kind = next(kind for kind in KINDS if kind.name == own)
        command = [sys.executable, "clients/golden_replay.py", *where, "--protocols", protocol]
        command += [f"--{protocol}-model", kind.model]
        yield Run(f"golden {protocol}", kind, command)


def kinds_of(name: str) -> list[Kind]:
    """Returns the kinds that a client of chat is driven over."""
    return [*KINDS, *(kind for kind, names in CROSSED if name in names)]


def python_runs(at: list[str], mock: str) -> Iterator[Run]:
    """Yields the runs of our own cases of the Python packages."""
    for kind, forms, own in PYTHON_FORMS:
        command = [sys.executable, str(PYTHON_CASES), forms, *at, "--model", kind.model]
        command += ["--own", own]
        yield Run(PYTHON_PACKAGES, kind, further(command, PYTHON_PACKAGES, kind, mock))


def further(command: list[str], name: str, kind: Kind, straight: str) -> list[str]:
    """Returns the command with whom it asks straight, and what it leaves out."""
    compared = ["--straight", straight] if straight else []
    skips = SKIPS.get((name, kind.name))
    return [*command, *compared, *(["--skip", ",".join(skips)] if skips else [])]


def node_runs(at: list[str], mock: str) -> Iterator[Run]:
    """Yields the runs of our own Node clients."""
    chosen = [
        (name, words, own, kind, kind.model)
        for name, words, own in NODE_CLIENTS
        for kind in kinds_of(name)
    ]
    chosen += [
        (name, words, kind.name, kind, model) for name, words, kind, model in LONE_NODE_CLIENTS
    ]
    for name, (script, *words), own, kind, model in chosen:
        command = ["node", f"clients/own/{script}", *words, *at, "--model", model]
        yield Run(name, kind, further(command, name, kind, mock if kind.name == own else ""))


def execute(run: Run, folder: Path) -> Result:
    """Runs a script, says how long it took and counts its lines; one that hangs has failed."""
    print(f"== {run.script} over {run.kind.name}", flush=True)
    result = Result(run)
    start = time.monotonic()
    try:
        done = subprocess.run(
            run.command, cwd=folder, check=False, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        print(f"FAIL script took more than {LONGEST} seconds")
        result.counts["FAIL"] += 1
        return result
    finally:
        result.seconds = time.monotonic() - start
    print(done.stdout, end="", flush=True)
    lines = done.stdout.splitlines()
    words = (line.split(" ", 1)[0] for line in lines)
    result.counts.update(word for word in words if word in {"PASS", "FAIL", "SKIP"})
    result.code = done.returncode
    print(f"-- {result.seconds:.1f} s", flush=True)
    if not result.counts:
        print(done.stderr[-2000:])
        result.counts["FAIL"] += 1
    return result


def print_matrix(results: list[Result]) -> None:
    """Prints passed, failed and skipped cases, a row a script."""
    print(f"\n{'':24}" + "".join(f"{kind.name:>26}" for kind in ALL_KINDS))
    for script in dict.fromkeys(result.run.script for result in results):
        cells = {result.run.kind.name: result for result in results if result.run.script == script}
        row = "".join(f"{_cell(cells.get(kind.name)):>26}" for kind in ALL_KINDS)
        print(f"{script:24}{row}")
    ran = {result.run.script for result in results}
    for (script, kind), cases in SKIPS.items():
        for case, reason in cases.items() if script in ran else ():
            print(f"left out: {script} over {kind}: {case}: {reason}")
    for call, reason in NOT_CROSSED.items():
        print(f"not crossed: {call}: {reason}")


def _cell(result: Result | None) -> str:
    if result is None:
        return "-"
    counts, left_out = result.counts, len(SKIPS.get((result.run.script, result.run.kind.name), {}))
    left_out = max(left_out, counts["SKIP"])
    return f"{counts['PASS']} ok {counts['FAIL']} bad {left_out} out {result.seconds:.0f} s"


def drive(folder: Path, data: Path, *, node: bool, only: str) -> int:
    """Starts the scripted provider and a server, runs every script; returns the worst exit code."""
    port = free_port()
    mock = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(PROVIDER), "--port", str(port)]
    provider = subprocess.Popen(command, cwd=folder)
    try:
        until(lambda: accepts(port), bool, timeout_s=60)
        with Weirgate(data) as server:
            admin = Admin(server)
            # Prices are not what is tried here.
            admin.option("SelfUseModeEnabled", "true")
            for kind in ALL_KINDS:
                models = ",".join((kind.model, *kind.more_models))
                admin.add_channel(
                    mock, type=kind.channel_type, name=kind.name, models=models, key=kind.key
                )
            key = admin.add_key()
            chosen = (run for run in runs(server.url, key, mock, node=node) if only in run.script)
            results = [execute(run, folder) for run in chosen]
    finally:
        provider.terminate()
        provider.wait()
    print_matrix(results)
    return max((1 if result.counts["FAIL"] else result.code) for result in results)


def main() -> None:
    """Copies the folder, so that nothing is written beside the originals, and drives the copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--node", type=Path, help="where npm packages are kept, for Node clients")
    parser.add_argument("--only", default="", help="scripts whose name holds this")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weirgate-conformance-") as name:
        folder = Path(name) / "conformance"
        keep = ("data", "specs", "node_modules")
        shutil.copytree(given.folder, folder, ignore=shutil.ignore_patterns(*keep))
        missing = give_packages(folder / "clients", given.node) if given.node else ""
        code = drive(
            folder, Path(name) / "data", node=bool(given.node and not missing), only=given.only
        )
    if missing:
        print(f"FAIL the Node clients are not installed: {missing}")
    sys.exit(1 if missing else code)


def give_packages(clients: Path, packages: Path) -> str:
    """Puts our own Node clients and the packages of all beside the others; says what is missing."""
    shutil.copytree(OWN_CLIENTS, clients / "own")
    try:
        modules = install(OWN_CLIENTS, packages.resolve())
    except NotInstalledError as error:
        return str(error)
    (clients / "node_modules").symlink_to(modules)
    return ""


if __name__ == "__main__":
    main()
