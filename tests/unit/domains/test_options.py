"""Options: types, defaults, secrets, and checks between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weirgate.system.option_checks import check_option
from weirgate.system.option_keys import (
    OptionError,
    OptionRegistry,
    OptionValues,
    is_secret_key,
    option_text,
)
from weirgate.system.option_table import build_registry

REGISTRY: OptionRegistry = build_registry({"model_ratio": {"gpt-4o": 1.25}})


def values(**stored: str) -> OptionValues:
    return OptionValues(REGISTRY, stored)


@pytest.mark.parametrize("key", REGISTRY.keys())
def test_every_default_passes_its_own_check(key: str) -> None:
    REGISTRY.check(key, REGISTRY.default(key))
    check_option(key, REGISTRY.default(key), values())


def test_new_installs_retry_three_times() -> None:
    assert values().integer("RetryTimes") == 3


def test_price_defaults_are_those_of_the_relay() -> None:
    assert values().object("ModelRatio") == {"gpt-4o": 1.25}


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (3, "3"), (0.5, "0.5"), ("x", "x"), (None, "")],
)
def test_scalars_become_the_texts_of_the_family(
    value: bool | float | str | None, text: str
) -> None:
    assert option_text(value) == text


@pytest.mark.parametrize(
    "key", ["SMTPToken", "GitHubClientSecret", "EpayKey", "oidc.client_secret", "x.api_key"]
)
def test_secrets_are_told_by_their_names(key: str) -> None:
    assert is_secret_key(key)


def test_secrets_are_never_listed_but_unknown_options_are() -> None:
    listed = dict(values(SMTPToken="hidden", Whatever="1", MyOwnKey="hidden").listed())
    assert listed["Whatever"] == "1"
    assert "hidden" not in listed.values()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("RetryTimes", "many"),
        ("RegisterEnabled", "yes"),
        ("Price", "nan"),
        ("GroupRatio", "[]"),
        ("Chats", "{}"),
        ("ModelRatio", '{"a":"1"}'),
        ("GroupRatio", "{"),
    ],
)
def test_a_text_of_the_wrong_type_is_refused_by_name(key: str, text: str) -> None:
    with pytest.raises(OptionError, match=key if "Group" not in key else "(?i)group ?ratio"):
        REGISTRY.check(key, text)


def test_a_negative_group_ratio_is_refused_in_the_familys_words() -> None:
    with pytest.raises(OptionError, match="group ratio must be not less than 0: a"):
        REGISTRY.check("GroupRatio", '{"a":-1}')


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("GitHubOAuthEnabled", "true"),
        ("TurnstileCheckEnabled", "true"),
        ("QuotaPerUnit", "0"),
        ("RetryTimes", "-1"),
        ("RetryTimes", "101"),
        ("general_setting.quota_display_type", "EUR"),
        ("AutomaticRetryStatusCodes", "500-400"),
        ("AutomaticRetryStatusCodes", "abc"),
        ("ModelRequestRateLimitGroup", '{"g":[1]}'),
        ("ModelRequestRateLimitGroup", '{"g":[0,0]}'),
        ("GroupGroupRatio", '{"vip":{"default":-1}}'),
        ("AutoGroups", "[1]"),
    ],
)
def test_what_the_other_options_forbid_is_refused(key: str, text: str) -> None:
    with pytest.raises(OptionError):
        check_option(key, text, values())


def test_a_sign_in_way_with_its_ids_can_be_switched_on() -> None:
    check_option("GitHubOAuthEnabled", "true", values(GitHubClientId="id"))


@given(st.text())
def test_a_broken_stored_text_falls_back_to_the_default(text: str) -> None:
    stored = values(RetryTimes=text, ModelRatio=text, Price=text)
    assert isinstance(stored.integer("RetryTimes"), int)
    assert isinstance(stored.object("ModelRatio"), dict)
    assert stored.decimal("Price").is_finite()


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("billing_setting.billing_mode", '{"m":"dear"}', "m must be one of ratio, price"),
        ("billing_setting.billing_expr", '{"m":3}', "m must have a text"),
        ("billing_setting.billing_expr", '{"m":"p *"}', "m: the expression ends too early at"),
        ("billing_setting.billing_expr", '{"m":"p / c"}', "m: only a number that is not 0 may"),
        ("billing_setting.billing_expr", '{"m":"q"}', "m: `q` is not known at character 1"),
    ],
)
def test_a_broken_price_is_refused_on_save_by_name(key: str, text: str, message: str) -> None:
    with pytest.raises(OptionError) as refused:
        check_option(key, text, values())
    assert message in str(refused.value)


def test_a_good_price_is_taken() -> None:
    check_option("billing_setting.billing_mode", '{"m":"tiered_expr"}', values())
    check_option("billing_setting.billing_expr", '{"m":"v1:p * 3 + c * 15"}', values())
