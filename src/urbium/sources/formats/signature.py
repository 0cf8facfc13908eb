"""What a file is by its first bytes, whatever its name says."""

from pathlib import Path

from urbium.errors import InputError
from urbium.sources.formats.file_formats import OLD_WORKBOOK, Format, format_of
from urbium.text import coded, text

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PACKAGE = b"PK\x03\x04"
_PROGRAM = text("a program")
_KINDS = (
    (b"%PDF", text("a PDF document")),
    (b"\x89PNG", text("a PNG picture")),
    (b"\xff\xd8\xff", text("a JPEG picture")),
    (b"GIF8", text("a GIF picture")),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"\x1f\x8b", text("a gzip archive")),
    (b"7z\xbc\xaf", text("a 7z archive")),
    (b"Rar!", text("a RAR archive")),
    (b"BZh", text("a bzip2 archive")),
    (b"\xfd7zXZ", text("an xz archive")),
    (b"SQLite format 3", text("an SQLite database")),
    (b"PAR1", text("a Parquet file")),
    (b"{\\rtf", text("an RTF document")),
)
_SAVE = text("submit the table as .xlsx or as CSV UTF-8")
_MAY_HOLD_MACROS = (".xlsm", ".xltm", ".xlsb")


def check_signature(path: Path) -> Format:
    """Return the format in which a file is to be read; raise InputError when it is in none.

    The name must agree with what the first bytes show.
    """
    if not path.is_file():
        raise InputError(
            coded("sources.file.missing", "there is no such file"),
            place=path.name,
            remedy=text("check the name and the folder"),
        )
    with path.open("rb") as file:
        head = file.read(4096)
    claimed = format_of(path)
    if claimed is None:
        raise _unread(path)
    if not head:
        raise InputError(
            coded("sources.file.empty", "the file is empty"),
            place=path.name,
            remedy=text("submit the table with its header row"),
        )
    if head.startswith(OLD_WORKBOOK) and claimed.begins != OLD_WORKBOOK:
        raise _old_workbook(path)
    _check_kind(path, head, claimed)
    return claimed


def _unread(path: Path) -> InputError:
    suffix = path.suffix.lower()
    if suffix in _MAY_HOLD_MACROS:
        message = coded(
            "sources.signature.may_hold_macros",
            "a file ending in {suffix!r} is a workbook that may contain macros",
            suffix=suffix,
        )
    elif suffix:
        message = coded(
            "sources.signature.ending", "a file ending in {suffix!r} cannot be read", suffix=suffix
        )
    else:
        message = coded("sources.signature.no_ending", "a file without an extension cannot be read")
    return InputError(message, place=path.name, remedy=_SAVE)


def _old_workbook(path: Path) -> InputError:
    if _ENCRYPTED in path.read_bytes()[:50_000_000]:
        message = coded("sources.signature.encrypted", "the file is an encrypted workbook")
        remedy = text("remove the password and save it as .xlsx")
    else:
        message = coded("sources.signature.old_workbook", "the file is a workbook in the old .xls format")
        remedy = text("give the file a name that ends in .xls, or save the file as .xlsx")
    return InputError(message, place=path.name, remedy=remedy)


def _check_kind(path: Path, head: bytes, claimed: Format) -> None:
    """Raise InputError when the first bytes are those of something else than the name claims."""
    suffix = path.suffix.lower()
    kind = next((name for mark, name in _KINDS if head.startswith(mark)), None)
    if kind is None and not claimed.begins and head.startswith(_PACKAGE):
        kind = text("an Excel workbook or another zip package")
    if kind is not None:
        message = coded(
            "sources.signature.other",
            "the file name ends in {suffix}, but the file is {kind}",
            suffix=suffix,
            kind=kind,
        )
        raise InputError(message, place=path.name, remedy=_SAVE)
    if not head.startswith(claimed.begins):
        message = coded(
            "sources.signature.begins_otherwise",
            "the file name ends in {suffix}, but the file does not start like a {suffix} file",
            suffix=suffix,
        )
        raise InputError(message, place=path.name, remedy=_SAVE)
