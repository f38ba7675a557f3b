"""What calls cost, worked out in decimal fractions apart from the gateway's own code.

The formulas of relay contract §5 and management contract §12, term by term; `price_cases` applies
them. It must share nothing with the code under test but the default tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "rust/policy/data/default_prices.json"
QUOTA_PER_USD = Decimal(500_000)
UNSET_RATIO = Decimal("37.5")
ONE = Decimal(1)
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)

# The options' names, and their names in the file of defaults.
TABLES = {
    "ModelRatio": "model_ratio",
    "ModelPrice": "model_price",
    "CompletionRatio": "completion_ratio",
    "CacheRatio": "cache_ratio",
    "CreateCacheRatio": "create_cache_ratio",
    "ImageRatio": "image_ratio",
    "AudioRatio": "audio_ratio",
    "AudioCompletionRatio": "audio_completion_ratio",
}


@dataclass(frozen=True)
class Counts:
    """Tokens as a provider counts them; `claude` leaves caches' tokens out of the prompt."""

    prompt: int = 0
    completion: int = 0
    read: int = 0
    write_5m: int = 0
    write_1h: int = 0
    audio_in: int = 0
    audio_out: int = 0
    image_in: int = 0
    images: int = 0
    claude: bool = False
    tools: Mapping[str, Any] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """Returns the gateway's counts, where the prompt has everything in it; zeros left out."""
        cached = self.read + self.write_5m + self.write_1h
        made = {
            "prompt": self.prompt + (cached if self.claude else 0),
            "completion": self.completion,
            "cached_read": self.read,
            "cache_write_5m": self.write_5m,
            "cache_write_1h": self.write_1h,
            "audio_in": self.audio_in,
            "audio_out": self.audio_out,
            "image_in": self.image_in,
            "images": self.images,
        }
        wire: dict[str, Any] = {name: count for name, count in made.items() if count}
        return wire | ({"tools": dict(self.tools)} if self.tools else {})


@dataclass(frozen=True)
class Call:
    """One case without its expected values."""

    name: str
    rule: str
    options: str
    model: str
    counts: Counts
    user_group: str = "default"
    using_group: str = "default"
    accept_unset: bool = False
    image: dict[str, str] = field(default_factory=dict)


def starts(model: str, *prefixes: str) -> bool:
    return model.startswith(prefixes)


def completion_rule(model: str) -> tuple[Decimal, bool]:
    """§12.4, by specificity: (ratio, whether it beats the option)."""
    rules: list[tuple[bool, str, bool]] = [
        (model.endswith(("-all", "-gizmo-*")), "2", False),
        (model == "chatgpt-4o-latest", "3", True),
        (model == "gpt-4o-2024-05-13", "3", True),
        (starts(model, "gpt-4o-mini-tts"), "20", False),
        (starts(model, "gpt-4o"), "4", False),
        (starts(model, "gpt-5") and "." not in model, "8", True),
        (starts(model, "gpt-5.4-nano"), "6.25", True),
        (starts(model, "gpt-5.4"), "6", True),
        (starts(model, "gpt-5"), "6", False),
        (
            model == "gpt-3.5-turbo" or (starts(model, "gpt-3.5") and model.endswith("0125")),
            "3",
            True,
        ),
        (starts(model, "gpt-3.5") and model.endswith("1106"), "2", True),
        (starts(model, "gpt-3.5"), "1.333", True),
        (starts(model, "gpt-4.5-preview"), "2", True),
        (starts(model, "gpt-4-turbo") or model.endswith(("gpt-4-1106", "gpt-4-1105")), "3", True),
        (starts(model, "gpt-"), "2", False),
        (starts(model, "o1", "o3"), "4", True),
        (
            any(
                part in model
                for part in ("claude-3", "claude-sonnet-4", "claude-opus-4", "claude-haiku-4")
            ),
            "5",
            True,
        ),
        (starts(model, "gemini-1.5", "gemini-2.0"), "4", True),
        (starts(model, "gemini-2.5-pro"), "8", False),
        (starts(model, "gemini-2.5-flash-preview") and model.endswith("-nothinking"), "4", False),
        (starts(model, "gemini-2.5-flash-preview"), "23.33", False),
        (starts(model, "gemini-2.5-flash-lite"), "4", False),
        (starts(model, "gemini-2.5-flash", "gemini-robotics-er-1.5"), "8.333", False),
        (starts(model, "gemini-3-pro-image"), "60", False),
        (starts(model, "gemini-3-pro"), "6", False),
        (starts(model, "gemini-"), "4", False),
        (model == "command-r", "3", True),
        (model == "command-r-plus", "5", True),
        (model in {"command-r-08-2024", "command-r-plus-08-2024"}, "4", True),
        (starts(model, "command"), "4", False),
        (starts(model, "mistral-"), "3", True),
        (
            starts(model, "ERNIE-Speed-", "ERNIE-Lite-", "ERNIE-Character", "ERNIE-Functions"),
            "2",
            True,
        ),
        (model == "llama2-70b-4096", "1.25", True),
        (model == "llama3-8b-8192", "2", True),
        (model == "llama3-70b-8192", "1.339", True),
    ]
    for applies, ratio, locked in rules:
        if applies:
            return Decimal(ratio), locked
    return ONE, False


