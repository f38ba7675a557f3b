"""Trigrams of users' names and addresses, for searches by a part of them

Revision 0019, after revision 0018. SQLite: an FTS5 table over `users`, kept by triggers that fire
on these three columns alone (a revision that makes `users` anew must make the triggers anew).
PostgreSQL: pg_trgm indexes, where the server has the extension and lets us make it; without it
searches read the table.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COLUMNS = ("username", "email", "display_name")
_NAMES = ", ".join(_COLUMNS)


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _postgres()
    else:
        _sqlite()


def _postgres() -> None:
    made = " ".join(
        f"CREATE INDEX ix_users_{name}_trgm ON users USING gin ({name} gin_trgm_ops);"
        for name in _COLUMNS
    )
    op.execute(
        f"DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; {made} "
        "EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR "
        "feature_not_supported THEN RAISE NOTICE 'searches go without pg_trgm'; END $$"
    )


def _sqlite() -> None:
    gone = (
        "INSERT INTO users_search(users_search, rowid, username, email, display_name)"
        " VALUES ('delete', old.id, old.username, old.email, old.display_name)"
    )
    come = (
        "INSERT INTO users_search(rowid, username, email, display_name)"
        " VALUES (new.id, new.username, new.email, new.display_name)"
    )
    op.execute(
        f"CREATE VIRTUAL TABLE users_search USING fts5({_NAMES}, content='users', "
        "content_rowid='id', tokenize='trigram', columnsize=0)"
    )
    op.execute("INSERT INTO users_search(users_search) VALUES ('rebuild')")
    for when, acts in (
        ("INSERT", come),
        ("DELETE", gone),
        (f"UPDATE OF {_NAMES}", f"{gone}; {come}"),
    ):
        name = f"users_search_{when[:6].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON users BEGIN {acts}; END")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name in _COLUMNS:
            op.execute(f"DROP INDEX IF EXISTS ix_users_{name}_trgm")
        return
    for name in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER IF EXISTS users_search_{name}")
    op.execute("DROP TABLE IF EXISTS users_search")
