"""Who may ask analytics for what."""

from weirgate.explore.rules import hidden
from weirgate.web.usage_scope import ALL, of_groups, of_users, own


def test_costs_are_for_those_who_see_everything() -> None:
    assert hidden(ALL) == frozenset()
    for granted in (of_groups(frozenset({"vip"})), of_users(frozenset({3}))):
        unseen = hidden(granted)
        assert {"cost", "margin", "margin_share"} <= unseen
        assert not unseen & {"user", "channel", "provider", "spend"}


def test_users_are_not_told_who_serves_and_who_else_calls() -> None:
    assert hidden(own(2)) >= {"cost", "margin", "user", "users", "channel", "provider", "node"}
    assert not hidden(own(2)) & {"key", "model", "group", "spend", "error_rate"}
