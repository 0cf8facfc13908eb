"""Part of a store: what keeps one kind of thing in the database that all parts of a store share."""

from urbium.store.database import Database


class StorePart:
    """What keeps one kind of thing.

    Parameters
    ----------
    database : the open database of the store
    """

    def __init__(self, database: Database) -> None:
        self._database = database
