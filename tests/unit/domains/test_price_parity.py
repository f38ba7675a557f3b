"""Every call of the shared price fixture costs to the unit what the decimal reference says."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from weirgate._core import price
from weirgate.composition import option_registry
from weirgate.dataplane.compile import RelayDefaults, compile_routing
from weirgate.system.option_keys import OptionValues

from tests.support.price_cases import FIXTURE, text

CASES = orjson.loads(FIXTURE.read_bytes())


def written(value: Any) -> str:
    """JSON as an administrator types it: the decimal texts of the fixture are numbers."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f'"{name}":{written(part)}' for name, part in value.items()) + "}"
    return str(value)


def compiled(options: Mapping[str, Any]) -> dict[str, Any]:
    """The routing document of the options, by the way that every save takes."""
    registry = option_registry()
    stored = {key: written(value) for key, value in options.items()}
    for key, value in stored.items():
        registry.check(key, value)
    found = compile_routing(1, [], OptionValues(registry, stored), RelayDefaults())
    assert found.warnings == []
    document: dict[str, Any] = orjson.loads(found.document)
    return document


def test_the_fixture_is_what_the_reference_writes() -> None:
    assert FIXTURE.read_text(encoding="utf-8") == text()
    assert len(CASES["cases"]) >= 200
    assert all(case["rule"] for case in CASES["cases"])


@pytest.mark.parametrize("options", list(CASES["options"]))
def test_every_call_costs_what_the_decimal_reference_says(options: str) -> None:
    document = compiled(CASES["options"][options])
    wrong = []
    for case in CASES["cases"]:
        if case["options"] != options:
            continue
        groups = document["groups"]
        special = groups["group_group_ratio"].get(case["user_group"], {})
        plain = groups["ratio"].get(case["using_group"], "1")
        request = {
            "prices": document["prices"],
            "model": case["model"],
            "group_ratio": special.get(case["using_group"], plain),
            "usage": case["usage"],
            "accept_unset": case.get("accept_unset", False),
            "image": case.get("image", {}),
            "decimals": case.get("decimals"),
            "costs": case.get("costs"),
            "cny_per_usd": document["options"]["cny_per_usd"],
        }
        found = orjson.loads(price(orjson.dumps(request)))
        expected = case["expected"]
        amounts = {name: found[name] for name in expected}
        if amounts != expected or found["cost_known"] is not ("cost" in expected):
            wrong.append((case["name"], case["rule"], expected, amounts))
    assert wrong == []
