"""The `weirgate` command: serve, migrate, backup, restore, status, ledger.

Options given here win over the environment. Errors that stop a start are one line on standard
error and exit code 1; a traceback means a fault of ours.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import duckdb
import orjson
import typer
import uvloop
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from weirgate import __version__
from weirgate._core import CoreError, GapError, Gateway
from weirgate.analytics.ingest import CursorMovedError
from weirgate.analytics.opening import pending, usage_writer
from weirgate.analytics.reader import UsageReader
from weirgate.dataplane import control, supervise
from weirgate.dataplane.verify import verify
from weirgate.settings import Settings, StartError
from weirgate.store import Store
from weirgate.store.engine import DatabaseUrlError
from weirgate.store.foreign import ForeignDatabaseError, refuse_foreign
from weirgate.store.migrate import MigrationError, migrate, plan
from weirgate.web.server import StartError as ManagementStartError

START_ERRORS = (
    StartError,
    ManagementStartError,
    MigrationError,
    DatabaseUrlError,
    ForeignDatabaseError,
    CoreError,
    CursorMovedError,
    ValidationError,
    SQLAlchemyError,
    duckdb.Error,
    OSError,
)

BACKUP_TIMEOUT_S = 6 * 3600.0

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ledger = typer.Typer(no_args_is_help=True)
app.add_typer(ledger, name="ledger", help="The books.")
nodes = typer.Typer(no_args_is_help=True)
app.add_typer(nodes, name="node", help="The nodes of one database.")

Data = Annotated[Path | None, typer.Option("--data", help="Data folder (./data).")]
Url = Annotated[
    str | None, typer.Option("--database-url", help="postgresql://...; default: SQLite.")
]


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - one parameter an option of the command line
    port: Annotated[int | None, typer.Option(help="Public port (3000); 0: a free one.")] = None,
    data: Data = None,
    workers: Annotated[int | None, typer.Option(help="Relay threads (one a core).")] = None,
    trusted_proxies: Annotated[str | None, typer.Option(help="CIDRs of proxies, by comma.")] = None,
    host: Annotated[str | None, typer.Option(help="Public address (0.0.0.0).")] = None,
    admin_port: Annotated[int | None, typer.Option(help="Port of health and metrics.")] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(help="Certificate of the public port, PEM; with --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    database_url: Url = None,
    spool_dir: Annotated[
        Path | None, typer.Option(help="Folder in which large uploads wait (DATA/spool).")
    ] = None,
    spool_above_kb: Annotated[
        int | None, typer.Option(help="Uploads above so many KiB wait on disk (1024).")
    ] = None,
    spool_cap_mb: Annotated[
        int | None, typer.Option(help="All uploads on disk together, in MiB (8192).")
    ] = None,
    split: Annotated[  # noqa: FBT002
        bool, typer.Option("--split", help="Management and DuckDB in a process of their own.")
    ] = False,
    node: Annotated[
        str | None, typer.Option(help="Name of this node; on PostgreSQL: one of several.")
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Set up only.")] = False,  # noqa: FBT002
) -> None:
    """Migrates and serves until SIGTERM; SIGHUP reads the certificate again."""

    def run() -> None:
        settings = _settings(
            port=port,
            data_dir=data,
            workers=workers,
            trusted_proxies=trusted_proxies,
            host=host,
            admin_port=admin_port,
            tls_cert=tls_cert,
            tls_key=tls_key,
            database_url=database_url,
            spool_dir=spool_dir,
            spool_above_kb=spool_above_kb,
            spool_cap_mb=spool_cap_mb,
            node_name=node,
        )
        if no_serve:
            asyncio.run(_migrate(settings))
            return
        if split:
            from weirgate.split import parent  # noqa: PLC0415

            sys.exit(uvloop.run(parent.serve(settings)))
        from weirgate import app as root  # noqa: PLC0415 - what only a server needs

        uvloop.run(root.serve(settings))

    run_guarded(run)


@app.command(name="migrate")
def migrate_command(
    data: Data = None,
    database_url: Url = None,
    plan_only: Annotated[bool, typer.Option("--plan", help="Show, change nothing.")] = False,  # noqa: FBT002
) -> None:
    """Brings both stores to this version's shape."""

    def run() -> None:
        settings = _settings(data_dir=data, database_url=database_url)
        asyncio.run(_show_plan(settings) if plan_only else _migrate(settings))

    run_guarded(run)


