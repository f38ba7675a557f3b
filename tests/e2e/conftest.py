"""One set-up server with one channel and one key, shared by the tests of a module."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from openai import OpenAI

from tests.support.fake_upstream import FakeUpstream
from tests.support.process import Admin, Weirgate


@dataclass
class Stage:
    """A running server, its upstream, its root user and a key."""

    server: Weirgate
    upstream: FakeUpstream
    admin: Admin
    key: str
    opened: list[OpenAI] = field(default_factory=list)

    def sdk(self, key: str | None = None) -> OpenAI:
        """Returns the official client, as a user would make it."""
        return self._client(self.server.url, key or self.key)

    def straight(self) -> OpenAI:
        """Returns the official client of the upstream itself."""
        return self._client(self.upstream.base_url, "sk-up")

    def _client(self, base: str, key: str) -> OpenAI:
        client = OpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0)
        self.opened.append(client)
        return client

    def close(self) -> None:
        """Closes every client."""
        for client in self.opened:
            client.close()
        self.admin.client.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("weirgate")
    with FakeUpstream() as upstream, Weirgate(folder) as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url, models="gpt-4o,text-embedding-3-small")
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield made
        finally:
            made.close()
