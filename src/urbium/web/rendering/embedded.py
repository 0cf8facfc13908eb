"""Embedded: at which address a chart of the page that is being made can be framed by other sites."""

import zlib
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlencode

from urbium.programme import Programme
from urbium.text import Text, spoken, text

_shown_at: ContextVar[tuple[str, str]] = ContextVar("shown_at", default=("", ""))
"""The address, with its query, of the public page that is made, and of all pages; empty for any other."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What a reader needs to show a chart elsewhere.

    Parameters
    ----------
    address : of the chart alone
    said : which sites may show it
    is_open : whether any site may
    """

    address: str
    said: Text
    is_open: bool


def note_page(address: str, origin: str) -> None:
    """Note at which address the public page that is being made is shown, and by which it was asked for.

    What is kept of a page is kept by the host that was asked: nobody is shown what another host was called.
    """
    _shown_at.set((address, origin))


def origin_asked() -> str:
    """Return by which address the public page that is being made was asked for; empty outside of one."""
    return _shown_at.get()[1]


def chart_code(label: str) -> str:
    """Return by what an address names a chart of a page: a check sum of what it shows.

    >>> chart_code("People by age")
    '2136220f'
    """
    return f"{zlib.crc32(label.encode()):08x}"


def _allowing(sender: str) -> Text:
    """Say who can allow a site, and where that is asked for."""
    if sender:
        return text(
            "No other site may show this programme's charts yet. The programme office can allow yours: "
            "write to {sender}, and give the address of your site.",
            sender=sender,
        )
    return text(
        "No other site may show this programme's charts yet. The programme office can allow that, but has "
        "not stated an address for such requests. Download the picture or the data instead, and name the "
        "source."
    )


def embedding(office: Programme, label: str | Text) -> Embedding | None:
    """Return how a chart of a public page is shown on another site; None for a chart of any other page."""
    settings, (page, origin) = office.settings(), _shown_at.get()
    if not page:
        return None
    query = {"page": page, "chart": chart_code(str(label)), "language": spoken()}
    said = (
        text("Copy this into a page on an allowed site: {hosts:list}.", hosts=settings.embed_hosts)
        if settings.embed_hosts
        else _allowing(settings.sender)
    )
    address = f"{settings.address or origin}/embed?{urlencode(query)}"
    return Embedding(address, said, is_open=bool(settings.embed_hosts))