@app.command()
def version() -> None:
    """Shows the version."""
    typer.echo(__version__)


@app.command()
def status(data: Data = None) -> None:
    """Shows what the running server does, as JSON."""

    def run() -> None:
        path = _settings(data_dir=data).control_socket
        _show(asyncio.run(_ask(path, "status")))

    run_guarded(run)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A new folder, or a .tar, .tar.gz or .tgz file.")],
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Copies stores, journal and key file as one whole, also while the server runs."""

    def run() -> None:
        settings = _settings(data_dir=data, database_url=database_url)
        made = asyncio.run(_backup(settings, target.absolute()))
        total = sum(file["bytes"] for file in made["files"].values())
        typer.echo(f"{target}: {len(made['files'])} files, {total} bytes")
        if made["lake"]:
            typer.echo(f"usage is not in it: keep the lake {made['lake']} as well")
        if not made["has_key"]:
            typer.echo("the master secret is not in it: keep WEIRGATE_SECRET elsewhere")

    run_guarded(run)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="What `backup` made: a folder or an archive.")],
    data: Data = None,
    database_url: Url = None,
    journal: Annotated[
        Path | None,
        typer.Option(help="A journal folder that outlived its stores, instead of the backup's."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Move aside what is there.")] = False,  # noqa: FBT002
) -> None:
    """Puts a backup into an empty data folder; the next start books what its journal holds."""

    def run() -> None:
        from weirgate.backup.restore import restore as put_back  # noqa: PLC0415

        settings = _settings(data_dir=data, database_url=database_url)
        for line in put_back(source, settings, force=force, journal=journal):
            typer.echo(line)

    run_guarded(run)


@ledger.command(name="verify")
def ledger_verify(data: Data = None, database_url: Url = None) -> None:
    """Compares the books; exits with 0: they agree, 1: they do not, 2: could not look."""

    def run() -> None:
        settings = _settings(data_dir=data, database_url=database_url)
        report = asyncio.run(_verify(settings))
        _show(report)
        if not report["is_sound"]:
            raise typer.Exit(1)

    run_guarded(run, exit_code=2)


@ledger.command(name="recover")
def ledger_recover(
    data: Data = None,
    database_url: Url = None,
    accept: Annotated[bool, typer.Option("--accept", help="Accept what no store holds.")] = False,  # noqa: FBT002
) -> None:
    """Closes a gap between a cursor and the journal, from the other store where it can."""

    def run() -> None:
        settings = _settings(data_dir=data, database_url=database_url, port=0)
        for line in asyncio.run(_recover(settings, accept=accept)):
            typer.echo(line)

    run_guarded(run)


@nodes.command(name="retire")
def retire_node(
    name: Annotated[str, typer.Argument(help="The node's name.")],
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Ends a node whose data folder is lost, with what its journal still held."""

    def run() -> None:
        settings = _settings(data_dir=data, database_url=database_url)
        number = asyncio.run(_retire(settings, name))
        typer.echo(f"node {name} (number {number}) is retired")

    run_guarded(run)


def main() -> None:
    """Runs the command line."""
    app()


def _settings(**given: Any) -> Settings:
    return Settings(**{name: value for name, value in given.items() if value is not None})


async def _migrate(settings: Settings) -> None:
    with supervise.owned(settings.data_dir):
        settings.load_secrets()
        steps = await asyncio.to_thread(migrate, settings.sql_url)
        for step in steps:
            typer.echo(f"sql: applied {step.revision} {step.title}")
        writer = usage_writer(settings)
        await writer.open(0)
        await writer.close()
    typer.echo("both stores are at this version's shape")


