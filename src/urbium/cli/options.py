"""Options: the verbs that ask what could be decided instead of the adopted plan, and how it may turn out."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.opening import opened
from urbium.cli.searching import check_first, search
from urbium.cli.show import SAVING, Flag, Saving, say_result
from urbium.errors import InputError
from urbium.plan_rules import SECONDS, WORK
from urbium.text import coded, text


def alternatives(
    *,
    share: float = 0.01,
    most: int = 8,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    common: Saving = SAVING,
) -> None:
    """Find plans nearly as good as the adopted one, and say which projects all of them have.

    Parameters
    ----------
    share
        By what share of the best score (0.01 for 1 %) a plan may score less.
    most
        How many plans are sought.
    time_limit
        Seconds in all, as a guard.
    """
    check_first(None, save=common.save)
    with opened(common) as programme:
        with search(time_limit, of="plans") as progress:
            plans = programme.alternatives(
                share=share, most=most, work_limit=work_limit, time_limit=time_limit, on_found=progress
            )
        say_result(plans, common, names=programme.cities())


def risk(
    *,
    draws: int = 1000,
    seed: int = 0,
    together: Literal["solution", "project"] = "solution",
    common: Saving = SAVING,
) -> None:
    """Say what the adopted plan achieves, and overspends, when costs and effects are drawn from their ranges.

    Parameters
    ----------
    draws
        How many draws.
    seed
        The same seed gives the same draws.
    together
        What is drawn together: a solution in all cities, or each project by itself.
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
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    adopt: Flag = False,
    accept_unproven: Flag = False,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Find a plan that does well over draws of costs and effects, and say what robustness costs.

    Parameters
    ----------
    aim
        mean of the draws, tail (mean of the worst share of them), or the worst.
    tail
        That share.
    draws
        How many draws; more of them take longer.
    seed
        The same seed gives the same draws.
    cost_quantile
        Budgets hold when each project costs this quantile (0 to 1) of its range; at planned cost when left
        out.
    time_limit
        Seconds in all, as a guard.
    adopt
        Make the robust plan the one that pages show.
    accept_unproven
        Adopt it even where no useful bound says how good it is.
    """
    check_first(author if adopt else None, save=common.save)
    with opened(common, by=author.by) as programme:
        with search(time_limit) as progress:
            robust_plan = programme.robust_plan(
                aim=aim, tail=tail, draws=draws, seed=seed, cost_quantile=cost_quantile,
                work_limit=work_limit, time_limit=time_limit, on_progress=progress,
            )  # fmt: skip
        if adopt:
            programme.adopt(
                robust_plan.plan,
                by=author.by,
                reason=author.reason or repr(robust_plan),
                accept_unproven=accept_unproven,
            )
        say_result(robust_plan, common)


def pareto(
    *,
    against: Literal["capital", "least-closing"] = "capital",
    points: int = 8,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    common: Saving = SAVING,
) -> None:
    """Show the Pareto front of plan score and a second aim: plans none of which is better in both.

    Parameters
    ----------
    against
        capital of all projects, or least-closing: the closing of the city that gains least.
    points
        How many levels of the second aim are asked for.
    time_limit
        Seconds in all, as a guard.
    """
    check_first(None, save=common.save)
    with opened(common) as programme:
        aim: Literal["capital", "least_closing"] = "capital" if against == "capital" else "least_closing"
        with search(time_limit, of="points") as progress:
            front = programme.pareto(
                against=aim, points=points, work_limit=work_limit, time_limit=time_limit, on_found=progress
            )
        say_result(front, common)


def replan(
    actuals: Path | None = None,
    /,
    *,
    today: int | None = None,
    stability: float | None = None,
    roadmap: Path | None = None,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    adopt: Flag = False,
    accept_unproven: Flag = False,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Take in what has happened, solve what remains of the adopted plan, and say what moved and why.

    Parameters
    ----------
    actuals
        A CSV file of reports: project, status (finished, started, delayed, dropped), start, finish, spent,
        capital; the last four may be left out. Without a file the accepted reports of the programme are
        taken.
    today
        The first year that is still open; what is not reported before it went as planned. Without a file
        it may be left out: it is then the year after the last accepted report.
    stability
        The price, in units of the objective, of each project that is not where it was promised.
    roadmap
        The roadmap as known today, with other budgets, costs or effects: a workbook or a folder, as the
        command roadmap writes it.
    work_limit
        How far to search, in units of work: each is about a second of one processor core, and the same work
        gives the same plan on every machine.
    time_limit
        Seconds after which the search is ended even so; Ctrl-C stops earlier and keeps the best plan.
    adopt
        Make the new plan the one that pages show.
    accept_unproven
        Adopt it even where no useful bound says how good it is.
    """
    if actuals is not None and today is None:
        raise InputError(
            coded("cli.replan.today", "the first year that is still open is missing"),
            remedy=text("give it: --today YEAR"),
        )
    if actuals is not None and not actuals.is_file():
        raise InputError(
            coded("cli.no_file", "there is no such file"),
            place=str(actuals),
            remedy=text("name a CSV file of reports"),
        )
    check_first(author if adopt else None, save=common.save)
    with opened(common, by=author.by) as programme:
        with search(time_limit) as progress:
            if actuals is None or today is None:
                replanned = programme.track.replan(
                    today=today,
                    stability=stability,
                    roadmap=roadmap,
                    work_limit=work_limit,
                    time_limit=time_limit,
                    on_progress=progress,
                )
            else:
                replanned = programme.replan(
                    actuals, today=today, stability=stability, roadmap=roadmap, work_limit=work_limit,
                    time_limit=time_limit, on_progress=progress,
                )  # fmt: skip
        if adopt:
            programme.adopt(
                replanned.plan,
                by=author.by,
                reason=author.reason or repr(replanned),
                accept_unproven=accept_unproven,
            )
        say_result(replanned, common, names=programme.cities())


VERBS: Final[tuple[Callable[..., None], ...]] = (alternatives, risk, robust, pareto, replan)
"""Every verb of this file, in the order of the help."""
