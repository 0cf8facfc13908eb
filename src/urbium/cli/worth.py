"""Worth: the verbs that ask the adopted plan what more is worth, what delay costs, how alike cities are."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

from cyclopts import Parameter

from urbium.cli.opening import opened
from urbium.cli.show import Common, say_explanation, say_result
from urbium.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from urbium.plan import Plan

__all__ = ["VERBS"]

_COMMON = Common()
_MORE = "write budget=1000"

Several = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]
Years = Annotated[list[int], Parameter(consume_multiple=True, negative=())]


def worth(
    *,
    limit: Several = None,
    most: int = 0,
    more: Several = None,
    seconds: float = 2.0,
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say what one more billion, start or engineer is worth, by year and city, in the adopted plan.

    Parameters
    ----------
    limit
        Limits to raise and solve again, as the table calls them: "budget[nation,2017]".
    most
        Solve again for so many of the dearest limits as well.
    more
        How much more is asked about: budget=1000 (of the nation, millions), city_budget=10, fund_limit=1000,
        start_limit=1, people=10, people_of_nation=10.
    seconds
        For each solve.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.plan import marginal_values

    asked = dict(_amount(text) for text in more or [])
    with opened(common) as programme:
        plan = cast("Plan", programme.required("plan"))
        say_result(
            marginal_values(plan, more=asked, rows=limit or (), most=most, seconds=seconds), common, save
        )


def delay(
    city: str,
    solution: str = "",
    /,
    *,
    years: Years = [1],  # noqa: B006 - read only
    seconds: float = 2.0,
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say what it costs when a city's projects, or one of them, start years later than the adopted plan says.

    Parameters
    ----------
    city
        The city's code or English name.
    solution
        One solution of the city; all of its projects when left out.
    years
        How many years later.
    seconds
        For each solve.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.plan import delay as delayed

    with opened(common) as programme:
        plan = cast("Plan", programme.required("plan"))
        code = programme.city(city).code
        if solution:
            rows = plan.table.filter((plan.table["city"] == code) & (plan.table["solution"] == solution))
            if rows.is_empty():
                known = plan.table.filter(plan.table["city"] == code)["solution"].to_list()
                raise NotFoundError.named("planned solution", solution, known)
            made = delayed(plan, projects=rows["project"].to_list(), years=years, seconds=seconds)
        else:
            made = delayed(plan, cities=[code], years=years, seconds=seconds)
        say_result(made, common, save)
        if not common.json:
            for key in dict.fromkeys(made.table["what"]):
                say_explanation(made.explain(key), common)


def likeness(*, save: Path | None = None, common: Common = _COMMON) -> None:
    """Say how alike the cities' plans are in the adopted plan, why, and what a city has double.

    Parameters
    ----------
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.plan import similarity as alike

    with opened(common) as programme:
        made = alike(cast("Plan", programme.required("plan")))
        say_result(made, common, save, names=programme.cities())


def _amount(text: str) -> tuple[str, float]:
    kind, is_pair, number = text.partition("=")
    try:
        return kind, float(number)
    except ValueError as error:
        what = f"{number!r} is no number" if is_pair else "no amount is given"
        raise InputError(what, place=repr(text), remedy=_MORE) from error


VERBS: Final[tuple[Callable[..., None], ...]] = (worth, delay, likeness)
"""Every verb of this file, in the order of the help."""
