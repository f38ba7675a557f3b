"""Which language an answer speaks."""

from __future__ import annotations

import pytest
from weirgate.errors import Text
from weirgate.web.messages import choose_language, said


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
        ("zh-TW", "en", "zh-TW"),
        ("", "zh-Hant-HK,zh;q=0.9", "zh-TW"),
        ("", "zh_TW", "zh-TW"),
        ("", "zh-Hans-CN", "zh"),
    ],
)
def test_the_users_setting_wins_then_the_header_then_chinese(
    setting: str, header: str, language: str
) -> None:
    assert choose_language(setting, header) == language


def test_traditional_chinese_is_made_from_the_simplified_text() -> None:
    text = Text("邮箱验证码错误，请检查网络", "wrong code")
    assert said(text, "zh") == text.zh
    assert said(text, "en") == "wrong code"
    assert said(text, "zh-TW") == "郵箱驗證碼錯誤，請檢查網路"
