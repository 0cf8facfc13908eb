"""Uncertainty: how the ranks move when the choices of an index, and the data, are not taken for granted."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation
from urbium.measure.aggregate import Tree, rank
from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import Method, build
from urbium.measure.uncertainty.choices import DataNoise, Factor, GapDraws, WeightSets, check_factors, drawn
from urbium.measure.uncertainty.runs import Study, block_size, make_runs
from urbium.measure.uncertainty.sensitivity import Sensitivity, saltelli, sobol_indices
from urbium.measure.uncertainty.tiers import tiers
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, sentences, text, texts

_SHARES: Final = (0.05, 0.5, 0.95)  # of the runs, for low, median and high
_PARTS: Final = words_of("quantile of the runs")

Progress = Callable[[int, int], bool | None]
"""Is told how many runs are done and how many there are; a true answer stops after them."""

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, repr=False)
class Uncertainty(Result):
    """Ranks of rows (cities) over many runs of an index, each with other choices.

    Attributes
    ----------
    table : row, nominal (the rank without variation), mean, median, low and high (5% and 95% of the runs;
        for a row with gaps of the best, and of the worst rank that it may have in each), tier
        (rows that cannot be told apart share it), runs (in which the row had a rank); best row first, null
        where there is no rank
    factors : what varied
    positions : (runs, factors) array: the alternative that each run took
    nominal_scores, nominal_ranks : (rows,) arrays; NaN and -1 for a row without score
    scores, ranks : (runs, rows) arrays in single precision; ranks are those of the full precision
    best, worst : (runs, rows) ranks of a row whose missing figures are the highest, or the lowest, of all, so
        that they set the scale of their columns and the others lie at its other end; the same as ``ranks``
        for a row that reports everything, and where gaps do not vary
    base : base rows of a Saltelli design, in whose order the runs are (A, B, A with each factor from B); 0
        for independent runs
    asked : how many runs were asked for; more than there are when somebody stopped

    Notes
    -----
    Of a Saltelli design the table counts the runs of A and B only, which are independent of each other.
    """

    stage: ClassVar[str] = "uncertainty"
    rows: tuple[str, ...]
    factors: tuple[Factor, ...]
    positions: NDArray[np.int32]
    nominal_scores: Array
    nominal_ranks: NDArray[np.int64]
    scores: NDArray[np.float32]
    ranks: NDArray[np.int32]
    best: NDArray[np.int32]
    worst: NDArray[np.int32]
    base: int
    asked: int

    def __repr__(self) -> str:
        given = {
            "ranks": len(self.rows), "runs": len(self.scores), "asked": self.asked,
            "names": [factor.name for factor in self.factors],
        }  # fmt: skip
        if len(self.scores) == self.asked:
            return text(
                "Uncertainty of {ranks} ranks in {runs} runs that vary {names:list}", **given
            ).render()
        return text(
            "Uncertainty of {ranks} ranks in {runs} runs that vary {names:list} (stopped early: "
            "{asked} were requested)",
            **given,
        ).render()

    @property
    def facts(self) -> dict[str, Any]:
        """Runs made and asked for, and the number of tiers."""
        return {"runs": len(self.scores), "asked": self.asked, "tiers": self.table["tier"].max() or 0}

    @property
    def drawn(self) -> pl.DataFrame:
        """One row a run, one column a factor: the alternative taken, in words."""
        return pl.DataFrame(
            {
                factor.name: [factor.label(position) for position in self.positions[:, place].tolist()]
                for place, factor in enumerate(self.factors)
            }
        )

    @property
    def shifts(self) -> Array:
        """By how many places a run's ranks differ from the nominal ones, in the mean of the rows.

        (runs,) array; NaN for a run without a rank that can be compared.
        """
        both = (self.ranks > 0) & (self.nominal_ranks > 0)
        shifts = np.where(both, np.abs(self.ranks - self.nominal_ranks), 0).sum(axis=1)
        return np.where(both.any(axis=1), shifts / np.maximum(both.sum(axis=1), 1), np.nan)

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """Which factor moves the ranks most: Sobol indices of :attr:`shifts`.

        None without a Saltelli design, and when it was stopped before two base rows were made.
        """
        names = tuple(factor.name for factor in self.factors)
        return sobol_indices(self.shifts, names) if self.base > 1 else None

    def explain(self, key: str) -> Explanation:
        """Say what the runs make of one row's rank.

        Raises NotFoundError, with the nearest name, when there is no such row.
        """
        if key not in self.rows:
            raise NotFoundError.named("row", key, self.rows)
        row = self.table.row(by_predicate=pl.col("row") == key, named=True)
        runs = texts("{count} run", "{count:,} runs", count=row["runs"])
        return Explanation(
            coded("measure.uncertainty.rank", "rank of {row}", row=key),
            value=None if row["nominal"] is None else float(row["nominal"]),
            kind="score" if row["nominal"] is not None else "missing",
            note=sentences([text("tier {tier}", tier=row["tier"]), runs]) if row["tier"] else runs,
            children=(
                *(Explanation(words, value=row[name], kind="score") for name, words in _PARTS.items()),
                *(
                    Explanation(factor.name, value=_alternatives(factor), kind="setting")
                    for factor in self.factors
                ),
            ),
        )


def uncertainty_of(
    raw: Matrix,
    layout: Tree,
    method: Method,
    factors: Sequence[Factor],
    *,
    runs: int = 1000,
    base: int = 0,
    positions: NDArray[np.integer] | None = None,
    weights: Array | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> Uncertainty:
    """Compute an index many times, each time with other choices, and say how sure the ranks are.

    Parameters
    ----------
    raw, layout, method, weights : as for :func:`urbium.measure.pipeline.build`: the nominal index
    factors : what varies; everything else stays nominal
    runs : independent runs, 1 or more, every alternative equally likely
    base : base rows of a Saltelli design instead: ``base * (factors + 2)`` runs, from which
        :attr:`Uncertainty.sensitivity` is estimated
    positions : (runs, factors) array of stored positions instead of drawn ones; in the order of a design
        when ``base`` is given
    confidence : share of the runs in which a tier's head must win (0.5 to 1)
    seed : the same seed gives the same result, whatever the executor
    executor : makes blocks of runs elsewhere; worth it when the data vary, for then every run is a build
    on_progress : called with the runs done and to be done; a true answer stops, and what was made is kept

    Raises
    ------
    InputError
        naming everything that cannot vary as asked; or when a run meets a value that its mean cannot take.

    References
    ----------
    Saisana, Saltelli, Tarantola: *Uncertainty and sensitivity analysis techniques as tools for the quality
    assessment of composite indicators*, Journal of the Royal Statistical Society A 168 (2005); OECD and JRC:
    *Handbook on Constructing Composite Indicators* (2008), step 7.

    >>> from urbium.measure.aggregate import tree
    >>> from urbium.measure.matrix import matrix
    >>> from urbium.model import Choice, Index, IndexNode
    >>> parts = [("all", "", 1.0), ("a", "all", 0.5), ("b", "all", 0.5)]
    >>> nodes = tuple(IndexNode(*part, {}) for part in parts)
    >>> method = Method((Choice("min-max"),))
    >>> layout = tree(Index("all", {}, nodes, method.steps, (Choice("arithmetic"),), 0, 0))
    >>> raw = matrix(np.array([[3.0, 9.0], [2.0, 7.0], [1.0, 8.0]]), rows=("x", "y", "z"))
    >>> sets = np.array([[1.0, 0.5, 0.5], [1.0, 0.3, 0.7]])
    >>> found = uncertainty_of(raw, layout, method, [WeightSets(sets)], runs=100)
    >>> found.table.select("row", "nominal", "low", "high", "tier").rows()
    [('x', 1, 1.0, 1.0, 1), ('z', 2, 2.0, 2.0, 2), ('y', 2, 2.0, 3.0, 2)]
    """
    check_factors(factors, raw, layout, method)
    weights = layout.weights if weights is None else weights
    nominal = build(raw, layout, method, weights=weights).root
    study = Study(raw, layout, method, tuple(factors), weights, seed, ~np.isnan(nominal))
    taken, design = _positions(study, runs, base, positions)
    order = np.arange(len(taken)).reshape(-1, design).T.ravel() if design else np.arange(len(taken))
    scores = np.empty((len(taken), len(raw.rows)), dtype=np.float32)
    ranks, best, worst = (np.empty(scores.shape, dtype=np.int32) for _ in range(3))
    done = 0
    size = block_size(study)
    blocks = [taken[order[start : start + size]] for start in range(0, len(taken), size)]
    for block in make_runs(study, blocks, executor):
        places = order[done : done + len(block[0])]
        scores[places], ranks[places], best[places], worst[places] = block
        done += len(places)
        if on_progress is not None and on_progress(done, len(taken)):
            break
    kept = np.sort(order[: done - done % (len(taken) // design) if design else done])
    return _result(
        study,
        taken[kept],
        (nominal, rank(nominal)),
        tuple(made[kept] if done < len(taken) else made for made in (scores, ranks, best, worst)),
        base=len(kept) * design // len(taken),
        asked=len(taken),
        confidence=confidence,
    )


def _positions(
    study: Study, runs: int, base: int, stored: NDArray[np.integer] | None
) -> tuple[NDArray[np.int32], int]:
    """Return the (runs, factors) positions, and the base rows of their design (0: none)."""
    width = len(study.factors)
    if stored is None and not base:
        if runs < 1:
            raise InputError(
                coded("measure.uncertainty.no_runs", "at least one run is needed, not {runs}", runs=runs),
                remedy=text("request 1 or more"),
            )
        shares = np.random.default_rng(study.seed).random((runs, width))
        return drawn(shares, study.factors), 0
    if stored is None:
        return drawn(saltelli(base, width, seed=study.seed), study.factors, base=base), base
    counts = np.array([factor.count or np.iinfo(np.int32).max for factor in study.factors])
    if stored.ndim != 2 or stored.shape[1] != width or (base and len(stored) != base * (width + 2)):  # noqa: PLR2004 - a table
        raise InputError(
            coded(
                "measure.uncertainty.positions",
                "the array of positions has the wrong shape, {shape}",
                shape=str(stored.shape),
            ),
            remedy=text(
                "supply an array of shape ({runs}, {factors})", runs=base * (width + 2), factors=width
            )
            if base
            else text("supply an array of shape (runs, {factors})", factors=width),
        )
    if not len(stored) or (stored < 0).any() or (stored >= counts).any():
        raise InputError(
            coded("measure.uncertainty.position", "a position has no corresponding alternative"),
            remedy=text(
                "count positions from 0: {counts:list}",
                counts=[_count_words(factor) for factor in study.factors],
            ),
        )
    return stored.astype(np.int32), base


def _result(
    study: Study,
    positions: NDArray[np.int32],
    nominal: tuple[Array, NDArray[np.int64]],
    runs: tuple[NDArray[Any], ...],
    *,
    base: int,
    asked: int,
    confidence: float,
) -> Uncertainty:
    independent = slice(0, 2 * base or len(positions))
    table = _table(study.raw.rows, nominal[1], tuple(part[independent] for part in runs), confidence)
    settings = {
        "method": str(study.method),
        "factors": {factor.name: _alternatives(factor).render() for factor in study.factors},
        "runs": len(positions),
        "base": base,
        "confidence": confidence,
        "seed": study.seed,
    }
    return Uncertainty(
        table=table,
        settings=settings,
        rows=study.raw.rows,
        factors=study.factors,
        positions=positions,
        nominal_scores=nominal[0],
        nominal_ranks=nominal[1],
        scores=runs[0],
        ranks=runs[1],
        best=runs[2],
        worst=runs[3],
        base=base,
        asked=asked,
    )


def _alternatives(factor: Factor) -> Text:
    """Say in words between what a factor chooses."""
    if isinstance(factor, WeightSets):
        return texts("{count} set", "{count} sets", count=factor.count)
    if isinstance(factor, DataNoise) and factor.count:
        return texts("{count} draw of noise", "{count} draws of noise", count=factor.count)
    if isinstance(factor, DataNoise):
        return text("new draws of noise")
    if isinstance(factor, GapDraws):
        return text("figures drawn at random from those of other cities")
    labels = [factor.label(position) for position in range(factor.count)]
    return text("{labels:list}", labels=labels)


def _count_words(factor: Factor) -> Text:
    if not factor.count:
        return text("{name} has any", name=factor.name)
    return text("{name} has {alternatives}", name=factor.name, alternatives=factor.count)


def _quantile(ranks: NDArray[np.int32], share: float) -> Array:
    """Return a quantile of each row's ranks over the runs that ranked it, (rows,); NaN where none did."""
    is_ranked = ranks > 0
    runs = is_ranked.sum(axis=0)
    answer = np.full(ranks.shape[1], np.nan)
    always, some = runs == len(ranks), (runs > 0) & (runs < len(ranks))
    if len(ranks) and always.any():
        answer[always] = np.quantile(ranks[:, always], share, axis=0)
    if some.any():
        answer[some] = np.nanquantile(np.where(is_ranked, ranks, np.nan)[:, some], share, axis=0)
    return answer


