"""Licences: whence charts and tables that leave the pages are, and under which licences."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import polars as pl

from urbium.programme import Programme
from urbium.text import say, text, texts
from urbium.web.views.frames import lasting

_NAMED: Final = 4
"""How many publishers a chart names, those of most figures."""


def with_sources(spec: dict[str, Any], figures: pl.DataFrame) -> dict[str, Any]:
    """Return a chart that names the sources of the figures it was made of."""
    return spec | {"usermeta": spec.get("usermeta", {}) | {"sources": _by_use(figures)}}


def source_of_charts(office: Programme, origin: str = "", drawn: Sequence[str] = ()) -> str:
    """Return whence a chart is, who published the figures, under which licences, and where these stand.

    ``origin`` is where the programme is asked, which counts where its settings name no address; ``drawn`` are
    the sources that the chart names, those of all figures when it names none.
    """
    used = drawn or lasting(office, "sources of all figures", lambda: _by_use(office.observations()))
    sources = [office.sources()[code] for code in used if code in office.sources()]
    named = list(dict.fromkeys((one.publisher, one.licence) for one in sources))
    few = [
        text("{publisher} ({licence})", publisher=publisher, licence=licence) if licence else publisher
        for publisher, licence in named[:_NAMED]
    ]
    facts = {
        "programme": office.settings.name() or "urbium",
        "version": version("urbium"),
        "day": office.settings.today(),
        "address": f"{office.settings().address or origin}/about/sources",
        "publishers": few,
    }
    if not few:
        words = text(
            "Source: {programme}; computed by urbium {version}, {day:date}. The figures remain "
            "under the licences of their publishers, listed at {address}",
            **facts,
        )
    elif len(named) > _NAMED:
        words = texts(
            "Source: {programme}; computed by urbium {version}, {day:date}. "
            "Figures: {publishers:list} and {count:,} more publisher, listed at {address}",
            "Source: {programme}; computed by urbium {version}, {day:date}. "
            "Figures: {publishers:list} and {count:,} more publishers, listed at {address}",
            count=len(named) - _NAMED, **facts,
        )  # fmt: skip
    else:
        words = text(
            "Source: {programme}; computed by urbium {version}, {day:date}. "
            "Figures: {publishers:list}; listed at {address}",
            **facts,
        )
    return str(say(words))


def _by_use(figures: pl.DataFrame) -> list[str]:
    """Return the sources of figures, that of most figures first."""
    counts = figures.group_by("source").len()
    return counts.sort("len", "source", descending=[True, False])["source"].to_list()
