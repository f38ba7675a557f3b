"""The calls of `tests/contracts/prices/parity.json`, each with the rule that its price follows.

`python -m tests.support.price_cases` writes the fixture: the options in force, the calls and what
they must cost by `price_reference`. Rust and Python read it; it must never be edited by hand.
"""

# ruff: noqa: PERF401 (a list of calls reads best as appends)
from __future__ import annotations

import itertools
from decimal import localcontext
from typing import Any

import orjson

from tests.support.price_decimals import COUNTS, SHEETS, decimal_quota
from tests.support.price_reference import EXACT, ONE, ROOT, Call, Counts, Prices, quota

FIXTURE = ROOT / "tests/contracts/prices/parity.json"

HOUSE: dict[str, Any] = {
    "ModelRatio": {
        "plain": "1",
        "half": "0.5",
        "tiny": "0.000001",
        "third": "0.3333333333333333",
        "long": "0.12345678901234567",
        "free": "0",
        "cached": "2",
        "writer": "1.5",
        "seer": "2.5",
        "singer": "1.25",
        "mute": "1",
        "both": "3",
        "vendor/gpt-5": "1",
        "gpt-5": "0.625",
        "gpt-4o": "1.25",
        "o3": "1",
        "claude-opus-4-x": "7.5",
        "gemini-2.5-flash-thinking-*": "0.15",
        "gpt-4o-gizmo-*": "2.5",
        "gpt-3.5-turbo-1106": "0.5",
        "gpt-5.1": "0.625",
        "gpt-4o-mini-x": "0.075",
        "gpt-4o-search-preview": "1.25",
    },
    "ModelPrice": {
        "both": "0.02",
        "painter": "0.04",
        "gift": "0",
        "cent": "0.0000013",
        "dall-e-3": "0.04",
    },
    "CompletionRatio": {
        "plain": "3",
        "half": "1.5",
        "third": "4.000000000000001",
        "vendor/gpt-5": "2",
        "gpt-5": "2",
        "gpt-4o": "5",
        "o3": "9",
        "claude-opus-4-x": "2",
        "gpt-3.5-turbo-1106": "7",
        "gpt-5.1": "6.5",
    },
    "CacheRatio": {"cached": "0.1", "writer": "0.1", "half": "0", "gpt-4o": "0.5"},
    "CreateCacheRatio": {"writer": "1.25", "half": "0", "third": "1.3333333333333333"},
    "ImageRatio": {"seer": "2", "half": "0.7"},
    "AudioRatio": {"singer": "66.67", "half": "16"},
    "AudioCompletionRatio": {"singer": "2", "mute": "0"},
    "GroupRatio": {
        "default": "1",
        "vip": "0.8",
        "svip": "0.333333333333333333",
        "free": "0",
        "dear": "12.5",
    },
    "GroupGroupRatio": {
        "vip": {"vip": "0.75", "default": "0.9"},
        "free": {"default": "0"},
        "odd": {"new": "1.0000001"},
    },
    "tool_price_setting.prices": {
        "web_search": "10",
        "web_search_preview": "10",
        "web_search_preview:gpt-4o*": "25",
        "web_search_preview:gpt-4o-mini*": "27.5",
        "web_search_preview:plain": "0.001",
        "file_search": "2.5",
        "google_search": "14",
        "code_interpreter": "0.333333333333333333",
        "image_generation_low": "11",
        "image_generation_low_oblong": "16",
        "image_generation_medium": "42",
        "image_generation_medium_oblong": "63",
        "image_generation_high": "167",
        "image_generation_high_oblong": "250",
    },
}
SETS: dict[str, dict[str, Any]] = {
    "shipped": {"GroupRatio": {"default": "1", "vip": "0.5"}, "GroupGroupRatio": {}},
    "house": HOUSE,
}

SHIPPED_MODELS = (
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4.1",
    "gpt-4.1-nano",
    "gpt-4",
    "gpt-4-turbo",
    "gpt-3.5-turbo",
    "gpt-5",
    "gpt-5-nano",
    "o1",
    "o3",
    "o4-mini",
    "chatgpt-4o-latest",
    "claude-3-haiku-20240307",
    "claude-sonnet-4-20250514",
    "claude-opus-4-5-20251101",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-2.0-flash",
    "deepseek-chat",
    "deepseek-reasoner",
    "command-r-plus",
    "glm-4-flash",
    "ERNIE-3.5-8K",
    "ERNIE-Speed-8K",
    "yi-large",
    "text-embedding-3-small",
)
TEXT = Counts(prompt=1_237, completion=419)
READ = Counts(prompt=2_048, completion=77, read=1_536)
ONE_TOKEN = Counts(prompt=1)


