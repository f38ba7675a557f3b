"""All tables, one file a noun; importing this package fills `Base.metadata` completely."""

from weirgate.store.tables.analytics import AnalyticsView
from weirgate.store.tables.base import Base
from weirgate.store.tables.catalog import ModelMetadata, ModelVendor, PrefillGroup
from weirgate.store.tables.changes import ChangeCounter, ChangeRow
from weirgate.store.tables.channels import Ability, Channel
from weirgate.store.tables.checkins import CheckIn
from weirgate.store.tables.edits import Edit
from weirgate.store.tables.identity import (
    BackupCode,
    EmailCode,
    LoginFailure,
    Passkey,
    SecondFactor,
    SpentToken,
)
from weirgate.store.tables.jobs import JobState
from weirgate.store.tables.keys import Key
from weirgate.store.tables.ledger import (
    DrainBatch,
    DrainCursor,
    LedgerCounter,
    LedgerEntry,
    Suspense,
)
from weirgate.store.tables.limits import LimitRow
from weirgate.store.tables.nodes import Lease, Node
from weirgate.store.tables.oauth import CustomOAuthProvider, OAuthBinding
from weirgate.store.tables.outbox import LogOutbox
from weirgate.store.tables.redemptions import Redemption
from weirgate.store.tables.sessions import Session
from weirgate.store.tables.settings import Option, Setup
from weirgate.store.tables.tasks import Task
from weirgate.store.tables.topup import TopUp
from weirgate.store.tables.usage_grants import UsageGrant, UsageToken
from weirgate.store.tables.users import QuotaReminder, User

__all__ = [
    "Ability",
    "AnalyticsView",
    "BackupCode",
    "Base",
    "ChangeCounter",
    "ChangeRow",
    "Channel",
    "CheckIn",
    "CustomOAuthProvider",
    "DrainBatch",
    "DrainCursor",
    "Edit",
    "EmailCode",
    "JobState",
    "Key",
    "Lease",
    "LedgerCounter",
    "LedgerEntry",
    "LimitRow",
    "LogOutbox",
    "LoginFailure",
    "ModelMetadata",
    "ModelVendor",
    "Node",
    "OAuthBinding",
    "Option",
    "Passkey",
    "PrefillGroup",
    "QuotaReminder",
    "Redemption",
    "SecondFactor",
    "Session",
    "Setup",
    "SpentToken",
    "Suspense",
    "Task",
    "TopUp",
    "UsageGrant",
    "UsageToken",
    "User",
]
