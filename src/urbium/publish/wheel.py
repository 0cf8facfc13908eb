"""Wheel: the program that runs here as a file that pip installs, so that others check what is published.

It holds the package as it is installed, whether from a wheel or from a clone, and what its installation says
of it. The same files make the same bytes. Releases are built by ``pyproject.toml`` (``docs/release.md``).
"""

import hashlib
import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Final

_NAME: Final = "urbium"
_TAG: Final = "py3-none-any"
_FORMAT: Final = f"Wheel-Version: 1.0\nGenerator: urbium\nRoot-Is-Purelib: true\nTag: {_TAG}\n"
_ENDINGS: Final = frozenset(
    {"cfg", "css", "csv", "html", "js", "md", "po", "pot", "py", "sql", "svg", "toml", "typ", "typed"}
)
"""How the names of the package's files end: nothing else that lies in its folder is handed out."""
_SAID: Final = ("METADATA", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE")
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16


def wheel_name() -> str:
    """Return the name of the file.

    >>> wheel_name().endswith("-py3-none-any.whl")
    True
    """
    return f"{_NAME}-{version(_NAME)}-{_TAG}.whl"


@cache
def wheel() -> bytes:
    """Return the program as a wheel; it is made once."""
    said = f"{_NAME}-{version(_NAME)}.dist-info"
    record = f"{said}/RECORD"
    files = dict(_package()) | {f"{said}/{name}": content for name, content in _installation()}
    lines = [f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items()]
    files[record] = "".join([*lines, f"{record},,\n"]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _MODE
            archive.writestr(entry, content)
    return packed.getvalue()


def _package() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the package with their places in it."""
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        is_hidden = any(part.startswith((".", "__pycache__")) for part in place.parts)
        if path.suffix[1:] in _ENDINGS and not is_hidden and path.is_file() and not path.is_symlink():
            yield f"{_NAME}/{place.as_posix()}", path.read_bytes()


def _installation() -> Iterator[tuple[str, bytes]]:
    """Yield what an installation says of the package: what it needs, its command, its licence."""
    installed = distribution(_NAME)
    for name in _SAID:
        if (content := installed.read_text(name)) is not None:
            yield name, content.encode()
    yield "WHEEL", _FORMAT.encode()


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
