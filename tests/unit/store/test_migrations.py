"""The schema: made once, equal to the tables, never touched when it is newer."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from weirgate.store.engine import DatabaseUrlError, parse
from weirgate.store.migrate import MigrationError, migrate, plan
from weirgate.store.migrations import versions
from weirgate.store.tables import Base

if TYPE_CHECKING:
    from sqlalchemy import Engine


REVISIONS = sorted(path.name[:4] for path in Path(versions.__file__).parent.glob("0*_*.py"))


def blocking_engine(url: str) -> Engine:
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(drivername="sqlite")
    return create_engine(parsed)


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Leaves out what only a revision can say: trigram indexes and the table that holds them."""
    is_search = name is not None and (name.startswith("users_search") or name.endswith("_trgm"))
    return not (kind in {"table", "index"} and is_search)


def test_the_revisions_make_exactly_the_tables_that_the_code_declares(url: str) -> None:
    migrate(url)
    engine = blocking_engine(url)
    with engine.connect() as connection:
        known = {"compare_type": True, "include_name": is_declared}
        context = MigrationContext.configure(connection, opts=known)
        assert compare_metadata(context, Base.metadata) == []
        assert connection.scalar(text("SELECT last_number FROM ledger_counter WHERE id = 1")) == 0
    engine.dispose()


def test_a_second_run_has_nothing_to_do(url: str) -> None:
    assert [step.revision for step in migrate(url)] == REVISIONS
    assert migrate(url) == ()
    done = plan(url)
    assert (done.current, done.steps, done.sql) == (REVISIONS[-1], (), "")


def test_a_plan_shows_the_sql_and_changes_nothing(url: str) -> None:
    shown = plan(url)
    assert shown.current is None
    assert [step.revision for step in shown.steps] == REVISIONS
    assert "CREATE TABLE users" in shown.sql
    engine = blocking_engine(url)
    assert "users" not in inspect(engine).get_table_names()
    engine.dispose()


def test_the_planned_sql_is_what_migrate_does(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        second = f"sqlite:///{tmp_path}/second.db"
        engine = blocking_engine(second)
        raw = engine.raw_connection()
        raw.executescript(plan(url).sql)
        raw.close()
    else:
        second = url
        engine = blocking_engine(second)
        with engine.begin() as connection:
            connection.exec_driver_sql(plan(url).sql)
    assert plan(second).steps == ()
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_untouched(url: str) -> None:
    migrate(url)
    engine = blocking_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (migrate, plan):
        with pytest.raises(MigrationError, match="revision 9999"):
            attempt(url)
    engine.dispose()


def test_two_nodes_that_migrate_at_once_do_it_once(url: str) -> None:
    done: list[int] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(len(migrate(url)))
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert sorted(done) == [0, 0, 0, len(REVISIONS)]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://root@db/x", "'mysql' is not supported"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("not a url with s3cret", "cannot be read"),
    ],
)
def test_a_url_that_we_cannot_serve_is_named_without_its_password(url: str, problem: str) -> None:
    with pytest.raises(DatabaseUrlError, match=problem) as refused:
        parse(url)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_names_of_postgresql_are_understood(scheme: str) -> None:
    assert parse(f"{scheme}://u:p@h:5432/d").drivername == "postgresql+psycopg"
