"""Solve a roadmap: check it, let the methods search together, and return a plan with a proven bound.

One driver, whatever the size: the whole model by HiGHS where it is small; a first plan by simple rules; the
decomposition by cities, which answers from the first second; and the national search. They share the best
plan, the least bound and prices (``exchange``).

How far they go is limited by work that is counted (``milp.work``), and no clock decides who is next: the same
roadmap and limit give the same plan on every machine. A limit of time is a guard; what it ends says so.
See ADR 0033, 0044, 0116.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import polars as pl

from urbium.errors import InfeasibleError, check_seed
from urbium.extras import needs
from urbium.plan.milp.financing import Split, split_money, with_overruns
from urbium.plan.milp.model import LinearModel, assemble, checked_bound, highs
from urbium.plan.milp.objective import objective
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.assembly import make_plan
from urbium.plan.result.plan import Plan
from urbium.plan.rules import LIMITS
from urbium.plan.rules.checks import check_roadmap
from urbium.plan.search.decomposition import Decomposition
from urbium.plan.search.exact import solve_exact
from urbium.plan.search.exchange import Exchange, Incumbent, Progress, paid
from urbium.plan.search.heuristic import construct
from urbium.plan.search.infeasibility import conflict, conflict_in_a_city, conflict_of_cities
from urbium.plan.search.national.adapter import unsupported
from urbium.plan.search.national.member import National
from urbium.plan.search.pruning import prune
from urbium.plan.variables import Floats, Integers, Variables
from urbium.plan.verify.dual_bound import recomputed_bound
from urbium.plan_rules import SECONDS, WORK
from urbium.text import coded, text
from urbium.units import million

LARGEST_WHOLE = 4000
"""Up to so many start variables a programme is solved whole."""

_GAP, _EXACT = 0.002, 1e-9
"""The share within which a plan is proven when the search ends, of a large programme and of a small one."""
_MOST_WORKERS = 8
_ALONE_SHARE = 0.5
"""The share of the work that the whole model of many cities may take before others help."""
_MOST_SHARE, _LONGEST_SHARE, _MUCH_SOONER = 0.6, 0.8, 2.0
"""The share of the work left that the decomposition's first pass may take before another is asked; the most
that the other's opening may take; and how much sooner that must be done."""
_WHOLE_PASS, _COLUMNS_PASS = 12.0, 4.0
"""What it takes to solve every city whole, and to tighten every relaxation by cuts, in solves of every city's
relaxation: seen on the demo with five years and with fifteen."""
_SEARCH_OF_CONFLICT = 10.0
"""Work in which limits that conflict are sought, at least, where there is no plan."""
_PATIENCE = 20.0
"""Seconds that this may take where the time is over."""
_USEFUL, _SLOW = 0.1, 0.1
"""A gap within which a bound is of use; and the share of what is open by which a step of the decomposition
must lower it not to be slow."""
_LATE, _LATE_SHARE = 5.0, 0.1
"""Work, or the share of it, with which nobody joins any more."""
_HOPELESS = 10.0
"""A gap from which on it is all the same how large it is."""
_LEAST_WORK = 0.1
"""What a step is taken to have cost at least."""