GROUPS = (
    ("default", "default"),
    ("default", "vip"),
    ("vip", "vip"),
    ("vip", "default"),
    ("default", "svip"),
    ("default", "free"),
    ("free", "default"),
    ("default", "dear"),
    ("default", "unheard"),
    ("odd", "new"),
)

NAMED = [
    ("vendor/gpt-5", "§5.2 the map comes first for names with /"),
    ("gpt-5", "§5.2 a locked rule beats the map"),
    ("gpt-4o", "§5.2 the map beats an open rule"),
    ("o3", "§5.2 a locked rule beats the map"),
    ("claude-opus-4-x", "§5.2 a locked rule beats the map"),
    ("gpt-5.1", "§5.2 the map beats an open rule"),
    ("gpt-3.5-turbo-1106", "§9.1 row 16: rules by specificity"),
    ("gemini-2.5-flash-thinking-128", "§5.2 lookup by the normalised name"),
    ("gpt-4o-gizmo-g-x", "§5.2 lookup by the normalised name"),
]

TERMS = [
    ("cached", READ, "§5.4 cached x cacheRatio"),
    ("half", READ, "§5.4 a cache ratio of 0 makes reads free"),
    ("cached", Counts(prompt=100, completion=5, read=900), "§5.4 base is never below 0"),
    (
        "writer",
        Counts(prompt=5_000, completion=12, read=1_000, write_5m=700, write_1h=300),
        "§5.4 OpenAI semantics",
    ),
    (
        "writer",
        Counts(prompt=5_000, completion=12, read=1_000, write_5m=700, write_1h=300, claude=True),
        "§5.4 Claude semantics",
    ),
    (
        "third",
        Counts(prompt=17, completion=3, write_5m=13, write_1h=11, claude=True),
        "§5.2 1 h = 5 m x 6/3.75",
    ),
    (
        "plain",
        Counts(prompt=17, completion=3, write_5m=13, write_1h=11, claude=True),
        "§5.2 creation unknown 1.25",
    ),
    (
        "half",
        Counts(prompt=17, completion=3, write_5m=13, write_1h=11, claude=True),
        "§5.2 a creation ratio of 0",
    ),
    ("seer", Counts(prompt=801, completion=9, image_in=777), "§5.4 image x imageRatio"),
    ("plain", Counts(prompt=801, completion=9, image_in=777), "§5.2 image ratio unknown 1"),
    (
        "singer",
        Counts(prompt=333, completion=222, audio_in=111, audio_out=101),
        "§5.4 audio models",
    ),
    (
        "half",
        Counts(prompt=333, completion=222, audio_in=111, audio_out=101),
        "§5.2 audio completion unknown 1",
    ),
    (
        "mute",
        Counts(prompt=333, completion=222, audio_in=111, audio_out=222),
        "§5.2 audio completion 0",
    ),
    (
        "plain",
        Counts(prompt=333, completion=222, audio_in=111, audio_out=101),
        "§5.4 audio counts as text",
    ),
    ("both", TEXT, "§5.2 price map wins over ratio map"),
    ("painter", TEXT, "§5.4 price mode"),
    ("gift", TEXT, "§5.4 a price of 0 is free"),
    ("free", TEXT, "§5.4 a ratio of 0 is free"),
    ("cent", ONE_TOKEN, "§5.4 price mode, rounded half away from zero"),
    ("plain", Counts(), "§5.4 total tokens 0 cost 0"),
    ("painter", Counts(), "§5.4 total tokens 0 cost 0"),
    ("half", Counts(prompt=1), "§5.4 round half away from zero"),
    ("half", Counts(prompt=3), "§5.4 round half"),
    ("tiny", Counts(prompt=1), "§5.4 at least 1"),
    ("tiny", Counts(prompt=1_499_999), "§5.4 rounding"),
    ("tiny", Counts(prompt=1_500_000), "§5.4 rounding"),
    ("third", Counts(prompt=3), "§5.4 decimal arithmetic"),
    ("long", Counts(prompt=100_000_007, completion=99_999_989), "§5.4 ratios as decimal text"),
    ("plain", Counts(prompt=2_000_000_000, completion=1_500_000_000), "§5.4 beyond 32 bits"),
]