async def _show_plan(settings: Settings) -> None:
    planned = await asyncio.to_thread(plan, settings.sql_url)
    for step in planned.steps:
        typer.echo(f"sql: would apply {step.revision} {step.title}")
    if planned.sql:
        typer.echo(planned.sql)
    numbers = await asyncio.to_thread(pending, settings)
    for number in numbers:
        typer.echo(f"usage store: would apply {number:04d}")
    if not planned.steps and not numbers:
        typer.echo("nothing to do")


async def _ask(path: Path, call: str) -> Any:
    try:
        return await control.ask(path, call)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise StartError(f"no server runs on {path.parent}") from error
    except control.ControlError as error:
        raise StartError(str(error)) from error


async def _backup(settings: Settings, target: Path) -> dict[str, Any]:
    """Asks the running server; copies the folder itself only when none runs."""
    try:
        made: dict[str, Any] = await control.ask(
            settings.control_socket, "backup", str(target), BACKUP_TIMEOUT_S
        )
    except (FileNotFoundError, ConnectionRefusedError):
        from weirgate.backup.take import take  # noqa: PLC0415

        with supervise.owned(settings.data_dir):
            return (await take(settings, target, None)).model_dump(mode="json")
    except control.ControlError as error:
        raise StartError(str(error)) from error
    return made


async def _verify(settings: Settings) -> dict[str, Any]:
    """Asks the running server; opens the stores itself only when none runs."""
    try:
        answer: dict[str, Any] = await control.ask(settings.control_socket, "ledger_verify")
    except (FileNotFoundError, ConnectionRefusedError):
        return await _verify_at_rest(settings)
    return answer


async def _recover(settings: Settings, *, accept: bool) -> list[str]:
    from weirgate.dataplane.recover import Recovery  # noqa: PLC0415
    from weirgate.dataplane.start_config import gateway_config, packed  # noqa: PLC0415

    with supervise.owned(settings.data_dir):
        await asyncio.to_thread(refuse_foreign, settings.sql_url)
        config = gateway_config(settings, settings.load_secrets())
        gateway = Gateway(packed(config, settings.node, leases=False))
        store = Store(settings.sql_url)
        writer = usage_writer(settings)
        await writer.open(0)
        reader = UsageReader(writer)
        reader.open()
        try:
            recovery = Recovery(store, writer, reader, gateway, settings.node)
            return await recovery.run(accept=accept)
        finally:
            reader.close()
            await writer.close()
            await store.close()
            gateway.shutdown(0)


async def _retire(settings: Settings, name: str) -> int:
    from weirgate.dataplane.node import retire  # noqa: PLC0415

    store = Store(settings.sql_url)
    try:
        return await retire(store, name)
    finally:
        await store.close()


async def _verify_at_rest(settings: Settings) -> dict[str, Any]:
    with supervise.owned(settings.data_dir):
        await asyncio.to_thread(refuse_foreign, settings.sql_url)
        store = Store(settings.sql_url)
        writer = usage_writer(settings)
        await writer.open(0)
        reader = UsageReader(writer)
        reader.open()
        try:
            report = await verify(store, writer, reader, node=settings.node)
        finally:
            reader.close()
            await writer.close()
            await store.close()
    shown: dict[str, Any] = orjson.loads(orjson.dumps(report))
    return shown


def _show(document: Any) -> None:
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def run_guarded(run: Callable[[], None], *, exit_code: int = 1) -> None:
    """Runs a command; what stops it is one line on standard error and the exit code."""
    try:
        run()
    except START_ERRORS as error:
        _give_up(error, exit_code)


def _give_up(error: Exception, exit_code: int) -> NoReturn:
    """Says in one line what stopped the command."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        line = f"setting {'.'.join(map(str, first['loc']))}: {first['msg']}"
    else:
        # SQLAlchemy's own text repeats the statement; the driver's says what is wrong.
        line = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if isinstance(error, GapError):
        line += "; see: weirgate ledger recover"
    typer.echo(f"weirgate: {line}", err=True)
    sys.exit(exit_code)
