"""Brings pinned npm packages into a folder of their own, once for each lock file.

They come by `npm ci` and without their install scripts. What is missing is said in words, so that a
machine without npm or a registry fails with the reason.
"""

import shutil
import subprocess
from pathlib import Path

FILES = ("package.json", "package-lock.json")
LONGEST_S = 300


class NotInstalledError(Exception):
    """The packages cannot be had here; says why."""


def install(wanted: Path, folder: Path, *further: list[str]) -> Path:
    """Installs what `wanted` locks into `folder`, runs further commands; returns `node_modules`."""
    modules = folder / "node_modules"
    lock = "".join((wanted / name).read_text() for name in FILES)
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == lock:
        return modules
    if not shutil.which("npm"):
        raise NotInstalledError("there is no npm; install Node.js 20 or newer with npm")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(wanted / name, folder / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    for command in (["npm", "ci", *options], *further):
        _run(command, folder)
    stamp.write_text(lock)
    return modules


def _run(command: list[str], folder: Path) -> None:
    said = " ".join(command)
    try:
        done = subprocess.run(
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        raise NotInstalledError(f"`{said}` took more than {LONGEST_S} s") from None
    if done.returncode:
        why = (done.stderr or done.stdout).strip()[-400:]
        raise NotInstalledError(f"`{said}` failed (is the npm registry reachable?): {why}")
