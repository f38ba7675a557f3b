"""Typed face of the Rust module: the data plane and the functions that the relay itself runs.

Every position is text, ``journal_id:segment:offset``; the empty text means the begin of what
exists. Documents cross the border as JSON bytes. Calls that may block release the GIL.
"""

from typing import final

__all__ = [
    "CoreError",
    "GapError",
    "Gateway",
    "RowsBatch",
    "SseParser",
    "SumsBatch",
    "channel_prices_fault",
    "count_tokens",
    "default_completion_ratio",
    "default_prices",
    "init_logging",
    "is_time_zone",
    "key_hash",
    "lease_grant",
    "mapped_model",
    "price",
    "price_expression_fault",
    "probe_answer",
    "probe_call",
]

class CoreError(Exception):
    """What the data plane refused; the text names the thing and the value."""

class GapError(CoreError):
    """A cursor is not in the journal, which holds what is from `oldest` to `newest`."""

    oldest: str
    newest: str
    reason: str
    """One of: the cursor is another journal's, the cursor is ahead of the journal, its segment is
    deleted, the first segments are gone, its segment is missing or set aside."""

@final
class Gateway:
    """The data plane of this process: listener, relay, accounts and journal."""

    def __new__(cls, config: bytes) -> Gateway:
        """Opens the journal, settles what a crash left open; no listener yet. Raises CoreError."""

    def publish_snapshot(self, document: bytes) -> None:
        """Swaps routing and prices whole; a bad document raises CoreError and the old one stays."""

    def missing_spent(self) -> bytes:
        """Returns the subjects whose spend and daily limits count from within a period, as JSON."""

    def load_spent(self, rows: bytes) -> None:
        """Takes those again with what ended before they began to count; each is added once."""

    def tell_counts(self) -> bytes:
        """Returns what other nodes must know of this one's limits; empty when nothing."""

    def hear_counts(self, node: int | None, told: bytes, age_ms: int) -> None:
        """Takes in what another node told; of one that is gone (None) only what it counted."""

    def divide_counts(self, me: int, nodes: list[int], number: int) -> None:
        """Divides what nobody holds of each limit among the nodes, by rising number."""

    def publish_users(self, rows: bytes) -> None:
        """Upserts users by id; rows with ``"deleted":true`` are removed."""

    def publish_keys(self, rows: bytes) -> None:
        """Upserts keys by id; rows with ``"deleted":true`` are removed."""

    def load_accounts(self, document: bytes) -> None:
        """Loads balances; ``"more":true`` says that further batches follow."""

    def apply_entries(self, entries: bytes) -> None:
        """Applies ledger entries in number order, once."""

    def lease_wants(self, patience_ms: int) -> bytes:
        """Waits until calls want leases: ``[[scope, id, least, all, ahead]]``; each is answered."""

    def lease_answers(self, rows: bytes) -> None:
        """Takes ``[[scope, id, granted, "granted"|"refused"|"unavailable"]]``."""

    def lease_returns(self, is_round: bool) -> bytes:
        """Takes out what goes back: ``[[scope, id, amount]]``; in a round what lies idle too."""

    def lease_recall(self, rows: bytes) -> None:
        """Makes what is free of ``[[scope, id]]`` go back."""

    def lease_reconcile(self, rows: bytes) -> None:
        """Makes all leases ``[[scope, id, amount]]``."""

    def lease_renewed(self, sent_ms: int) -> None:
        """Takes note of an answered heartbeat, sent at that ``CLOCK_BOOTTIME``."""

    def lease_lapse(self) -> None:
        """Ends all leases."""

    def read_sums(self, position: str, max_records: int) -> SumsBatch:
        """Returns what the SQL ledger has to book after `position`, never past the last fsync."""

    def read_rows(self, position: str, max_rows: int) -> RowsBatch:
        """Returns the usage rows after `position`, column by column, never past the last fsync."""

    def recent_tasks(self, user_id: int) -> bytes:
        """Returns a user's tasks that SQL does not have yet, as in `SumsBatch.tasks`; 0: all."""

    def commit(self, consumer: str, position: str) -> None:
        """Tells the journal how far ``sql``, ``analytics`` or its ``checkpoint`` has got."""

    def serve(self) -> str:
        """Starts the workers and the listeners; returns ``host:port`` of the public one."""

    def admin_address(self) -> str | None:
        """Returns ``host:port`` of the admin listener, None before `serve` or without one."""

    def check_key(self, text: str, client_ip: str | None) -> bytes:
        """Judges a key as the relay would; JSON: ``ok`` and caller, or status, code, message."""

    def key_hash(self, text: str) -> str:
        """Returns the keyed hash of a key text as hex."""

    def plan(self, request: bytes) -> bytes:
        """Returns the ordered candidates for a caller and a model, as JSON."""

    def account(self, user_id: int) -> bytes:
        """Returns ``free``, ``held``, ``pending`` and what is left on each key, as JSON."""

    def models(self, group: str) -> list[str]:
        """Returns the models that a user group may call, sorted."""

    def status(self) -> bytes:
        """Returns readiness, addresses, workers, journal and drain state as JSON."""

    def reload_tls(self) -> None:
        """Reads the certificate's files again; CoreError names a bad one, and the old one stays."""

    def take_faults(self) -> bytes:
        """Channels and keys that failures switched off since the last call, a JSON list."""

    def clear_breaker(self, channel_id: int) -> None:
        """Closes every breaker of the channel."""

    def shutdown(self, deadline_ms: int) -> None:
        """Stops accepting, drains streams up to the deadline, flushes; may be called twice."""

