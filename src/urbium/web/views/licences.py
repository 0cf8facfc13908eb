"""Licences: whence charts and tables that leave the pages are, and under which licences. See ADR 0142."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Final

import polars as pl

from urbium.charts.chart_files import Caption, csv_metadata
from urbium.columns import Column
from urbium.programme import Programme
from urbium.text import Text, named, paragraph, say, text, texts
from urbium.web.rendering.embedded import origin_asked
from urbium.web.views.frames import lasting

_NAMED: Final = 4
"""How many publishers a chart names, those of most figures."""
_COMMONS: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?.*"
)
UNLICENSED: Final = text("No licence has been stated for these results.")
PROJECTS: Final = text("Projects of the adopted plan")
"""What the list of projects is called."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a table of results is handed out.

    Parameters
    ----------
    title : what the table is, and of which day
    licence : the address of the licence of the results; empty where the programme has stated none
    day : of which the figures are
    cite : how to cite it
    publisher : who hands it out
    """

    title: Text
    licence: str
    day: date
    cite: Text
    publisher: str

    @property
    def unlicensed(self) -> Text:
        """What is said where there is no licence."""
        return UNLICENSED

    def said(self) -> dict[str, str]:
        """Return them as terms of Dublin Core."""
        right = {"license": self.licence} if self.licence else {"rights": str(say(UNLICENSED))}
        return right | {
            "issued": self.day.isoformat(),
            "publisher": self.publisher,
            "bibliographicCitation": str(say(self.cite)),
        }


def terms(office: Programme, title: Text, page: str, stage: str = "", origin: str = "") -> Terms:
    """Return under which terms a table is handed out, which a page shows and a stage makes.

    Without a stage, or before it is adopted, the table is of today. ``origin`` is as in
    :func:`source_of_charts`.
    """
    adopted_at = office.workspace.known_when_adopted(stage) if stage else None
    settings = office.settings()
    zone = office.settings.zone()
    day = adopted_at.astimezone(zone).date() if adopted_at else office.settings.today()
    name = office.settings.name() or "urbium"
    as_of = text("{title}, as of {day:date}", title=title, day=day)
    address = f"{settings.address or origin or origin_asked()}{page}"
    cite = text("{name}: {table}. {address}", name=name, table=as_of, address=address)
    return Terms(as_of, settings.licence, day, cite, name)


def about_list(
    office: Programme,
    handed_out: Terms,
    columns: Sequence[str],
    file: str,
    *,
    keys: Mapping[str, Column] | None = None,
    origin: str = "",
    used: Sequence[str] = (),
) -> bytes:
    """Return what stands beside the file of a list: whence it is, of which day, under which licence.

    ``keys`` says what headings that are keys stand for; ``origin`` is as in :func:`source_of_charts`;
    ``used`` are the sources of the list, those of all figures where there are none.
    """
    words = str(say(handed_out.title))
    caption = Caption(words, words, source_of_list(office, origin or origin_asked(), used))
    return csv_metadata(columns, caption, keys, file=file, **handed_out.said())


def ranking_title(office: Programme) -> Text:
    """Return what the ranking of the cities is called, with its index and year once it has them."""
    scores = office.adopted("scores")
    if scores is None:
        return text("Ranking of the cities")
    index = named(scores.index.name, scores.index.id)
    return text("Ranking of the cities by {index}, {period}", index=index, period=scores.period)


def licence_name(address: str) -> str:
    """Return what a licence is called that Creative Commons wrote; the address of any other.

    >>> licence_name("https://creativecommons.org/licenses/by-sa/4.0/")
    'CC BY-SA 4.0'
    >>> licence_name("https://creativecommons.org/publicdomain/zero/1.0/")
    'CC0 1.0'
    """
    parts = _COMMONS.fullmatch(address)
    if parts is None:
        return address
    kind = parts[1].upper()
    return f"CC0 {parts[2]}" if kind == "ZERO" else f"CC {kind} {parts[2]}"


def with_sources(spec: dict[str, Any], figures: pl.DataFrame) -> dict[str, Any]:
    """Return a chart that names the sources of the figures it was made of."""
    return spec | {"usermeta": spec.get("usermeta", {}) | {"sources": by_use(figures)}}


def source_of_charts(office: Programme, origin: str = "", drawn: Sequence[str] = ()) -> str:
    """Return whence a chart is, under which licence, and the rest of :func:`_whence`.

    ``origin`` is where the programme is asked, which counts where its settings name no address; ``drawn`` are
    the sources that the chart names, those of all figures when it names none.
    """
    licence = office.settings().licence
    own = text("Licence of this chart: {licence}.", licence=licence_name(licence))
    return _licensed(_whence(office, origin, drawn), own, licence)


def source_of_list(office: Programme, origin: str = "", used: Sequence[str] = ()) -> str:
    """Return the same of a table (:func:`source_of_charts`)."""
    licence = office.settings().licence
    own = text("Licence of this table: {licence}.", licence=licence_name(licence))
    return _licensed(_whence(office, origin, used), own, licence)


def _whence(office: Programme, origin: str, drawn: Sequence[str]) -> Text:
    """Return whence a chart or table is, who published the figures, and where their licences stand."""
    used = drawn or lasting(office, "sources of all figures", lambda: by_use(office.observations()))
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
            "Source: {programme}; computed by urbium {version}, {day:date}. Figures: "
            "{publishers:list}; sources listed at {address}",
            **facts,
        )
    return words


def _licensed(words: Text, own: Text, licence: str) -> str:
    return str(say(paragraph([own, words] if licence else [words])))


def by_use(figures: pl.DataFrame) -> list[str]:
    """Return the sources of figures, that of most figures first."""
    counts = figures.group_by("source").len()
    return counts.sort("len", "source", descending=[True, False])["source"].to_list()
