"""What an option is: its type, default, check, and whether it may be read back.

The registry is built from the rows of option_table; services ask it for typed values. Options
travel as text in both directions (management contract §9); unknown keys are kept as given.
It must never hold a value of its own: defaults live in the table, stored values in SQL.
"""

from __future__ import annotations

import json  # noqa: TID251 (orjson reads every number as a double)
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SECRET_SUFFIXES = ("Token", "Secret", "Key", "secret", "api_key", "_token")
"""Keys ending so are write-only: never listed, never logged."""

ALIASES = {
    "CheckInEnabled": "checkin_setting.enabled",
    "CheckInQuota": "checkin_setting.min_quota",
    "CheckInMaxQuota": "checkin_setting.max_quota",
}
"""Veloera's names of options that exist here: read and written, never stored."""

MAX_VALUE_BYTES = 1 << 20
"""Upper bound of one option's text, in UTF-8 bytes."""


MAX_RATIO = 1_000_000_000
"""Upper bound of a ratio or price: what the relay can multiply without overflow."""


class OptionKind(StrEnum):
    """The type of an option's text."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    JSON_OBJECT = "json_object"
    JSON_ARRAY = "json_array"
    RATIO_MAP = "ratio_map"
    """JSON object of model or group name to a number that is not negative."""


class OptionError(InvalidInputError):
    """An option's text does not fit its type; the message names the key."""


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One row of the registry."""

    key: str
    kind: OptionKind
    default: str
    description: str

    @property
    def is_secret(self) -> bool:
        """Whether the value is write-only."""
        return is_secret_key(self.key)


def is_secret_key(key: str) -> bool:
    """Tells whether a key, known or not, is write-only."""
    return key.endswith(SECRET_SUFFIXES)


def option_text(value: str | float | bool | None) -> str:  # noqa: FBT001 (JSON scalar)
    """Turns a JSON scalar into the option's text: booleans in lower case, numbers as written."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return orjson.dumps(value).decode()


def _check_bool(spec: OptionSpec, text: str) -> None:
    if text not in {"true", "false"}:
        raise OptionError(f"{spec.key} must be true or false")


def _check_int(spec: OptionSpec, text: str) -> None:
    try:
        number = int(text)
    except ValueError as error:
        raise OptionError(f"{spec.key} must be an integer: {text[:40]}") from error
    if abs(number) >= 1 << 63:
        raise OptionError(f"{spec.key} is too large")


def decimal_of(text: str) -> Decimal:
    """Parses a finite decimal number.

    Raises:
        OptionError: the text is no finite number.
    """
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise OptionError(f"not a number: {text[:40]}") from error
    if not number.is_finite():
        raise OptionError(f"not a finite number: {text[:40]}")
    return number


def _check_decimal(spec: OptionSpec, text: str) -> None:
    try:
        decimal_of(text)
    except OptionError as error:
        raise OptionError(f"{spec.key}: {error}") from error


