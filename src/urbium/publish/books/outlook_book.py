"""Outlook book: a forecast as an Excel workbook, for a minister to read and a researcher to compute with.

It begins with what it is, when it was known, what is missing and what must be kept in mind; then comes a
sheet for each table, with the figures of the results as they are. A part that could not be made says why.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.forecast.pressure.service_verdict import ServiceVerdict
from urbium.packaged import words_of
from urbium.publish.books.band_columns import Listing
from urbium.publish.books.book_head import (
    NEVER,
    ReadMeLine,
    check_ending,
    headed,
    reading,
    setting_lines,
    write_book,
)
from urbium.publish.books.outlook_lists import CONTENTS, listings
from urbium.publish.books.sheet_names import sheet_name
from urbium.publish.books.sheets import Book, Line, SheetDrawing
from urbium.result import Result
from urbium.text import coded, sentences, text
from urbium.units import unit_words

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, NationOutlook, Pressure

PARTS: Final[Mapping[str, str]] = words_of("part of an outlook")
"""The parts of a forecast, and what they are called."""

_NOT_ASKED: Final = text("it was not requested")

_SAID: Final = ("what", "as_known_on", "cities", "variables", "to", "demography", "hold")
_MEN, _WOMEN, _EDGE, _BAND = "#5B8DB8", "#D98880", "#404040", "#7F9DB9"


def write_outlook(
    path: str | Path,
    parts: Mapping[str, Result],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    missing: Mapping[str, str] = MappingProxyType({}),
    known_on: str = "",
) -> Path:
    """Write a forecast as an Excel workbook; the same parts give the same bytes.

    Parameters
    ----------
    path : the file to write, ending in .xlsx; one that is there is replaced, whole
    parts : results by part, any of :data:`PARTS`; at least one
    names : names of places by code; the results' own stand in
    missing : why parts could not be made, by part
    known_on : the instant up to which figures were known, as ISO 8601; that of the settings unless given

    Returns
    -------
    Path
        The file. Its sheets are Read me and those of :data:`urbium.publish.books.outlook_lists.CONTENTS`.

    Raises
    ------
    InputError : the name does not end in .xlsx, no part was made, or the file cannot be written
    NotFoundError : there is no such part
    """
    check_ending(path)
    for part in (*parts, *missing):
        if part not in PARTS:
            raise NotFoundError.named("part of a forecast", part, PARTS)
    if not parts:
        reasons = sentences(
            text("{part}: {reason}", part=PARTS[part], reason=why) for part, why in missing.items()
        )
        raise InputError(
            coded("book.outlook.nothing", "nothing was forecast"),
            place=text("outlook book"),
            remedy=reasons or text("supply at least one part"),
        )
    content = _Writer(parts, names, missing, known_on).content()
    return write_book(path, content)


class _Writer:
    """Writes the sheets of one forecast, in the order in which a reader asks."""

    def __init__(
        self,
        parts: Mapping[str, Result],
        names: Mapping[str, str],
        missing: Mapping[str, str],
        known_on: str,
    ) -> None:
        self.parts: Mapping[str, Any] = {part: parts[part] for part in PARTS if part in parts}
        self.missing = {part: missing.get(part) or _NOT_ASKED for part in PARTS if part not in parts}
        of_results = [getattr(result, "names", {}) for result in self.parts.values()]
        self.names = {code: name for table in (*of_results, names) for code, name in table.items() if name}
        instants = (str(result.settings.get("as_known_on", "")) for result in self.parts.values())
        self.known_on = known_on or max(instants, default="")
        self.to = max(_last_year(part, result) for part, result in self.parts.items())
        self.title = text("Outlook to {to}", to=self.to)
        self.book = Book(self.title, self.created())

    def content(self) -> bytes:
        """Write all sheets and return the bytes of the workbook."""
        self.book.page("Read me", self.title, list(self.read_me()))
        tables = listings(self.parts, self.names)
        for sheet, (parts, words) in CONTENTS.items():
            if sheet in tables:
                listing = tables[sheet]
                self.book.rows(
                    sheet, listing.title, listing.note, listing.table, listing.heads, fixed=listing.fixed
                )
                self.draw(listing)
            else:
                why = sentences(
                    text("{part}: not forecast, {reason}", part=PARTS[part], reason=self.missing[part])
                    for part in parts
                )
                self.book.rows(sheet, words, why, pl.DataFrame(), ())
        return self.book.content()

    def created(self) -> datetime:
        """The instant up to which figures were known; long ago where nobody said it."""
        try:
            instant = datetime.fromisoformat(self.known_on)
        except ValueError:
            return NEVER
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)

    def draw(self, listing: Listing) -> None:
        """Put a chart beside the tables that have one."""
        if listing.name == "Pyramid" and listing.table.height:
            self.book.draw(listing.name, _pyramid(listing, self.parts["ages"]))
        if listing.name == "Urban share" and listing.table.height:
            self.book.draw(listing.name, _share(listing))

    def read_me(self) -> Iterator[ReadMeLine]:
        """Yield what the workbook is: parts, what is missing, headline figures, sheets, caveats, settings."""
        yield (
            text("About this workbook"),
            text("The outlook for cities and their nation, made from the figures known at the time."),
            "",
        )
        yield (
            text("Figures known on"),
            self.known_on or text("not stated"),
            "",
        )
        yield text("Last year"), str(self.to), ""
        yield (
            text("Made by"),
            text("urbium {version}", version=metadata.version("urbium")),
            "",
        )
        yield from headed(text("Contents"))
        for part, title in PARTS.items():
            if part in self.parts:
                yield title, repr(self.parts[part]), ""
            else:
                yield (
                    title,
                    text("Missing: {reason}", reason=self.missing[part]),
                    "missing",
                )
        yield from headed(text("Summary"))
        yield from self.glance()
        yield from headed(text("Sheets"))
        for sheet, (_, words) in CONTENTS.items():
            yield sheet_name(sheet), words, ""
        yield from headed(text("How to read it"))
        yield from reading("outlook")
        yield from headed(text("Caveats"))
        yield from self.notes()
        yield from headed(text("Settings"))
        yield from self.made()

    def glance(self) -> Iterator[ReadMeLine]:
        """Yield the figures that are asked for first."""
        if "nation" in self.parts:
            nation: NationOutlook = self.parts["nation"]
            rows = nation.table.filter(pl.col("place") == "nation").sort("year")
            yield (
                text("Population of the nation"),
                _told(rows.row(-1, named=True), 1, "persons"),
                "",
            )
            yield (
                text("Urban share"),
                _told(nation.share.row(-1, named=True), 100, "%"),
                "",
            )
        if "ages" in self.parts:
            cohorts: Cohorts = self.parts["ages"]
            working = cohorts.working_age().table("place").filter(pl.col("year") == int(cohorts.years[-1]))
            for row in working.iter_rows(named=True):
                name = self.names.get(row["place"], row["place"])
                yield (
                    text("People of working age, {place}", place=name),
                    _told(row, 1, "persons"),
                    "",
                )
        if "pressure" in self.parts:
            pressure: Pressure = self.parts["pressure"]
            count = pressure.short.height
            for status, number in pressure.facts["verdicts"].items():
                yield (
                    text("Services: {verdict}", verdict=ServiceVerdict(status).label),
                    text("{number:,} of {count:,} services in cities", number=number, count=count),
                    "",
                )

    def notes(self) -> Iterator[ReadMeLine]:
        """Yield the caveats of every part, each once."""
        seen: set[str] = set()
        for part, result in self.parts.items():
            remarks = getattr(result, "notes", ())
            if part == "ages":
                remarks = dict.fromkeys(
                    (
                        *result.method,
                        *(text("ages of migrants: {method}", method=method) for method in result.migrants),
                    )
                )
            for note in remarks:
                if note not in seen:
                    yield PARTS[part], note, ""
                seen.add(note)

    def made(self) -> Iterator[ReadMeLine]:
        """Yield the settings of each part that fit into a line."""
        for part, result in self.parts.items():
            said = [
                text("{name}: {value}", name=name, value=value)
                for name, value, _ in setting_lines(result.settings, besides=_SAID)
            ]
            yield PARTS[part], sentences(said) if said else text("no settings"), ""


def _last_year(part: str, result: Any) -> int:  # noqa: ANN401 - the result class of the part
    """Return the last year of a part."""
    if part == "nation":
        return int(result.paths.years[-1])
    if part == "households":
        return int(result.table["year"].max())
    return int(result.years[-1]) if part == "ages" else int(result.to)


def _told(row: Mapping[str, Any], factor: float, unit: str) -> str:
    """Say a figure with its 80% band and year."""
    value, low, high = (
        factor * row[name] if row[name] is not None else None for name in ("value", "low80", "high80")
    )
    if low is None or high is None:
        return text("{value:,.4g} {unit} in {year}", value=value, unit=unit_words(unit), year=row["year"])
    return text(
        "{value:,.4g} {unit} in {year} (80% band {low:,.4g} to {high:,.4g})",
        value=value,
        unit=unit_words(unit),
        year=row["year"],
        low=low,
        high=high,
    )


# Charts


def _pyramid(listing: Listing, cohorts: "Cohorts") -> SheetDrawing:
    """The first place by sex and age: bars of the last year, and the first year as an outline."""
    first, last = int(cohorts.years[0]), int(cohorts.years[-1])
    place = {head.column: at for at, head in enumerate(listing.heads)}
    name = listing.table["name"][0]

    def line(who: str, year: int, colour: str, column: str) -> Line:
        look: dict[str, Any] = {"gap": 8, "overlap": 100}
        if year == last:
            look["fill"] = {"color": colour}
        else:
            look |= {"fill": {"none": True}, "border": {"color": colour, "width": 1.25}}
        return Line(text("{sex} {year}", sex=who, year=year), place[column], look)

    return SheetDrawing(
        kind={"type": "bar"},
        # a title that began with = would be a formula
        title=text(
            "Population by sex and age, {name}, {last} (outline: {first})", name=name, last=last, first=first
        ),
        lines=(
            line(text("Men"), last, _MEN, "left"),
            line(text("Women"), last, _WOMEN, f'{{{last},"female"}}'),
            line(text("Men"), first, _EDGE, "left_first"),
            line(text("Women"), first, _EDGE, f'{{{first},"female"}}'),
        ),
        along=place["group"],
        rows=(0, len(cohorts.ages) - 1),
        at=len(listing.heads) + 1,
        x_axis={"name": text("Age"), "label_position": "low"},
        y_axis={
            "name": text("Persons"),
            "num_format": "#,##0;#,##0",
            "major_gridlines": {"visible": True},
        },
    )


def _share(listing: Listing) -> SheetDrawing:
    """The urban share over the years, with the limits of its bands."""
    styles = {"low80": "dash", "high80": "dash", "low95": "round_dot", "high95": "round_dot"}
    lines = [
        Line(
            head.title,
            at,
            {"line": {"color": _BAND, "width": 1.25, "dash_type": styles[head.column]}}
            if head.column in styles
            else {"line": {"color": _EDGE, "width": 2.25}},
        )
        for at, head in enumerate(listing.heads)
        if head.column in ("value", *styles)
    ]
    years = cast("list[int]", listing.table["year"].to_list())
    return SheetDrawing(
        kind={"type": "scatter", "subtype": "straight"},
        title=listing.title,
        lines=lines,
        along=0,
        rows=(0, listing.table.height - 1),
        at=len(listing.heads) + 1,
        x_axis={"min": years[0], "max": years[-1], "num_format": "0", "major_gridlines": {"visible": False}},
        y_axis={"num_format": "0%", "name": text("Urban share")},
    )