def solve(
    roadmap: Roadmap,
    *,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    within: Work | None = None,
    on_progress: Progress | None = None,
    seed: int = 0,
    gap: float | None = None,
    first: Plan | None = None,
    premiums: pl.DataFrame | None = None,
    executor: Executor | None = None,
    begun: float | None = None,
) -> Plan:
    """Choose projects and start years of a roadmap within every limit, with a proven bound.

    Small programmes are proven best where there is work enough, larger ones within 0.2%.
    Projects that lower the plan's worth and that nothing requires are taken out.
    The same roadmap, seed and work give the same plan and bound on every machine, whatever its load and
    however many threads or processes work, unless the guard of time or somebody ends the search.

    Parameters
    ----------
    roadmap : the problem; it is checked first
    work_limit : how far the search goes, in units of work: about seconds of one processor core
    time_limit : seconds, as a guard: a search that it ends before its work is done says so in the notes of
        the plan. A plan by simple rules is finished all the same, and so is who pays for the best plan
    within : work of which this search is a part, instead of the two limits
    on_progress : called with seconds, what the plan gains beside doing nothing, and the most that any could
        (None while unknown); a true answer stops it
    seed : of the solver's random choices
    gap : stop when proven within this share; None for the above
    first : a plan to begin with, such as the one adopted last: its starts are used when they keep every
        limit, and the prices that prove it in any case
    premiums : project, start, worth: added to what is searched for when a project starts in that year, to
        steer the search; the plan's own objective and bound are without them, those of the search stand in
        its settings as ``searched_objective`` and ``searched_bound``
    executor : runs the cities' bounds of the national search; threads of this machine without
    begun : when whoever waits began to, of the clock ``time.monotonic``: seconds count from there

    Raises
    ------
    InputError
        When the roadmap has faults; all are named.
    InfeasibleError
        When no plan meets the limits; a smallest set of limits that conflict is named.
    """
    begun = time.monotonic() if begun is None else begun
    check_seed(seed)
    check_roadmap(roadmap)
    lay = Variables(roadmap, premiums)
    model, overruns = with_overruns(lay, assemble(lay))
    is_small = lay.starts <= LARGEST_WHOLE or roadmap.cities.height == 1
    tolerance = gap if gap is not None else _EXACT if is_small else _GAP
    work = Work(work_limit, begun + time_limit) if within is None else within.part()
    exchange = Exchange(lay, model, work, tolerance, on_progress, begun)
    threads = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _MOST_WORKERS) + 1)
    try:
        methods = _search(exchange, threads, first=first, seed=seed, executor=executor)
    finally:  # nobody waits for what is still under way: threads see that they are late and end
        ended_by = exchange.ended_by
        exchange.end()
        threads.shutdown(wait=False, cancel_futures=True)
    more = Work(
        max(_SEARCH_OF_CONFLICT, 0.5 * work.limit), time.monotonic() + max(work.seconds_left, _PATIENCE)
    )
    if exchange.is_infeasible:
        raise conflict(roadmap, lay, model, work=more)
    plan = _paid(exchange)
    if plan is None:
        raise _no_plan(roadmap, lay, model, work=more, is_stopped=exchange.is_stopped)
    start, split = plan
    if (start < 0).all() and not exchange.is_proven:
        raise _nothing_found(is_stopped=exchange.is_stopped)
    is_unproven = not (np.isfinite(exchange.bound) or exchange.is_stopped or premiums is not None)
    if is_unproven and first is not None and exchange.first_prices is not None:
        # there was no time for a bound: prices that proved another plan prove something of every roadmap
        exchange.prove(recomputed_bound(roadmap, first.proof, overruns), exchange.first_prices)
    proof = _proof(model, exchange.dual_prices)
    settings: dict[str, Any] = {
        "method": "; ".join(methods), "work_limit": work.limit, "work": round(work.spent, 6),
        "ended_by": ended_by, "time_limit": time_limit if within is None else None, "seed": seed, "gap": gap,
        "begins_with_another": first is not None,
        "seconds": round(time.monotonic() - begun, 2), "currency": str(million(roadmap.settings.currency)),
        "prices": roadmap.settings.price_year, "note": roadmap.settings.note,
    }  # fmt: skip
    proven = min(exchange.bound, model.most())  # at once, where the search has no bound yet
    proven = checked_bound(proven, objective(lay, start, split.training))
    # worth + premiums <= the search's bound, and no plan has less premiums than the least of each project
    bound = proven - float(np.minimum(lay.premium.min(axis=1, initial=0.0), 0.0).sum())
    if premiums is not None and is_small:
        bound = min(bound, recomputed_bound(roadmap, proof, overruns))
    if premiums is not None:
        searched = objective(lay, start, split.training)
        settings |= {"searched_objective": searched, "searched_bound": proven}
        lay = Variables(roadmap)
    return make_plan(lay, start, split, bound=bound, proof=proof, overruns=overruns, settings=settings)


def _search(
    exchange: Exchange, threads: ThreadPoolExecutor, *, first: Plan | None, seed: int,
    executor: Executor | None,
) -> list[str]:  # fmt: skip
    """Let the methods search until the plan is proven or the work is done; return which took part."""
    lay, model = exchange.lay, exchange.model
    methods = [f"HiGHS {highs().version()}"]
    given = _starts_given(lay, first)
    split = None if given is None else paid(lay, model, given)
    if given is not None and split is not None:
        exchange.offer(given, split=split)
    if first is not None and first.proof.height:
        exchange.first_prices = _prices(model, first.proof)
    _offer_simple(exchange)
    exchange.tell()
    is_joint = lay.roadmap.cities.height > 1
    is_whole, is_done = lay.starts <= LARGEST_WHOLE or not is_joint, False
    if is_whole and not exchange.is_over:
        methods.append("exact")
        is_done = _solve_whole(exchange, threads, _ALONE_SHARE if is_joint else 1.0, seed)
    if is_joint and not (is_done or exchange.is_over):
        methods += _Turns(exchange, seed=seed, threads=threads, executor=executor).run()
        if is_whole and not exchange.is_over:  # nobody else has anything left to do
            _solve_whole(exchange, threads, 1.0, seed)
    exchange.tell()
    return methods