@final
class SumsBatch:
    """Sums for the ledger; `position` is where the next read begins."""

    @property
    def position(self) -> str: ...
    @property
    def users(self) -> list[tuple[int, int, int]]:
        """(user id, quota, count) in id order."""

    @property
    def keys(self) -> list[tuple[int, int, int]]:
        """(key id, quota, last used in Unix seconds) in id order."""

    @property
    def channels(self) -> list[tuple[int, int, int]]:
        """(channel id, quota, count) in id order."""

    @property
    def tasks(self) -> bytes:
        """Tasks that began, as a JSON array in journal order."""

    @property
    def records(self) -> int: ...

@final
class RowsBatch:
    """Usage rows as columns; `position` is where the next read begins."""

    @property
    def position(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def columns(self) -> dict[str, bytes | list[str]]:
        """Integers as little-endian bytes, text as lists; names, widths: analytics/columns.py."""

    @property
    def kinds(self) -> list[tuple[int | str | bool, ...]]:
        """What rows share of where and how a call went; the column ``kind`` counts them from 0."""

    @property
    def payers(self) -> list[tuple[int, int, str, str]]:
        """User id, key id, user's name, key's name; the column ``payer`` counts them from 0."""

    @property
    def hours(self) -> dict[str, bytes | list[str]]:
        """Sums of the rows by hour, user, model, channel and group, as columns."""

    @property
    def refused(self) -> list[tuple[int, str, int, int]]:
        """Requests refused before a hold: (minute in Unix seconds, reason, key id, count)."""

@final
class SseParser:
    """The relay's server-sent-event splitter."""

    def __new__(cls) -> SseParser: ...
    def push(self, chunk: bytes) -> list[tuple[str, bytes]]:
        """Returns the (event name, data) pairs now complete. Raises CoreError on oversize."""

    def finish(self) -> list[tuple[str, bytes]]:
        """Returns what was complete but for its last blank line."""

def count_tokens(model: str, text: str) -> int:
    """Returns the number of tokens of `text` in the vocabulary of `model`."""

def price(request: bytes) -> bytes:
    """Prices a usage: prices, model, group_ratio and usage in; list, sale, cost and stamp out."""

def price_expression_fault(text: str) -> str | None:
    """Returns what is wrong with a price expression; None when it can be charged by."""

def channel_prices_fault(prices: bytes) -> str | None:
    """Returns what is wrong with a channel's prices as JSON; None when they can be used."""

def default_prices() -> bytes:
    """Returns the built-in price maps as JSON."""

def is_time_zone(name: str) -> bool:
    """Tells whether limits can go by this time zone, such as ``Asia/Shanghai``."""

def default_completion_ratio(model: str) -> tuple[str, bool]:
    """Returns the built-in completion ratio as decimal text, and whether it is locked."""

def key_hash(secret: bytes, text: str) -> str:
    """Returns the keyed hash of a key text as hex; `secret` has 32 bytes."""

def mapped_model(mapping: bytes, model: str) -> str:
    """Follows a channel's model mapping, a JSON object, to the name that the upstream is asked for.

    Raises:
        CoreError: the mapping is no object of names, or leads back to where it began.
    """

def probe_call(document: bytes) -> bytes:
    """Returns a channel test's call as the relay would make it.

    JSON in: channel_type, base_url, setting, key, created_time, path, model, stream, allow_private
    and body; out: url, headers (pairs) and body. May wait for a vendor's token server.

    Raises:
        CoreError: the channel cannot be called so; the text names no key.
    """

def probe_answer(document: bytes, status: int, body: bytes) -> bytes:
    """Reads the answer to a channel test; `document` is the one of `probe_call`.

    JSON out: error (null for a good answer), prompt_tokens and completion_tokens.
    """

def lease_grant(available: int, least: int, all: int, ahead: int) -> int:  # noqa: A002
    """Returns what of an account's available quota a node is leased, by what its calls need."""

def init_logging(level: str, json: bool) -> None:
    """Sends the data plane's log to standard error; only the first call counts."""
