"""What a file is by its first bytes, whatever its name says."""

from pathlib import Path
from typing import Literal

from urbium.errors import InputError

__all__ = ["check_signature"]

_TEXT = (".csv", ".tsv", ".txt")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
)
_SAVE = "send the table as .xlsx or as CSV UTF-8"


def check_signature(path: Path) -> Literal["text", "workbook"]:
    """Say whether a file is to be read as text or as a workbook; raise InputError when it is neither.

    The name must agree with what the first bytes show.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise InputError(
            "there is no such file", place=str(path.name), remedy="check the name and the folder"
        )
    with path.open("rb") as file:
        head = file.read(4096)
    is_text = suffix in _TEXT
    if not is_text and suffix != ".xlsx":
        what = "a workbook that may hold macros" if suffix in (".xlsm", ".xltm", ".xlsb") else "not read here"
        raise InputError(f"a file ending in {suffix or 'nothing'!r} is {what}", place=path.name, remedy=_SAVE)
    if not head:
        raise InputError("the file is empty", place=path.name, remedy="send the table with its header row")
    kind = next((name for mark, name in _KINDS if head.startswith(mark)), None)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        is_locked = _ENCRYPTED in path.read_bytes()[:50_000_000]
        kind = "an encrypted workbook" if is_locked else "a workbook of the old .xls kind"
        remedy = "remove the password and save it as .xlsx" if is_locked else "save it as .xlsx"
        raise InputError(f"the file is {kind}", place=path.name, remedy=remedy)
    if kind is None and is_text and head.startswith(b"PK\x03\x04"):
        kind = "an Excel workbook or another zip package"
    if kind is None and not is_text and not head.startswith(b"PK"):
        kind = "no zip package, as every .xlsx file is"
    if kind is not None:
        raise InputError(f"the file ends in {suffix} and is {kind}", place=path.name, remedy=_SAVE)
    return "text" if is_text else "workbook"
