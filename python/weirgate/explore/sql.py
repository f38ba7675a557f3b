"""The SQL editor: hands the asker's rows to a child process and shows what it answered.

`weirgate.sql_editor_enabled` switches it off for everybody; running queries can be stopped.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from weirgate.analytics.handed import MOST_ROWS, TABLES, columns_seen, handing
from weirgate.analytics.rows import Only
from weirgate.errors import InvalidInputError, RefusedError, RoleTooLowError, Text
from weirgate.explore import rules
from weirgate.explore.schemas import SqlColumnOut, SqlOut, SqlSchemaOut, SqlTableOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.analytics.editor import SqlEditor
    from weirgate.analytics.reader import UsageReader
    from weirgate.explore.files import ExportFolder
    from weirgate.explore.schemas import SqlIn
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

DEFAULT_SPAN_MS = 31 * 86_400_000
LONGEST_SPAN_MS = 366 * 86_400_000
SWITCH = "weirgate.sql_editor_enabled"

OFF = Text("SQL 查询已被管理员关闭", "the SQL editor is switched off")
RANGE_WRONG = Text("时间范围无效", "the range must end after it begins, and span a year at most")
TOO_MUCH = Text(
    "该时间范围内 {table} 有 {count} 行，最多 {most} 行，请缩小时间范围",
    "{table} has {count} rows in this range, at most {most} are handed over: choose a shorter one",
)


class SqlService:
    """SQL over the rows that the caller may see."""

    def __init__(
        self,
        reader: UsageReader,
        options: OptionService,
        folder: ExportFolder,
        editor: SqlEditor,
        now_ms: Callable[[], int],
    ) -> None:
        self._reader = reader
        self._options = options
        self._folder = folder
        self._editor = editor
        self._now_ms = now_ms

    async def schema(self, uow: UnitOfWork, caller: Caller) -> SqlSchemaOut:
        """Returns the tables and columns that the caller's text finds."""
        unseen = rules.hidden(caller.usage_scope)
        return SqlSchemaOut(
            is_enabled=(await self._options.values(uow)).flag(SWITCH),
            tables=[
                SqlTableOut(
                    name=table,
                    columns=[
                        SqlColumnOut(name=name, type=item.kind, note=item.note)
                        for name, item in columns_seen(table, unseen).items()
                    ],
                )
                for table in TABLES
            ],
        )

    async def run(self, uow: UnitOfWork, caller: Caller, asked: SqlIn) -> SqlOut:
        """Runs a text.

        Raises:
            RefusedError: the editor is off, the text was refused, or it was ended.
            InvalidInputError: the range is wrong, or holds too much.
            ConflictError: a query of the caller is running.
            UnavailableError: too many are running.
        """
        if not (await self._options.values(uow)).flag(SWITCH):
            raise RefusedError(OFF)
        await uow.pause()
        span = self._span(asked)
        self._editor.claim(caller.user_id)
        files: dict[str, str] = {}
        begun = time.monotonic()
        try:
            await self._hand_over(caller, span, files)
            table = await self._editor.run(caller.user_id, asked.sql, files, asked.limit)
        finally:
            self._editor.release(caller.user_id)
            await self._folder.remove(files.values())
        return SqlOut(
            columns=table.columns,
            rows=table.rows,
            is_cut=table.is_cut,
            elapsed_ms=int((time.monotonic() - begun) * 1000),
            range=rules.utc_range(*span),
            freshness=rules.freshness(self._reader.complete_until_ms, self._now_ms()),
        )

    def stop(self, caller: Caller, *, everybody: bool) -> int:
        """Ends the caller's running query, or everybody's; returns how many were ended.

        Raises:
            RoleTooLowError: only administrators stop everybody's.
        """
        if everybody and (not caller.is_admin or caller.via == "usage_token"):
            raise RoleTooLowError
        return self._editor.stop(None if everybody else caller.user_id)

    async def _hand_over(
        self, caller: Caller, span: tuple[int, int], files: dict[str, str]
    ) -> None:
        within = caller.usage_scope.within()
        only = Only(groups=within.groups, user_ids=within.user_ids)
        unseen = rules.hidden(caller.usage_scope)
        for table in TABLES:
            given = handing(table, span, only, unseen)
            [[(count,)]] = await self._reader.answers([(given.count, given.parameters)])
            if count > MOST_ROWS:
                raise InvalidInputError(TOO_MUCH.format(table=table, count=count, most=MOST_ROWS))
            path = await self._folder.new_file("parquet")
            files[table] = str(path)
            await self._reader.copied(
                given.copy + self._folder.target(path, "parquet"), given.parameters
            )

    def _span(self, asked: SqlIn) -> tuple[int, int]:
        if asked.range is None:
            end = self._now_ms() + 1
            return end - DEFAULT_SPAN_MS, end
        start = int(asked.range.start.timestamp() * 1000)
        end = int(asked.range.end.timestamp() * 1000)
        if not 0 <= start < end or end - start > LONGEST_SPAN_MS:
            raise InvalidInputError(RANGE_WRONG)
        return start, end
