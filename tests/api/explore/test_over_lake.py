"""Questions, exports and the SQL editor answer over a lake as over a file: the same checks."""

from tests.api.explore import test_query, test_sql
from tests.api.explore.conftest import ROOT, Desk
from tests.support.factories import NOON_MS

SAME = (
    test_query.test_an_administrator_compares_everybodys_spend_in_dollars,
    test_query.test_a_user_sees_their_own_calls_only,
    test_query.test_what_is_the_operators_is_refused_to_users,
    test_query.test_hours_of_the_day_are_listed_even_where_nothing_was,
    test_query.test_channels_carry_their_names_and_providers,
    test_query.test_pages_follow_each_other,
    test_query.test_an_answer_is_downloaded_whole,
    test_sql.test_everybody_finds_the_rows_that_they_may_see,
    test_sql.test_what_is_the_operators_is_not_handed_to_users,
    test_sql.test_the_range_is_the_askers,
)


def test_a_lake_answers_as_a_file_does(over_lake: Desk) -> None:
    for check in SAME:
        check(over_lake)


def test_an_answer_is_as_new_as_the_node_that_is_behind(over_lake: Desk) -> None:
    over_lake.writer.whole_until_ms = NOON_MS + 5_000
    over_lake.writer._home.others_whole_ms = NOON_MS
    fresh = over_lake.answer(ROOT)["freshness"]
    assert fresh == {"complete_until": "2026-11-21T12:00:00+00:00", "lag_ms": 10_000}