def _solve_whole(exchange: Exchange, threads: ThreadPoolExecutor, share: float, seed: int) -> bool:
    """Solve the whole model with a share of the work left, in a thread; say whether it was solved."""
    work = exchange.work.part(share)

    def look(value: float | None, bound: float | None) -> bool:
        exchange.glimpsed = value, bound
        most = exchange.value + exchange.gap * exchange.gain if exchange.plans else -np.inf
        return exchange.is_late or (bound is not None and bound <= most)

    task = threads.submit(
        solve_exact, exchange.lay, exchange.model, work=work, on_look=look, seed=seed, gap=exchange.gap,
        first=exchange.start,
    )  # fmt: skip
    exchange.wait_for(task)
    result = task.result()  # which ends soon after the search is late
    if result.is_infeasible:
        exchange.is_infeasible = True
        return True
    if result.start is not None:
        exchange.offer(result.start, result.training, is_final=True)
    exchange.prove(result.bound, result.dual_prices)
    return result.is_solved or exchange.is_proven


class _Turns:
    """The decomposition and the national search in turns: the next is who gained most for its last work.

    The decomposition opens, since it needs nothing but HiGHS. The national search joins when the other has
    ended, or will not prove what was asked for at its pace, or would take most of the work for its first pass
    through the cities while enough is left for an opening of its own. Nothing is compiled before somebody
    wants it. Where its loops are not compiled yet, the search waits for them: a plan that depended on whether
    they are would not be the same everywhere.
    """

    def __init__(
        self, exchange: Exchange, *, seed: int, threads: ThreadPoolExecutor, executor: Executor | None
    ) -> None:
        self.exchange = exchange
        opening = Decomposition(exchange, seed=seed, executor=threads)
        self.waiting: list[National] = []
        self.is_slow = False
        self.whole_work = 0.0
        if not unsupported(exchange.lay):
            self.waiting.append(
                National(exchange, opening, seed=seed, threads=threads, executor=executor or threads)
            )
        self.steps: dict[str, Iterator[None]] = {opening.name: opening.steps()}
        self.pace: dict[str, float] = {opening.name: np.inf}
        self.opening = opening

    def run(self) -> list[str]:
        """Work until nothing is left to do; return who took part."""
        methods = [self.opening.name]
        while not self.exchange.is_over:
            if self.waiting and self._is_wanted() and self._is_compiled():
                newcomer = self.waiting.pop()
                self.steps[newcomer.name], self.pace[newcomer.name] = newcomer.steps(), np.inf
                self.pace[self.opening.name] = min(self.pace[self.opening.name], 0.0)  # the newcomer is next
                methods.append(newcomer.name)
            if not self.steps:
                break
            self._step(max(self.steps, key=lambda name: self.pace[name]))
        return methods

    def _is_compiled(self) -> bool:
        """Wait for the loops, and say whether they are there; without them nobody waits to join any more."""
        needs("national")
        from urbium.plan.search.national import compiling  # noqa: PLC0415 - loads the compiler

        is_ready = compiling.wait(self.exchange.look_late)
        if not is_ready:
            self.waiting.clear()
        return is_ready

    def _step(self, name: str) -> None:
        before, spent = self.exchange.open, self.exchange.work.spent
        ended = next(self.steps[name], self) is self
        taken = self.exchange.work.spent - spent
        gained = min(before, _HOPELESS) - min(self.exchange.open, _HOPELESS)
        if name == self.opening.name and 0.0 < self.opening.share < 1.0:
            self.whole_work += taken
            self.is_slow = gained < _SLOW * before
        if ended:
            del self.steps[name]
        elif name != self.opening.name or self.opening.share == 1.0:
            self.pace[name] = gained / max(taken, _LEAST_WORK)

    def _is_wanted(self) -> bool:
        """Whether the national search is to join: not so late that it would only begin."""
        left = self.exchange.work.left
        if left < max(_LATE, _LATE_SHARE * self.exchange.work.limit):
            self.waiting.clear()
            return False
        if self.opening.name not in self.steps:
            return True
        if self.opening.share < 1.0:  # would most of the work be spent before it saw every city?
            seen = self.whole_work / self.opening.share if self.opening.share else 0.0
            whole = max(_WHOLE_PASS * self.opening.pass_work, seen) * (1.0 - self.opening.share)
            begins = _COLUMNS_PASS * self.opening.pass_work + self.waiting[0].opening_work
            if self.is_slow and self.exchange.open > _USEFUL:
                return begins < min(_LONGEST_SHARE * left, whole)
            return whole > max(_MOST_SHARE * left, _MUCH_SOONER * begins) and begins < _LONGEST_SHARE * left
        return self.exchange.open - self.exchange.gap > self.pace[self.opening.name] * left


