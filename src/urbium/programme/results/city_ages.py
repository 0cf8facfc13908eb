"""City ages: which cities are counted by age, and their people by age as they add up to the outlook."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from urbium.errors import InputError, NotFoundError
from urbium.programme.base.register import Register
from urbium.text import coded, text
from urbium.text.advice import advice

if TYPE_CHECKING:
    from urbium.forecast import CityAges, Outlook, PlaceCounts

Run = Mapping[str, Any]


def counted_cities(register: Register, run: Run) -> dict[str, "PlaceCounts"]:
    """Return the two counts by age of each city of a run that has them, by code."""
    from urbium.forecast import place_counts  # noqa: PLC0415 - heavy, and only when it is asked for

    if not run.get("city_counts"):
        return {}
    rows, file = register.age_counts.cities(run["city_counts"])
    codes: dict[str, str] = {name: code for code, name in register.names().items()}
    taking_part = set(run["cities"])
    counted = {}
    for place, counts in place_counts(rows, file=file).items():
        code = place if place in taking_part else codes.get(place, "")
        if code in taking_part:
            counted[code] = replace(counts, place=code)
    return counted


def own_counts(counted: Mapping[str, "PlaceCounts"], codes: Sequence[str]) -> list["PlaceCounts"]:
    """Return the counts of the cities named; none where none of them has any.

    Raises InputError where some have counts and others have not.
    """
    own = [counted[code] for code in codes if code in counted]
    if own and len(own) < len(codes):
        raise InputError(
            coded(
                "programme.ages.mixed",
                "two counts by age are available for {known:list}, but not for {others:list}",
                known=[counts.place for counts in own],
                others=[code for code in codes if code not in counted],
            ),
            place="of",
            remedy=text("request the two groups of cities separately"),
        )
    return own


def ages_by_counts(counts: Sequence["PlaceCounts"], outlook: "Outlook", register: Register) -> "CityAges":
    """Return the people of counted cities by age, adding up to the outlook in every path."""
    from urbium.forecast import Paths, project_counted, totals_of  # noqa: PLC0415

    totals = [totals_of(outlook, counted) for counted in counts]
    if len({tuple(one.years) for one in totals}) > 1:
        raise InputError(
            coded("forecast.counts.not_alike", "the counts are for different years, ages or sexes"),
            place="of",
            remedy=text("request these cities one by one"),
        )
    together = Paths(
        tuple(counted.place for counted in counts),
        totals[0].years,
        np.concatenate([one.values for one in totals]),
    )
    return project_counted(counts, together, outlook=outlook, sources=register.sources())


def no_counts(codes: Sequence[str], nation: str) -> NotFoundError:
    """Say that nothing is known of the ages of some cities, and what could fill it."""
    command = text(
        "for each city, load two counts by age with urbium load-ages FILE (rows of population by "
        "place, period, age and, where known, sex, within one area); or load counts of {nation} by "
        "age and sex, with births, deaths and migration, so that the nation's ages are used "
        "instead of the cities' own",
        nation=nation,
    )
    remedy = advice(command, text("ask whoever looks after the server to load two counts by age for each"))
    return NotFoundError(
        coded("programme.ages.no_counts", "no counts by age are stored for {names:list}", names=list(codes)),
        place=text("role {role}", role="ages"),
        remedy=remedy,
    )
