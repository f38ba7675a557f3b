"""How each coding agent is started without a terminal, and how its answer is read.

A table of agents: settings files in a home of its own, environment, command, the tool calls that
its scripted model makes, and where the output holds the final text and the token counts. No agent
is told anything that a user would not tell it; telemetry and updates are off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.support.scripted_model import CACHED, OUTPUT, PROMPT, Call

TASK = "Write the greeting into greeting.txt, read it back and tell me what it says."
GREETING = "Grüße, 世界!"
FILE = "greeting.txt"
READ_IT = f"cat {FILE}"


@dataclass(frozen=True)
class Desk:
    """Where an agent works: its home, its folder, the gateway, its key and its model."""

    home: Path
    work: Path
    url: str
    key: str
    model: str


@dataclass(frozen=True)
class Said:
    """What an agent printed: its final text, and tokens as (prompt, from cache, output)."""

    text: str
    tokens: tuple[int, int, int]


@dataclass(frozen=True)
class Agent:
    """One agent; `setup` writes its settings and returns environment and command."""

    name: str
    setup: Callable[[Desk], tuple[dict[str, str], list[str]]]
    calls: Callable[[Desk], list[Call]]
    read: Callable[[str], Said]


def tokens(turns: int) -> tuple[int, int, int]:
    """Returns what an agent must have counted after so many turns."""
    return turns * PROMPT, turns * CACHED, turns * OUTPUT


# --- Claude Code --------------------------------------------------------------------------------


def _claude_setup(desk: Desk) -> tuple[dict[str, str], list[str]]:
    environment = {
        "ANTHROPIC_BASE_URL": desk.url,
        "ANTHROPIC_API_KEY": desk.key,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
    }
    command = ["claude", "-p", TASK, "--model", desk.model, "--output-format", "json"]
    return environment, [*command, "--allowedTools", "Bash", "Write", "Read"]


def _claude_stream_setup(desk: Desk) -> tuple[dict[str, str], list[str]]:
    environment, command = _claude_setup(desk)
    form = command.index("json")
    command[form : form + 1] = ["stream-json", "--verbose", "--include-partial-messages"]
    return environment, command


def _claude_calls(desk: Desk) -> list[Call]:
    written = {"file_path": str(desk.work / FILE), "content": f"{GREETING}\n"}
    return [
        Call("Write", written),
        Call("Bash", {"command": READ_IT, "description": "Reads the file"}),
    ]


def _claude_read(output: str) -> Said:
    result = orjson.loads(output)
    used = result["usage"]
    cached = used["cache_read_input_tokens"]
    counted = (used["input_tokens"] + cached, cached, used["output_tokens"])
    return Said(result["result"], counted)


def _claude_stream_read(output: str) -> Said:
    lines = [orjson.loads(line) for line in output.splitlines()]
    pieces = [line["event"] for line in lines if line["type"] == "stream_event"]
    deltas = [piece["delta"] for piece in pieces if piece["type"] == "content_block_delta"]
    text = "".join(delta["text"] for delta in deltas if delta["type"] == "text_delta")
    (result,) = [line for line in output.splitlines() if orjson.loads(line)["type"] == "result"]
    said = _claude_read(result)
    assert said.text == text, f"{text!r} was streamed"
    return said


# --- Codex --------------------------------------------------------------------------------------


def _codex_setup(desk: Desk, *, sockets: bool = False) -> tuple[dict[str, str], list[str]]:
    settings = f"""
model = "{desk.model}"
model_provider = "gateway"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.gateway]
name = "gateway"
base_url = "{desk.url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
supports_websockets = {"true" if sockets else "false"}
request_max_retries = 0
stream_max_retries = 0
"""
    folder = desk.home / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text(settings)
    # The approval that a user would give; what keeps its commands in bounds is the test's folder.
    freely = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
    return {"GATEWAY_KEY": desk.key}, ["codex", "exec", "--json", *freely, TASK]


def _codex_sockets_setup(desk: Desk) -> tuple[dict[str, str], list[str]]:
    return _codex_setup(desk, sockets=True)


def _codex_calls(_desk: Desk) -> list[Call]:
    write = f"printf '%s\\n' '{GREETING}' > {FILE}"
    return [Call("exec_command", {"cmd": write}), Call("exec_command", {"cmd": READ_IT})]


def _codex_patch_calls(_desk: Desk) -> list[Call]:
    """Codex's free-text tool, which it has for models that it knows."""
    patch = f"*** Begin Patch\n*** Add File: {FILE}\n+{GREETING}\n*** End Patch\n"
    return [
        Call("apply_patch", {"input": patch}, text=patch),
        Call("exec_command", {"cmd": READ_IT}),
    ]


def _codex_spaced_calls(desk: Desk) -> list[Call]:
    """One of Codex's tools in a namespace, under the name that other forms have for it."""
    write, read = _codex_calls(desk)
    return [write, Call("multi_agent_v1__close_agent", {"target": "nobody"}), read]


def _codex_search_calls(desk: Desk) -> list[Call]:
    """The same, where Codex wants the tool to be looked for first."""
    write, spaced, read = _codex_spaced_calls(desk)
    return [write, Call("tool_search", {"query": "close agent"}), spaced, read]


def _codex_read(output: str) -> Said:
    events = [orjson.loads(line) for line in output.splitlines() if line.startswith("{")]
    items = [event["item"] for event in events if event["type"] == "item.completed"]
    (text,) = [item["text"] for item in items if item["type"] == "agent_message"]
    (used,) = [event["usage"] for event in events if event["type"] == "turn.completed"]
    counted = (used["input_tokens"], used["cached_input_tokens"], used["output_tokens"])
    return Said(text, counted)


# --- Gemini CLI ---------------------------------------------------------------------------------


def _gemini_setup(desk: Desk) -> tuple[dict[str, str], list[str]]:
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
    }
    folder = desk.home / ".gemini"
    folder.mkdir()
    (folder / "settings.json").write_bytes(orjson.dumps(settings))
    environment = {"GEMINI_API_KEY": desk.key, "GOOGLE_GEMINI_BASE_URL": desk.url}
    command = ["gemini", "-p", TASK, "--yolo", "--skip-trust", "--model", desk.model]
    return environment, [*command, "--output-format", "json"]


def _gemini_calls(desk: Desk) -> list[Call]:
    written = {"file_path": str(desk.work / FILE), "content": f"{GREETING}\n"}
    return [Call("write_file", written), Call("run_shell_command", {"command": READ_IT})]


def _gemini_read(output: str) -> Said:
    result: dict[str, Any] = orjson.loads(output[output.index("{") :])
    (model,) = result["stats"]["models"].values()
    used = model["tokens"]
    return Said(result["response"], (used["prompt"], used["cached"], used["candidates"]))


CLAUDE = Agent("claude", _claude_setup, _claude_calls, _claude_read)
CLAUDE_STREAM = Agent("claude stream", _claude_stream_setup, _claude_calls, _claude_stream_read)
CODEX = Agent("codex", _codex_setup, _codex_calls, _codex_read)
CODEX_PATCH = Agent("codex apply_patch", _codex_setup, _codex_patch_calls, _codex_read)
CODEX_SPACED = Agent("codex namespaces", _codex_setup, _codex_spaced_calls, _codex_read)
CODEX_SEARCH = Agent("codex tool search", _codex_setup, _codex_search_calls, _codex_read)
CODEX_SOCKET = Agent("codex socket", _codex_sockets_setup, _codex_calls, _codex_read)
GEMINI = Agent("gemini", _gemini_setup, _gemini_calls, _gemini_read)
