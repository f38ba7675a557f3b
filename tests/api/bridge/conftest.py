"""The PostgreSQL of the run, for tests that serve the same routes on both databases."""

from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
