"""How alembic runs the migrations of a store: on the connection and in the transaction it is handed."""

from alembic import context

from urbium.store.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
