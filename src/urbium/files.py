"""Files: written whole or not at all."""

import os
import tempfile
from pathlib import Path

__all__ = ["write_whole"]

_READABLE = 0o644


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file beside its place and put it there at once, so that nobody ever reads half of it.

    Raises OSError when the folder is not there or must not be written to; what was there stays.
    """
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(_READABLE)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target