WRITES = [
    ("5m", Counts(prompt=311, completion=97, write_5m=1_201, claude=True)),
    ("1h", Counts(prompt=311, completion=97, write_1h=1_201, claude=True)),
    (
        "all",
        Counts(prompt=3, completion=250, read=40_001, write_5m=333, write_1h=777, claude=True),
    ),
]

AUDIO = (
    ("gpt-4o-audio-preview", Counts(900, 300, audio_in=400, audio_out=250)),
    ("gpt-4o-realtime-preview", Counts(120, 60, audio_in=100, audio_out=55)),
    ("gpt-4o-mini-realtime-preview", Counts(121, 61, audio_in=101, audio_out=56)),
)

BY_CALL = (
    "dall-e-3",
    "suno_music",
    "suno_lyrics",
    "mj_imagine",
    "mj_inpaint",
    "mj_describe",
    "swap_face",
    "sora-2",
)


def shipped_calls() -> list[Call]:
    calls = []
    for model in SHIPPED_MODELS:
        for group in ("default", "vip"):
            calls.append(
                Call(
                    f"{model}, text, {group}",
                    "§5.4 ratio mode",
                    "shipped",
                    model,
                    TEXT,
                    using_group=group,
                )
            )
            calls.append(
                Call(
                    f"{model}, cache read, {group}",
                    "§5.4 base = prompt - cached; §12.5 cache read",
                    "shipped",
                    model,
                    READ,
                    using_group=group,
                )
            )
        calls.append(
            Call(
                f"{model}, one token",
                "§5.4 at least 1 where the ratio is not 0",
                "shipped",
                model,
                ONE_TOKEN,
            )
        )
    calls.append(
        Call(
            "gpt-image-1, image input",
            "§5.2 image ratio gpt-image-1 2",
            "shipped",
            "gpt-image-1",
            Counts(700, 1_056, image_in=512),
        )
    )
    for model in BY_CALL:
        calls.append(
            Call(
                f"{model}, by call",
                "§5.4 price mode; §5.2 prices per call",
                "shipped",
                model,
                ONE_TOKEN,
                using_group="vip",
            )
        )
    return calls


def cache_and_audio_calls() -> list[Call]:
    calls = []
    for model, (kind, counts) in itertools.product(
        ("claude-3-haiku-20240307", "claude-sonnet-4-20250514", "claude-opus-4-20250514"), WRITES
    ):
        for group in ("default", "vip"):
            calls.append(
                Call(
                    f"{model}, cache writes {kind}, {group}",
                    "§5.4 Claude semantics; §5.2 1 h creation = 5 m x 6/3.75",
                    "shipped",
                    model,
                    counts,
                    using_group=group,
                )
            )
    for model, counts in AUDIO:
        calls.append(
            Call(
                f"{model}, audio", "§5.4 audio models; §5.2 audio ratios", "shipped", model, counts
            )
        )
    return calls


def image_calls() -> list[Call]:
    sizes = ("256x256", "512x512", "1024x1024", "1792x1024", "1024x1792")
    return [
        Call(
            f"dall-e-3 {size} {quality} x{count}",
            "§5.2 image price multiplier; §5.4 x Π otherRatios (n)",
            "house",
            "dall-e-3",
            Counts(prompt=1, images=count),
            using_group=group,
            image={"size": size, "quality": quality},
        )
        for size, quality, count, group in itertools.product(
            sizes, ("standard", "hd"), (1, 3), ("default", "svip")
        )
    ]


def house_calls() -> list[Call]:
    calls = []
    for model, (user, using) in itertools.product(
        ("plain", "half", "third", "long", "tiny"), GROUPS
    ):
        calls.append(
            Call(
                f"{model} of {user} in {using}",
                "§5.2 group ratio, overridden by GroupGroupRatio; unknown 1",
                "house",
                model,
                TEXT,
                user,
                using,
            )
        )
    for (model, rule), group in itertools.product(NAMED, ("default", "svip")):
        calls.append(
            Call(f"{model}, output, {group}", rule, "house", model, TEXT, using_group=group)
        )
    for model, counts, rule in TERMS:
        for group in ("default", "svip"):
            calls.append(
                Call(
                    f"{model}, {counts.wire()}, {group}",
                    rule,
                    "house",
                    model,
                    counts,
                    using_group=group,
                )
            )
    for group in ("default", "vip", "free"):
        calls.append(
            Call(
                f"no price, accepted, {group}",
                "§5.2 missing ratio, accepted: 37.5",
                "house",
                "nobody",
                TEXT,
                using_group=group,
                accept_unset=True,
            )
        )
    return calls


TOOLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("a web search", {"web_search": 1}),
    ("seven web searches", {"web_search": 7}),
    ("a search of the preview's kind", {"web_search": 1, "is_preview": True}),
    ("file searches", {"file_search": 3}),
    ("grounding", {"google_search": 2}),
    ("code", {"code_interpreter": 5}),
    ("images", {"images": {"low": 1, "medium_oblong": 2, "high": 1}}),
    ("oblong images", {"images": {"low_oblong": 3, "medium": 1, "high_oblong": 1}}),
    ("many tools", {"web_search": 2, "file_search": 4, "google_search": 1, "images": {"high": 2}}),
)
SEARCHERS = (
    "plain",
    "third",
    "gpt-4o",
    "gpt-4o-mini-x",
    "gpt-4o-search-preview",
    "free",
    "painter",
)


def tool_calls() -> list[Call]:
    rule = "§5.4 tool calls: USD per 1K calls /1000 x calls x 500000 x groupRatio"
    return [
        Call(
            f"{model}, {name}, {group}",
            rule,
            "house",
            model,
            Counts(prompt=301, completion=19, tools=tools),
            using_group=group,
        )
        for model, (name, tools), group in itertools.product(
            SEARCHERS, TOOLS, ("default", "svip", "free")
        )
    ]


def every_call() -> list[Call]:
    return [
        *shipped_calls(),
        *cache_and_audio_calls(),
        *image_calls(),
        *house_calls(),
        *tool_calls(),
    ]


def document() -> dict[str, Any]:
    """Returns the fixture: the sets of options, and the cases with what they must cost."""
    cases = []
    with localcontext(EXACT):
        for call in every_call():
            prices = Prices(SETS[call.options])
            group = prices.group(call.user_group, call.using_group)
            made: dict[str, Any] = {
                "name": call.name,
                "rule": call.rule,
                "options": call.options,
                "model": call.model,
                "user_group": call.user_group,
                "using_group": call.using_group,
                "usage": call.counts.wire(),
            }
            if call.accept_unset:
                made["accept_unset"] = True
            if call.image:
                made["image"] = call.image
            made["expected"] = {
                "list": quota(prices, call, ONE),
                "sale": quota(prices, call, group),
            }
            cases.append(made)
        cases += decimal_cases()
    return {"options": SETS, "cases": cases}


def decimal_cases() -> list[dict[str, Any]]:
    """Decimal sheets as prices and, with another sheet's, as what the channel costs."""
    prices, names = Prices(HOUSE), list(SHEETS)
    cases = []
    for place, (name, sheet) in enumerate(SHEETS.items()):
        costs = SHEETS[names[place - 1]]
        for counts, group in itertools.product(COUNTS, ("default", "svip", "free")):
            cases.append(
                {
                    "name": f"{name}, {counts.wire()}, {group}",
                    "rule": "portal §11 cost; §2 tiers; three amounts a request",
                    "options": "house",
                    "model": "plain",
                    "user_group": "default",
                    "using_group": group,
                    "usage": counts.wire(),
                    "decimals": sheet,
                    "costs": costs,
                    "expected": {
                        "list": decimal_quota(sheet, counts, ONE),
                        "sale": decimal_quota(sheet, counts, prices.group("default", group)),
                        "cost": decimal_quota(costs, counts, ONE),
                    },
                }
            )
    return cases


def text() -> str:
    """Returns the fixture's text, a case a line."""
    made = document()
    rows = ",\n".join(orjson.dumps(case).decode() for case in made["cases"])
    options = orjson.dumps(made["options"], option=orjson.OPT_INDENT_2).decode()
    return f'{{"options": {options},\n"cases": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    FIXTURE.write_text(text(), encoding="utf-8")
    print(f"{len(document()['cases'])} cases")
