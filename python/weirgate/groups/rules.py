"""Pure rules of groups: which group a user may use, and at which ratio.

Mirrors what the relay decides from the same options; used only to show lists, never to price
a call (that is the relay's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

AUTO = "auto"
AUTO_RATIO = "自动"
"""What the family shows instead of a number for the auto group."""


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The group options of one moment."""

    ratio: dict[str, float]
    usable: dict[str, str]
    group_group_ratio: dict[str, dict[str, float]]
    special_usable: dict[str, dict[str, str]]
    auto: list[str]

    def names(self) -> list[str]:
        """Returns the names of all priced groups."""
        return list(self.ratio)

    def usable_for(self, user_group: str) -> dict[str, str]:
        """Returns the groups that a user of `user_group` may use, with their descriptions.

        The user's own group is always among them. Special rules add (`name`, `+:name`) or take
        away (`-:name`).
        """
        groups = dict(self.usable)
        for rule, description in self.special_usable.get(user_group, {}).items():
            if rule.startswith("-:"):
                groups.pop(rule[2:], None)
            else:
                groups[rule.removeprefix("+:")] = str(description)
        if user_group and user_group not in groups:
            groups[user_group] = "用户分组"
        return groups

    def ratio_for(self, user_group: str, using_group: str) -> float | int:
        """Returns the ratio that a user of `user_group` pays in `using_group`."""
        special = self.group_group_ratio.get(user_group, {})
        ratio = special.get(using_group, self.ratio.get(using_group, 1))
        return plain_number(ratio)

    def described_for(self, user_group: str) -> dict[str, dict[str, Any]]:
        """Returns group → {ratio, desc} as the family's group calls show it."""
        shown: dict[str, dict[str, Any]] = {}
        usable = self.usable_for(user_group)
        for name in self.ratio:
            if name in usable:
                ratio = self.ratio_for(user_group, name)
                shown[name] = {"ratio": ratio, "desc": usable[name]}
        if AUTO in usable:
            shown[AUTO] = {"ratio": AUTO_RATIO, "desc": usable[AUTO]}
        return shown

    def described_all(self) -> dict[str, dict[str, Any]]:
        """Returns every usable group for a visitor who is not logged in."""
        return self.described_for("")

    def models_groups(self, user_group: str) -> list[str]:
        """Returns the groups whose models a user may call; `auto` stands for its members."""
        usable = self.usable_for(user_group)
        groups = [name for name in usable if name != AUTO]
        if AUTO in usable:
            groups += [name for name in self.auto if name not in usable]
        return groups


def plain_number(value: float) -> float | int:
    """Shows 1.0 as 1, like the family."""
    return int(value) if value == int(value) else value
