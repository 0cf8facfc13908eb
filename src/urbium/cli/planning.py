"""Planning: the verbs that make a plan, keep it as a scenario, set two side by side, and say its cost."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from urbium.cli.bringing import Author
from urbium.cli.opening import opened
from urbium.cli.searching import search
from urbium.cli.show import Common, named, remark, say, say_result, say_table

__all__ = ["VERBS"]

_COMMON = Common()
_AUTHOR = Author()
_ADOPTED = "adopted"


def plan(
    *,
    years: str,
    budget: str,
    time_limit: float = 30.0,
    save: Path | None = None,
    workbook: Path | None = None,
    keep: str = "",
    adopt: Annotated[bool, Parameter(negative=())] = False,
    author: Author = _AUTHOR,
    common: Common = _COMMON,
) -> None:
    """Choose projects and start years under the budgets, with a proven bound.

    Parameters
    ----------
    years
        The plan years, for example 2016-2020.
    budget
        The national money, for example "12 bn CNY/year".
    time_limit
        Seconds to search; Ctrl-C stops earlier and keeps the best plan.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    workbook
        Write the whole plan here, for a person to read, as one Excel workbook (.xlsx).
    keep
        Keep it as a scenario of this name, beside the adopted plan; compare reads it.
    adopt
        Make it the one that pages show, and that finance and explain read.
    """
    with opened(common) as programme:
        with search(time_limit) as progress:
            made = programme.plan(years=years, budget=budget, time_limit=time_limit, on_progress=progress)
        remark(made)
        if keep:
            version = programme.keep_plan(made, name=keep, by=author.by, reason=author.reason)
            print(f"kept: {keep}, version {version}", file=sys.stderr)
        if adopt:
            programme.adopt(made, by=author.by, reason=author.reason)
        if workbook:
            print(f"written: {programme.plan_book(workbook, plan=made)}", file=sys.stderr)
        say_result(made, common, save, names=programme.cities())


def plans(*, common: Common = _COMMON) -> None:
    """List the plans that are kept as scenarios, each in its newest version."""
    with opened(common) as programme:
        found = programme.plans()
    if found.is_empty() and not common.json:
        say({"kept plans": "none; keep one with urbium plan --keep NAME"}, common)
        return
    say_table(found, common, title=f"Kept plans: {found.height}")


def compare(a: str, b: str = _ADOPTED, /, *, save: Path | None = None, common: Common = _COMMON) -> None:
    """Set two plans side by side: worth, money by year, and which projects differ.

    Parameters
    ----------
    a
        A kept plan (see plans), or adopted.
    b
        The other one.
    save
        Write the table of projects here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        found = programme.compare(a, b)
        names = programme.cities()
    if common.json:
        say_result(found, common, save)
        return
    if save:
        print(f"written: {found.save(save)}", file=sys.stderr)
    say_table(found.sides, common, title=repr(found))
    if found.inputs.height:
        say_table(
            found.inputs, common, title="They answer different questions: what differs in what was asked"
        )
    else:
        print("Both answer the same question: no limit, cost, need or weight differs.")
    say_table(found.by_year, common, title=f"Capital by year, million {found.currency}")
    say_table(named(found.overview, names), common, title=f"Projects that differ: {found.overview.height:,}")


def finance(*, save: Path | None = None, workbook: Path | None = None, common: Common = _COMMON) -> None:
    """Say what the adopted plan costs, by year and fund.

    Parameters
    ----------
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    workbook
        Write the whole adopted plan here, with its costs, as one Excel workbook (.xlsx).
    """
    with opened(common) as programme:
        if workbook:
            print(f"written: {programme.plan_book(workbook)}", file=sys.stderr)
        say_result(programme.finance(), common, save)


VERBS: Final[tuple[Callable[..., None], ...]] = (plan, plans, compare, finance)
"""Every verb of this file, in the order of the help."""
