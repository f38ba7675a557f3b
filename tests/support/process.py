"""Starts a real `weirgate serve` in a folder of its own, on free ports, and speaks to it.

`Weirgate` is one server process that can be stopped, killed and started again over the same data;
`Admin` is a set-up root user with the calls that tests need.
"""

import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Protocol, Self

import httpx
import orjson

from tests.support.clock import until

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0
SERVES = re.compile(r"serves https?://([^/\s]+)/")
METRICS = re.compile(r"metrics: http://([^/\s]+)/")
TOKEN = re.compile(r"setup token [^:]*: (\S+)")
PASSWORD = "correct horse"  # noqa: S105
# One address makes all calls of a test.
NO_LIMITS = {
    "GLOBAL_API_RATE_LIMIT_ENABLE": "false",
    "GLOBAL_WEB_RATE_LIMIT_ENABLE": "false",
    "CRITICAL_RATE_LIMIT_ENABLE": "false",
    "SEARCH_RATE_LIMIT_ENABLE": "false",
}


class Weirgate:
    """One server over one data folder."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.folder = folder
        self.options = options
        self.environment = environment
        self.address = ""
        self.admin_address = ""
        self.setup_token = ""
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[str] = []
        self._reader = threading.Thread()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        scheme = "https" if "--tls-cert" in self.options else "http"
        return f"{scheme}://{self.address}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def start(self) -> Self:
        """Starts it and returns when the public port answers."""
        port = self.address.rpartition(":")[2] or "0"
        command = [*self._program(), "serve", "--host", "127.0.0.1"]
        command += ["--port", port, "--admin-port", "0", "--data", str(self.folder)]
        self._lines = []
        self._process = subprocess.Popen(
            [*command, *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        self.address = self._await_line(SERVES)
        self.admin_address = self._await_line(METRICS)
        found = TOKEN.search(self.output)
        self.setup_token = found[1] if found else ""
        return self

    def stop(self) -> int:
        """Asks it to stop and returns its exit code."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            self._reader.join()

    def kill(self) -> None:
        """Ends it as a power cut of the process would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process = None

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command-line tool on the same data folder."""
        return subprocess.run(
            [*self._program(), *arguments, "--data", str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def drain(self) -> None:
        """Returns when all that calls have cost so far is in both stores."""
        names = ("journal_unsynced_bytes", "drain_sql_lag_bytes", "drain_analytics_lag_bytes")
        wanted = [f"weirgate_{name} 0" for name in names]

        def ask() -> list[str]:
            return httpx.get(f"http://{self.admin_address}/metrics").text.splitlines()

        until(ask, lambda lines: all(line in lines for line in wanted))

    def verify(self) -> dict[str, Any]:
        """Returns the report of `ledger verify` once both stores stand at one place."""

        def ask() -> dict[str, Any]:
            found: dict[str, Any] = orjson.loads(self.run("ledger", "verify").stdout)
            return found

        return until(
            ask,
            lambda report: (
                report["stores_agree"] is not None
                and report["sql_position"] == report["usage_position"]
            ),
        )

    def status(self) -> dict[str, Any]:
        """Returns what the running server says of itself."""
        found: dict[str, Any] = orjson.loads(self.run("status").stdout)
        return found

    def _program(self) -> list[str]:
        """Returns the command in its environment; `env` becomes the server, so the pid is its."""
        environment = {**NO_LIMITS, "PYTHONUNBUFFERED": "1", **self.environment}
        given = [f"{name}={value}" for name, value in environment.items()]
        return ["env", *given, sys.executable, "-m", "weirgate"]

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self._lines.append(line)

    def _await_line(self, pattern: re.Pattern[str]) -> str:
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            found = pattern.search(self.output)
            if found:
                return found[1]
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"it did not start:\n{self.output}")


class Served(Protocol):
    """Whatever answers at an address."""

    @property
    def url(self) -> str:
        """Where, without a slash at the end."""


class Admin:
    """The root user of a server that was just set up."""

    def __init__(self, server: Served, verify: ssl.SSLContext | bool = True) -> None:
        self.client = httpx.Client(base_url=server.url, timeout=30, verify=verify)
        setup = {
            "username": "root",
            "password": PASSWORD,
            "confirmPassword": PASSWORD,
            "SelfUseModeEnabled": False,
            "DemoSiteEnabled": False,
        }
        self.call("POST", "/api/setup", setup)
        login = {"username": "root", "password": PASSWORD}
        self.user_id = int(self.call("POST", "/api/user/login", login)["id"])
        self.client.headers["New-Api-User"] = str(self.user_id)

    def call(self, method: str, path: str, body: object = None, **query: str | int) -> Any:
        """Makes a management call and returns its data; a refusal is an AssertionError."""
        content = None if body is None else orjson.dumps(body)
        headers = {"content-type": "application/json"}
        answer = self.client.request(method, path, params=query, headers=headers, content=content)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        document = answer.json()
        assert document.get("success") is True, f"{method} {path}: {document}"
        return document.get("data")

    def option(self, key: str, value: object) -> None:
        """Sets an option."""
        self.call("PUT", "/api/option/", {"key": key, "value": value})

    def add_channel(self, base_url: str, **values: object) -> None:
        """Adds a channel of type OpenAI."""
        channel = {
            "type": 1,
            "name": "up",
            "key": "sk-up",
            "base_url": base_url,
            "models": "gpt-4o",
            "group": "default",
            **values,
        }
        self.call("POST", "/api/channel/", {"mode": "single", "channel": channel})

    def add_key(self, **values: object) -> str:
        """Adds a key and returns its text with `sk-`."""
        given = {"name": "k", "unlimited_quota": True, "expired_time": -1, **values}
        self.call("POST", "/api/token/", given)
        newest = self.call("GET", "/api/token/", p=1, page_size=1)["items"][0]
        text = newest["key"]
        if "*" in text:
            text = self.call("POST", f"/api/token/{newest['id']}/key", {})["key"]
        return "sk-" + str(text).removeprefix("sk-")

    def me(self) -> dict[str, Any]:
        """Returns the root user's account."""
        found: dict[str, Any] = self.call("GET", "/api/user/self")
        return found
