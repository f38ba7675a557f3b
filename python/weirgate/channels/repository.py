"""Every query of channels and of the abilities derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, literal, or_, select, update

from weirgate.channels import rules
from weirgate.store.tables import Ability, Channel, User

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncSession

_ROLE_ROOT = 100
_BULK = 500
"""Rows of one INSERT: well under SQLite's limit of bound values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSelection:
    """Which channels are meant; None is no restriction."""

    statuses: tuple[int, ...] | None = None
    not_status: int | None = None
    channel_type: int | None = None
    group: str | None = None
    model: str | None = None
    keyword: str | None = None
    ids_by_key: tuple[int, ...] = ()
    is_sorted_by_id: bool = False


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _in_list(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Tells whether a comma list holds a name."""
    return (literal(",") + column + literal(",")).like(f"%,{_escaped(name)},%", escape="\\")


def _conditions(selection: ChannelSelection, *, with_type: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.statuses is not None:
        conditions.append(Channel.status.in_(selection.statuses))
    if selection.not_status is not None:
        conditions.append(Channel.status != selection.not_status)
    if with_type and selection.channel_type is not None:
        conditions.append(Channel.type == selection.channel_type)
    if selection.group:
        conditions.append(_in_list(Channel.group.expression, selection.group))
    if selection.model:
        conditions.append(Channel.models.like(f"%{_escaped(selection.model)}%", escape="\\"))
    if selection.keyword:
        conditions.append(_keyword(selection.keyword, selection.ids_by_key))
    return conditions


def _keyword(keyword: str, ids_by_key: tuple[int, ...]) -> ColumnElement[bool]:
    pattern = f"%{_escaped(keyword)}%"
    ids = list(ids_by_key)
    if keyword.isascii() and keyword.isdigit() and len(keyword) < 19:
        ids.append(int(keyword))
    return or_(
        Channel.id.in_(ids),
        Channel.name.like(pattern, escape="\\"),
        Channel.base_url.like(pattern, escape="\\"),
    )


class ChannelRepository:
    """The channels over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, selection: ChannelSelection, offset: int, limit: int
    ) -> tuple[Sequence[Channel], int]:
        """Returns one page and how many channels the selection holds."""
        conditions = _conditions(selection, with_type=True)
        query = _ordered(select(Channel).where(*conditions), selection)
        rows = (await self._session.execute(query.offset(offset).limit(limit))).scalars().all()
        counted = select(func.count(Channel.id)).where(*conditions)
        return rows, (await self._session.execute(counted)).scalar_one()

    async def tag_page(
        self, selection: ChannelSelection, offset: int, limit: int
    ) -> tuple[Sequence[Channel], int]:
        """Returns the channels of one page of tags, flat, and how many tags there are."""
        conditions = [
            *_conditions(selection, with_type=True),
            Channel.tag.is_not(None),
            Channel.tag != "",
        ]
        tags = select(Channel.tag).where(*conditions).distinct().order_by(Channel.tag)
        total = select(func.count()).select_from(tags.order_by(None).subquery())
        wanted = (await self._session.execute(tags.offset(offset).limit(limit))).scalars().all()
        query = _ordered(select(Channel).where(*conditions, Channel.tag.in_(wanted)), selection)
        rows = (await self._session.execute(query)).scalars().all()
        return rows, (await self._session.execute(total)).scalar_one()

    async def type_counts(self, selection: ChannelSelection) -> dict[int, int]:
        """Returns how many channels each type has; the selection's own type is ignored."""
        query = (
            select(Channel.type, func.count(Channel.id))
            .where(*_conditions(selection, with_type=False))
            .group_by(Channel.type)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    async def sealed_keys(self, limit: int) -> list[tuple[int, bytes]]:
        """Returns ids and encrypted keys, for a search by key."""
        query = select(Channel.id, Channel.key_encrypted).order_by(Channel.id).limit(limit)
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def get(self, channel_id: int, *, lock: bool = False) -> Channel | None:
        """Returns one channel."""
        query = select(Channel).where(Channel.id == channel_id)
        if lock:
            query = query.with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, channel: Channel) -> Channel:
        """Writes a new channel and returns it with its id."""
        self._session.add(channel)
        await self._session.flush()
        return channel

    async def write(self, channel_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one channel."""
        await self._session.execute(
            update(Channel)
            .where(Channel.id == channel_id)
            .values(values)
            .execution_options(synchronize_session="fetch")
        )

    async def refresh(self, channel: Channel) -> Channel:
        """Reads a row again after it was changed by statement."""
        await self._session.refresh(channel)
        return channel

    async def delete(self, channel_ids: Sequence[int]) -> int:
        """Deletes channels with their abilities and returns how many there were."""
        await self._session.execute(delete(Ability).where(Ability.channel_id.in_(channel_ids)))
        gone = await self._session.execute(
            delete(Channel).where(Channel.id.in_(channel_ids)).returning(Channel.id)
        )
        return len(gone.scalars().all())

    async def ids_with_status(self, statuses: tuple[int, ...]) -> Sequence[int]:
        """Returns the ids of all channels in one of the statuses."""
        query = select(Channel.id).where(Channel.status.in_(statuses))
        return (await self._session.execute(query)).scalars().all()

    async def testable_ids(
        self, statuses: tuple[int, ...], without_types: Collection[int]
    ) -> Sequence[int]:
        """Returns the ids of channels in one of the statuses and of none of the types."""
        query = select(Channel.id).where(
            Channel.status.in_(statuses), Channel.type.not_in(without_types)
        )
        return (await self._session.execute(query.order_by(Channel.id))).scalars().all()

    async def root(self) -> tuple[int, str]:
        """Returns id and name of the first root user, 0 and "" while there is none."""
        query = select(User.id, User.username).where(User.role >= _ROLE_ROOT).order_by(User.id)
        row = (await self._session.execute(query.limit(1))).one_or_none()
        return (0, "") if row is None else (row[0], row[1])

    async def ids_with_tag(self, tag: str) -> Sequence[int]:
        """Returns the ids of all channels with a tag."""
        query = select(Channel.id).where(Channel.tag == tag).order_by(Channel.id)
        return (await self._session.execute(query)).scalars().all()

    async def all_ids(self) -> Sequence[int]:
        """Returns every channel id."""
        return (
            (await self._session.execute(select(Channel.id).order_by(Channel.id))).scalars().all()
        )

    async def addresses(self) -> Sequence[Channel]:
        """Returns every channel, for its address."""
        return (await self._session.scalars(select(Channel).order_by(Channel.id))).all()

    async def existing(self, channel_ids: Sequence[int]) -> Sequence[int]:
        """Returns those of the ids that exist."""
        query = select(Channel.id).where(Channel.id.in_(channel_ids)).order_by(Channel.id)
        return (await self._session.execute(query)).scalars().all()

    async def write_abilities(self, channel: Channel) -> None:
        """Replaces a channel's abilities by what its groups and models say."""
        await self._session.execute(delete(Ability).where(Ability.channel_id == channel.id))
        rows = [
            {
                "group": row.group,
                "model": row.model,
                "channel_id": channel.id,
                "enabled": channel.status == rules.STATUS_ENABLED,
                "priority": channel.priority or 0,
                "weight": max(channel.weight or 0, 0),
                "tag": channel.tag,
            }
            for row in rules.ability_rows(channel.group, channel.models)
        ]
        for start in range(0, len(rows), _BULK):
            await self._session.execute(insert(Ability), rows[start : start + _BULK])

    async def longest_models_of_tag(self, tag: str) -> str:
        """Returns the longest model list among the channels with a tag."""
        query = (
            select(Channel.models)
            .where(Channel.tag == tag)
            .order_by(func.length(Channel.models).desc())
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none() or ""


def _ordered(query: Select[Channel], selection: ChannelSelection) -> Select[Channel]:
    if selection.is_sorted_by_id:
        return query.order_by(Channel.id.desc())
    return query.order_by(Channel.priority.desc(), Channel.id.desc())
