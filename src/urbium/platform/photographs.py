"""Photographs that strangers send: checked by their content, and made anew, so that nothing hidden stays.

What is kept is a new JPEG of the picture alone: no place, time or device (EXIF), no thumbnail, no second file
behind or inside it.
"""

import io
from struct import error as StructError  # noqa: N812 - a class
from threading import Semaphore
from typing import Final

from urbium.errors import InputError
from urbium.text import Text, coded, text

LARGEST: Final = 10 * 1024 * 1024
"""The most bytes of a photograph that is sent."""
_MOST_PIXELS: Final = 40_000_000
_SIDE: Final = 1600
"""Pixels of the longer side of what is kept."""
_QUALITY: Final = 82
_FORMATS: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
"""What may be sent, by its first bytes."""
_BROKEN: Final = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, StructError)
"""What Pillow raises for a broken file."""
_AT_ONCE: Final = Semaphore(2)
"""How many are opened at once: each may take some 150 MB for a moment."""


def plain_photograph(content: bytes) -> bytes:
    """Return a photograph as a new JPEG of at most 1,600 pixels a side, upright, without anything but pixels.

    Raises InputError for what is too large, or is not a JPEG, PNG or WebP that can be read whole.

    >>> plain_photograph(b"<svg/>")
    Traceback (most recent call last):
    urbium.errors.InputError: this is not a readable photograph; send a JPEG, PNG or WebP file
    """
    if len(content) > LARGEST:
        raise _refused(
            coded(
                "platform.photograph.large",
                "the photograph is {size:,} bytes, but at most {most:,} are accepted",
                size=len(content),
                most=LARGEST,
            ),
            text("send a smaller one"),
        )
    kind = next((name for begin, name in _FORMATS.items() if content.startswith(begin)), "")
    if not kind:
        raise _unreadable()
    with _AT_ONCE:
        return _remade(content, kind)


def _remade(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy, and only for photographs

    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _refused(
                    coded(
                        "platform.photograph.pixels",
                        "the photograph is {width:,} x {height:,} pixels, which is too large",
                        width=picture.width,
                        height=picture.height,
                    ),
                    text("send a smaller one"),
                )
            picture.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((_SIDE, _SIDE))
            upright = upright.convert("RGBA")
            paper = Image.new("RGB", upright.size, "white")
            paper.paste(upright, mask=upright)
            jpeg = io.BytesIO()
            paper.save(jpeg, "JPEG", quality=_QUALITY, optimize=True)
    except (*_BROKEN, Image.DecompressionBombError):
        raise _unreadable() from None
    return jpeg.getvalue()


def _unreadable() -> InputError:
    return _refused(
        coded("platform.photograph.unreadable", "this is not a readable photograph"),
        text("send a JPEG, PNG or WebP file"),
    )


def _refused(message: Text, remedy: Text) -> InputError:
    return InputError(message, remedy=remedy, field="photograph")
