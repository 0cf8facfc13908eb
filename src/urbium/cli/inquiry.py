"""Inquiry: the verbs that look into the adopted index and change nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from urbium.cli.opening import opened
from urbium.cli.show import (
    COMMON,
    SAVING,
    Common,
    Saving,
    named,
    say_explanation,
    say_facts,
    say_result,
    say_saved,
    say_table,
    show,
)
from urbium.errors import InputError
from urbium.text import coded, listed, sentences, text, texts

_WEIGHT = text("use the form economy=0.5")
_VALUE = text("use the form CITY:green_cover=45")

Pairs = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]


def analyse(
    part: Literal["parts", "correlations", "statistics"] = "parts",
    /,
    *,
    common: Saving = SAVING,
) -> None:
    """Show whether the parts of the adopted index are consistent, and what each part actually contributes.

    Parameters
    ----------
    part
        parts (weights, removals, alpha), correlations (the strongest first), or statistics of the indicators.
    """
    with opened(common) as programme:
        analysis = programme.analyse()
    table = analysis.table if part == "parts" else getattr(analysis, part)
    if part == "correlations":
        table = table[table["coefficient"].abs().arg_sort(descending=True, nulls_last=True)]
    say_saved(table, common)
    say_table(table, common, title=repr(analysis))
    if part == "parts" and not common.json:
        pairs, share = analysis.dominance
        show(
            texts(
                "The order of {count} pair of cities ({share:.1%} of all) is the same under any "
                "weights: one city is ahead in every indicator that both report.",
                "The order of {count:,} pairs of cities ({share:.1%} of all) is the same under any "
                "weights: one city is ahead in every indicator that both report.",
                count=pairs,
                share=share,
            )
        )


def what_if(
    *,
    weight: Pairs = None,
    value: Pairs = None,
    steps: str | None = None,
    aggregate: str | None = None,
    availability: float | None = None,
    common: Saving = SAVING,
) -> None:
    """Show how the adopted ranks would change; nothing is stored.

    Parameters
    ----------
    weight
        Different weights for pillars or indicators relative to their siblings, such as economy=0.5
        society=0.3.
    value
        Different figures, given by city, indicator and value, such as Delft:green_cover=45; an empty value
        removes the figure.
    steps
        Different steps, such as "screen > z-score".
    aggregate
        A different mean for each level, from the bottom up, such as "geometric > arithmetic".
    availability
        A different minimum share (0 to 1) of indicators with known values.
    """
    with opened(common) as programme:
        weights = {
            name: typed_number(number, part, _WEIGHT)
            for part in weight or []
            for name, number in [typed_pair(part, _WEIGHT)]
        }
        values = {}
        for part in value or []:
            place, number = typed_pair(part, _VALUE)
            city, is_named, indicator = place.partition(":")
            if not is_named:
                raise InputError(
                    coded("cli.what_if.no_indicator", "no indicator is named"),
                    place=repr(part),
                    remedy=_VALUE,
                )
            figure = typed_number(number, part, _VALUE) if number else None
            values[programme.city(city).code, indicator] = figure
        changed = programme.what_if(
            values=values, weights=weights, steps=steps, aggregate=aggregate, availability=availability
        )
        say_result(changed, common, names=programme.cities())


def panel(
    part: Literal["scores", "trends", "progress"] = "scores",
    /,
    *,
    years: str,
    common: Saving = SAVING,
) -> None:
    """Score every city by the adopted index in several years on one scale, or show how cities' figures grow.

    Parameters
    ----------
    part
        scores (for each year), trends (the yearly growth of each figure, as a share) or progress (how far
        each city has come towards the benchmarks, and whether its pace is sufficient).
    years
        The years, for example 2008-2012.
    """
    with opened(common) as programme:
        scores = programme.panel(years)
        names = programme.cities()
        target_year = int(programme.catalogue.assumptions["progress.target_year"].value)
    if part == "progress":
        table = scores.progress(target_year)
    else:
        table = scores.trends if part == "trends" else scores.table
    say_saved(table, common)
    say_table(table if common.json else named(scores.in_words(table), names), common, title=repr(scores))
    if not common.json:
        say_facts({"mind": sentences(scores.cautions)}, common)


def how_we_did(*, common: Saving = SAVING) -> None:
    """Compare adopted outlooks with later figures and with a forecast of "no change"."""
    with opened(common) as programme:
        say_result(programme.how_we_did(), common)


def profile(
    city: str,
    /,
    *,
    by: Literal["nearest", "size", "income", "region"] = "nearest",
    common: Common = COMMON,
) -> None:
    """Show the profile of a city: its levels, strengths, weaknesses and peers.

    Parameters
    ----------
    city
        The city, given by code or name.
    by
        How the city's peers are chosen: nearest (in people and income), size, income or region.
    """
    with opened(common) as programme:
        profile = programme.profile(city, by=by)
        names = programme.register.names()
    if common.json:
        say_facts(profile.record(), common)
        return
    say_table(profile.table, common, title=repr(profile))
    say_table(
        profile.strengths.drop("indicator", "pillar"),
        common,
        title=text("Strengths: the indicators in which the city ranks highest"),
    )
    say_table(
        profile.weaknesses.drop("indicator", "pillar"),
        common,
        title=text("Weaknesses: the indicators in which the city ranks lowest, even if the rank is good"),
    )
    if profile.progress.height:
        say_table(profile.progress, common, title=text("Progress towards the targets"))
    say_facts({"peers": listed(names.get(code, code) for code in profile.peers["city"])}, common)


def best(
    count: int,
    /,
    *,
    confidence: float = 0.95,
    common: Saving = SAVING,
) -> None:
    """Show which cities may be the best, and how likely each is to be among them.

    Parameters
    ----------
    count
        How many of the best cities to look for.
    confidence
        The confidence that the set contains all of the best cities (0.5 to 0.99).
    """
    with opened(common) as programme:
        say_result(programme.best(count, confidence=confidence), common, names=programme.cities())


def gap(one: str, other: str, /, *, common: Saving = SAVING) -> None:
    """Break down the gap between the scores of two cities, level by level, and show what would reverse it.

    Parameters
    ----------
    one
        The city, given by code or name.
    other
        The city with which to compare the first.
    """
    with opened(common) as programme:
        say_result(programme.gap(one, other), common)


def reversals(*, common: Saving = SAVING) -> None:
    """Show whether the order of two cities depends on a third, unrelated city."""
    with opened(common) as programme:
        say_result(programme.reversals(), common, names=programme.cities())


def non_reporting(*, common: Saving = SAVING) -> None:
    """Show what a city can gain or lose by not reporting figures.

    The table gives the best score that a city can reach by leaving figures out, and the score if missing
    figures count as the lowest value.
    """
    with opened(common) as programme:
        say_result(programme.non_reporting(), common, names=programme.cities())


def data_priorities(*, common: Saving = SAVING) -> None:
    """Show which data to improve first: the missing or poor figures that would change a rank most."""
    with opened(common) as programme:
        say_result(programme.data_priorities(), common, names=programme.cities())


def anomalies(*, common: Saving = SAVING) -> None:
    """List figures that look copied, carried forward, or tailored to a threshold: questions, not verdicts."""
    with opened(common) as programme:
        figures = programme.anomalies()
    if common.json:
        say_result(figures, common)
        return
    say_saved(figures.table, common)
    say_explanation(figures.explain_all(common.rows), common)


def sensitivity(*, base: int = 128, common: Common = COMMON) -> None:
    """Show which of the choices behind the intervals affects the adopted ranks most (Sobol indices).

    Parameters
    ----------
    base
        Base rows of the design; the number of runs is (choices + 2) times as large.
    """
    with opened(common) as programme:
        indices = programme.sensitivity(base=base)
        choices = programme.required("scores").uncertainty.settings["factors"]
    say_table(
        indices.table.drop("output"),
        common,
        title=text("Share of the variation in ranks, with 90% bounds"),
    )
    if not common.json:
        for name, alternatives in choices.items():
            show(text("{name} is one of: {values}", name=name, values=alternatives))


def bundle(file: Path, /, *, common: Common = COMMON) -> None:
    """Write the adopted scores to a signed file, from which anyone can recompute them with urbium verify.

    Parameters
    ----------
    file
        The file to write (.zip). The key is at the location given by URBIUM_KEY, and is created on first use.
    """
    with opened(common) as programme:
        receipt = programme.bundle(file)
    facts = {"written": str(receipt.path), "sha256": receipt.sha256, "bytes": receipt.size}
    say_facts({"about": receipt.about, **facts, "signed by": receipt.signer}, common)


def workbook(file: Path, /, *, common: Common = COMMON) -> None:
    """Write every stage of the adopted scores as an Excel workbook.

    Parameters
    ----------
    file
        The file to write (.xlsx).
    """
    with opened(common) as programme:
        say_facts({"written": str(programme.workbook(file))}, common)


def typed_pair(typed: str, remedy: str) -> tuple[str, str]:
    """Return name and number of ``NAME=NUMBER``, as they are typed."""
    name, is_pair, number = typed.rpartition("=")
    if not is_pair or not name:
        raise InputError(coded("cli.no_value", "no value is stated"), place=repr(typed), remedy=remedy)
    return name, number


def typed_number(typed: str, whole: str, remedy: str) -> float:
    """Return a number that is a part of what was typed."""
    try:
        return float(typed)
    except ValueError as error:
        raise InputError(
            coded("cli.no_number", "{typed!r} is not a number", typed=typed), place=repr(whole), remedy=remedy
        ) from error


VERBS: Final[tuple[Callable[..., None], ...]] = (
    analyse,
    what_if,
    panel,
    how_we_did,
    profile,
    best,
    gap,
    reversals,
    non_reporting,
    data_priorities,
    anomalies,
    sensitivity,
    bundle,
    workbook,
)
"""Every verb of this file, in the order of the help."""
