"""Which language an answer speaks."""

from __future__ import annotations

import pytest
from weirgate.web.messages import choose_language


@pytest.mark.parametrize(
    ("setting", "header", "language"),
    [
        ("", "", "zh"),
        ("", "en", "en"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en;q=0.3,zh;q=0.9", "zh"),
        ("", "fr,de;q=0.8", "zh"),
        ("", "fr,en;q=0.1", "en"),
        ("", "en;q=broken,zh;q=0.1", "zh"),
        ("en", "zh", "en"),
        ("zh-CN", "en", "zh"),
        ("fr", "en", "en"),
    ],
)
def test_the_users_setting_wins_then_the_header_then_chinese(
    setting: str, header: str, language: str
) -> None:
    assert choose_language(setting, header) == language