def _parse_json(spec: OptionSpec, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise OptionError(f"{spec.key} is not valid JSON: {error}") from error


def _check_json_object(spec: OptionSpec, text: str) -> None:
    if text and not isinstance(_parse_json(spec, text), dict):
        raise OptionError(f"{spec.key} must be a JSON object")


def _check_json_array(spec: OptionSpec, text: str) -> None:
    if text and not isinstance(_parse_json(spec, text), list):
        raise OptionError(f"{spec.key} must be a JSON array")


def _check_ratio_map(spec: OptionSpec, text: str) -> None:
    value = _parse_json(spec, text)
    if not isinstance(value, dict):
        raise OptionError(f"{spec.key} must be a JSON object")
    label = "group ratio" if spec.key == "GroupRatio" else spec.key
    for name, ratio in value.items():
        if isinstance(ratio, bool) or not isinstance(ratio, int | float):
            raise OptionError(f"{label} must be a number: {name}")
        if ratio < 0:
            raise OptionError(f"{label} must be not less than 0: {name}")
        if ratio > MAX_RATIO:
            raise OptionError(f"{label} must be at most {MAX_RATIO}: {name}")


_CHECKS = {
    OptionKind.TEXT: None,
    OptionKind.BOOL: _check_bool,
    OptionKind.INT: _check_int,
    OptionKind.DECIMAL: _check_decimal,
    OptionKind.JSON_OBJECT: _check_json_object,
    OptionKind.JSON_ARRAY: _check_json_array,
    OptionKind.RATIO_MAP: _check_ratio_map,
}


class OptionRegistry:
    """The known options by key."""

    def __init__(self, specs: Iterable[OptionSpec]) -> None:
        self._specs = {spec.key: spec for spec in specs}

    def find(self, key: str) -> OptionSpec | None:
        """Returns the row of a key, or None for a key that we do not know."""
        return self._specs.get(key)

    def keys(self) -> list[str]:
        """Returns the known keys in table order."""
        return list(self._specs)

    def default(self, key: str) -> str:
        """Returns the default text; empty for an unknown key."""
        spec = self._specs.get(key)
        return spec.default if spec else ""

    def check(self, key: str, text: str) -> None:
        """Checks a text against the key's type.

        Raises:
            OptionError: it does not fit, or is longer than MAX_VALUE_BYTES.
        """
        if len(text.encode()) > MAX_VALUE_BYTES:
            raise OptionError(f"{key} is too long")
        spec = self._specs.get(key)
        if spec is None:
            return
        check = _CHECKS[spec.kind]
        if check is not None:
            check(spec, text)


class OptionValues:
    """The options in force: stored text over the registry's defaults, read by type."""

    def __init__(self, registry: OptionRegistry, stored: Mapping[str, str]) -> None:
        self._registry = registry
        self._stored = stored

    def text(self, key: str) -> str:
        """Returns the option's text."""
        return self._stored.get(key, self._registry.default(key))

    def flag(self, key: str) -> bool:
        """Returns a boolean option."""
        return self.text(key).strip().lower() == "true"

    def integer(self, key: str) -> int:
        """Returns an integer option; the default when the stored text is no integer."""
        try:
            return int(self.text(key))
        except ValueError:
            return int(self._registry.default(key) or 0)

    def decimal(self, key: str) -> Decimal:
        """Returns a decimal option; the default when the stored text is no number."""
        try:
            return decimal_of(self.text(key))
        except OptionError:
            return decimal_of(self._registry.default(key) or "0")

    def number(self, key: str) -> float | int:
        """Returns a decimal option as the JSON number that the family shows."""
        value = self.decimal(key)
        return int(value) if value == value.to_integral_value() else float(value)

    def object(self, key: str) -> dict[str, Any]:
        """Returns a JSON object option; the default when the stored text is none."""
        for text in (self.text(key), self._registry.default(key)):
            value = _loads(text)
            if isinstance(value, dict):
                return value
        return {}

    def exact(self, key: str) -> dict[str, Any]:
        """Returns the same with every number as the text in which it was written.

        A double keeps 15 digits of a ratio; money is computed from all of them.
        """
        for text in (self.text(key), self._registry.default(key)):
            if isinstance(_loads(text), dict):
                value: dict[str, Any] = json.loads(text, parse_float=str, parse_int=str)
                return value
        return {}

    def array(self, key: str) -> list[Any]:
        """Returns a JSON array option; the default when the stored text is none."""
        for text in (self.text(key), self._registry.default(key)):
            value = _loads(text)
            if isinstance(value, list):
                return value
        return []

    def listed(self) -> list[tuple[str, str]]:
        """Returns every readable option: known ones, stored unknown ones, other names."""
        known = self._registry.keys()
        seen = set(known)
        keys = [*known, *sorted(key for key in self._stored if key not in seen)]
        shown = [(key, self.text(key)) for key in keys if not is_secret_key(key)]
        return shown + [(alias, self.text(key)) for alias, key in ALIASES.items()]


def _loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
