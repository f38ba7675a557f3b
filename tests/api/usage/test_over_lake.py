"""Logs, sums and boards answer over a lake as they do over a file: the same checks, one desk."""

from tests.api.usage import test_data, test_logs
from tests.api.usage.conftest import Desk

SAME = (
    # Before time goes on.
    test_logs.test_sums_are_of_calls_in_the_range_and_rates_of_the_last_minute,
    test_data.test_everybodys_usage_is_summed_by_hour_and_model,
    test_data.test_one_users_usage_carries_the_user,
    test_data.test_own_usage_reaches_back_a_month_at_most,
    test_data.test_the_overview_of_an_administrator_holds_everybody,
    test_data.test_the_overview_of_a_user_holds_its_own,
    test_data.test_the_last_week_is_shown_by_day_and_model_under_both_names,
    test_logs.test_an_administrator_sees_all_rows_newest_first_with_all_details,
    test_logs.test_a_rows_details_are_the_familys,
    test_logs.test_a_user_sees_only_own_rows_without_what_is_for_administrators,
    test_logs.test_a_later_page_of_own_rows_counts_on,
    test_logs.test_searching_really_searches,
    test_logs.test_a_key_reads_its_own_rows,
    # The last deletes.
    test_logs.test_old_rows_are_deleted_and_the_deletion_is_noted,
)


def test_a_lake_answers_as_a_file_does(over_lake: Desk) -> None:
    for check in SAME:
        check(over_lake)
