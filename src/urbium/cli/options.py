"""Options: the verbs that ask what could be decided instead of the adopted plan, and how it may turn out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.opening import opened
from urbium.cli.searching import ADOPTING, LIMITS, Adopting, Limits, check_first, search
from urbium.cli.show import SAVING, Saving, say_result
from urbium.errors import InputError
from urbium.text import coded, text


def alternatives(
    *,
    share: float = 0.01,
    most: int = 8,
    limits: Limits = LIMITS,
    common: Saving = SAVING,
) -> None:
    """Find plans nearly as good as the adopted one, and show which projects they all share.

    Parameters
    ----------
    share
        How far below the best score a plan may be, as a share (0.01 for 1%).
    most
        How many plans to look for.
    """
    check_first(None, save=common.save)
    with opened(common) as programme:
        with search(limits.time_limit, of="plans") as progress:
            plans = programme.alternatives(share=share, most=most, on_found=progress, **vars(limits))
        say_result(plans, common, names=programme.cities())


def risk(
    *,
    draws: int = 1000,
    seed: int = 0,
    together: Literal["solution", "project"] = "solution",
    common: Saving = SAVING,
) -> None:
    """Show what the adopted plan achieves, and by how much it overspends, when costs and effects vary.

    Parameters
    ----------
    draws
        How many draws.
    seed
        The same seed gives the same draws.
    together
        Whether the draws are made for each solution across all cities, or for each project separately.
    """
    check_first(None, save=common.save)
    with opened(common) as programme:
        outcomes = programme.risk(draws=draws, seed=seed, together=together)
        say_result(outcomes, common)


def robust(
    *,
    aim: Literal["mean", "tail", "worst"] = "tail",
    tail: float = 0.1,
    draws: int = 50,
    seed: int = 0,
    cost_quantile: float | None = None,
    limits: Limits = LIMITS,
    adopting: Adopting = ADOPTING,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Find a plan that performs well across draws of costs and effects, and show what robustness costs.

    Parameters
    ----------
    aim
        mean (of all draws), tail (mean of the worst draws) or worst (the worst draw).
    tail
        For tail, the share of draws that count as the worst.
    draws
        Number of draws; more take longer.
    seed
        The same seed gives the same draws.
    cost_quantile
        Keep the plan within its budgets when each project costs this quantile (0 to 1) of its range; by
        default, the planned cost is used.
    """
    check_first(author if adopting.adopt else None, save=common.save)
    with opened(common, by=author.by) as programme:
        with search(limits.time_limit) as progress:
            robust_plan = programme.robust_plan(
                aim=aim, tail=tail, draws=draws, seed=seed, cost_quantile=cost_quantile,
                on_progress=progress, **vars(limits),
            )  # fmt: skip
        adopting.of(programme, robust_plan.plan, author, repr(robust_plan))
        say_result(robust_plan, common)


def pareto(
    *,
    against: Literal["capital", "least-closing"] = "capital",
    points: int = 8,
    limits: Limits = LIMITS,
    common: Saving = SAVING,
) -> None:
    """Show the Pareto front of plan score and a second aim: plans that no other plan beats on both.

    Parameters
    ----------
    against
        capital (the capital of all projects) or least-closing (the improvement of the city that gains least).
    points
        How many levels of the second aim to compute.
    """
    check_first(None, save=common.save)
    with opened(common) as programme:
        aim: Literal["capital", "least_closing"] = "capital" if against == "capital" else "least_closing"
        with search(limits.time_limit, of="points") as progress:
            front = programme.pareto(against=aim, points=points, on_found=progress, **vars(limits))
        say_result(front, common)


def replan(
    actuals: Path | None = None,
    /,
    *,
    today: int | None = None,
    stability: float | None = None,
    roadmap: Path | None = None,
    limits: Limits = LIMITS,
    adopting: Adopting = ADOPTING,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Re-solve the rest of the adopted plan in the light of what has happened, and explain what changed.

    Parameters
    ----------
    actuals
        A CSV file of reports: project, status (finished, started, delayed, dropped), start, finish, spent,
        capital; the last four are optional. Without a file, the programme's accepted reports are used.
    today
        The first year that is still open; in the years before it, anything without a report is assumed to
        have gone as planned. Without a file, this option may be omitted: the year after the last accepted
        report is then used.
    stability
        The penalty, in units of the objective, for each project that is dropped or added, or whose start
        changes.
    roadmap
        The current roadmap with different budgets, costs or effects: a workbook or a folder, in the form that
        urbium roadmap writes.
    """
    if actuals is not None and today is None:
        raise InputError(
            coded("cli.replan.today", "the first year that is still open is missing"),
            remedy=text("set it: --today YEAR"),
        )
    if actuals is not None and not actuals.is_file():
        raise InputError(
            coded("cli.no_file", "there is no such file"),
            place=str(actuals),
            remedy=text("name a CSV file of reports"),
        )
    check_first(author if adopting.adopt else None, save=common.save)
    with opened(common, by=author.by) as programme:
        with search(limits.time_limit) as progress:
            what: Any = {"stability": stability, "roadmap": roadmap, "on_progress": progress, **vars(limits)}
            if actuals is None or today is None:
                replanned = programme.track.replan(today=today, **what)
            else:
                replanned = programme.replan(actuals, today=today, **what)
        adopting.of(programme, replanned.plan, author, repr(replanned))
        say_result(replanned, common, names=programme.cities())


VERBS: Final[tuple[Callable[..., None], ...]] = (alternatives, risk, robust, pareto, replan)
"""Every verb of this file, in the order of the help."""
