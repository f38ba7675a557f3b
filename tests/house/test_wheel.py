"""What users install: the wheel holds the extension, the console and the queries, nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_ships_the_console_and_nothing_of_its_source(tmp_path: Path) -> None:
    maturin = Path(sys.executable).with_name("maturin")
    command = [str(maturin), "build", "--release", "--quiet", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "abi3" in wheel.name
    assert "weirgate/static/index.html" in names
    assert "weirgate/_core.pyi" in names
    assert "weirgate/py.typed" in names
    assert any(name.startswith("weirgate/_core") and name.endswith(".so") for name in names)
    assert any(name.startswith("weirgate/analytics/") and name.endswith(".sql") for name in names)
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]
