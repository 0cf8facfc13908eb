"""Embedded: at which address a chart of the page that is being made can be framed by other sites."""

import zlib
from contextvars import ContextVar
from urllib.parse import urlencode

from urbium.programme import Programme
from urbium.text import Text, spoken

_shown_at: ContextVar[str] = ContextVar("shown_at", default="")
"""The address, with its query, of the public page that is made for a guest; empty for any other."""


def note_page(address: str) -> None:
    """Note at which address the page that is being made is shown to guests; empty where it is not."""
    _shown_at.set(address)


def chart_code(label: str) -> str:
    """Return by what an address names a chart of a page: a check sum of what it shows.

    >>> chart_code("People by age")
    '2136220f'
    """
    return f"{zlib.crc32(label.encode()):08x}"


def embed_address(office: Programme, label: str | Text) -> str:
    """Return the address of a chart alone; empty where no other site may show it, or guests do not see it."""
    settings, page = office.settings(), _shown_at.get()
    if not (settings.embed_hosts and settings.address and page):
        return ""
    query = {"page": page, "chart": chart_code(str(label)), "language": spoken()}
    return f"{settings.address}/embed?{urlencode(query)}"
