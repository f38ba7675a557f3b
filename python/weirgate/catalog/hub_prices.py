"""Price writes of one-hub and done-hub: a face of the family's price options.

A hub price becomes entries of the price maps, where the relay reads them, each map written through
the option service, so that history and log follow. `weirgate.hub_prices` holds what has no map:
which models were priced here, and whether a price is locked. What the maps cannot say is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.catalog import hub
from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, Text
from weirgate.system import audit
from weirgate.system.option_table import PRICE_OPTIONS
from weirgate.system.schemas import OptionIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from weirgate.catalog.schemas import HubPriceIn
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

KEPT = "weirgate.hub_prices"
SOURCE = "weirgate.hub_price_source"
_MODEL_MAPS = ("ModelRatio", "ModelPrice")

EXISTS = Text("模型价格已存在", "the model has a price")
FIXED_OUTPUT = Text(
    "模型 {model} 的补全倍率固定为 {ratio}，不能设为其他值",
    "the completion ratio of {model} is fixed at {ratio}",
)


@dataclass(slots=True)
class _Book:
    """The price maps of one moment, every ratio as the text in which it was written."""

    maps: dict[str, dict[str, Any]]
    kept: dict[str, Any]

    @classmethod
    def read(cls, values: OptionValues) -> _Book:
        return cls({key: values.exact(key) for key in PRICE_OPTIONS}, dict(values.object(KEPT)))

    def has(self, model: str) -> bool:
        return any(model in self.maps[key] for key in _MODEL_MAPS)

    def is_locked(self, model: str) -> bool:
        kept = self.kept.get(model)
        return isinstance(kept, dict) and kept.get("locked") is True

    def put(self, model: str, price: HubPriceIn) -> None:
        self.drop(model)
        for key, ratio in hub.entries(price).items():
            self.maps[key][model] = ratio
        self.kept[model] = {"locked": price.locked, "channel_type": price.channel_type}

    def drop(self, model: str) -> None:
        for part in (*self.maps.values(), self.kept):
            part.pop(model, None)

    def take_from(self, other: _Book, model: str) -> None:
        """Brings one model's entries of another book here."""
        self.drop(model)
        for key, part in other.maps.items():
            if model in part:
                self.maps[key][model] = part[model]


