"""Model lists and the price list that users see.

Reads abilities and options; the only writer of either is another domain. Prices are shown as the
relay would find them, but a call is priced by the relay alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.catalog import builtin, hub, rules
from weirgate.catalog.hub_prices import KEPT
from weirgate.catalog.metadata_repository import MetadataRepository
from weirgate.catalog.metadata_rules import SHOWN, MetadataBook
from weirgate.catalog.repository import CatalogRepository
from weirgate.catalog.schemas import BuiltinModel, Pricing, RatioConfig
from weirgate.catalog.stamps import Stamp, StampReader
from weirgate.errors import Text, WeirgateError
from weirgate.groups.rules import AUTO, GroupTable, plain_number
from weirgate.groups.service import group_table
from weirgate.system.option_table import PRICE_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.catalog.schemas import AvailableModel, HubPrice
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller


class RatioHiddenError(WeirgateError):
    """The ratios are not published; the family answers 403."""

    code = "ratio_config_disabled"
    status = 403
    family_status = 403
    default_text = Text("倍率配置接口未启用", "the ratio configuration is not published")


class CatalogService:
    """Models and prices as users and administrators see them."""

    def __init__(
        self, options: OptionService, completion_rule: Callable[[str], tuple[str, bool]]
    ) -> None:
        """Takes the relay's rule for completion ratios: model → (ratio text, locked)."""
        self._options = options
        self._completion_rule = completion_rule

    async def enabled_models(self, uow: UnitOfWork) -> Sequence[str]:
        """Returns the models that enabled channels serve."""
        return await CatalogRepository(uow.session).enabled_models()

    async def models_of(self, uow: UnitOfWork, caller: Caller) -> Sequence[str]:
        """Returns the models of all groups that the caller may use."""
        groups = group_table(await self._options.values(uow)).models_groups(caller.group)
        return await CatalogRepository(uow.session).enabled_models(groups)

    async def builtin_models(self, uow: UnitOfWork) -> list[BuiltinModel]:
        """Returns the built-in models followed by those that only channels know."""
        owners = {
            model: builtin.owner_of(channel_type)
            for channel_type, models in reversed(builtin.BUILTIN_MODELS.items())
            for model in models
        }
        served = await CatalogRepository(uow.session).types_by_model()
        custom = {
            model: builtin.owner_of(channel_type)
            for model, channel_type in served.items()
            if model not in owners
        }
        return [
            BuiltinModel(
                id=model, owned_by=owner, supported_endpoint_types=builtin.endpoint_types(model)
            )
            for model, owner in (dict(sorted(owners.items())) | custom).items()
        ]

    def models_by_type(self) -> dict[str, list[str]]:
        """Returns channel type → built-in models."""
        return {
            str(channel_type): list(models)
            for channel_type, models in builtin.BUILTIN_MODELS.items()
        }

    async def stamps(self, uow: UnitOfWork) -> Callable[[str], Stamp]:
        """Returns what tells a model's prices under the options in force."""
        return self._stamps(_price_maps(await self._options.values(uow)))

    async def pricing(self, uow: UnitOfWork, caller: Caller | None) -> Pricing:
        """Returns prices and groups: all groups for a visitor, the usable ones for a user."""
        values = await self._options.values(uow)
        table = group_table(values)
        maps = _price_maps(values)
        stamp_of = self._stamps(maps)
        served = await CatalogRepository(uow.session).groups_by_model()
        metadata = MetadataRepository(uow.session)
        book = MetadataBook(await metadata.models())
        rows = [
            rules.described(rules.priced_model(model, groups, maps, stamp_of(model)), said)
            for model, groups in served.items()
            if (said := book.of(model)) is None or said.status == SHOWN
        ]
        numbered, vendors = rules.with_vendors(rows, await metadata.vendors())
        ratios, usable = _groups(table, caller)
        return Pricing(
            data=[row.model_dump(exclude_none=True) for row in numbered],
            vendors=vendors,
            group_ratio=ratios,
            usable_group=usable,
            supported_endpoint=rules.endpoints(numbered, book),
            auto_groups=[name for name in table.auto if caller is None or name in usable],
        )

    async def available(self, uow: UnitOfWork, caller: Caller | None) -> dict[str, AvailableModel]:
        """Returns the models of the public groups and the caller's own."""
        table = group_table(await self._options.values(uow))
        groups = set(table.usable) | ({caller.group} if caller is not None else set())
        return hub.available(await self.pricing(uow, None), groups & set(table.ratio))

    async def hub_prices(self, uow: UnitOfWork) -> list[HubPrice]:
        """Returns the prices of served models, and of those priced by hand, as one-hub does."""
        values = await self._options.values(uow)
        kept = values.object(KEPT)
        found = hub.prices(await self.pricing(uow, None))
        shown = {price.model for price in found}
        found += self._hub_list(values, [model for model in kept if model not in shown])
        for price in found:
            beside = kept.get(price.model)
            if isinstance(beside, dict):
                price.locked = beside.get("locked") is True
                price.channel_type = int(beside.get("channel_type") or 0)
        return found

    def built_in_prices(self) -> list[HubPrice]:
        """Returns the prices that hold where nothing was set."""
        values = self._options.defaults()
        names = {**values.object("ModelRatio"), **values.object("ModelPrice")}
        return self._hub_list(values, [name for name in sorted(names) if "*" not in name])

    def _hub_list(self, values: OptionValues, models: list[str]) -> list[HubPrice]:
        maps = _price_maps(values)
        stamp_of = self._stamps(maps)
        rows = [rules.priced_model(model, [], maps, stamp_of(model)) for model in models]
        return [hub.price_of(row.model_dump(exclude_none=True)) for row in rows]

    async def ratio_config(self, uow: UnitOfWork) -> RatioConfig:
        """Returns the published price maps.

        Raises:
            RatioHiddenError: they are not published.
        """
        values = await self._options.values(uow)
        if not values.flag("ExposeRatioEnabled"):
            raise RatioHiddenError
        maps = _price_maps(values)
        return RatioConfig(
            model_ratio=maps["ModelRatio"],
            completion_ratio=maps["CompletionRatio"],
            cache_ratio=maps["CacheRatio"],
            create_cache_ratio=maps["CreateCacheRatio"],
            model_price=maps["ModelPrice"],
        )

    def _stamps(self, maps: dict[str, dict[str, Any]]) -> Callable[[str], Stamp]:
        reader = StampReader({name: maps[key] for key, name in PRICE_OPTIONS.items()})

        def stamp_of(model: str) -> Stamp:
            found = reader.read(model)
            return found or rules.unknown_stamp(self._completion_rule(model)[0])

        return stamp_of


def _price_maps(values: OptionValues) -> dict[str, dict[str, Any]]:
    """Returns the price maps in force by option key."""
    return {key: values.object(key) for key in PRICE_OPTIONS}


def _groups(
    table: GroupTable, caller: Caller | None
) -> tuple[dict[str, float | int], dict[str, str]]:
    if caller is None:
        ratios = {name: plain_number(ratio) for name, ratio in table.ratio.items()}
        usable = {name: table.usable.get(name, name) for name in {**table.usable, **table.ratio}}
        return ratios, usable
    usable = table.usable_for(caller.group)
    ratios = {name: table.ratio_for(caller.group, name) for name in table.ratio if name in usable}
    return ratios, {name: text for name, text in usable.items() if name != AUTO or table.auto}