def _no_plan(
    roadmap: Roadmap, lay: Variables, model: LinearModel, *, work: Work, is_stopped: bool
) -> InfeasibleError:
    """Return the error that names what conflicts, where it is found and nobody is in haste."""
    if is_stopped:
        return _nothing_found(is_stopped=True)
    error = None
    for look in (conflict_in_a_city, conflict_of_cities):
        error = error or look(roadmap, lay, model, work=work.part(0.5))
    return error or _nothing_found(is_stopped=False)


def _nothing_found(*, is_stopped: bool) -> InfeasibleError:
    """Return the error of a search that has no project to start, and no proof that there is none."""
    if is_stopped:
        return InfeasibleError(
            coded("plan.search.stopped", "the search was stopped before it had found a plan"),
            place="plan",
            remedy=text("let the search run longer"),
        )
    return InfeasibleError(
        coded(
            "plan.search.nothing",
            "no plan was found within the limits of work and time, but this does not prove that none exists",
        ),
        place="plan",
        remedy=text("allow more work and time, or make fewer projects mandatory or committed"),
    )


def _offer_simple(exchange: Exchange) -> None:
    """Offer a plan by simple rules, without what is of no use; only somebody who stops it cuts it short."""
    lay, model = exchange.lay, exchange.model
    simple = construct(lay, is_stopped=exchange.look)
    if simple is None:
        return
    for start in (prune(lay, simple), simple):
        split = paid(lay, model, start)
        if split is not None:
            exchange.offer(start, split=split)
            return


def _starts_given(lay: Variables, plan: Plan | None) -> Integers | None:
    """Return the start years of a plan that is given, when its projects are there and end in time."""
    if plan is None:
        return None
    begun = dict(plan.table.select("project", "start").iter_rows())
    if not (set(begun) <= set(lay.number) and all(year in lay.roadmap.years for year in begun.values())):
        return None
    start = np.array([begun[p] - lay.roadmap.years[0] if p in begun else -1 for p in lay.number])
    return start if (start <= lay.last_start).all() else None


def _paid(exchange: Exchange) -> tuple[Integers, Split] | None:
    """Return the best plan whose money splits, and who pays; None where there is none."""
    for plan in exchange.plans:
        pruned = _pruned(exchange.lay, exchange.model, plan)
        if pruned is not None:
            return pruned
    return None


def _pruned(lay: Variables, model: LinearModel, plan: Incumbent) -> tuple[Integers, Split] | None:
    """Return a plan's starts without what lowers their worth, and who pays; None without a split.

    With less capital in a year the limit on foreign money gets tighter, and what is taken out teaches nobody:
    the starts stay as they are when the others cannot do without, or only with dearer training.
    """
    choices: list[tuple[Integers, Split]] = []
    for start in (prune(lay, plan.start), plan.start):
        is_split = plan.split is not None and (start == plan.start).all()
        split = plan.split if is_split else split_money(lay, model, start)
        if split is not None:
            choices.append((start, split))
            if not lay.training.size or objective(lay, start, split.training) >= plan.value:
                break  # the other cannot be worth more than it was offered for
    return max(choices, key=lambda pair: objective(lay, pair[0], pair[1].training), default=None)


def _prices(model: LinearModel, proof: pl.DataFrame) -> Floats:
    """Return the prices of rows by the names of a proof; 0 of those that it does not name."""
    price_of = dict(proof.select("row", "price").iter_rows())
    return np.array(
        [
            price_of.get(name, 0.0)
            for rows in model.limits
            for name in (rows.names() if LIMITS[rows.limit].is_proof else [""] * rows.count)
        ]
    )


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