def _table(
    rows: tuple[str, ...],
    nominal: NDArray[np.int64],
    made: tuple[NDArray[Any], ...],
    confidence: float,
) -> pl.DataFrame:
    """Return one row a row: its nominal rank, what the runs make of it, and its tier."""
    scores, ranks, best, worst = made
    is_ranked = ranks > 0
    runs = is_ranked.sum(axis=0)
    mean = np.where(is_ranked, ranks, 0).sum(axis=0) / np.maximum(runs, 1)
    spread = np.stack(
        [_quantile(part, share) for part, share in zip((best, ranks, worst), _SHARES, strict=True)]
    )
    return (
        pl.DataFrame(
            {
                "row": rows,
                "nominal": nominal,
                "mean": np.where(runs > 0, mean, np.nan),
                "median": spread[1],
                "low": spread[0],
                "high": spread[2],
                "tier": tiers(scores, nominal, confidence=confidence),
                "runs": runs,
            },
            schema_overrides={"row": pl.String},
        )
        .with_columns(pl.col("mean", "median", "low", "high").fill_nan(None))
        .with_columns(pl.when(pl.col("nominal", "tier") > 0).then(pl.col("nominal", "tier")))
        .sort("nominal", "median", "mean", nulls_last=True, maintain_order=True)
    )
