"""What must hold after an agent did its task, each thing under a name of its own.

Judges what the agent printed and left on disk, what it sent to the gateway, what reached the
provider, and the usage rows. Starts nothing and waits for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from tests.conformance.agents.agents import FILE, GREETING, Agent, Desk, tokens
from tests.support.fake_upstream import Request
from tests.support.scripted_model import CACHED, ENCRYPTED, OUTPUT, PROMPT, SIGNATURE, proves

UPSTREAM_KEY = "sk-upstream-0123456789"
# Where the forms keep a conversation.
CONVERSATIONS = ("messages", "input", "contents")
# What comes before it in a provider's cache.
BEFORE = ("tools", "system", "systemInstruction", "instructions")
# Headers of a family's own clients that must reach a provider of it as they are.
PASSED = (
    "anthropic-beta",
    "anthropic-version",
    "openai-beta",
    "session-id",
    "session_id",
    "x-client-request-id",
    "x-goog-api-client",
)
# Headers that tell of the client's machine, and stay with us.
KEPT_BACK = ("x-stainless-", "user-agent", "x-app", "originator", "x-codex-", "x-claude-code-")
AGENT_OF_OURS = "weirgate/"


@dataclass(frozen=True)
class Evidence:
    """All that was seen of one task."""

    desk: Desk
    code: int
    output: str
    errors: str
    seconds: float
    asked: list[Request]
    """What the agent sent to the gateway."""
    received: list[Request]
    """What reached the provider."""
    rows: list[dict[str, Any]]
    is_own: bool
    mapping: dict[str, str]
    """The channel's own names of models."""

    @property
    def talk(self) -> list[Request]:
        """The provider's requests of the conversation: those that offer tools."""
        made = [request for request in self.received if request.body]
        return [request for request in made if request.document.get("tools")]

    @property
    def turns(self) -> list[dict[str, Any]]:
        """The same as documents."""
        return [request.document for request in self.talk]


def turns_of(agent: Agent, seen: Evidence) -> int:
    """Returns how often the model is asked: once for each call, and once more."""
    return len(agent.calls(seen.desk)) + 1


@dataclass(frozen=True)
class Check:
    """One thing that must hold; some only where client and provider speak the same form."""

    name: str
    holds: Callable[[Agent, Evidence], None]
    own_only: bool = False

    def fails(self, agent: Agent, seen: Evidence) -> str:
        """Returns why it does not hold, in one line; empty when it does."""
        try:
            self.holds(agent, seen)
        except (AssertionError, ValueError, KeyError, OSError) as error:
            why = f"{type(error).__name__} {error}; said {seen.output[-300:]} {seen.errors[-300:]}"
            return " ".join(why.split())[:1200]
        return ""


def _ended_well(agent: Agent, seen: Evidence) -> None:
    assert seen.code == 0, f"exit code {seen.code}"
    text = agent.read(seen.output).text
    assert text.startswith("Fertig"), f"final text {text!r}"
    assert GREETING in text, f"final text {text!r}"


def _tools_ran(agent: Agent, seen: Evidence) -> None:
    assert (seen.desk.work / FILE).read_text() == f"{GREETING}\n"
    assert len(seen.turns) == turns_of(agent, seen), f"{len(seen.turns)} turns"
    assert "unsupported call" not in orjson.dumps(seen.turns[-1]).decode()


def _counted(agent: Agent, seen: Evidence) -> None:
    counted, wanted = agent.read(seen.output).tokens, tokens(turns_of(agent, seen))
    assert counted == wanted, f"{counted} for {wanted}"


def _charged(_agent: Agent, seen: Evidence) -> None:
    calls = [request for request in seen.received if "ount" not in request.path.rpartition("/")[2]]
    assert len(seen.rows) == len(calls), f"{len(seen.rows)} rows for {len(calls)} calls"
    for row in seen.rows:
        other = orjson.loads(row["other"])
        prompt = PROMPT - CACHED + CACHED * other["cache_ratio"]
        tokens_paid = prompt + OUTPUT * other["completion_ratio"]
        wanted = round(tokens_paid * other["model_ratio"] * other["group_ratio"])
        assert row["quota"] == wanted, f"{row['quota']} for {wanted}: {other}"
        assert row["completion_tokens"] == OUTPUT


