"""Solve a roadmap: check it, choose the method by its size, and return a plan with a proven bound."""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from urbium.errors import InfeasibleError, check_seed
from urbium.plan.milp.financing import Split, split_money, start_columns, with_overruns
from urbium.plan.milp.model import LinearModel, assemble, checked_bound
from urbium.plan.milp.objective import objective
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan, make_plan
from urbium.plan.rules import LIMITS, limits_of
from urbium.plan.rules.checks import check_roadmap
from urbium.plan.rules.rule import money_unit
from urbium.plan.search.decomposition import solve_by_decomposition
from urbium.plan.search.exact import Progress, SearchResult, solve_exact
from urbium.plan.search.heuristic import construct, prune
from urbium.plan.search.infeasibility import conflict, conflict_in_a_city, conflict_of_cities
from urbium.plan.search.national.adapter import solve_nationwide, unsupported
from urbium.plan.variables import Floats, Integers, Variables
from urbium.plan.verify.dual_bound import recomputed_bound
from urbium.text import text

__all__ = ["LARGEST_WHOLE", "solve"]

LARGEST_WHOLE = 4000
"""Up to so many start variables a programme is solved whole."""

Search = Callable[..., SearchResult]
"""A method: the layout and the matrix, then the arguments of ``solve_exact``."""

Finding = Callable[[Search, Integers | None], SearchResult]
"""Runs a method from start years, or from nothing."""

_ROUNDING = 1e-6
_CONSTRUCTION = 2.5
"""Seconds that a national programme's first plan takes, more or less."""
_SEARCH_OF_CONFLICT = 10.0
"""Seconds in which limits that conflict are sought, at least, where there is no plan; twice in a nation."""
_SETTLING = 0.06
"""The share of the time limit that is kept for splitting the money after the search."""


def solve(
    roadmap: Roadmap,
    *,
    time_limit: float = 30.0,
    on_progress: Progress | None = None,
    seed: int = 0,
    gap: float | None = None,
    first: Plan | None = None,
    premiums: pl.DataFrame | None = None,
    executor: Executor | None = None,
) -> Plan:
    """Choose projects and start years of a roadmap within every limit, with a proven bound.

    Small programmes are solved exactly as a whole, larger ones by the national solver, or by decomposition
    when it does not know all of their limits, until they are proven within 0.5 %.
    Projects that lower the plan's worth and that nothing requires are taken out.
    The same roadmap, seed and enough time give the same plan.

    Parameters
    ----------
    roadmap : the problem; it is checked first
    time_limit : seconds, kept within two; without a plan, why there is none is sought for up to twenty more
    on_progress : called with seconds, plan value, bound (None while unknown); a true answer stops it
    seed : of the solver's random choices
    gap : stop when proven within this share; None for the above
    first : a plan to begin with, such as the one adopted last; used when its starts keep every limit
    premiums : project, start, worth: added to what is searched for when a project starts in that year, to
        steer the search; the plan's own objective and bound are without them, those of the search stand in
        its settings as ``searched_objective`` and ``searched_bound``
    executor : runs the cities' bounds in a search of national size; threads of this machine without

    Raises
    ------
    InputError
        When the roadmap has faults; all are named.
    InfeasibleError
        When no plan meets the limits; a smallest set of limits that conflict is named.
    """
    begun = time.monotonic()
    check_seed(seed)
    check_roadmap(roadmap)
    lay = Variables(roadmap, premiums)
    model, overruns = with_overruns(lay, assemble(lay))
    is_small = lay.starts <= LARGEST_WHOLE or roadmap.cities.height == 1
    kept = 0.0 if is_small else min(_SETTLING * time_limit, 2.0)
    deadline = begun + time_limit - kept
    method = solve_exact if is_small else solve_by_decomposition if unsupported(lay) else solve_nationwide

    is_stopped = False

    def report(_: float, value: float | None, bound: float | None) -> bool | None:
        nonlocal is_stopped
        is_stopped |= bool(on_progress and on_progress(time.monotonic() - begun, value, bound))
        return is_stopped

    def searched_by(search: Search, begin: Integers | None) -> SearchResult:
        more = {"executor": executor} if search is solve_nationwide else {}
        progress = report if on_progress else None
        return search(
            lay, model, deadline=deadline, on_progress=progress, seed=seed, gap=gap, first=begin, **more
        )

    beginning = _beginning(lay, model, first)
    if method is solve_nationwide:
        result, split = _nationwide(lay, model, searched_by, beginning, deadline=deadline)
    else:
        seconds = max(0.2 * time_limit, min(_CONSTRUCTION, 0.8 * time_limit))
        simple = _simple(lay, model, deadline=begun + seconds)
        result = searched_by(method, _better(lay, beginning, simple))
        split = _pruned(lay, model, result.start)
    if result.is_infeasible:
        raise conflict(roadmap, lay, model, seconds=max(_SEARCH_OF_CONFLICT, 0.5 * time_limit))
    if split is None:
        raise _no_plan(roadmap, lay, model, time_limit=time_limit, is_stopped=is_stopped)
    start, paid = split
    proof = _proof(model, result.dual_prices)
    settings: dict[str, Any] = {
        "method": result.how, "time_limit": time_limit, "seed": seed, "gap": gap,
        "seconds": round(time.monotonic() - begun, 2), "currency": str(money_unit(roadmap.settings.currency)),
        "prices": roadmap.settings.price_year, "note": roadmap.settings.note,
    }  # fmt: skip
    # worth + premiums <= result.bound, and no plan has less premiums than the least of each project
    bound = result.bound - float(np.minimum(lay.premium.min(axis=1, initial=0.0), 0.0).sum())
    if not np.isfinite(bound) or (premiums is not None and is_small):
        bound = min(bound, recomputed_bound(roadmap, proof, overruns))
    if premiums is not None:
        searched = objective(lay, start, paid.training)
        settings |= {"searched_objective": searched, "searched_bound": result.bound}
        lay = Variables(roadmap)
    return make_plan(
        lay,
        start,
        paid,
        bound=bound,
        proof=proof,
        overruns=overruns,
        settings=settings,
    )


