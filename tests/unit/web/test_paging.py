"""The family's paging table, row by row."""

from __future__ import annotations

import pytest
from weirgate.web.paging import MAX_PAGE, Page, PageQuery


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, Page(1, 10)),
        ({"p": "0"}, Page(1, 10)),
        ({"p": "abc"}, Page(1, 10)),
        ({"p": ""}, Page(1, 10)),
        ({"p": "3"}, Page(3, 10)),
        ({"p": "-1"}, Page(-1, 10)),
        ({"page": "4"}, Page(4, 10)),
        ({"p": "2", "page": "4"}, Page(2, 10)),
        ({"page_size": "20"}, Page(1, 20)),
        ({"ps": "30"}, Page(1, 30)),
        ({"size": "40"}, Page(1, 40)),
        ({"page_size": "20", "ps": "30", "size": "40"}, Page(1, 20)),
        ({"ps": "30", "size": "40"}, Page(1, 30)),
        ({"size": "0"}, Page(1, 10)),
        ({"size": "1000"}, Page(1, 100)),
        ({"size": "x"}, Page(1, 10)),
        ({"p": "99999999999999999999"}, Page(MAX_PAGE, 10)),
    ],
)
def test_a_query_becomes_the_page_that_the_family_shows(query: dict[str, str], page: Page) -> None:
    assert PageQuery.model_validate(query).page() == page


def test_page_minus_one_shows_the_rows_of_the_first_page() -> None:
    assert Page(-1, 10).offset == Page(1, 10).offset == 0


def test_pages_follow_each_other_without_gap() -> None:
    assert [Page(number, 7).offset for number in (1, 2, 3)] == [0, 7, 14]


def test_a_search_may_have_its_own_default_size() -> None:
    assert PageQuery.model_validate({}).page(default_size=20).size == 20