def _no_secret_passed(_agent: Agent, seen: Evidence) -> None:
    for request in seen.received:
        texts = [request.path, *request.headers.values(), request.body.decode()]
        assert not any(seen.desk.key in text for text in texts), "the client's key went out"
        assert any(UPSTREAM_KEY in value for value in request.headers.values()), "no key went out"
        assert UPSTREAM_KEY not in request.path, "the key stands in the address"
        for name, value in request.headers.items():
            is_ours = name == "user-agent" and value.startswith(AGENT_OF_OURS)
            assert is_ours or not name.startswith(KEPT_BACK), f"{name}: {value} went out"


def _prefix_stands(agent: Agent, seen: Evidence) -> None:
    searches = any(call.tool == "tool_search" for call in agent.calls(seen.desk))
    for earlier, grown in pairwise(seen.turns):
        # What a search found is offered too from then on.
        tools = [tool for tool in grown["tools"] if not searches or tool in earlier["tools"]]
        later = {**grown, "tools": tools}
        for name in BEFORE:
            assert _bytes(earlier.get(name)) == _bytes(later.get(name)), f"{name} changed"
        name = next(name for name in CONVERSATIONS if name in earlier)
        first, second = earlier[name], later[name]
        assert len(second) > len(first), f"{name} did not grow"
        for place, (one, other) in enumerate(zip(first, second, strict=False)):
            assert _bytes(one) == _bytes(other), f"{name}[{place}]: {one} became {other}"


def _proof_came_back(_agent: Agent, seen: Evidence) -> None:
    given = 0
    for request in seen.talk:
        body = request.body.decode()
        found = body.count(SIGNATURE) + body.count(ENCRYPTED)
        assert found == given, f"{found} of {given} proofs of thinking"
        given += proves(request.path, request.document)


def _bytes(value: Any) -> bytes:
    """Returns what a cache would see of it.

    A client moves its cache marks on from turn to turn, and a text is a list only to be marked.
    """
    return orjson.dumps(_unmarked(value))


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        items = [_unmarked(item) for item in value]
        is_text = (
            len(items) == 1 and isinstance(items[0], dict) and set(items[0]) == {"type", "text"}
        )
        return items[0]["text"] if is_text else items
    if isinstance(value, dict):
        return {name: _unmarked(item) for name, item in value.items() if name != "cache_control"}
    return value


def _bytes_passed(agent: Agent, seen: Evidence) -> None:
    asked, named = seen.desk.model, seen.mapping.get(seen.desk.model, seen.desk.model)
    one, other = (f'"model":"{name}"'.encode() for name in (asked, named))
    # Nothing but a mapped model's name may differ, and that in its place alone.
    sent = [request.body.replace(one, other, 1) for request in seen.asked if request.body]
    got = [request.body for request in seen.received if request.body]
    assert len(sent) >= turns_of(agent, seen), f"the client sent {len(sent)}"
    assert sent == got, "bodies differ"


def _headers_passed(_agent: Agent, seen: Evidence) -> None:
    sent = [request for request in seen.asked if request.body]
    got = [request for request in seen.received if request.body]
    for one, other in zip(sent, got, strict=True):
        for name in PASSED:
            said, heard = one.headers.get(name), other.headers.get(name)
            assert said == heard, f"{name}: {said} became {heard}"


CHECKS = (
    Check("it ended well and told what the tools said", _ended_well),
    Check("the tools ran", _tools_ran),
    Check("it counted the provider's tokens", _counted),
    Check("every call has one row with its price", _charged),
    Check("keys and traits of the client stayed behind", _no_secret_passed),
    Check("each turn begins with the turn before", _prefix_stands),
    Check("what proves earlier thinking came back", _proof_came_back),
    Check("the provider got the client's bytes", _bytes_passed, own_only=True),
    Check("the family's headers passed", _headers_passed, own_only=True),
)
