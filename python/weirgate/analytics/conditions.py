"""Turns a `UsageFilter` into the conditions of the two log tables (pure).

Every value travels as a parameter; only fixed text is put into a query. A call holds numbers of
shared values, names its time differently and has a computed type, so each table has conditions of
its own. A question on a shared value finds the numbers first: they are few, the calls are many.
"""

import re
from dataclasses import dataclass

from weirgate.analytics.rows import CONSUME, FAILED, UsageFilter

_FAILED = "(quota = 0 AND kind IN (SELECT id FROM kinds WHERE status >= 400))"
_CALL_TYPES = {0: "", CONSUME: f"NOT {_FAILED}", FAILED: _FAILED}
_FOUND = "contains(lower({}), lower($keyword))"
_OTHER_KEYWORD = "request_id = $keyword OR " + " OR ".join(
    _FOUND.format(name) for name in ("model", "username", "key_name", "content")
)
_REQUEST = "(request_hi = ${0}_hi AND request_lo = ${0}_lo)"
_KINDS = "kind IN (SELECT id FROM kinds WHERE {})"
_PAYERS = "payer IN (SELECT id FROM payers WHERE {})"
_KEYWORD = " OR ".join(
    (
        _KINDS.format(_FOUND.format("model")),
        _PAYERS.format(" OR ".join(_FOUND.format(name) for name in ("username", "key_name"))),
    )
)

Parameters = dict[str, str | int | list[str] | list[int]]


@dataclass(frozen=True, slots=True)
class Conditions:
    """WHERE texts for `usage` and `logs`, and the parameters that both name."""

    calls: str
    others: str
    parameters: Parameters

    def put_into(self, text: str) -> str:
        """Returns the query with its places filled."""
        return text.replace("@calls@", self.calls).replace("@others@", self.others)


def conditions(wanted: UsageFilter) -> Conditions:
    """Returns the conditions of log lists and counts."""
    calls, others, parameters = _common(wanted)
    if wanted.keyword:
        parameters["keyword"] = wanted.keyword
        request = _request("keyword", wanted.keyword, parameters)
        calls.append(f"({request} OR {_KEYWORD})")
        others.append(f"({_OTHER_KEYWORD})")
    calls.append(_CALL_TYPES.get(wanted.type, "false"))
    if wanted.type:
        others.append("type = $type")
        parameters["type"] = wanted.type
    return Conditions(_joined(calls), _joined(others), parameters)


def consumed(wanted: UsageFilter, *, since_ms: int | None = None) -> Conditions:
    """Returns the conditions of sums over calls; `since_ms` replaces the time range."""
    calls, _, parameters = _common(wanted)
    # Only the other logs have it as text, and a parameter that nothing names is an error.
    parameters.pop("request_id", None)
    if since_ms is not None:
        calls = [clause for clause in calls if not clause.startswith("ended_ms")]
        parameters = {k: v for k, v in parameters.items() if k not in {"start_ms", "end_ms"}}
        calls.append("ended_ms >= $since_ms")
        parameters["since_ms"] = since_ms
    calls.append(_CALL_TYPES[CONSUME])
    return Conditions(_joined(calls), "false", parameters)


def _common(wanted: UsageFilter) -> tuple[list[str], list[str], Parameters]:
    """Returns the clauses for calls and for the others, and their parameters."""
    calls: list[str] = []
    others: list[str] = []
    parameters: Parameters = {}
    if wanted.start_s:
        parameters["start_ms"] = wanted.start_s * 1000
        calls.append("ended_ms >= $start_ms")
        others.append("created_ms >= $start_ms")
    if wanted.end_s:
        # The end second belongs to the range.
        parameters["end_ms"] = wanted.end_s * 1000 + 999
        calls.append("ended_ms <= $end_ms")
        others.append("created_ms <= $end_ms")
    for place, name, value, sign in _shared(wanted):
        if value is not None:
            clause = f"{name} {sign} ${name}"
            parameters[name] = value
            calls.append(place.format(clause))
            others.append(clause)
    for place, name, allowed in (
        (_KINDS, "group_name", wanted.groups),
        (_PAYERS, "user_id", wanted.user_ids),
    ):
        if allowed is not None:
            clause = f"list_contains($only_{name}, {name})" if allowed else "false"
            if allowed:
                parameters[f"only_{name}"] = [*allowed]
            calls.append(place.format(clause))
            others.append(clause)
    if wanted.request_id:
        calls.append(_request("request", wanted.request_id, parameters))
        others.append("request_id = $request_id")
        parameters["request_id"] = wanted.request_id
    if wanted.calls_only:
        others.append("false")
    return calls, others, parameters


def _shared(wanted: UsageFilter) -> list[tuple[str, str, str | int | None, str]]:
    """Returns where a shared value stands, its column, what is asked for, and how."""
    return [
        (_PAYERS, "user_id", wanted.user_id, "="),
        (_PAYERS, "key_id", wanted.key_id, "="),
        (_PAYERS, "username", wanted.username or None, "="),
        (_PAYERS, "key_name", wanted.key_name or None, "="),
        (_KINDS, "channel_id", wanted.channel_id or None, "="),
        (_KINDS, "group_name", wanted.group or None, "="),
        (_KINDS, "model", wanted.model or None, "LIKE"),
    ]


def _request(name: str, text: str, parameters: Parameters) -> str:
    """Returns the clause for a call's request id, which is kept as two numbers."""
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        return "false"
    parameters[f"{name}_hi"] = int(text[:16], 16)
    parameters[f"{name}_lo"] = int(text[16:], 16)
    return _REQUEST.format(name)


def _joined(clauses: list[str]) -> str:
    return " AND ".join(clause for clause in clauses if clause) or "true"
