"""Reads the group options into one table and answers who may use which group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.groups.rules import GroupTable

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

SPECIAL_USABLE = "group_ratio_setting.group_special_usable_group"


def group_table(values: OptionValues) -> GroupTable:
    """Returns the group options of one moment; parts of a wrong shape are left out."""
    return GroupTable(
        ratio=_numbers(values.object("GroupRatio")),
        usable={name: str(text) for name, text in values.object("UserUsableGroups").items()},
        group_group_ratio={
            name: _numbers(ratios)
            for name, ratios in values.object("GroupGroupRatio").items()
            if isinstance(ratios, dict)
        },
        special_usable={
            name: part
            for name, part in values.object(SPECIAL_USABLE).items()
            if isinstance(part, dict)
        },
        auto=[name for name in values.array("AutoGroups") if isinstance(name, str)],
    )


def _numbers(value: dict[str, Any]) -> dict[str, float]:
    return {
        name: number
        for name, number in value.items()
        if isinstance(number, int | float) and not isinstance(number, bool)
    }


class GroupService:
    """Groups as users and administrators see them."""

    def __init__(self, options: OptionService) -> None:
        self._options = options

    async def table(self, uow: UnitOfWork) -> GroupTable:
        """Returns the group options in force."""
        return group_table(await self._options.values(uow))

    async def names(self, uow: UnitOfWork) -> list[str]:
        """Returns the names of all priced groups."""
        return (await self.table(uow)).names()

    async def described(self, uow: UnitOfWork, user_group: str) -> dict[str, dict[str, Any]]:
        """Returns group → {ratio, desc} for a user's group; "" for a visitor."""
        return (await self.table(uow)).described_for(user_group)
