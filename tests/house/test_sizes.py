"""The size ratchet: prints the ten largest files and functions, fails over the limits.

Rust functions are held by clippy (`too-many-lines-threshold`), the rest is held here.
"""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = {".rs": 600, ".py": 600, ".ts": 400, ".tsx": 400}
FUNCTION_LINES = 60
GENERATED = ("python/console/src/api/generated/",)


def sources() -> Iterator[Path]:
    """Every source file that git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in sorted(set(listing.splitlines())):
        path = ROOT / name
        if path.suffix in FILE_LINES and path.is_file() and not name.startswith(GENERATED):
            yield path


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Length and name of every function of a Python file, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = (
                node.body[0].end_lineno or node.lineno if ast.get_docstring(node) else node.lineno
            )
            yield (node.end_lineno or node.lineno) - start, f"{path.relative_to(ROOT)}:{node.name}"


def show(title: str, rows: list[tuple[int, str]]) -> None:
    print(title)
    for size, name in rows[:10]:
        print(f"  {size:5} {name}")


def test_no_file_is_longer_than_its_limit() -> None:
    rows = [(len(path.read_text().splitlines()), path) for path in sources()]
    rows.sort(key=lambda row: -row[0])
    show("largest files", [(size, str(path.relative_to(ROOT))) for size, path in rows])
    over = [
        f"{path.relative_to(ROOT)}: {size}" for size, path in rows if size > FILE_LINES[path.suffix]
    ]
    assert not over, over


def test_no_python_function_is_longer_than_60_lines() -> None:
    rows = [row for path in sources() if path.suffix == ".py" for row in functions(path)]
    rows.sort(reverse=True)
    show("largest functions", rows)
    assert not [row for row in rows if row[0] > FUNCTION_LINES]
