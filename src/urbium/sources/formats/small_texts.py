"""Small files of text: read whole, once they are there, small and UTF-8."""

from pathlib import Path

from urbium.errors import InputError
from urbium.text import coded, text


def small_text(path: Path, most: int) -> str:
    """Return the text of a small UTF-8 file; raise InputError when it is none, or has over ``most`` bytes."""
    if not path.is_file():
        raise InputError(
            coded("sources.file.missing", "there is no such file"),
            place=path.name,
            remedy=text("check the name and the folder"),
        )
    if path.stat().st_size > most:
        raise InputError(
            coded(
                "sources.door.too_large",
                "the file is {size:,.1f} MB, but at most {most:,.1f} MB can be read",
                size=path.stat().st_size / 1e6,
                most=most / 1e6,
            ),
            place=path.name,
            remedy=text("check that it is the right file"),
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            coded(
                "sources.door.not_utf8", "the file is not UTF-8 text (byte {byte:,})", byte=error.start + 1
            ),
            place=path.name,
            remedy=text("save it as UTF-8"),
        ) from error
