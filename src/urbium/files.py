"""Files: written whole or not at all, and refused in plain words where a disk is full or fails.

What a file is to hold is written beside its place, brought to the disk, and put in its place by one rename; a
folder is filled beside its place and put there the same way. Whoever is interrupted leaves what was there.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from urbium.errors import InputError, NoSpaceError, UnavailableError, UrbiumError
from urbium.text import coded, text

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The numbers by which a system says that there is no room left."""

_FAILING: Final = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT})
_READABLE: Final = 0o644
_NAMED: Final = 40


def file_error(error: OSError, path: str | Path) -> UrbiumError:
    """Return the failure of a system to write a file, in plain words.

    NoSpaceError for a full disk, UnavailableError for one that fails, InputError for a path where nothing can
    be written.

    >>> str(file_error(OSError(errno.ENOSPC, "No space left on device"), "plan.xlsx"))
    'plan.xlsx: there is no space left on the disk; free some space and try again: nothing was written'
    """
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return NoSpaceError(
            coded("files.full", "there is no space left on the disk"),
            place=str(path),
            remedy=text("free some space and try again: nothing was written"),
        )
    if error.errno in _FAILING:
        return UnavailableError(
            coded("files.failing", "writing to the disk failed: {reason}", reason=reason),
            place=str(path),
            remedy=text("check the disk, or name a file on another disk: nothing was written"),
        )
    return InputError(
        coded("files.not_written", "this cannot be written: {reason}", reason=reason),
        place=str(path),
        remedy=text("choose an existing folder in which you may write, and close the file if it is open"),
    )


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file beside its place and put it there at once, so that nobody ever reads half of it.

    A device or a pipe (``/dev/stdout``) is written to, and not replaced.

    Raises NoSpaceError, UnavailableError or InputError as :func:`file_error` says; what was there stays.
    """
    if _is_special(Path(path)):
        try:
            with Path(path).open("wb", buffering=0) as device:
                _write_all(device.fileno(), content)
        except OSError as error:
            raise file_error(error, path) from error
        return Path(path)
    with filled_whole(path) as draft, draft.open("wb") as file:
        file.write(content)
    return Path(path)


@contextmanager
def filled_whole(path: str | Path, *, mode: int = _READABLE) -> Iterator[Path]:
    """Yield an empty file to fill; it takes its place at ``path`` when the block ends without an error.

    Raises what :func:`write_whole` raises. The draft has the ending of ``path``; a new file gets ``mode``.
    """
    target = Path(os.path.realpath(path))  # what a link leads to is replaced, not the link
    try:
        handle, name = tempfile.mkstemp(target.suffix, _before(target), target.parent)
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            draft.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else mode)
            _bring_to_disk(draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _bring_to_disk(target.parent)
    except OSError as error:
        raise file_error(error, path) from error


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, all or none; return their paths in the order given.

    A folder that is not there, or empty, appears with all files at once. Into one that holds files they are
    moved when all of them are on the disk, the last one last; other files in it stay.

    Parameters
    ----------
    folder : made where it is not there, its parents too
    files : their content by name, which may stand in folders of its own (``rules/limits.csv``)

    Raises what :func:`write_whole` raises.
    """
    target = Path(os.path.realpath(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists() or not any(target.iterdir())
        draft = Path(tempfile.mkdtemp("", _before(target), target.parent if is_new else target))
        try:
            draft.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else _READABLE | 0o111)
            for name, content in files.items():
                place = draft / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                _bring_to_disk(place)
            if is_new:
                draft.replace(target)
            else:
                for name in files:
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    (draft / name).replace(target / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _bring_to_disk(target.parent if is_new else target)
    except OSError as error:
        raise file_error(error, folder) from error
    return [Path(folder) / name for name in files]


def _before(target: Path) -> str:
    """Return how the name of a draft begins: hidden, and short enough for a long name too."""
    return f".{target.stem[:_NAMED]}."


def _is_special(path: Path) -> bool:
    """Say whether a path is a device, a pipe or a socket, which must not be replaced by a file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _bring_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; a full disk may be noticed only now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a file system may know none for folders
            raise
    finally:
        os.close(descriptor)
