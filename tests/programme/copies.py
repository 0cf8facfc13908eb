"""Copies: what many tests begin with is made once a process; the next ones are copies of its file."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from urbium.programme import Programme
from urbium.store import Store
from urbium.store.database import Database

_FILES: dict[str, bytes] = {}


def copied(name: str, make: Callable[[str | Path], Programme], url: str | Path) -> Programme:
    """Return the programme of that name at ``url``; on PostgreSQL it is made there."""
    database = Database(url, patience=30.0)
    if not database.is_sqlite:
        database.close()
        return make(url)
    if name not in _FILES:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "store.db"
            make(path).close()
            _FILES[name] = path.read_bytes()
    Path(str(database._address.database)).write_bytes(_FILES[name])
    database.open(create=False)
    return Programme(Store(database))
