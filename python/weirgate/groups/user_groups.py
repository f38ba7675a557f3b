"""User groups as one-hub and done-hub keep them: a face of the group options, with a switch.

Prices, who may choose a group, and calls a minute stand in the family's options, where the relay
reads them; only what has no option there is kept beside (`weirgate.user_groups`). A group that is
switched off leaves the prices, so that no key can use it, and comes back with the same ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson

from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.groups.schemas import UserGroupIn, UserGroupOut
from weirgate.system.schemas import OptionIn

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

KEPT = "weirgate.user_groups"
RATIOS, USABLE, RATES = "GroupRatio", "UserUsableGroups", "ModelRequestRateLimitGroup"
DEFAULT_GROUP = "default"
DEFAULT_RATE = 600
_ID_BITS = 0x7FFFFFFF
SYMBOL_EMPTY = Text("分组标识不能为空", "the group's symbol is empty")
SYMBOL_TAKEN = Text("分组标识已存在", "there is a group with this symbol")
DEFAULT_STAYS = Text("默认分组不能删除或停用", "the default group cannot be deleted or disabled")


@dataclass(slots=True)
class _Book:
    """The four options of one moment, changed together."""

    ratios: dict[str, Any]
    usable: dict[str, Any]
    rates: dict[str, Any]
    kept: dict[str, Any]

    @classmethod
    def read(cls, values: OptionValues) -> _Book:
        return cls(*(dict(values.object(key)) for key in (RATIOS, USABLE, RATES, KEPT)))

    def symbols(self) -> list[str]:
        off = [name for name in self.kept if name not in self.ratios and self._off(name)]
        return [*self.ratios, *off]

    def _off(self, symbol: str) -> bool:
        return _object(self.kept.get(symbol)).get("enable") is False

    def view(self, symbol: str) -> UserGroupOut:
        kept, rate = _object(self.kept.get(symbol)), self.rates.get(symbol)
        is_on = symbol in self.ratios
        ratio = self.ratios[symbol] if is_on else kept.get("ratio", 1)
        is_public = symbol in self.usable if is_on else bool(kept.get("public"))
        return UserGroupOut(
            id=group_id(symbol),
            symbol=symbol,
            name=str(self.usable.get(symbol) or kept.get("name") or symbol),
            ratio=ratio if isinstance(ratio, int | float) else 1,
            api_rate=rate[1] if isinstance(rate, list) and len(rate) > 1 else DEFAULT_RATE,
            public=is_public,
            promotion=bool(kept.get("promotion")),
            min=int(kept.get("min") or 0),
            max=int(kept.get("max") or 0),
            enable=is_on,
        )

    def put(self, form: UserGroupIn, *, enable: bool) -> None:
        symbol = form.symbol
        self.drop(symbol)
        self.kept[symbol] = {
            "name": form.name or symbol, "ratio": form.ratio, "public": form.public,
            "promotion": form.promotion, "min": form.min, "max": form.max, "enable": enable,
        }  # fmt: skip
        if form.api_rate:
            self.rates[symbol] = [0, form.api_rate]
        if enable:
            self.ratios[symbol] = form.ratio
            if form.public:
                self.usable[symbol] = form.name or symbol

    def drop(self, symbol: str) -> None:
        for part in (self.ratios, self.usable, self.kept):
            part.pop(symbol, None)


class UserGroupService:
    """User groups for administrators, and the map that everybody sees."""

    def __init__(self, options: OptionService) -> None:
        self._options = options

    async def listed(
        self, uow: UnitOfWork, name: str, *, enable: bool | None
    ) -> list[UserGroupOut]:
        """Returns all groups whose symbol or name holds `name`; None: switched on or off."""
        book = _Book.read(await self._options.values(uow))
        groups = [book.view(symbol) for symbol in book.symbols()]
        return [
            group
            for group in groups
            if (name in group.symbol or name in group.name) and enable in {None, group.enable}
        ]

    async def get(self, uow: UnitOfWork, number: int) -> UserGroupOut:
        """Returns one group.

        Raises:
            NotFoundError: there is none.
        """
        return _found(_Book.read(await self._options.values(uow)), number)

    async def visible(self, uow: UnitOfWork, own: str) -> dict[str, UserGroupOut]:
        """Returns the public groups and the caller's own by symbol."""
        groups = await self.listed(uow, "", enable=True)
        return {group.symbol: group for group in groups if group.public or group.symbol == own}

    async def create(self, uow: UnitOfWork, caller: Caller, form: UserGroupIn) -> UserGroupOut:
        """Adds a group.

        Raises:
            InvalidInputError: no symbol.
            ConflictError: the symbol is taken.
        """
        book = _Book.read(await self._options.held(uow))
        if not form.symbol:
            raise InvalidInputError(SYMBOL_EMPTY)
        if form.symbol in book.symbols():
            raise ConflictError(SYMBOL_TAKEN)
        book.put(form, enable=form.enable is not False)
        await self._write(uow, caller, book)
        return book.view(form.symbol)

    async def update(self, uow: UnitOfWork, caller: Caller, form: UserGroupIn) -> UserGroupOut:
        """Changes a group; its symbol stays, since keys and channels name it.

        Raises:
            NotFoundError: there is none.
            RefusedError: the default group would be switched off.
        """
        book = _Book.read(await self._options.held(uow))
        present = _found(book, form.id)
        form = form.model_copy(update={"symbol": present.symbol})
        enable = present.enable if form.enable is None else form.enable
        _check_stays(present.symbol, stays=enable)
        book.put(form, enable=enable)
        await self._write(uow, caller, book)
        return book.view(present.symbol)

    async def toggle(self, uow: UnitOfWork, caller: Caller, number: int) -> None:
        """Switches a group on or off.

        Raises:
            NotFoundError: there is none.
            RefusedError: it is the default group.
        """
        book = _Book.read(await self._options.held(uow))
        present = _found(book, number)
        _check_stays(present.symbol, stays=not present.enable)
        book.put(_form_of(present), enable=not present.enable)
        await self._write(uow, caller, book)

    async def delete(self, uow: UnitOfWork, caller: Caller, number: int) -> None:
        """Deletes a group.

        Raises:
            NotFoundError: there is none.
            RefusedError: it is the default group.
        """
        book = _Book.read(await self._options.held(uow))
        symbol = _found(book, number).symbol
        _check_stays(symbol, stays=False)
        book.drop(symbol)
        book.rates.pop(symbol, None)
        await self._write(uow, caller, book)

    async def _write(self, uow: UnitOfWork, caller: Caller, book: _Book) -> None:
        values = await self._options.values(uow)
        parts = {RATIOS: book.ratios, USABLE: book.usable, RATES: book.rates, KEPT: book.kept}
        for key, part in parts.items():
            if part != values.object(key):
                text = orjson.dumps(part).decode()
                await self._options.put(uow, caller, OptionIn(key=key, value=text))


def group_id(symbol: str) -> int:
    """Returns the number that stands for a symbol; the family's options know no numbers."""
    return (crc32(symbol.encode()) & _ID_BITS) or 1


def _found(book: _Book, number: int) -> UserGroupOut:
    for symbol in book.symbols():
        if group_id(symbol) == number:
            return book.view(symbol)
    raise NotFoundError


def _form_of(group: UserGroupOut) -> UserGroupIn:
    return UserGroupIn(**group.model_dump(exclude={"api_rate"}))


def _check_stays(symbol: str, *, stays: bool) -> None:
    if symbol == DEFAULT_GROUP and not stays:
        raise RefusedError(DEFAULT_STAYS)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
