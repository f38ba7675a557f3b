"""Turns a question of analytics into one SQL statement with parameters (pure).

Only fixed text of `measures` and of this file reaches SQL; names, filters, times and limits travel
as parameters. Sums of hours answer where they can, else the calls themselves. One scan answers for
the period and for the one before it, which is aligned bucket by bucket.
"""

from dataclasses import dataclass, field

from weirgate.analytics.measures import COLUMNS, DIMENSIONS, METRICS, Column, Place
from weirgate.analytics.rows import EVERYTHING, Only
from weirgate.analytics.spans import HOUR_MS, Calendar, Rollup, Span

Value = str | int | list[str] | list[int]
Parameters = dict[str, Value]

_KIND_COLUMNS = (
    "channel_id", "model", "upstream_model", "group_name", "endpoint", "is_stream", "end_reason",
    "usage_source", "status", "node",
)  # fmt: skip
_PROVIDERS = (
    "LEFT JOIN (SELECT unnest($channel_ids::BIGINT[]) AS channel_no,"
    " unnest($providers::VARCHAR[]) AS provider_name) ON channel_no = channel_id"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows whose dimension is (or is not) one of the values, or holds the only one."""

    dimension: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; names are those of `measures`."""

    span: Span
    calendar: Calendar
    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    rollup: Rollup | None = None
    before: Span | None = None
    """The period to compare with; it ends where the asked one begins, or earlier."""
    order_by: str = ""
    by_change: bool = False
    ascending: bool = False
    series: int = 0
    """Only the groups that are first in the whole period; 0: all."""
    limit: int = 100
    offset: int = 0
    only: Only = EVERYTHING
    """What the asker may see; every query carries it."""
    providers: dict[int, str] = field(default_factory=dict)
    """What vendor a channel is of; needed when `provider` is asked for."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters; see `columns_of` for what it returns."""

    text: str
    parameters: Parameters


def columns_of(question: Question) -> list[str]:
    """Returns the names of a statement's columns, in order."""
    named: list[str] = ["bucket"] if question.rollup else []
    for name in question.dimensions:
        named.append(name)
        if DIMENSIONS[name].label:
            named.append(f"{name}_name")
    named += question.metrics
    if question.before:
        named += [f"previous_{name}" for name in question.metrics]
    return named


def uses_hours(question: Question) -> bool:
    """Says whether the sums of hours hold all that is asked for."""
    asked = {*question.dimensions, *(item.dimension for item in question.filters)}
    columns = {name for metric in question.metrics for name in METRICS[metric].columns}
    spans = [span for span in (question.span, question.before) if span]
    moments = [moment for span in spans for moment, _ in question.calendar.changes(span)]
    return (
        question.rollup is not Rollup.MINUTE
        and all(span.is_whole_hours() for span in spans)
        and all(question.calendar.offset_ms(moment) % HOUR_MS == 0 for moment in moments)
        and all(DIMENSIONS[name].in_hours for name in asked)
        and all(COLUMNS[name].of_hour for name in columns)
    )


def build(question: Question) -> Statement:
    """Returns the statement that answers, one page of groups."""
    parts = _Parts(question)
    groups = [f"d{place}" for place, _ in enumerate(question.dimensions)]
    keys = (["bucket"] if question.rollup else []) + groups
    shown = list(keys[:1]) if question.rollup else []
    for place, name in enumerate(question.dimensions):
        shown.append(f"d{place}")
        if DIMENSIONS[name].label:
            shown.append(f"arg_max(l{place}, t) AS l{place}")
    shown += parts.metrics()
    text = f"WITH base AS ({parts.base()})"
    source = "base"
    if question.series and groups:
        text += f", chosen AS ({parts.chosen(groups)})"
        source = f"base SEMI JOIN chosen USING ({', '.join(groups)})"
    text += f" SELECT {', '.join(shown)} FROM {source}"  # noqa: S608 - fixed text
    if keys:
        text += f" GROUP BY {', '.join(keys)}"
    text += f" ORDER BY {', '.join([*parts.order(), *keys]) or '1'}"
    text += " LIMIT $limit OFFSET $offset"
    parts.parameters |= {"limit": question.limit, "offset": question.offset}
    return Statement(text, parts.parameters)


class _Parts:
    """The parts of one statement, and the parameters that they name."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.parameters: Parameters = {
            "start": question.span.start_ms,
            "end": question.span.end_ms,
            "from": (question.before or question.span).start_ms,
        }
        self._by_hours = uses_hours(question)

    def metrics(self) -> list[str]:
        """Returns the aggregates of the period, then those of the one before."""
        names = self.question.metrics
        if not self.question.before:
            return [f"{_aggregate(name)} AS m{place}" for place, name in enumerate(names)]
        now = [f"{_aggregate(name, 'is_now')} AS m{place}" for place, name in enumerate(names)]
        then = [f"{_aggregate(name, 'NOT is_now')} AS p{place}" for place, name in enumerate(names)]
        return now + then

    def order(self) -> list[str]:
        """Returns the terms that rows are ordered by, before their keys; time comes first."""
        question = self.question
        if not question.dimensions:
            return ["bucket"] if question.rollup else []
        place = question.metrics.index(question.order_by or question.metrics[0])
        term = f"m{place}"
        if question.by_change:
            term = f"coalesce(m{place}, 0) - coalesce(p{place}, 0)"
        way = "ASC" if question.ascending else "DESC"
        return [*(["bucket"] if question.rollup else []), f"{term} {way} NULLS LAST"]

    def chosen(self, groups: list[str]) -> str:
        """Returns the query of the groups that are first in the whole period."""
        question = self.question
        name = question.order_by or question.metrics[0]
        way = "ASC" if question.ascending else "DESC"
        listed = ", ".join(groups)
        term = _aggregate(name, "is_now")
        if question.by_change:
            term = f"coalesce({term}, 0) - coalesce({_aggregate(name, 'NOT is_now')}, 0)"
        self.parameters["series"] = question.series
        return (
            f"SELECT {listed} FROM base GROUP BY {listed}"  # noqa: S608
            f" ORDER BY {term} {way} NULLS LAST, {listed} LIMIT $series"
        )

    def base(self) -> str:
        """Returns the rows that are summed: a column a dimension and a number a metric needs."""
        question = self.question
        moment = "hour * 1000" if self._by_hours else "ended_ms"
        shown = [f"{moment} AS t", f"{moment} >= $start AS is_now"]
        for place, name in enumerate(question.dimensions):
            dimension = DIMENSIONS[name]
            shown.append(f"{dimension.sql} AS d{place}")
            if dimension.label:
                shown.append(f"{dimension.label} AS l{place}")
        shown += [f"{self._column(name)} AS {name}" for name in self._needed()]
        if question.rollup:
            shown.append(f"{self._bucket(question.rollup, moment)} AS bucket")
        where = [f"{moment} >= $from", f"{moment} < $end"]
        if question.before and question.before.end_ms < question.span.start_ms:
            self.parameters["gap"] = question.before.end_ms
            where.append(f"({moment} < $gap OR {moment} >= $start)")
        source, clauses = self._hours() if self._by_hours else self._calls()
        clauses = [*where, *clauses]
        return f"SELECT {', '.join(shown)} FROM {source} WHERE {' AND '.join(clauses)}"  # noqa: S608

    def _needed(self) -> list[str]:
        names = [name for metric in self.question.metrics for name in METRICS[metric].columns]
        return list(dict.fromkeys(names))

    def _column(self, name: str) -> str:
        column = COLUMNS[name]
        return column.of_hour if self._by_hours else column.of_call

    def _hours(self) -> tuple[str, list[str]]:
        clauses = self._filters(Place.KIND) + self._filters(Place.PAYER)
        if not self._asks("provider"):
            return "usage_hourly", clauses
        shown = "usage_hourly.*, coalesce(provider_name, '') AS provider"
        return f"(SELECT {shown} FROM usage_hourly {self._providers()})", clauses  # noqa: S608

    def _calls(self) -> tuple[str, list[str]]:
        """Returns the calls with what they share, joined only where it is asked for."""
        source = "calls"
        asked = {*self.question.dimensions, *(item.dimension for item in self.question.filters)}
        places = {DIMENSIONS[name].place for name in asked}
        columns: list[Column] = [COLUMNS[name] for name in self._needed()]
        only = self.question.only
        has_kind = Place.KIND in places or any(column.needs_kind for column in columns)
        if has_kind or only.groups is not None:
            shown, joined = ", ".join(("id", *_KIND_COLUMNS)), ""
            if self._asks("provider"):
                shown += ", coalesce(provider_name, '') AS provider"
                joined = self._providers()
            source += f" JOIN {_shared('kinds', shown, joined, self._filters(Place.KIND))} k"
            source += " ON k.id = calls.kind"
        is_paid = Place.PAYER in places or any(column.needs_payer for column in columns)
        if is_paid or only.user_ids is not None:
            shown = "id, user_id, key_id, username, key_name"
            source += f" JOIN {_shared('payers', shown, '', self._filters(Place.PAYER))} p"
            source += " ON p.id = calls.payer"
        return source, []

    def _filters(self, place: Place) -> list[str]:
        """Returns the conditions on what stands in one place, what the asker may see among them."""
        clauses = []
        only = self.question.only
        if place is Place.PAYER and only.user_ids is not None:
            self.parameters["only_users"] = list(only.user_ids)
            clauses.append("list_contains($only_users::BIGINT[], user_id)")
        if place is Place.KIND and only.groups is not None:
            self.parameters["only_groups"] = list(only.groups)
            clauses.append("list_contains($only_groups::VARCHAR[], group_name)")
        for number, item in enumerate(self.question.filters):
            dimension = DIMENSIONS[item.dimension]
            if dimension.place is not place:
                continue
            sql = dimension.sql
            if item.operator == "contains":
                self.parameters[f"f{number}"] = item.values[0]
                clauses.append(f"contains(lower({sql}), lower($f{number}))")
            else:
                self.parameters[f"f{number}"] = list(item.values)
                sign = "NOT " if item.operator == "not_in" else ""
                clauses.append(f"{sign}list_contains($f{number}::VARCHAR[], {sql})")
        return clauses

    def _asks(self, name: str) -> bool:
        filtered = any(item.dimension == name for item in self.question.filters)
        return filtered or name in self.question.dimensions

    def _providers(self) -> str:
        self.parameters["channel_ids"] = list(self.question.providers)
        self.parameters["providers"] = list(self.question.providers.values())
        return _PROVIDERS

    def _bucket(self, rollup: Rollup, moment: str) -> str:
        """Returns the place of a row's bucket in its period, from 0."""
        question, calendar = self.question, self.question.calendar
        self.parameters["first"] = calendar.bucket(rollup, question.span.start_ms)
        begin = "$first"
        if question.before:
            self.parameters["first_before"] = calendar.bucket(rollup, question.before.start_ms)
            begin = f"CASE WHEN {moment} >= $start THEN $first ELSE $first_before END"
        return f"({self._number(rollup, moment)}) - {begin}"

    def _number(self, rollup: Rollup, moment: str) -> str:
        if rollup is Rollup.MINUTE:
            return f"{moment} // 60000"
        if rollup is Rollup.HOUR:
            offset = self.question.calendar.offset_ms(self.question.span.start_ms)
            self.parameters["into_hour"] = offset % HOUR_MS
            return f"({moment} + $into_hour) // {HOUR_MS}"
        local = f"({moment} + {self._offset(moment)})"
        if rollup is Rollup.DAY:
            return f"{local} // 86400000"
        if rollup is Rollup.WEEK:
            return f"({local} // 86400000 + 3) // 7"
        stamp = f"make_timestamp({local} * 1000)"
        return f"year({stamp}) * 12 + month({stamp}) - 1"

    def _offset(self, moment: str) -> str:
        """Returns the zone's offset at a row's moment."""
        question = self.question
        span = Span((question.before or question.span).start_ms, question.span.end_ms)
        changes = question.calendar.changes(span)
        text = ""
        for number, (_, offset) in enumerate(changes):
            self.parameters[f"o{number}"] = offset
            if number + 1 < len(changes):
                self.parameters[f"z{number}"] = changes[number + 1][0]
                text += f" WHEN {moment} < $z{number} THEN $o{number}"
        last = f"$o{len(changes) - 1}"
        return f"CASE{text} ELSE {last} END" if text else last


def _aggregate(name: str, period: str = "") -> str:
    """Returns a metric's SQL over the rows of one period, or over all."""
    return METRICS[name].sql.replace("{f}", f"FILTER (WHERE {period})" if period else "")


def _shared(table: str, shown: str, joined: str, clauses: list[str]) -> str:
    where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
    # A filter names what the inner rows show, the provider among them.
    return f"(SELECT * FROM (SELECT {shown} FROM {table} {joined}){where})"  # noqa: S608
