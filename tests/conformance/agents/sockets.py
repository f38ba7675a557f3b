"""Codex over a socket of responses, from its handshake to the one row that the socket costs.

Beside the other tasks because a socket has no request bodies to compare and no turn that begins
with the one before: the provider keeps the talk. Judges the same things where they exist.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from tests.conformance.agents.agents import CODEX_SOCKET, FILE, GREETING, Desk, Said, tokens
from tests.conformance.agents.checks import PASSED, UPSTREAM_KEY
from tests.support.fake_upstream import Request
from tests.support.scripted_model import CACHED, OUTPUT, PROMPT
from tests.support.socket_model import SocketModel

MODEL = "gpt-5.5-socket"
TURNS = 3


@dataclass(frozen=True)
class Talk:
    """All that was seen of one socket."""

    desk: Desk
    output: str
    asked: list[Request]
    provider: SocketModel
    rows: list[dict[str, Any]]

    @property
    def said(self) -> Said:
        return CODEX_SOCKET.read(self.output)


def _told(talk: Talk) -> None:
    assert GREETING in talk.said.text, talk.said.text
    assert (talk.desk.work / FILE).read_text() == f"{GREETING}\n"


def _on_one_socket(talk: Talk) -> None:
    turns = [asked for asked in talk.provider.asked if asked.get("generate") is not False]
    assert len(talk.provider.handshakes) == 1, f"{len(talk.provider.handshakes)} sockets"
    named = [asked.get("previous_response_id") for asked in turns]
    assert named == ["resp_warm", "resp_0", "resp_1"], f"{named}"
    assert [len(asked["input"]) for asked in turns[1:]] == [1, 1], "more came than what is new"


def _paid_once(talk: Talk) -> None:
    assert talk.said.tokens == tokens(TURNS), f"{talk.said.tokens}"
    (row,) = talk.rows
    other = orjson.loads(row["other"])
    prompt = PROMPT - CACHED + CACHED * other["cache_ratio"]
    price = TURNS * (prompt + OUTPUT * other["completion_ratio"]) * other["model_ratio"]
    assert row["quota"] == round(price), f"{row['quota']} for {price}"


def _headers_passed(talk: Talk) -> None:
    (sent,) = [request.headers for request in talk.asked if "upgrade" in request.headers]
    (got,) = talk.provider.handshakes
    for name in PASSED:
        assert sent.get(name) == got.get(name), f"{name}: {sent.get(name)} became {got.get(name)}"
    assert got["authorization"] == f"Bearer {UPSTREAM_KEY}"
    assert not any(talk.desk.key in value for value in got.values()), "the client's key went out"


CHECKS: tuple[tuple[str, Callable[[Talk], None]], ...] = (
    ("it ended well and told what the tools said", _told),
    ("the talk stayed on one socket", _on_one_socket),
    ("the socket has one row with the price of its turns", _paid_once),
    ("the session's headers passed, keys did not", _headers_passed),
)


def judge(talk: Talk) -> Iterator[bool]:
    """Prints a line for each thing that must hold; yields whether it did."""
    for name, holds in CHECKS:
        title = f"{CODEX_SOCKET.name} over openai responses: {name}"
        try:
            holds(talk)
        except (AssertionError, ValueError, KeyError, OSError) as error:
            print(f"FAIL {title}: {type(error).__name__} {' '.join(str(error).split())[:800]}")
            yield False
        else:
            print(f"PASS {title}")
            yield True
