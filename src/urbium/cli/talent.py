"""Talent: the verbs that say which people a plan needs and what helps, and what becomes of planned money."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from urbium.cli.opening import opened
from urbium.cli.show import (
    COMMON,
    SAVING,
    Common,
    Saving,
    say_facts,
    say_result,
    say_saved,
    say_table,
    say_written,
    show,
)
from urbium.text import text

_MOST_FIGURES = 3
_SHORT = ("kind", "year", "needed", "shortage", "low", "middle", "high", "chance")
"""The columns of a shortage that are shown first."""


def talent(
    *,
    city: str = "",
    supply: Path | None = None,
    draws: int = 1000,
    seed: int = 0,
    common: Saving = SAVING,
) -> None:
    """List, by occupation and year, the people the adopted plan needs, the shortages and the cheapest remedy.

    Parameters
    ----------
    city
        Only the people needed for the projects of this city, by code or name.
    supply
        A table of the people that places can release (place, occupation, stock ...), instead of the
        declared pools.
    draws
        How many draws to use for the ranges of the shortage.
    seed
        The same seed gives the same draws.
    """
    with opened(common) as programme:
        result = programme.talent.staff(supply=supply, draws=draws, seed=seed)
        if city:
            place = programme.city(city)
            title = text("People in the plan in {city} (full-time posts)", city=str(place))
            say_saved(result.by_occupation(place.code), common)
            say_table(result.by_occupation(place.code), common, title=title)
            return
        say_result(result, common)
        if common.json:
            return
        title = text("Shortage in full-time posts; 80% of all draws lie between the low and the high figure")
        short = result.shortage.table
        order = [*_SHORT, *(name for name in short.columns if name not in _SHORT)]
        say_table(short.select(order), common, title=title)
        worth = [row for row in result.information.rows(named=True) if round(row["value"], 1) > 0]
        for row in worth[:_MOST_FIGURES]:
            show(
                text(
                    "finding out {figure} ({name}) for {kind} in {year} would be worth {currency} "
                        "{value:,.1f} million",
                    figure=result.titles[row["name"]], name=row["name"], kind=result.kinds[row["kind"]],
                    year=str(row["year"]), currency=result.plan.currency, value=row["value"]
                )
            )  # fmt: skip
        show(text("supply: {basis}", basis=result.about_supply))


def spending(*, history: Path | None = None, common: Common = COMMON) -> None:
    """Show what happens to planned money, and where the plan requires more than a city has ever spent.

    Parameters
    ----------
    history
        A table of past projects (project, start, end, seen, budget, spent), used to estimate how quickly
        projects spend their money.
    """
    with opened(common) as programme:
        if history:
            learned = programme.spending.absorption(history)
            say_table(learned.table, common, title=repr(learned))
            return
        stretch = programme.spending.stretch()
        stages = programme.spending.by_stage("city")
        currency = programme.plans.adopted().currency
    if common.json:
        say_facts({"stages": stages.to_dicts(), "stretch": stretch.to_dicts()}, common)
        return
    title = text("Money in accepted reports, by stage (millions, nominal)")
    say_table(stages, common, title=title)
    title = text(
        "The plan's cost in a city in a year (at the plan's prices), compared with the most that "
        "the city has ever spent in a single year (nominal), in {currency} million. Cases in which "
        "the plan's cost is higher: {count:,}",
        currency=currency,
        count=stretch.filter("is_more").height,
    )
    say_table(stretch, common, title=title)


def team(
    file: Path,
    city: str,
    /,
    *,
    day: date | None = None,
    references: Path | None = None,
    common: Common = COMMON,
) -> None:
    """Compare a city's team with the people needed for its part of the adopted plan.

    Parameters
    ----------
    file
        The team: person, isco08 and, where known, skills (separated by ;), certificate, valid_from,
        valid_until.
    city
        The city's code or name.
    day
        The date on which certificates must be valid to count; by default, today.
    references
        A folder with O*NET files, which list the skills that employers ask for.
    """
    with opened(common) as programme:
        files = programme.talent.references(references) if references else None
        result = programme.talent.team(file, city, day=day, references=files)
    if common.json:
        tables = {"occupations": result.table, "lapsed": result.lapsed, "skills": result.skills}
        say_facts(
            {"about": repr(result), **{name: table.to_dicts() for name, table in tables.items()}}, common
        )
        return
    say_table(result.table, common, title=repr(result))
    if result.lapsed.height:
        say_table(result.lapsed, common, title=text("Certificates that are no longer valid"))
    if result.skills.height:
        say_table(result.skills, common, title=text("Skills that employers ask for"))


def curriculum(occupation: str, references: Path, /, *, common: Common = COMMON) -> None:
    """List what people in an occupation need to know, from O*NET and ESCO files.

    Parameters
    ----------
    occupation
        The occupation: an ISCO-08 code that at least one solution needs, such as 2512.
    references
        A folder with the O*NET and ESCO files as published.
    """
    with opened(common) as programme:
        result = programme.talent.curriculum(occupation, programme.talent.references(references))
    facts = {
        "isco08": occupation,
        "name": result.title,
        "onet": [f"{code} {title}" for code, title in result.onet],
        "esco": [f"{title} {uri}" for title, uri in result.esco],
        "zone": result.zone,
    }
    if common.json:
        tables = {"skills": result.skills, "related": result.related, "esco_skills": result.esco_skills}
        say_facts({**facts, **{name: table.to_dicts() for name, table in tables.items()}}, common)
        return
    say_facts(facts, common)
    say_table(result.skills, common, title=text("Technology, most requested first"))
    say_table(result.related, common, title=text("Occupations from which people could be retrained"))


def training_programme(path: Path, /, *, references: Path | None = None, common: Common = COMMON) -> None:
    """Write the national training programme of the adopted plan as a document.

    Parameters
    ----------
    path
        The file to write (.pdf, .docx, .html or .md).
    references
        A folder with the O*NET and ESCO files; without it no skills are listed.
    """
    with opened(common) as programme:
        files = programme.talent.references(references) if references else None
        say_written(programme.talent.training_programme(path, references=files))


VERBS: Final[tuple[Callable[..., None], ...]] = (talent, spending, team, curriculum, training_programme)
"""Every verb of this file, in the order of the help."""