def shared_name(model: str) -> str:
    """§12.3, lookup normalises."""
    if "-thinking-" in model:
        for head in ("gemini-2.5-flash-lite", "gemini-2.5-flash", "gemini-2.5-pro"):
            if model.startswith(head):
                return f"{head}-thinking-*"
    for head in ("gpt-4-gizmo", "gpt-4o-gizmo"):
        if model.startswith(head):
            return f"{head}-*"
    return model


class Prices:
    """The options of one set, every ratio read from decimal text."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        shipped = orjson.loads(DEFAULTS.read_bytes())
        self.tables: dict[str, dict[str, str]] = {
            key: given.get(key, shipped[name]) for key, name in TABLES.items()
        }

    def find(self, table: str, model: str) -> Decimal | None:
        found = self.tables[table]
        text = found.get(model, found.get(shared_name(model)))
        return None if text is None else Decimal(text)

    def completion(self, model: str) -> Decimal:
        option = self.find("CompletionRatio", model)
        if option is not None and "/" in model:
            return option
        ratio, locked = completion_rule(shared_name(model))
        return ratio if locked or option is None else option

    def group(self, user_group: str, using_group: str) -> Decimal:
        nested = self.given.get("GroupGroupRatio", {}).get(user_group, {})
        plain = self.given.get("GroupRatio", {})
        return Decimal(nested.get(using_group, plain.get(using_group, "1")))


def prompt_and_output(prices: Prices, model: str, counts: Counts) -> Decimal:
    """§5.4: what the tokens are worth in prompt tokens."""
    cache = prices.find("CacheRatio", model)
    create = prices.find("CreateCacheRatio", model)
    image = prices.find("ImageRatio", model)
    audio = prices.find("AudioRatio", model)
    audio_out = prices.find("AudioCompletionRatio", model)
    cache = ONE if cache is None else cache
    create = Decimal("1.25") if create is None else create
    image = ONE if image is None else image
    has_audio = audio is not None or audio_out is not None
    audio = ONE if audio is None else audio
    audio_out = ONE if audio_out is None else audio_out
    base = counts.prompt - counts.image_in - (counts.audio_in if has_audio else 0)
    if not counts.claude:
        base -= counts.read + counts.write_5m + counts.write_1h
    text_out = counts.completion - (counts.audio_out if has_audio else 0)
    worth = max(base, 0) + counts.read * cache + counts.image_in * image
    # An hour's write costs 6 / 3.75 of five minutes' (§5.2).
    worth += counts.write_5m * create + counts.write_1h * create * Decimal(6) / Decimal("3.75")
    worth += max(text_out, 0) * prices.completion(model)
    if has_audio:
        worth += counts.audio_in * audio + counts.audio_out * audio * audio_out
    return worth


def image_factor(model: str, image: dict[str, str]) -> Decimal:
    """§5.2, dall-e only."""
    if not model.startswith("dall-e"):
        return ONE
    size, quality = image.get("size"), image.get("quality")
    is_long = size in {"1024x1792", "1792x1024"}
    by_size = {"256x256": "0.4", "512x512": "0.45"}.get(size or "", "2" if is_long else "1")
    by_quality = ("1.5" if is_long else "2") if quality == "hd" else "1"
    return Decimal(by_size) * Decimal(by_quality)


def tools_usd(prices: Prices, model: str, tools: Mapping[str, Any]) -> Decimal:
    """§5.4, USD per 1K calls / 1000 x calls: the tool's price, or the longest fitting name's."""
    calls = {name: count for name, count in tools.items() if name not in {"images", "is_preview"}}
    if tools.get("is_preview"):
        calls["web_search_preview"] = calls.pop("web_search", 0)
    # §12.5, models of this kind search in every call.
    if "-search-preview" in model and not calls.get("web_search"):
        calls.setdefault("web_search_preview", 1)
    for kind, count in tools.get("images", {}).items():
        calls[f"image_generation_{kind}"] = count
    table = prices.given.get("tool_price_setting.prices", {})
    total = Decimal(0)
    for tool, count in calls.items():
        price, best = table.get(tool, "0"), -1
        for name, special in table.items():
            head, _, pattern = name.partition(":")
            fits = model.startswith(pattern[:-1]) if pattern.endswith("*") else model == pattern
            if head == tool and pattern and fits and len(pattern) > best:
                price, best = special, len(pattern)
        total += Decimal(price) / 1000 * count
    return total


def quota(prices: Prices, call: Call, group: Decimal) -> int:
    """§5.4: rounded once, half away from zero; no tokens cost 0; at least 1 unless free."""
    counts = call.counts
    if (
        counts.prompt
        + counts.completion
        + counts.read
        + counts.write_5m
        + counts.write_1h
        + counts.images
        == 0
    ):
        return 0
    usd = prices.find("ModelPrice", call.model)
    if usd is not None:
        ratio = usd
        exact = (
            usd
            * QUOTA_PER_USD
            * group
            * image_factor(call.model, call.image)
            * max(counts.images, 1)
        )
    else:
        found = prices.find("ModelRatio", call.model)
        if found is None and not call.accept_unset:
            raise LookupError(f"{call.model} has no price")
        ratio = UNSET_RATIO if found is None else found
        exact = prompt_and_output(prices, call.model, counts) * ratio * group
    tools = tools_usd(prices, call.model, counts.tools) * QUOTA_PER_USD * group
    if group == 0 or (ratio == 0 and tools == 0):
        return 0
    exact += tools
    return max(int(exact.quantize(ONE, rounding=ROUND_HALF_UP)), 1)
