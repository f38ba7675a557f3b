"""The console's page of settings names every setting of the server, with its kind."""

import runpy
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[3] / "python/console"


def test_the_console_names_every_setting() -> None:
    made = runpy.run_path(str(CONSOLE / "scripts/generate-options.py"))["generated"]()
    # One formatter writes the file, this script the words: the blanks are the formatter's.
    kept = (CONSOLE / "src/features/settings/options.ts").read_text(encoding="utf-8")
    assert "".join(kept.split()) == "".join(made.split())
