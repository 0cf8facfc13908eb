"""Small programmes: the whole model solved at once by HiGHS to a proven bound."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np

from urbium.errors import InputError
from urbium.files import filled_whole
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import LinearModel, assemble, checked_bound, dual_bound, duals, highs, load
from urbium.plan.milp.objective import objective, starts_of, training_of
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.checks import check_roadmap
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import coded, text

Look = Callable[[float | None, float | None], bool]
"""Called with the value of a plan and the bound; a true answer ends the search."""

_BLOCK = 65_536  # bytes

_EXACT = 1e-9
_LP_SAFE = str.maketrans({":": ".", "[": "(", "]": ")", "<": "", "-": "_", "+": "_", "/": "_", " ": "_"})


@dataclass(frozen=True)
class SearchResult:
    """What a search found: start year indices (or None), a proven bound, and the dual prices of the rows.

    ``training`` are the units bought with them, (training rows, years).

    ``dual_prices`` are those of the relaxation, for a bound that can be recomputed by hand;
    ``is_infeasible`` says that no plan exists, ``is_solved`` that the search went to its end.
    """

    start: Integers | None
    bound: float
    dual_prices: Floats
    is_infeasible: bool = False
    is_solved: bool = False
    training: Integers | None = None


def solve_exact(
    lay: Variables,
    model: LinearModel,
    *,
    work: Work,
    on_look: Look | None = None,
    seed: int = 0,
    gap: float | None = None,
    first: Integers | None = None,
) -> SearchResult:
    """Solve the whole model by branch and bound; a first plan is the answer when none better is found.

    ``work`` is spent at most; ``on_look`` is called at each look that HiGHS takes at its limits, with the
    value of its plan and its bound (None while unknown), and a true answer ends the search; ``gap`` stops it
    earlier, as a share. The first plan is not handed to HiGHS: version 1.16 may then report the value of an
    improved start and return the start itself (found by the comparison with all choices of small programmes).
    """
    scale = model.scale()
    relaxed = highs(work=work, seed=seed)
    load(relaxed, model, whole=False, scale=scale)
    relaxed.run()
    status = relaxed.getModelStatus()
    none = np.zeros(len(model.lower))
    if status == highspy.HighsModelStatus.kInfeasible:
        return SearchResult(None, -np.inf, none, is_infeasible=True)
    is_solved = status == highspy.HighsModelStatus.kOptimal
    prices = duals(relaxed, scale) if is_solved else none
    solver = highs(work=work, seed=seed, mip_rel_gap=_EXACT if gap is None else gap)
    load(solver, model, scale=scale)
    if on_look is not None:
        _report(solver, scale, on_look)
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return SearchResult(None, -np.inf, prices, is_infeasible=True)
    info = solver.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    start, training = first, _training(lay, model, first)
    if has_plan:
        x = np.asarray(solver.getSolution().col_value)
        better, bought = starts_of(lay, x), training_of(lay, x)
        if start is None or objective(lay, better, bought) >= objective(lay, start, training):
            start, training = better, bought
    bound = dual_bound(solver) / scale
    relaxation = relaxed.getInfo().objective_function_value / scale if is_solved else np.inf
    worth = objective(lay, start, training) if start is not None else -np.inf
    return SearchResult(
        start, checked_bound(min(bound, relaxation), worth), prices, training=training,
        is_solved=status == highspy.HighsModelStatus.kOptimal,
    )  # fmt: skip


def _training(lay: Variables, model: LinearModel, first: Integers | None) -> Integers | None:
    """Return the cheapest training that a first plan needs."""
    split = None if first is None or not lay.training.size else split_money(lay, model, first)
    return None if split is None else split.training


def _report(solver: highspy.Highs, scale: float, on_look: Look) -> None:
    """Report at each look that HiGHS takes at its limits; end it when the answer is true."""

    def report(event: highspy.HighsCallbackEvent) -> None:
        out = event.data_out
        value, bound = (
            number / scale if abs(number) < highspy.kHighsInf else None
            for number in (out.mip_primal_bound, out.mip_dual_bound)
        )
        if on_look(value, bound):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(report)


def write_model(roadmap: Roadmap, path: str | Path) -> Path:
    """Write the whole model of a roadmap in the LP or MPS form, as the ending says."""
    target = Path(path)
    if target.suffix.lower() not in (".lp", ".mps"):
        raise InputError(
            coded("plan.model.form", "{ending!r} is not a file format for a model", ending=target.suffix),
            place=str(target),
            remedy=text("use a name that ends in .lp or .mps"),
        )
    check_roadmap(roadmap)
    lay = Variables(roadmap)
    model, _ = with_overruns(lay, assemble(lay))
    columns = [name.replace("<-", "~").translate(_LP_SAFE) for name in lay.column_names()]
    rows = [name.replace("<-", "~").translate(_LP_SAFE) for name in model.names()]
    solver = highs()
    load(solver, model, names=(columns, rows))
    with filled_whole(target) as draft:
        status = solver.writeModel(str(draft))
        if status == highspy.HighsStatus.kError or not _is_whole(draft):
            raise OSError(errno.ENOSPC if _is_disk_full(draft) else errno.EIO, "the model is cut short")
    return target


def _is_whole(model: Path) -> bool:
    """Say whether a model has its last line: HiGHS notices no write that fails."""
    with model.open("rb") as file:
        file.seek(max(model.stat().st_size - 64, 0))
        lines = file.read().decode("utf-8", "replace").split()
    return bool(lines) and lines[-1].lower() in {"endata", "end"}


def _is_disk_full(model: Path) -> bool:
    """Say whether the disk has no room for another block."""
    return shutil.disk_usage(model.parent).free < _BLOCK
