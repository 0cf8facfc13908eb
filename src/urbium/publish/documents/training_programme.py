"""Training programme: whom the nation trains for a plan, in what, where and from which trades, as a document.

Skills are those of the files that were brought, seats those of the cheapest remedy, and what is assumed is
called so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from urbium.columns import headings
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.talent import Staff
from urbium.talent.curricula import Curriculum
from urbium.text import say, spoken, text

_MOST: Final = 20
"""Occupations, and cities, that are listed."""


def training_programme(
    staff: Staff,
    curricula: Sequence[Curriculum],
    names: Mapping[str, str],
    *,
    programme: str,
    created: datetime,
) -> Document:
    """Return the document, in the language that is spoken.

    Parameters
    ----------
    staff : whom the plan needs, and the remedies
    curricula : of its occupations; none where no files of O*NET or ESCO were brought
    names : of the cities by code
    programme : what the programme is called
    created : the date the document bears
    """
    years = staff.plan.years
    return Document(
        name="training-programme",
        title=text("Training programme of {programme}, {first}-{last}",
                   programme=programme, first=str(years[0]), last=str(years[-1])),
        programme=programme,
        created=created,
        language=spoken(),
        sections=[_summary(staff), _needed(staff), _seats(staff, names), *map(_curriculum, curricula),
                  _basis(staff)],
    )  # fmt: skip


def _section(heading: str, sentences: Sequence[str] = (), table: Sequence[Sequence[str]] = ()) -> Section:
    """Return a part: heading, sentences, and a table whose first row is its heading."""
    parts: list[Part] = [*sentences]
    return Section(heading, [*parts, Table(table[0], table[1:])] if table else parts)


def _said(words: str) -> str:
    return str(say(words))


def _number(value: float | None, *, exact: bool = False) -> str:
    if value is None:
        return "–"
    figure = text("{value:,.1f}", value=value) if exact else text("{value:,.0f}", value=value)
    return _said(figure)


def _headings(*keys: str) -> tuple[str, ...]:
    return tuple(map(_said, headings(*keys)))


def _summary(staff: Staff) -> Section:
    plan, facts = staff.plan, staff.facts
    return _section(
        _said(text("Summary")),
        (
            repr(staff),
            _said(text("{share:.0%} of the posts over all years are based on assumptions; for {unknown:.0%} "
                "of the projects, the operator is not stated.",
                       share=facts["assumed_share"], unknown=staff.unknown)
                  if staff.unknown
                  else text("{share:.0%} of the posts across all years are based on assumptions.",
                            share=facts["assumed_share"])),
            _said(text("Costs are in {currency} million, at {prices} prices.",
                       currency=plan.currency, prices=plan.roadmap.settings.price_year)),
        ),
    )  # fmt: skip


def _needed(staff: Staff) -> Section:
    head = _headings("staff.occupation", "year", "posts", "posts.range", "evidence")
    rows = [
        (f"{row['title']} ({row['isco08']})", str(row["year"]), _number(row["posts"]),
         f"{_number(row['low'])}–{_number(row['high'])}", row["evidence"])
        for row in staff.titled(staff.most().head(_MOST)).iter_rows(named=True)
    ]  # fmt: skip
    return _section(
        _said(text("People needed for the plan, with each occupation in its peak year")),
        table=(head, *rows),
    )


def _seats(staff: Staff, names: Mapping[str, str]) -> Section:
    heading = _said(text("Training"))
    units = staff.remedies.filter((staff.remedies["case"] == "middle") & (staff.remedies["units"] > 0))
    if units.is_empty():
        words = text("The median draw requires no training beyond the plan's own.")  # fmt: skip
        return _section(heading, (_said(words), *map(_said, staff.notes)))
    courses = {row["occupation"]: row for row in staff.plan.roadmap.training.iter_rows(named=True)}
    paragraphs = [
        _said(text("{kind}: training begins in {year} (units: {units:,}) and provides staff for {seats:,.0f} "
            "posts at a cost of {currency} {cost:millions}; years until ready: {lag}.",
                   kind=staff.kinds[row["kind"]], units=row["units"], year=str(row["year"]),
                   seats=row["units"] * courses[row["kind"]]["places"], currency=staff.plan.currency,
                   cost=row["units"] * courses[row["kind"]]["cost"], lag=courses[row["kind"]]["lag"]))
        for row in units.iter_rows(named=True)
    ]  # fmt: skip
    head = _headings("occupations", "city", "seats_lacking")
    rows = [
        (staff.kinds[kind], names.get(city, city), _number(seats))
        for kind, city, seats in staff.seats.sort("seats", "city", descending=[True, False])
        .head(_MOST)
        .iter_rows()
    ]
    return _section(heading, tuple(paragraphs), (head, *rows))


def _curriculum(one: Curriculum) -> Section:
    """What the people of an occupation need to know, from the files that were brought."""
    paragraphs = []
    if one.onet:
        codes = [f"{title} ({code})" if title else code for code, title in one.onet]
        paragraphs.append(text("In O*NET: {codes:list}.", codes=codes))
    if one.zone is not None:
        paragraphs.append(text("Preparation (O*NET job zone): {zone} of 5.", zone=one.zone))
    if one.esco:
        uris = [f"{title} ({uri})" for title, uri in one.esco]
        paragraphs.append(text("In ESCO: {uris:list}.", uris=uris))
    if one.related.height:
        trades = [title or code for code, title in one.related.select("onet_soc", "title").iter_rows()]
        paragraphs.append(text("People could be retrained from: {trades:list}.", trades=trades))
    if one.esco_skills.height:
        skills = one.esco_skills["skill"].unique(maintain_order=True).head(_MOST).to_list()
        paragraphs.append(text("ESCO skills: {skills:list}.", skills=skills))
    head = _headings("skill", "group", "in_demand")
    yes, no = _said(text("yes")), _said(text("not marked"))
    rows = [
        (skill, group, yes if in_demand else no)
        for skill, group, in_demand in one.skills.select("skill", "group", "in_demand").iter_rows()
    ]
    heading = _said(text("{title} ({code_of})", title=one.title, code_of=one.isco08))
    return _section(heading, tuple(map(_said, paragraphs)), (head, *rows) if rows else ())


def _basis(staff: Staff) -> Section:
    head = _headings("assumption", "value", "unit", "why")
    rows = [(row.id, f"{row.value:g}", row.unit, row.note) for row in staff.assumed.rows]
    sources = _said(
        text("Technology and related occupations: O*NET, US Department of Labor, CC BY 4.0. Occupations "
            "and skills: ESCO, European Commission. Both are taken from the files supplied, in the "
            "edition of those files.")
    )  # fmt: skip
    heading = _said(text("Basis"))
    return _section(heading, (_said(staff.about_supply), sources), (head, *rows))
