"""The COPY statement of a whole answer: times, groups and numbers under their names (pure)."""

from weirgate.analytics.measures import METRICS, Unit
from weirgate.analytics.question import Question, Statement, build


def export(
    question: Question, names: list[str], begins: list[str], *, money_factor: float
) -> Statement:
    """Returns `COPY (...)` without its target; money is multiplied, and rounded to six digits."""
    inner = build(question)
    parameters = dict(inner.parameters)
    shown = []
    for name in names:
        metric = METRICS.get(name.removeprefix("previous_"))
        if name == "bucket":
            shown.append('list_extract($begins::VARCHAR[], "bucket" + 1) AS "time"')
            parameters["begins"] = begins
        elif metric and metric.unit is Unit.MONEY and money_factor != 1.0:
            shown.append(f'round("{name}"::DOUBLE * {money_factor!r}, 6) AS "{name}"')
        elif metric and metric.unit in {Unit.COUNT, Unit.TOKENS, Unit.MONEY}:
            shown.append(f'"{name}"::BIGINT AS "{name}"')
        else:
            shown.append(f'"{name}"')
    named = ", ".join(f'"{name}"' for name in names)
    text = f"COPY (SELECT {', '.join(shown)} FROM ({inner.text}) AS answer({named}))"  # noqa: S608
    return Statement(text, parameters)
