"""Margins: what more of a limit adds to the adopted plan, what delay costs, how similar the cities are."""

from collections.abc import Callable
from typing import Annotated, Final

from cyclopts import Parameter

from urbium.cli.opening import opened
from urbium.cli.show import SAVING, Saving, say_explanation, say_result
from urbium.errors import InputError
from urbium.text import coded, text

_MORE = text("use the form budget=1000")

Several = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]
Years = Annotated[list[int], Parameter(consume_multiple=True, negative=())]


def marginal_value(
    *,
    limit: Several = None,
    most: int = 0,
    more: Several = None,
    work: float = 2.0,
    common: Saving = SAVING,
) -> None:
    """Show what one more billion, start or engineer would add to the adopted plan, by year and city.

    Parameters
    ----------
    limit
        Limits to raise before solving again, named as in the table: "budget[nation,2017]".
    most
        Also raise this many of the limits with the highest dual prices before solving again.
    more
        Size of the increase to test: budget=1000 (national, in millions), city_budget=10, fund_limit=1000,
        start_limit=1, people=10, people_of_nation=10.
    work
        Units of work per solve; each takes about a second on one processor core.
    """
    asked = dict(_amount(typed) for typed in more or [])
    with opened(common) as programme:
        values = programme.marginal_values(more=asked, rows=limit or (), most=most, work=work)
        say_result(values, common)


def delay(
    city: str,
    solution: str = "",
    /,
    *,
    years: Years = [1],  # noqa: B006 - read only
    work: float = 2.0,
    common: Saving = SAVING,
) -> None:
    """Show what it costs to start one or all of a city's projects years later than in the adopted plan.

    Parameters
    ----------
    city
        The city, given by code or name.
    solution
        One solution in the city; by default, all of the city's projects.
    years
        How many years later the projects start.
    work
        Units of work per solve; each takes about a second on one processor core.
    """
    with opened(common) as programme:
        delays = programme.delay(city, solution, years=years, work=work)
        say_result(delays, common)
        if not common.json:
            for key in dict.fromkeys(delays.table["what"]):
                say_explanation(delays.explain(key), common)


def similarity(*, common: Saving = SAVING) -> None:
    """Show how similar the cities' parts of the adopted plan are and why, and where projects overlap."""
    with opened(common) as programme:
        say_result(programme.similarity(), common, names=programme.cities())


def surveys(*, common: Saving = SAVING) -> None:
    """Show which figures to collect first, and how much of the adopted plan depends on them."""
    with opened(common) as programme:
        say_result(programme.surveys(), common, names=programme.cities())


def _amount(typed: str) -> tuple[str, float]:
    kind, is_pair, number = typed.partition("=")
    try:
        return kind, float(number)
    except ValueError as error:
        what = coded("cli.no_number", "{typed!r} is not a number", typed=number)
        missing = coded("cli.no_amount", "no amount is stated")
        raise InputError(what if is_pair else missing, place=repr(typed), remedy=_MORE) from error


VERBS: Final[tuple[Callable[..., None], ...]] = (marginal_value, delay, similarity, surveys)
"""Every verb of this file, in the order of the help."""
