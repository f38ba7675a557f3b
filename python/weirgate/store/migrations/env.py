"""Alembic's entry: runs revisions on the connection that `store.migrate` made, or writes SQL."""

from alembic import context

from weirgate.store.tables import Base

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(
        dialect_name=context.config.attributes["dialect"],
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        output_buffer=context.config.attributes["buffer"],
        as_sql=True,
        starting_rev=context.config.attributes["current"],
    )
else:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
