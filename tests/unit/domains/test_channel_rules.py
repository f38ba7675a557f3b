"""Channels: lists in text, several keys, JSON fields."""

import pytest
from weirgate.channels import rules
from weirgate.errors import InvalidInputError


def test_abilities_are_groups_times_models_without_repeats() -> None:
    rows = rules.ability_rows("default, vip,default", "gpt-4o,,gpt-4o,o3 ")
    assert [(row.group, row.model) for row in rows] == [
        ("default", "gpt-4o"),
        ("default", "o3"),
        ("vip", "gpt-4o"),
        ("vip", "o3"),
    ]


def test_keys_are_lines_without_blanks() -> None:
    assert rules.split_keys(" sk-a \n\n sk-b\r\n", 1) == ["sk-a", "sk-b"]


def test_vertex_keys_are_the_elements_of_an_array() -> None:
    assert rules.split_keys('[{"a":1},"plain"]', 41) == ['{"a":1}', "plain"]


def test_a_vertex_key_with_line_breaks_is_one_key() -> None:
    assert len(rules.split_keys('{\n"private_key": "x"\n}', 41)) == 1


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="too many keys"):
        rules.split_keys("\n".join(f"k{index}" for index in range(10_001)), 1)


@pytest.mark.parametrize("text", ['{"429":503}', '{"429":"503"}', "", None])
def test_status_mappings_of_http_statuses_are_accepted(text: str | None) -> None:
    rules.check_status_code_mapping(text)


@pytest.mark.parametrize("text", ['{"429":99}', '{"x":500}', '{"429":true}', "[1]", "{"])
def test_other_status_mappings_are_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match="status_code_mapping"):
        rules.check_status_code_mapping(text)


def test_a_model_mapping_must_map_to_names() -> None:
    rules.check_model_mapping('{"a":"b"}')
    with pytest.raises(InvalidInputError, match="model_mapping"):
        rules.check_model_mapping('{"a":1}')


def test_a_vertex_channel_needs_a_region() -> None:
    rules.check_vertex_region(41, '{"default":"us-central1"}')
    rules.check_vertex_region(1, "")
    for other in ("", '{"claude":"us"}'):
        with pytest.raises(InvalidInputError):
            rules.check_vertex_region(41, other)


def test_the_first_enabled_key_is_found() -> None:
    info = rules.multi_key_info(3, "random", {0: 2, 1: 3})
    assert rules.first_enabled(3, info) == 2
    assert rules.first_enabled(2, info) is None


def test_statuses_beyond_the_last_key_are_dropped() -> None:
    assert rules.multi_key_info(1, "polling", {0: 2, 5: 3})["multi_key_status_list"] == {"0": 2}


def test_an_unknown_way_of_choosing_keys_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="multi_key_mode"):
        rules.multi_key_info(2, "first", None)


def test_a_preview_tells_ten_characters_at_most() -> None:
    assert rules.key_preview("sk-" + "a" * 40) == "sk-aaaaaaa..."
    assert rules.key_preview("short") == "sh..."
