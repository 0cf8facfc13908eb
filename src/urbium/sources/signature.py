"""What a file is by its first bytes, whatever its name says."""

from pathlib import Path

from urbium.errors import InputError
from urbium.sources.file_formats import OLD_WORKBOOK, Format, format_of
from urbium.text import text

__all__ = ["check_signature"]

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PACKAGE = b"PK\x03\x04"
_PROGRAM = text("sources.signature.program", "a program")
_KINDS = (
    (b"%PDF", text("sources.signature.pdf", "a PDF document")),
    (b"\x89PNG", text("sources.signature.png", "a PNG picture")),
    (b"\xff\xd8\xff", text("sources.signature.jpeg", "a JPEG picture")),
    (b"GIF8", text("sources.signature.gif", "a GIF picture")),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"\x1f\x8b", text("sources.signature.gzip", "a gzip archive")),
    (b"7z\xbc\xaf", text("sources.signature.seven_zip", "a 7z archive")),
    (b"Rar!", text("sources.signature.rar", "a RAR archive")),
    (b"BZh", text("sources.signature.bzip2", "a bzip2 archive")),
    (b"\xfd7zXZ", text("sources.signature.xz", "an xz archive")),
    (b"SQLite format 3", text("sources.signature.sqlite", "an SQLite database")),
    (b"PAR1", text("sources.signature.parquet", "a Parquet file")),
    (b"{\\rtf", text("sources.signature.rtf", "an RTF document")),
)
_SAVE = text("sources.signature.remedy", "send the table as .xlsx or as CSV UTF-8")
_MAY_HOLD_MACROS = (".xlsm", ".xltm", ".xlsb")


def check_signature(path: Path) -> Format:
    """Return the format in which a file is to be read; raise InputError when it is in none.

    The name must agree with what the first bytes show.
    """
    if not path.is_file():
        raise InputError(
            text("sources.file.missing", "there is no such file"),
            place=path.name,
            remedy=text("sources.file.missing.remedy", "check the name and the folder"),
        )
    with path.open("rb") as file:
        head = file.read(4096)
    claimed = format_of(path)
    if claimed is None:
        raise _unread(path)
    if not head:
        raise InputError(
            text("sources.file.empty", "the file is empty"),
            place=path.name,
            remedy=text("sources.file.empty.remedy", "send the table with its header row"),
        )
    if head.startswith(OLD_WORKBOOK) and claimed.begins != OLD_WORKBOOK:
        raise _old_workbook(path)
    _check_kind(path, head, claimed)
    return claimed


def _unread(path: Path) -> InputError:
    suffix = path.suffix.lower()
    if suffix in _MAY_HOLD_MACROS:
        message = text(
            "sources.signature.may_hold_macros",
            "a file ending in {suffix!r} is a workbook that may hold macros",
            suffix=suffix,
        )
    elif suffix:
        message = text(
            "sources.signature.ending", "a file ending in {suffix!r} is not read here", suffix=suffix
        )
    else:
        message = text("sources.signature.no_ending", "a file without an ending is not read here")
    return InputError(message, place=path.name, remedy=_SAVE)


def _old_workbook(path: Path) -> InputError:
    if _ENCRYPTED in path.read_bytes()[:50_000_000]:
        message = text("sources.signature.encrypted", "the file is an encrypted workbook")
        remedy = text("sources.signature.encrypted.remedy", "remove the password and save it as .xlsx")
    else:
        message = text("sources.signature.old_workbook", "the file is a workbook of the old .xls kind")
        remedy = text("sources.signature.old_workbook.remedy", "name it .xls, or save it as .xlsx")
    return InputError(message, place=path.name, remedy=remedy)


def _check_kind(path: Path, head: bytes, claimed: Format) -> None:
    """Raise InputError when the first bytes are those of something else than the name claims."""
    suffix = path.suffix.lower()
    kind = next((name for mark, name in _KINDS if head.startswith(mark)), None)
    if kind is None and not claimed.begins and head.startswith(_PACKAGE):
        kind = text("sources.signature.package", "an Excel workbook or another zip package")
    if kind is not None:
        message = text(
            "sources.signature.other", "the file ends in {suffix} and is {kind}", suffix=suffix, kind=kind
        )
        raise InputError(message, place=path.name, remedy=_SAVE)
    if not head.startswith(claimed.begins):
        message = text(
            "sources.signature.begins_otherwise",
            "the file ends in {suffix} and does not begin as every {suffix} file does",
            suffix=suffix,
        )
        raise InputError(message, place=path.name, remedy=_SAVE)