def _nationwide(
    lay: Variables, model: LinearModel, searched_by: Finding, beginning: Integers | None, *, deadline: float
) -> tuple[SearchResult, tuple[Integers, Split] | None]:
    """Search by the national solver; where its plan cannot be paid, or there is none, by simple rules too.

    It leaves the yearly limits of single funds out, so that one may be overrun; its bound holds all the same.
    """
    national = searched_by(solve_nationwide, beginning)
    split = _pruned(lay, model, national.start)
    if split is not None:
        return national, split
    simple = _simple(lay, model, deadline=max(deadline, time.monotonic() + 1))
    again = searched_by(solve_by_decomposition, _better(lay, beginning, simple))
    worth = -np.inf if again.start is None else objective(lay, again.start, again.training)
    bound = checked_bound(min(national.bound, again.bound), worth)
    return replace(again, bound=bound), _pruned(lay, model, again.start)


def _no_plan(
    roadmap: Roadmap, lay: Variables, model: LinearModel, *, time_limit: float, is_stopped: bool
) -> InfeasibleError:
    """Return the error that names what conflicts, where it is found and nobody is in haste."""
    if is_stopped:
        return InfeasibleError(
            text("plan.search.stopped", "the search was stopped before it had a plan"),
            place="plan",
            remedy=text("plan.search.stopped.remedy", "let it search longer"),
        )
    error = None
    for look in (conflict_in_a_city, conflict_of_cities):
        error = error or look(roadmap, lay, model, seconds=_SEARCH_OF_CONFLICT)
    return error or InfeasibleError(
        text(
            "plan.search.nothing",
            "no plan was found in {seconds:g} s, and none was shown to be impossible",
            seconds=time_limit,
        ),
        place="plan",
        remedy=text(
            "plan.search.nothing.remedy", "give more time, or fewer mandatory and committed projects"
        ),
    )


def _simple(lay: Variables, model: LinearModel, *, deadline: float) -> Integers | None:
    """Return the start years of a plan by simple rules that keeps every row, without what is of no use."""
    simple = construct(lay, deadline=deadline)
    if simple is None:
        return None
    starts = (prune(lay, simple), simple)
    return next((start for start in starts if _is_possible(lay, model, start)), None)


def _beginning(lay: Variables, model: LinearModel, plan: Plan | None) -> Integers | None:
    """Return the start years of a plan that is given, when it keeps every row."""
    if plan is None:
        return None
    begun = dict(plan.table.select("project", "start").iter_rows())
    if not (set(begun) <= set(lay.number) and all(year in lay.roadmap.years for year in begun.values())):
        return None
    start = np.array([begun[p] - lay.roadmap.years[0] if p in begun else -1 for p in lay.number])
    fits = bool((start <= lay.last_start).all()) and _is_possible(lay, model, start)
    return start if fits else None


def _better(lay: Variables, *plans: Integers | None) -> Integers | None:
    """Return the start years that are worth most."""
    starts = (plan for plan in plans if plan is not None)
    return max(starts, key=lambda start: objective(lay, start), default=None)


def _pruned(lay: Variables, model: LinearModel, start: Integers | None) -> tuple[Integers, Split] | None:
    """Return the starts without what lowers their worth, and who pays; None without starts or a split.

    With less capital in a year the limit on foreign money gets tighter, and what is taken out teaches nobody:
    the starts stay as they are when the others cannot do without, or only with dearer training.
    """
    paid: list[tuple[Integers, Split]] = []
    for choice in () if start is None else (prune(lay, start), start):
        split = split_money(lay, model, choice)
        if split is not None:
            paid.append((choice, split))
            if not lay.training.size:
                break
    return max(paid, key=lambda pair: objective(lay, pair[0], pair[1].training), default=None)


def _is_possible(lay: Variables, model: LinearModel, start: Integers) -> bool:
    """Say whether start years keep every row, money included."""
    x = start_columns(lay, start)
    used = np.bincount(model.row, model.value * x[model.column], minlength=len(model.lower))
    for limit in limits_of("starts"):
        rows = model.span(limit)
        span = slice(rows.start, rows.stop)
        is_above = used[span] > model.upper[span] + _ROUNDING
        is_below = used[span] < model.lower[span] - _ROUNDING
        if is_above.any() or is_below.any():
            return False
    return split_money(lay, model, start) is not None


def _proof(model: LinearModel, prices: Floats) -> pl.DataFrame:
    """Return the named prices of the rows that the certificate's bound uses, those of 0 left out."""
    names, values = [], []
    offset = 0
    for rows in model.limits:
        if LIMITS[rows.limit].is_proof and rows.count:
            of_limit = prices[offset : offset + rows.count]
            priced = np.flatnonzero(of_limit != 0)
            if len(priced):
                labels = rows.names()
                names += [labels[int(k)] for k in priced]
                values.append(of_limit[priced])
        offset += rows.count
    return pl.DataFrame(
        {"row": names, "price": np.concatenate(values) if values else []},
        schema={"row": pl.String, "price": pl.Float64},
    )
