"""Options: what becomes of an indicator that a city keeps or withholds, as the steps of the index have it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree, coverage
from urbium.measure.pipeline import Build, Method, prepare, present_values
from urbium.measure.steps.registry import is_for
from urbium.measure.steps.step import Purpose
from urbium.measure.trust.counterfactual import Demand
from urbium.measure.trust.non_reporting_bound import WithholdingOptions
from urbium.model import Choice

_ROUNDING: Final = 1e-9

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fate:
    """What becomes of values that are withheld, (rows, leaves) each.

    ``values`` is what they are normalised to after imputation (NaN: nothing), ``present`` where they then
    count as known for the nodes, ``seen`` where they do for each screening.
    """

    values: Array
    present: Mask
    seen: list[Mask]


def fate_of(built: Build, asked: list[Demand]) -> Fate:
    """Return what becomes of withheld values.

    All steps work column by column, so one measurement of a row without all its values answers for each.
    """
    reported, counts = built.raw.is_known, built.layout.counts
    fate = Fate(
        np.where(reported, np.nan, built.normalised),
        present_values(built.raw, built.stages) & ~reported & counts,
        [demand.seen.is_known & ~reported & counts for demand in asked],
    )
    if not any(is_for(stage.choice, Purpose.IMPUTE) for stage in built.stages):
        return fate
    screened = [place for place, stage in enumerate(built.stages) if is_for(stage.choice, Purpose.SCREEN)]
    method = Method(tuple(_settled(built)), built.method.aggregate, built.method.availability)
    for row in np.flatnonzero(built.is_in).tolist():
        values = built.raw.values.copy()
        values[row] = np.nan
        raw = built.raw.holding(values)
        stages = prepare(raw, method)
        fate.values[row] = stages[-1].matrix.values[row]
        fate.present[row] = present_values(raw, stages)[row] & counts
        for seen, place in zip(fate.seen, screened, strict=True):
            before = stages[place - 1].matrix if place else raw
            seen[row] = before.is_known[row] & counts
    return fate


def options_of(built: Build, asked: list[Demand], fate: Fate) -> tuple[WithholdingOptions, Mask]:
    """Return what each row may do with each leaf, and for which rows nothing is left aside.

    One count of leaves serves both the screenings and the nodes where the screenings ask for no more than the
    root does, or where the nodes count as known whatever is withheld; otherwise it serves the nodes, and the
    screenings are left aside.
    """
    present = present_values(built.raw, built.stages) & built.layout.counts
    seen_before = asked[0].seen.is_known & built.layout.counts if asked else present
    before, after = (seen_before, fate.seen[0]) if asked else (present, fate.present)
    is_plain = all(
        demand.nonzero <= 0
        and ((demand.seen.is_known & built.layout.counts) == before)[built.is_in].all()
        and (seen == after)[built.is_in].all()
        for demand, seen in zip(asked, fate.seen, strict=True)
    )
    is_steady = (present == fate.present).all(axis=1)
    is_same = ((before == present) & (after == fate.present)).all(axis=1)
    asked_of = _least(asked, built.layout, len(present))
    counts_all = is_steady | (built.method.availability <= 0)  # nothing that is known ceases to count
    is_implied = asked_of <= _needed(built)  # whoever has enough that counts has enough for the screenings
    is_exact = (is_steady | (is_same & (counts_all | is_implied))) & is_plain
    by_screen = (is_exact & is_steady)[:, None]
    options = WithholdingOptions(
        kept=built.normalised,
        withheld=fate.values,
        counts_kept=np.where(by_screen, before, present),
        counts_withheld=np.where(by_screen, after, fate.present),
        is_reported=built.raw.is_known,
        enough=_enough(built, present, is_exact & is_steady),
        least=np.where(is_exact & counts_all, asked_of, 0),
        drops=~(is_exact & counts_all),
    )
    return options, is_exact


def _enough(built: Build, present: Mask, is_steady: Mask) -> list[Mask]:
    """Return for each node with how many leaves below it a row has a score: (rows, leaves below + 1)."""
    covered = coverage(built.layout, present, built.method.availability)
    least = built.method.availability - _ROUNDING
    answer = []
    for place, below in enumerate(built.layout.below.sum(axis=1).tolist()):
        by_count = np.arange(below + 1) / max(built.layout.sizes[place], 1) >= least
        answer.append(np.where(is_steady[:, None], covered[:, place, None] >= least, by_count))
    return answer


def _needed(built: Build) -> int:
    """Return how many leaves must count for the root to have a score."""
    leaves = int(built.layout.sizes[0])
    shares = np.arange(leaves + 1) / max(leaves, 1)
    return int((shares >= built.method.availability - _ROUNDING).argmax())


def _least(asked: list[Demand], layout: Tree, rows: int) -> NDArray[np.int64]:
    """Return how many leaves the screenings ask of each row, (rows,)."""
    leaves = int(layout.sizes[0])
    shares = np.arange(leaves + 1) / max(leaves, 1)
    least = np.zeros(rows, dtype=np.int64)
    for demand in asked:
        needed = int((shares >= demand.availability - _ROUNDING).argmax())
        least = np.maximum(least, np.where(demand.included, 0, needed))
    return least


def _settled(built: Build) -> Iterator[Choice]:
    """Yield the steps with every screening replaced by what it came to."""
    for stage in built.stages:
        if not is_for(stage.choice, Purpose.SCREEN):
            yield stage.choice
            continue
        rows, is_in = np.array(built.raw.rows, dtype=object), stage.matrix.is_in
        parameters: Mapping[str, float | str] = {
            "availability": 0.0,
            "include": "|".join(rows[is_in]),
            "exclude": "|".join(rows[~is_in]),
        }
        yield Choice(
            "screen", MappingProxyType({name: value for name, value in parameters.items() if value != ""})
        )
