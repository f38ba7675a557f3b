"""Brings the pinned command-line agents into a folder of their own, once for each lock file.

They come from the package registry by `npm ci`, without running their install scripts; that of
Claude Code, which puts its binary in place, is called by name. What is missing is said in words.
"""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
LONGEST_S = 300


class NotInstalledError(Exception):
    """The agents cannot be had here; says why."""


def install(folder: Path) -> Path:
    """Returns the folder of the agents' commands."""
    commands = folder / "node_modules" / ".bin"
    wanted = "".join((HERE / name).read_text() for name in FILES)
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return commands
    if not shutil.which("npm"):
        raise NotInstalledError("there is no npm; install Node.js 20 or newer with npm")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, folder / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(["npm", "ci", *options], folder)
    _run(["node", "node_modules/@anthropic-ai/claude-code/install.cjs"], folder)
    stamp.write_text(wanted)
    return commands


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        raise NotInstalledError(f"`{' '.join(command)}` took more than {LONGEST_S} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise NotInstalledError(
            f"`{' '.join(command)}` failed (is the npm registry reachable?): {said}"
        )
