"""Codes of dossiers: what can be one."""

from typing import Final

from urbium.errors import InputError
from urbium.text import coded, text

_LONGEST_CODE: Final = 80


def checked_code(code: str, field: str = "code") -> str:
    """Return a code; raise InputError for what cannot be one, of the field that it was given in."""
    is_plain = code and len(code) <= _LONGEST_CODE and all(c.isalnum() or c in "-_." for c in code)
    if not is_plain:
        raise InputError(
            coded("programme.casework.code", "{name!r} cannot be a code", name=code),
            remedy=text("use up to 80 characters: letters, digits, hyphens and dots"),
            field=field,
        )
    return code
