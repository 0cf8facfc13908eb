"""Attachments: files that are handed in, told by their content and not by what they call themselves.

A file is a PDF, a workbook or document of Office without macros, a picture (PNG, JPEG), or plain text (CSV,
TXT in UTF-8); where data is handed over, JSON, GeoJSON or Parquet, too. What is stored is served as a
download; nothing of it is run or shown in a page.
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from urbium.errors import InputError
from urbium.text import coded, text

LARGEST: Final = 20 * 1024 * 1024
"""The most bytes of one file."""
_LONGEST_NAME, _MOST_PARTS = 120, 10_000
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""The media type of every ending that is accepted."""
DATA_TYPES: Final[Mapping[str, str]] = {
    **MEDIA_TYPES,
    "json": "application/json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
"""The media type of every ending of data that is handed over."""

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
)


class Attachment(msgspec.Struct, frozen=True):
    """A file that was handed in: what it is for, its name, type, size in bytes, and sha256."""

    document: str
    name: str
    media_type: str
    size: int
    sha256: str


def checked_attachment(
    name: str,
    content: bytes,
    document: str = "",
    *,
    types: Mapping[str, str] = MEDIA_TYPES,
    most: int = LARGEST,
) -> Attachment:
    """Return what is kept of a file beside its content: document, safe name, type, size and sha256.

    Parameters
    ----------
    name : what the file was called where it came from
    content : its bytes
    document : the code of the document that it is
    types, most : the media types by ending, and the bytes, that are accepted

    Raises
    ------
    InputError
        When it is empty, too large, or its content is not of the type that its name says.

    >>> checked_attachment("../notes.txt", b"two pumps").name
    'notes.txt'
    """
    plain = safe_name(name)
    ending = plain.rpartition(".")[2].lower()
    if ending not in types:
        raise _refused(
            plain,
            coded("pilot.attachment.ending", "files of this type are not accepted"),
            text("submit one of: {endings:list}", endings=list(types)),
        )
    if not content:
        raise _refused(
            plain,
            coded("pilot.attachment.empty", "the file is empty"),
            text("choose the file again"),
        )
    if len(content) > most:
        raise _refused(
            plain,
            coded(
                "pilot.attachment.large", "the file is {size:,} bytes long, but at most {most:,} bytes "
                                          "are accepted",
                size=len(content), most=most
            ),
            text("omit pictures, or submit it as several files"),
        )  # fmt: skip
    if not _IS_OF_TYPE[ending](content):
        raise _refused(
            plain,
            coded(
                "pilot.attachment.content",
                "its content does not match the extension .{ending}",
                ending=ending,
            ),
            text(
                "save it again as .{ending}, without macros and without a password; save text in UTF-8",
                ending=ending,
            ),
        )
    return Attachment(document, plain, types[ending], len(content), hashlib.sha256(content).hexdigest())


def safe_name(name: str) -> str:
    r"""Return a file's name without path, control signs, signs that turn the reading direction, and quotes.

    >>> safe_name("..\\..\\plan\u202efdp.exe.pdf"), safe_name("CON.txt"), safe_name("/")
    ('planfdp.exe.pdf', '_CON.txt', 'file')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        "_" if sign in '<>:"|?*;%' else sign for sign in last if unicodedata.category(sign)[0] != "C"
    )
    kept = " ".join(kept.split()).strip(". ")
    if not kept:
        return "file"
    stem, dot, ending = kept.rpartition(".")
    if (stem or ending).casefold() in _RESERVED:
        kept = f"_{kept}"
        stem = f"_{stem}"
    if len(kept) <= _LONGEST_NAME:
        return kept
    return stem[: _LONGEST_NAME - len(dot + ending)] + dot + ending if dot else kept[:_LONGEST_NAME]


def _refused(name: str, message: str, remedy: str) -> InputError:
    return InputError(message, place=name, remedy=remedy)


def _is_office(part: str) -> Callable[[bytes], bool]:
    """Return what tells a file of Office with this main part, without macros and without a password."""

    def is_it(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                parts = package.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            return False
        names = {one.filename for one in parts}
        return (
            len(parts) <= _MOST_PARTS
            and {"[Content_Types].xml", part} <= names
            and not any(name.lower().endswith("vbaproject.bin") for name in names)
            and not any(one.flag_bits & 1 for one in parts)
        )

    return is_it


def _is_text(content: bytes) -> bool:
    try:
        signs = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < ord(" ") and sign not in "\t\n\r\f" for sign in signs)


_IS_OF_TYPE: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "pdf": lambda content: content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:],
    "docx": _is_office("word/document.xml"),
    "xlsx": _is_office("xl/workbook.xml"),
    "png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-16:],
    "jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "jpg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "csv": _is_text,
    "txt": _is_text,
    "json": lambda content: _is_text(content) and content.strip()[:1] in (b"{", b"["),
    "geojson": lambda content: _is_text(content) and content.strip()[:1] == b"{",
    "parquet": lambda content: content.startswith(b"PAR1") and content.endswith(b"PAR1"),
}
