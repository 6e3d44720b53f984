"""Runs migrations on the connection that the caller put into the configuration."""

from alembic import context

from drillr.store.tables import metadata

connection = context.config.attributes["connection"]
on_sqlite = connection.dialect.name == "sqlite"


context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=on_sqlite,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
