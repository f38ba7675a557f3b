"""A refusal of the family as tests compare it: message and more exactly, and a documented code."""

from __future__ import annotations

from typing_extensions import override
from weirgate import composition, errors


def codes() -> set[str]:
    """Returns every code that an answer's `error` may hold."""
    # The composition root imports every domain, so that their own errors are known.
    assert composition.STATIC.name
    found = {errors.WeirgateError.code}
    waiting = list(errors.WeirgateError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        found.add(kind.code)
        waiting += kind.__subclasses__()
    return found


class Refusal:
    """Equal to the body `{"success": false, "message", "error", ...}` with any known code."""

    def __init__(self, message: str, **more: object) -> None:
        self._body = {"success": False, "message": message, **more}

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, dict):
            return NotImplemented
        rest = {name: value for name, value in other.items() if name != "error"}
        return other.get("error") in codes() and rest == self._body

    @override
    def __hash__(self) -> int:
        return hash(self._body["message"])

    @override
    def __repr__(self) -> str:
        return f"Refusal({self._body})"


class PaymentRefusal(Refusal):
    """Equal to the body `{"message": "error", "data", "error"}` with any known code."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._body = {"message": "error", "data": text}
