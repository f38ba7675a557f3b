"""Turns a `UsageFilter` into the conditions of the two log tables (pure).

Every value travels as a parameter; only fixed text is put into a query. The two tables name the
time of a row differently, and a call's type is computed, so each has its own conditions.
"""

from dataclasses import dataclass

from weirgate.analytics.rows import CONSUME, FAILED, UsageFilter

_FAILED = "(status >= 400 AND quota = 0)"
_CALL_TYPES = {0: "", CONSUME: f"NOT {_FAILED}", FAILED: _FAILED}
_KEYWORD = (
    "(request_id = $keyword OR contains(lower(model), lower($keyword))"
    " OR contains(lower(username), lower($keyword)) OR contains(lower(key_name), lower($keyword))"
)

Parameters = dict[str, str | int]


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
    clauses, parameters = _common(wanted)
    calls = [clause.replace("@time@", "ended_ms") for clause in clauses]
    others = [clause.replace("@time@", "created_ms") for clause in clauses]
    if wanted.keyword:
        parameters["keyword"] = wanted.keyword
        calls.append(_KEYWORD + ")")
        others.append(_KEYWORD + " OR contains(lower(content), lower($keyword)))")
    calls.append(_CALL_TYPES.get(wanted.type, "false"))
    if wanted.type:
        others.append("type = $type")
        parameters["type"] = wanted.type
    return Conditions(_joined(calls), _joined(others), parameters)


def consumed(wanted: UsageFilter, *, since_ms: int | None = None) -> Conditions:
    """Returns the conditions of sums over calls; `since_ms` replaces the time range."""
    clauses, parameters = _common(wanted)
    calls = [clause.replace("@time@", "ended_ms") for clause in clauses]
    if since_ms is not None:
        calls = [clause for clause in calls if not clause.startswith("ended_ms")]
        parameters = {k: v for k, v in parameters.items() if k not in {"start_ms", "end_ms"}}
        calls.append("ended_ms >= $since_ms")
        parameters["since_ms"] = since_ms
    calls.append(_CALL_TYPES[CONSUME])
    return Conditions(_joined(calls), "false", parameters)


def _common(wanted: UsageFilter) -> tuple[list[str], Parameters]:
    clauses: list[str] = []
    parameters: Parameters = {}

    def add(name: str, value: str | int, clause: str) -> None:
        clauses.append(clause)
        parameters[name] = value

    if wanted.start_s:
        add("start_ms", wanted.start_s * 1000, "@time@ >= $start_ms")
    if wanted.end_s:
        # The end second belongs to the range.
        add("end_ms", wanted.end_s * 1000 + 999, "@time@ <= $end_ms")
    exact = (
        ("user_id", wanted.user_id),
        ("key_id", wanted.key_id),
        ("username", wanted.username or None),
        ("key_name", wanted.key_name or None),
        ("channel_id", wanted.channel_id or None),
        ("group_name", wanted.group or None),
        ("request_id", wanted.request_id or None),
    )
    for name, value in exact:
        if value is not None:
            add(name, value, f"{name} = ${name}")
    if wanted.model:
        add("model", wanted.model, "model LIKE $model")
    return clauses, parameters


def _joined(clauses: list[str]) -> str:
    return " AND ".join(clause for clause in clauses if clause) or "true"
