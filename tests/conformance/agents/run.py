"""Lets Claude Code, Codex and Gemini CLI do a task with tools through a real server.

`python -m tests.conformance.agents.run FOLDER` keeps the agents' packages in FOLDER. Each agent
works over a scripted provider of its own family and over those of others, in a home of its own; one
`PASS name` or `FAIL name why` line for each thing that must hold.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.conformance.agents import checks, sockets
from tests.conformance.agents.agents import (
    CLAUDE,
    CLAUDE_STREAM,
    CODEX,
    CODEX_PATCH,
    CODEX_SEARCH,
    CODEX_SOCKET,
    CODEX_SPACED,
    GEMINI,
    Agent,
    Desk,
)
from tests.conformance.packages import NotInstalledError, install
from tests.support.fake_upstream import FakeUpstream
from tests.support.process import Admin, Weirgate
from tests.support.scripted_model import scripted
from tests.support.socket_model import SocketModel
from tests.support.tap import Tap

# Only an agent that hangs takes so long, in seconds; the longest took 14 on a busy machine.
LONGEST_S = 300
HERE = Path(__file__).parent
# The one install script that is needed: it puts Claude Code's binary in place.
PLACE_CLAUDE = ["node", "node_modules/@anthropic-ai/claude-code/install.cjs"]
CODEX_ACCOUNT = orjson.dumps({"access_token": checks.UPSTREAM_KEY, "account_id": "a-1"}).decode()


@dataclass(frozen=True)
class Provider:
    """A channel: its type, the models that it alone serves, and the key of its provider."""

    name: str
    channel_type: int
    models: tuple[str, ...]
    key: str = checks.UPSTREAM_KEY
    mapping: dict[str, str] = field(default_factory=dict)


ANTHROPIC = Provider("anthropic", 14, ("claude-sonnet-4-5",))
GOOGLE = Provider("gemini", 24, ("gemini-2.5-flash",))
# gpt-5.5 is a model that Codex knows and has more tools for.
OPENAI = Provider("openai responses", 1, ("gpt-4.1", "gpt-5.5"))
# A vendor that speaks chat completions alone.
CHAT = Provider("chat completions", 53, ("gpt-4o",))
# A vendor whose only form is responses.
RESPONSES = Provider("responses alone", 57, ("gpt-5",), key=CODEX_ACCOUNT)
# Claude under the name of a model that Codex knows.
DISGUISED = Provider(
    "anthropic renamed", 14, ("gpt-5.5-claude",), mapping={"gpt-5.5-claude": "claude-opus-4-1"}
)
PROVIDERS = (ANTHROPIC, GOOGLE, OPENAI, CHAT, RESPONSES, DISGUISED)


@dataclass(frozen=True)
class Task:
    """One agent over one provider; `own` when both speak the same form, so that bytes pass."""

    agent: Agent
    provider: Provider
    model: str
    own: bool = False

    @property
    def name(self) -> str:
        return f"{self.agent.name} over {self.provider.name}"


TASKS = (
    Task(CLAUDE, ANTHROPIC, "claude-sonnet-4-5", own=True),
    Task(CLAUDE_STREAM, ANTHROPIC, "claude-sonnet-4-5", own=True),
    Task(CLAUDE, DISGUISED, "gpt-5.5-claude", own=True),
    Task(CLAUDE, CHAT, "gpt-4o"),
    Task(CLAUDE, RESPONSES, "gpt-5"),
    Task(CLAUDE, GOOGLE, "gemini-2.5-flash"),
    Task(CODEX, OPENAI, "gpt-4.1", own=True),
    Task(CODEX_PATCH, OPENAI, "gpt-5.5", own=True),
    Task(CODEX, ANTHROPIC, "claude-sonnet-4-5"),
    Task(CODEX_PATCH, DISGUISED, "gpt-5.5-claude"),
    Task(CODEX_SPACED, CHAT, "gpt-4o"),
    Task(CODEX_SOCKET, CHAT, "gpt-4o"),
    Task(CODEX_SEARCH, DISGUISED, "gpt-5.5-claude"),
    Task(CODEX, CHAT, "gpt-4o"),
    Task(CODEX, GOOGLE, "gemini-2.5-flash"),
    Task(GEMINI, GOOGLE, "gemini-2.5-flash", own=True),
    Task(GEMINI, CHAT, "gpt-4o"),
    Task(GEMINI, ANTHROPIC, "claude-sonnet-4-5"),
    Task(GEMINI, RESPONSES, "gpt-5"),
)


@dataclass
class Stage:
    """A set-up server, one scripted provider behind all its channels, the agents' commands."""

    server: Weirgate
    upstream: FakeUpstream
    admin: Admin
    commands: Path

    def prepare(self) -> None:
        """Adds the channels and a price for every model."""
        models = [model for provider in PROVIDERS for model in provider.models]
        models.append(sockets.MODEL)
        self.admin.option("ModelRatio", orjson.dumps(dict.fromkeys(models, 2)).decode())
        for provider in PROVIDERS:
            self.admin.add_channel(
                self.upstream.base_url,
                type=provider.channel_type,
                name=provider.name,
                key=provider.key,
                models=",".join(provider.models),
                model_mapping=orjson.dumps(provider.mapping).decode(),
            )

    @property
    def port(self) -> int:
        return int(self.server.address.rpartition(":")[2])

    def desk(self, name: str, tap: Tap, folder: Path, model: str) -> Desk:
        """Makes a home, a folder and a key for one task."""
        home, work = folder / "home", folder / "work"
        home.mkdir(parents=True)
        work.mkdir()
        return Desk(home, work, tap.url, self.admin.add_key(name=name), model)

    def talk(self, folder: Path) -> sockets.Talk:
        """Lets Codex do its task over a socket and returns all that was seen."""
        with SocketModel() as provider, Tap(self.port) as tap:
            channel = {"name": "socket", "key": checks.UPSTREAM_KEY, "models": sockets.MODEL}
            self.admin.add_channel(provider.base_url, **channel)
            desk = self.desk("socket", tap, folder, sockets.MODEL)
            provider.calls = CODEX_SOCKET.calls(desk)
            done = self.start(CODEX_SOCKET, desk)
            asked = tap.requests()
        self.server.drain()
        rows = self.rows("socket")
        return sockets.Talk(desk, done.stdout, asked, provider, rows)

    def work(self, task: Task, folder: Path) -> checks.Evidence:
        """Lets the agent do its task and returns all that was seen."""
        self.upstream.requests.clear()
        with Tap(self.port) as tap:
            desk = self.desk(task.name, tap, folder, task.model)
            self.upstream.behaviour = scripted(task.agent.calls(desk))
            began = time.monotonic()
            done = self.start(task.agent, desk)
            seconds = time.monotonic() - began
            asked = tap.requests()
        self.server.drain()
        return checks.Evidence(
            desk=desk,
            code=done.returncode,
            output=done.stdout,
            errors=done.stderr,
            seconds=seconds,
            asked=asked,
            received=list(self.upstream.requests),
            rows=self.rows(task.name),
            is_own=task.own,
            mapping=task.provider.mapping,
        )

    def start(self, agent: Agent, desk: Desk) -> "subprocess.CompletedProcess[str]":
        """Runs the agent to its end, in an environment of nothing but its own."""
        environment, command = agent.setup(desk)
        search = f"{self.commands}:/usr/local/bin:/usr/bin:/bin"
        given = {"HOME": str(desk.home), "PATH": search, "TERM": "dumb", **environment}
        try:
            return subprocess.run(
                command,
                cwd=desk.work,
                env=given,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST_S,
            )
        except subprocess.TimeoutExpired as error:
            said = error.stdout.decode(errors="replace") if error.stdout else ""
            return subprocess.CompletedProcess(command, -1, said, f"more than {LONGEST_S} s")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Returns the usage rows of a key."""
        page = self.admin.call("GET", "/api/log/self", type=2, token_name=name, page_size=100)
        rows: list[dict[str, Any]] = page["items"]
        return rows


def judge(stage: Stage, task: Task, folder: Path) -> Iterator[bool]:
    """Runs a task and prints a line for each thing that must hold; yields whether it did."""
    seen = stage.work(task, folder)
    print(f"== {task.name}: {len(seen.received)} calls, {seen.seconds:.1f} s", flush=True)
    for check in checks.CHECKS:
        if seen.is_own or not check.own_only:
            why = check.fails(task.agent, seen)
            print(
                f"FAIL {task.name}: {check.name}: {why}"
                if why
                else f"PASS {task.name}: {check.name}"
            )
            yield not why


def drive(commands: Path, folder: Path, only: str) -> bool:
    """Runs every task whose name holds `only`; says whether all that must hold did."""
    with ExitStack() as stack:
        upstream = stack.enter_context(FakeUpstream())
        server = stack.enter_context(Weirgate(folder / "data"))
        stage = Stage(server, upstream, Admin(server), commands)
        stage.prepare()
        verdicts = [
            verdict
            for number, task in enumerate(TASKS)
            if only in task.name
            for verdict in judge(stage, task, folder / f"task-{number}")
        ]
        if only in CODEX_SOCKET.name:
            print(f"== {CODEX_SOCKET.name} over openai responses", flush=True)
            verdicts += sockets.judge(stage.talk(folder / "socket"))
    return all(verdicts)


def main() -> int:
    """Installs the agents and drives them; what is missing is one failure, with the reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the agents' packages are kept")
    parser.add_argument("--only", default="", help="tasks whose name holds this")
    given = parser.parse_args()
    try:
        commands = install(HERE, given.folder.resolve(), PLACE_CLAUDE) / ".bin"
    except NotInstalledError as error:
        print(f"FAIL the coding agents are not installed: {error}")
        return 1
    with tempfile.TemporaryDirectory(prefix="weirgate-agents-") as name:
        return 0 if drive(commands, Path(name), given.only) else 1


if __name__ == "__main__":
    sys.exit(main())
