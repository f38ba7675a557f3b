"""The child process of the SQL editor: one SELECT over the files that it was handed, then the end.

Started as a script by `analytics.editor`, with nothing of the server in it: no environment, no
open file, no import of ours. It has an in-memory DuckDB whose only readable paths are those files,
with the configuration locked before the asker's text is looked at. Must never write, and never
read anything else; limits of memory, time and file size come from the kernel as well.
"""

import ctypes
import resource
import signal
import sys
from typing import Any

import duckdb
import orjson

_DIE_WITH_PARENT = 1
_LOOKING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_BATCH = 256


def main() -> None:
    """Reads the task from standard input and writes the answer to standard output."""
    task: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    _confine(task)
    try:
        answer = _answer(_connect(task), task)
    except duckdb.Error as error:
        answer = {"error": str(error)[:2000]}
    except MemoryError:
        answer = {"error": "out of memory"}
    sys.stdout.buffer.write(orjson.dumps(answer))


def _confine(task: dict[str, Any]) -> None:
    """Takes from this process what it does not need."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    memory = task["memory_bytes"]
    # Address space beside what DuckDB may use: the interpreter and its libraries.
    resource.setrlimit(resource.RLIMIT_AS, (memory * 4, memory * 4))
    resource.setrlimit(resource.RLIMIT_CPU, (task["time_s"] + 1, task["time_s"] + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _connect(task: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    files: dict[str, str] = task["files"]
    settings: dict[str, object] = {
        "threads": 1,
        "memory_limit": f"{task['memory_bytes']}B",
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "TimeZone": "UTC",
        "allowed_paths": list(files.values()),
        "enable_external_access": False,
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = $value", {"value": value})
    for table, path in files.items():
        quoted = path.replace("'", "''")
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{quoted}')")
    connection.execute("SET lock_configuration = true")
    return connection


def _answer(connection: duckdb.DuckDBPyConnection, task: dict[str, Any]) -> dict[str, Any]:
    statements = duckdb.extract_statements(task["sql"])
    if len(statements) != 1 or statements[0].type not in _LOOKING:
        return {"error": "exactly one SELECT is run"}
    cursor = connection.execute(statements[0])
    columns = [{"name": item[0], "type": str(item[1])} for item in cursor.description or []]
    rows: list[list[Any]] = []
    left: int = task["answer_bytes"]
    while batch := cursor.fetchmany(_BATCH):
        for found in batch:
            row = [_plain(value) for value in found]
            left -= len(orjson.dumps(row))
            if left < 0 or len(rows) == task["rows"]:
                return {"columns": columns, "rows": rows, "is_cut": True}
            rows.append(row)
    return {"columns": columns, "rows": rows, "is_cut": False}


def _plain(value: object) -> object:
    """Returns a value in JSON's words; what JSON has no number for is text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value
    return str(value)


if __name__ == "__main__":
    main()
