"""Runs migrations on the connection that the caller put into the configuration."""

from alembic import context

from drillr.store.tables import metadata

connection = context.config.attributes["connection"]
on_sqlite = connection.dialect.name == "sqlite"


def is_declared(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:
    """Whether Alembic compares this: full-text indexes are made by statements of their own."""
    full_text = (name or "").startswith(("search_index", "ft_"))
    return not (reflected and full_text and kind in ("table", "index"))


context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=on_sqlite,
    compare_type=True,
    compare_server_default=True,
    include_object=is_declared,
)
with context.begin_transaction():
    context.run_migrations()
