"""Which handler a method and path find."""

from __future__ import annotations

import pytest
from weirgate.web.matching import RouteTable


def table(*rows: str) -> RouteTable[str]:
    routes: RouteTable[str] = RouteTable()
    for row in rows:
        method, pattern = row.split()
        routes.add(method, pattern, row)
    return routes


def test_a_literal_wins_over_a_parameter_in_either_order() -> None:
    for rows in (
        ("GET /api/user/self", "GET /api/user/:id"),
        ("GET /api/user/:id", "GET /api/user/self"),
    ):
        assert table(*rows).find("GET", "/api/user/self") == ("GET /api/user/self", {})
        assert table(*rows).find("GET", "/api/user/7") == ("GET /api/user/:id", {"id": "7"})


def test_a_literal_that_leads_nowhere_gives_way_to_the_parameter() -> None:
    routes = table("GET /api/channel/test", "GET /api/channel/:id/key")
    assert routes.find("GET", "/api/channel/test/key") == (
        "GET /api/channel/:id/key",
        {"id": "test"},
    )


def test_two_endpoints_that_differ_in_the_slash_stay_two() -> None:
    routes = table("GET /api/models", "GET /api/models/", "GET /api/models/:id")
    assert routes.find("GET", "/api/models") == ("GET /api/models", {})
    assert routes.find("GET", "/api/models/") == ("GET /api/models/", {})


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("GET /api/token/", "/api/token"),
        ("GET /api/user/self", "/api/user/self/"),
        ("GET /api/token/:id", "/api/token/1/"),
    ],
)
def test_the_other_slash_form_is_answered_too(row: str, path: str) -> None:
    found = table(row).find("GET", path)
    assert found is not None
    assert found[0] == row


def test_a_parameter_is_never_empty() -> None:
    assert table("GET /api/token/:id").find("GET", "/api/token/") is None


def test_several_parameters_keep_their_names() -> None:
    routes = table("POST /api/:kind/:id/key")
    assert routes.find("POST", "/api/channel/3/key") == (
        "POST /api/:kind/:id/key",
        {"kind": "channel", "id": "3"},
    )


def test_a_tail_takes_the_rest_of_the_path() -> None:
    assert table("GET /files/*rest").find("GET", "/files/a/b") == (
        "GET /files/*rest",
        {"rest": "a/b"},
    )


def test_a_path_knows_its_methods() -> None:
    routes = table("GET /api/token/", "POST /api/token/", "DELETE /api/token/:id")
    assert routes.methods("/api/token") == ["GET", "POST"]
    assert routes.methods("/api/token/4") == ["DELETE"]
    assert routes.methods("/api/nope") == []


def test_registering_the_same_route_twice_is_an_error() -> None:
    routes = table("GET /api/token/:id")
    with pytest.raises(ValueError, match="registered twice"):
        routes.add("GET", "/api/token/:other", "again")
