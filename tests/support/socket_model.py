"""The scripted model over a socket of responses: it keeps, for each socket, how far the talk went.

A client sends `response.create` with only what is new since the response that it names; events go
back as in a stream. What was asked, and the headers of each handshake, are remembered.
"""

import threading
from typing import Any, Self

import orjson
from websockets.sync.server import ServerConnection, serve

from tests.support.scripted_model import Call, Turn, next_turn, responses_events, responses_results


class SocketModel:
    """Serves sockets on loopback, in threads of its own while the block runs."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.asked: list[dict[str, Any]] = []
        self.handshakes: list[dict[str, str]] = []
        self._server = serve(self._talk, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, name="socket-model")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(5)

    def _talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        head = socket.request.headers.raw_items()
        self.handshakes.append({name.lower(): value for name, value in head})
        results: list[str] = []
        tools: list[Any] = []
        for message in socket:
            asked = orjson.loads(message)
            self.asked.append(asked)
            if not asked.get("previous_response_id"):
                results = []
            results += responses_results(asked)
            tools = asked.get("tools") or tools
            turn = next_turn(self.calls, {"tools": tools}, results)
            for event in _events(asked, turn):
                socket.send(orjson.dumps(event).decode())


def _events(asked: dict[str, Any], turn: Turn) -> list[dict[str, Any]]:
    """Returns the answer's events; a client that only warms the socket up gets an empty one."""
    made = responses_events(asked, turn)
    if asked.get("generate") is not False:
        return made
    nothing = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    response = made[-1]["response"] | {"id": "resp_warm", "output": [], "usage": nothing}
    return [made[0], {**made[-1], "response": response, "sequence_number": 1}]