class HubPriceService:
    """Writes prices in one-hub's words, for administrators."""

    def __init__(
        self, options: OptionService, completion_rule: Callable[[str], tuple[str, bool]]
    ) -> None:
        """Takes the relay's rule for completion ratios: model → (ratio text, locked)."""
        self._options = options
        self._completion_rule = completion_rule

    async def source(self, uow: UnitOfWork) -> str:
        """Returns where the front end fetches prices to sync."""
        return (await self._options.values(uow)).text(SOURCE)

    async def create(self, uow: UnitOfWork, caller: Caller, price: HubPriceIn) -> None:
        """Prices a model that has no price.

        Raises:
            ConflictError: it has one.
            InvalidInputError: the price cannot be said in the price maps.
        """
        book = _Book.read(await self._options.held(uow))
        if book.has(price.model):
            raise ConflictError(EXISTS)
        self._put(book, price.model, price)
        await self._write(uow, caller, book, [price.model])

    async def update(self, uow: UnitOfWork, caller: Caller, model: str, price: HubPriceIn) -> None:
        """Prices a model anew, perhaps under another name.

        Raises:
            NotFoundError: it has no price.
            ConflictError: the other name has one.
            InvalidInputError: the price cannot be said in the price maps.
        """
        book = _Book.read(await self._options.held(uow))
        name = price.model or model
        if not book.has(model):
            raise NotFoundError
        if name != model and book.has(name):
            raise ConflictError(EXISTS)
        book.drop(model)
        self._put(book, name, price)
        await self._write(uow, caller, book, [name] if name == model else [model, name])

    async def delete(self, uow: UnitOfWork, caller: Caller, models: list[str]) -> None:
        """Takes the prices of models away.

        Raises:
            NotFoundError: none of them has one.
        """
        book = _Book.read(await self._options.held(uow))
        known = [model for model in models if book.has(model)]
        if not known:
            raise NotFoundError
        for model in known:
            book.drop(model)
        await self._write(uow, caller, book, known)

    async def put_many(
        self,
        uow: UnitOfWork,
        caller: Caller,
        former: list[str],
        models: list[str],
        price: HubPriceIn,
    ) -> None:
        """Gives models one price; what stood in `former` only loses its own.

        Raises:
            InvalidInputError: no models, or the price cannot be said in the price maps.
        """
        if not models:
            raise InvalidInputError
        book = _Book.read(await self._options.held(uow))
        for model in former:
            book.drop(model)
        for model in models:
            self._put(book, model, price)
        await self._write(uow, caller, book, sorted({*former, *models}))

    async def sync(
        self, uow: UnitOfWork, caller: Caller, mode: str, prices: list[HubPriceIn]
    ) -> int:
        """Takes a list of prices over and returns how many models changed.

        `add` prices new models, `update` present ones, `overwrite` both and takes the others'
        away, `system` brings the built-in prices back. Locked prices stay in every mode.

        Raises:
            InvalidInputError: an unknown mode, or a price cannot be said in the price maps.
        """
        values = await self._options.held(uow)
        book = _Book.read(values)
        if mode == "system":
            changed = self._reset(book, _Book.read(self._options.defaults()))
        else:
            changed = self._merge(book, mode, prices)
        await self._write(uow, caller, book, changed)
        return len(changed)

    def _reset(self, book: _Book, built_in: _Book) -> list[str]:
        models = {
            model for key in PRICE_OPTIONS for model in (*book.maps[key], *built_in.maps[key])
        }
        changed = [model for model in sorted(models) if not book.is_locked(model)]
        for model in changed:
            book.take_from(built_in, model)
        return changed

    def _merge(self, book: _Book, mode: str, prices: list[HubPriceIn]) -> list[str]:
        wants = {"add": {False}, "update": {True}, "overwrite": {True, False}}.get(mode)
        if wants is None:
            raise InvalidInputError
        changed = []
        if mode == "overwrite":
            named = {price.model for price in prices}
            present = {model for key in _MODEL_MAPS for model in book.maps[key]}
            changed = [name for name in sorted(present - named) if not book.is_locked(name)]
            for model in changed:
                book.drop(model)
        for price in prices:
            if book.has(price.model) in wants and not book.is_locked(price.model):
                self._put(book, price.model, price)
                changed.append(price.model)
        return changed

    def _put(self, book: _Book, model: str, price: HubPriceIn) -> None:
        if not model:
            raise InvalidInputError
        book.put(model, price)
        wanted = book.maps["CompletionRatio"].get(model)
        fixed, is_locked = self._completion_rule(model)
        if is_locked and wanted is not None and float(wanted) != float(fixed):
            raise InvalidInputError(FIXED_OUTPUT.format(model=model, ratio=fixed))

    async def _write(
        self, uow: UnitOfWork, caller: Caller, book: _Book, models: Iterable[str]
    ) -> None:
        values = await self._options.values(uow)
        for key, part in book.maps.items():
            if part != values.exact(key):
                await self._options.put(uow, caller, OptionIn(key=key, value=_json(part)))
        if book.kept != values.object(KEPT):
            text = orjson.dumps(book.kept).decode()
            await self._options.put(uow, caller, OptionIn(key=KEPT, value=text))
        note = f"prices written: {', '.join(models) or 'none'}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)


def _json(ratios: dict[str, Any]) -> str:
    """Returns a map of number texts as JSON, digit by digit."""
    parts = (f"{orjson.dumps(name).decode()}:{ratio}" for name, ratio in ratios.items())
    return "{" + ",".join(parts) + "}"
